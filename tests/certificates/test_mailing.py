"""A certificate by mail: to its holder only, and the mail tells nothing."""

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from certificates import services, tasks
from certificates.models import Certificate, CertificateMail, Issuance
from certificates.services.erasing import CLEAR_TASK
from certificates.services.mailing import LEASE, MOST_A_DAY, SEND_TASK
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.core.outbox import DELAYS, MOST_MAIL_TRIES
from tests.accounts.test_mail import TOPIC
from tests.certificates.holding_scene import PDF, address, hold, main_of
from tests.learning.cast import Cast, client_of, make_cast
from tests.learning.test_notices import NO_SERVER

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def certificate(cast: Cast, now: datetime) -> Certificate:
    return hold(cast, now=now, is_signed=False)


def ask(certificate: Certificate, *, now: datetime) -> CertificateMail:
    learner = certificate.enrolment.learner
    return services.request_mail(certificate=certificate, acting_user=learner, now=now)


def test_tasks_have_the_names_by_which_they_are_sent() -> None:
    assert tasks.send_certificate_mail.name == SEND_TASK
    assert tasks.clear_after_erasure.name == CLEAR_TASK
    swept = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {tasks.resend_stale_mails.name, tasks.clear_after_erasures.name} <= swept


def test_pressing_the_button_sends_one_mail_with_the_file(
    cast: Cast, certificate: Certificate, django_capture_on_commit_callbacks: Any
) -> None:
    client = client_of(cast.learner)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/en" + address(certificate, "own_certificate_mail"))

    assert response["Location"] == f"/en{address(certificate)}#correo"
    (message,) = mail.outbox
    assert message.to == [cast.learner.email]
    assert (message.cc, message.bcc) == ([], [])
    assert message.attachments == [("documento.pdf", PDF, "application/pdf")]
    assert CertificateMail.objects.get().state == OutboxState.DONE


@pytest.mark.parametrize("language", ["es", "en"])
def test_mail_tells_nothing(
    cast: Cast, certificate: Certificate, now: datetime, language: str
) -> None:
    User.objects.filter(pk=cast.learner.pk).update(language=language)
    row = ask(certificate, now=now)

    assert services.send_certificate_mail(mail_id=row.pk, now=now)

    (message,) = mail.outbox
    headers = " ".join(str(value) for value in message.message().values())
    texts = f"{message.from_email} {message.subject} {message.body} {headers}"
    assert TOPIC.findall(texts) == []
    assert certificate.code not in texts
    assert cast.learner.full_name not in texts
    assert message.from_email.startswith("Aula virtual <")
    with translation.override(language):
        assert message.subject == gettext("The document that you asked for")


def test_nothing_of_it_is_logged(
    cast: Cast, certificate: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client_of(cast.learner).post(address(certificate, "own_certificate_mail"))
        row = CertificateMail.objects.get()
        services.send_certificate_mail(mail_id=row.pk, now=row.created_at)
    texts = " ".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )

    assert len(mail.outbox) == 1
    secrets = (certificate.code, cast.learner.email, cast.learner.full_name)
    assert [text for text in secrets if text in texts] == []


def test_double_press_asks_once(cast: Cast, certificate: Certificate) -> None:
    client = client_of(cast.learner)
    for _press in range(2):
        client.post(address(certificate, "own_certificate_mail"))

    assert CertificateMail.objects.count() == 1
    assert "on its way" in main_of(client.get("/en" + address(certificate)))


def test_message_that_comes_twice_sends_once(certificate: Certificate, now: datetime) -> None:
    row = ask(certificate, now=now)
    sent = [services.send_certificate_mail(mail_id=row.pk, now=now) for _ in range(2)]

    assert (sent, len(mail.outbox)) == ([True, False], 1)


def test_a_few_a_day_and_again_the_next_day(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    for _number in range(MOST_A_DAY):
        services.send_certificate_mail(mail_id=ask(certificate, now=now).pk, now=now)

    with pytest.raises(services.ChoiceRefusedError):
        ask(certificate, now=now)
    ask(certificate, now=now + timedelta(days=1))

    assert len(mail.outbox) == MOST_A_DAY


@pytest.mark.parametrize("how", ["unconfirmed", "none"])
def test_without_a_confirmed_address_the_page_says_so(
    cast: Cast, certificate: Certificate, now: datetime, how: str
) -> None:
    cast.learner.emailaddress_set.update(verified=False)
    if how == "none":
        User.objects.filter(pk=cast.learner.pk).update(email=None, username="sin-correo")

    with pytest.raises(services.ChoiceRefusedError):
        ask(Certificate.objects.get(), now=now)
    text = main_of(client_of(cast.learner).get("/en" + address(certificate)))

    assert "You have no confirmed e-mail address here" in text
    assert reverse("own_certificate_mail", args=[certificate.pk]) not in text
    assert CertificateMail.objects.count() == 0


def test_address_lost_meanwhile_gets_nothing(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    row = ask(certificate, now=now)
    cast.learner.emailaddress_set.all().delete()

    assert not services.send_certificate_mail(mail_id=row.pk, now=now)

    assert (mail.outbox, CertificateMail.objects.get().state) == ([], OutboxState.DONE)


def test_mail_that_is_not_taken_is_tried_again_and_given_up(
    certificate: Certificate, now: datetime
) -> None:
    row = ask(certificate, now=now)
    with NO_SERVER:
        for delay in DELAYS:
            assert not services.send_certificate_mail(mail_id=row.pk, now=now)
            assert not services.send_certificate_mail(mail_id=row.pk, now=now + delay)  # held back
            now += delay + timedelta(seconds=1)
    row.refresh_from_db()
    assert row.failure == "ConnectionRefusedError: nobody listens"
    assert services.resend_stale_mails(now=now) == 1  # tasks are eager here: it is sent at once
    assert (len(mail.outbox), CertificateMail.objects.get().state) == (1, OutboxState.DONE)

    lost = ask(certificate, now=now)
    CertificateMail.objects.filter(pk=lost.pk).update(tries=MOST_MAIL_TRIES)
    assert services.resend_stale_mails(now=now + 2 * LEASE) == 0
    lost.refresh_from_db()
    assert lost.state == OutboxState.FAILED


def test_mail_waits_for_a_file_that_is_being_made(certificate: Certificate, now: datetime) -> None:
    Issuance.objects.update(state=OutboxState.PENDING)
    row = ask(certificate, now=now)

    assert not services.send_certificate_mail(mail_id=row.pk, now=now)

    row.refresh_from_db()
    assert (row.state, mail.outbox) == (OutboxState.PENDING, [])
    Issuance.objects.update(state=OutboxState.DONE)
    assert services.send_certificate_mail(mail_id=row.pk, now=now + 2 * LEASE)
    assert len(mail.outbox) == 1


def test_sweep_leaves_young_rows_to_their_own_message(
    certificate: Certificate, now: datetime
) -> None:
    ask(certificate, now=now)

    assert services.resend_stale_mails(now=now) == 0
