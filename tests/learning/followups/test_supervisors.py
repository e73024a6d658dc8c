"""A supervisor's word: one neutral mail, one link, one answer, and no way to write to strangers."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.learning.enums import NoticeKind, SupervisorAnswer, SupervisorStatement
from lms.learning.followups import services
from lms.learning.followups.queries import after_course, supervisor_requests
from lms.learning.models import Notice, StoppedAddress, SupervisorRequest
from tests.accounts.test_mail import TOPIC
from tests.factories import EnrolmentFactory
from tests.factories.certificates import complete
from tests.factories.followups import ask_about
from tests.learning.cast import NOW, Cast, client_of

pytestmark = pytest.mark.django_db
YES = {one.value: SupervisorAnswer.YES.value for one in SupervisorStatement}


def send(request: SupervisorRequest, now: Any = NOW) -> str:
    """Send the mail; return the path of its link."""
    assert services.send_supervisor_mail(request_id=request.pk, now=now)
    return "/jefatura/" + mail.outbox[-1].body.split("/jefatura/")[1].split("/")[0] + "/"


@pytest.fixture(autouse=True)
def now_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def test_a_supervisor_answers_once_and_her_address_is_forgotten(cast: Cast) -> None:
    request = ask_about(cast.enrolment, now=NOW, statements=[SupervisorStatement.APPLIES])
    path = send(request)

    page = Client().get(path).content.decode()
    answer = Client().post(path, {"applies": "partly"})

    request = supervisor_requests().get()
    assert mail.outbox[0].to == ["jefa@ejemplo.pe"]
    assert cast.learner.full_name in page
    assert "Curso de prueba" not in page
    assert "knows_whom" not in page
    assert answer.status_code == 200
    assert (request.address_ciphertext, request.token_digest) == ("", "")
    assert [line.answer for line in request.lines.all()] == [SupervisorAnswer.PARTLY]
    assert after_course(cast.enrolment, now=NOW).is_confirmed
    assert Client().get(path).status_code == 404
    assert Client().post(path, {"applies": "yes"}).status_code == 404
    assert Notice.objects.get().kind == NoticeKind.SUPERVISOR_ANSWERED


def test_the_mail_names_nobody_and_nothing(cast: Cast) -> None:
    User.objects.filter(pk=cast.learner.pk).update(full_name="Gane Dinero En premio.example")
    send(ask_about(cast.enrolment, now=NOW, shows_course=True))

    text = f"{mail.outbox[0].subject}\n{mail.outbox[0].body}"
    assert "premio" not in text
    assert "Curso de prueba" not in text
    assert not TOPIC.search(text)


def test_the_link_lapses_and_then_nothing_is_left_of_the_address(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = ask_about(cast.enrolment, now=NOW)
    path = send(request)
    assert supervisor_requests().get().address_digest != ""
    after = NOW + timedelta(days=30, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: after)

    assert Client().get(path).status_code == 404
    services.resend_stale_supervisor_mails(now=after)
    request = supervisor_requests().get()
    assert (request.address_digest, request.token_digest, request.address_ciphertext) == ("",) * 3


def test_a_learner_may_ask_three_times_a_month(cast: Cast) -> None:
    for number in range(3):
        request = ask_about(cast.enrolment, now=NOW, address=f"jefa{number}@ejemplo.pe")
        with pytest.raises(services.SupervisorRefused):
            ask_about(cast.enrolment, now=NOW, address="otra@ejemplo.pe")
        services.take_back_request(request=request, acting_user=cast.learner, now=NOW)

    with pytest.raises(services.SupervisorRefused):
        ask_about(cast.enrolment, now=NOW + timedelta(days=29))
    assert ask_about(cast.enrolment, now=NOW + timedelta(days=30, seconds=1)).pk


def test_an_address_is_written_to_three_times_a_month_whoever_asks(cast: Cast) -> None:
    for _person in range(3):
        ask_about(complete(EnrolmentFactory(release=cast.release), now=NOW), now=NOW)

    with pytest.raises(services.SupervisorRefused):
        ask_about(cast.enrolment, now=NOW, address="JEFA@ejemplo.pe ")
    assert supervisor_requests().count() == 3


def test_whoever_wants_no_mail_gets_none_ever(cast: Cast) -> None:
    path = send(ask_about(cast.enrolment, now=NOW))

    assert Client().post(path, {"stop": "yes"}).status_code == 200
    assert Client().get(path).status_code == 404
    assert StoppedAddress.objects.count() == 1
    other = complete(EnrolmentFactory(release=cast.release), now=NOW)
    with pytest.raises(services.SupervisorRefused):
        ask_about(other, now=NOW + timedelta(days=400))


def test_whoever_wants_no_mail_gets_none_under_a_new_secret_either(
    cast: Cast, settings: Any
) -> None:
    services.stop_address(request=ask_about(cast.enrolment, now=NOW), now=NOW)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "x" * 60

    other = complete(EnrolmentFactory(release=cast.release), now=NOW)
    with pytest.raises(services.SupervisorRefused):
        ask_about(other, now=NOW)


def test_nobody_confirms_herself_and_no_course_under_way(cast: Cast) -> None:
    with pytest.raises(services.SupervisorRefused):
        ask_about(cast.enrolment, now=NOW, address=f" {str(cast.learner.email).upper()}")
    with pytest.raises(services.SupervisorRefused):
        ask_about(EnrolmentFactory(release=cast.release), now=NOW)


def test_what_was_taken_back_before_the_mail_is_not_sent(cast: Cast) -> None:
    request = ask_about(cast.enrolment, now=NOW)
    services.take_back_request(request=request, acting_user=cast.learner, now=NOW)

    assert not services.send_supervisor_mail(request_id=request.pk, now=NOW)
    assert mail.outbox == []
    request = supervisor_requests().get()
    assert (request.state, request.address_ciphertext) == (OutboxState.DONE, "")


def test_bad_input_stays_in_the_form(cast: Cast) -> None:
    url = f"/mi-aprendizaje/despues/{cast.enrolment.pk}/jefatura/"
    client = client_of(cast.learner)

    wrong = client.post(url, {"address": "jefa@", "statements": ["applies"]})
    assert wrong.status_code == 400
    assert 'value="jefa@"' in wrong.content.decode()
    assert client.post(url, {"address": "a@b.pe", "statements": ["todo"]}).status_code == 400
    assert client.post(url, {"address": "a@b.pe"}).status_code == 400
    assert not supervisor_requests().exists()
    path = send(ask_about(cast.enrolment, now=NOW))
    assert Client().post(path, {**YES, "applies": "siempre"}).status_code == 400
    assert Client().post(path, YES).status_code == 200
