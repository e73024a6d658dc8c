"""What learners are told, on their page and by mail."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import override_settings
from django.utils import translation

from lms.core.enums import OutboxState
from lms.learning.enums import NoticeKind
from lms.learning.marking import tasks
from lms.learning.models import Notice
from lms.learning.notices import (
    LEASE,
    LONGEST_PATH,
    LONGEST_WORDS,
    MOST_TRIES,
    SEND_TASK,
    notify_learner,
    put_away,
    resend_stale_notices,
    send_notice,
    unread_notices,
)
from tests.accounts.test_mail import TOPIC
from tests.factories import UserFactory
from tests.learning.cast import NOW, client_of, make_cast
from tests.learning.marking.cases import Scene, make_scene

pytestmark = pytest.mark.django_db


class NoServer(EmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("nobody listens")


NO_SERVER = override_settings(EMAIL_BACKEND=f"{__name__}.NoServer")


def test_task_has_the_name_by_which_it_is_sent() -> None:
    assert tasks.send_notice.name == SEND_TASK


def tell(learner: Any, kind: NoticeKind = NoticeKind.ALLOWED) -> Notice:
    return notify_learner(learner=learner, kind=kind, now=NOW)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_mail_of_a_notice_tells_nothing(kind: NoticeKind, language: str) -> None:
    learner = UserFactory(language=language)
    notice = tell(learner, kind)
    assert send_notice(notice_id=notice.pk, now=NOW)
    message = mail.outbox[0]
    headers = " ".join(str(value) for value in message.message().values())
    texts = f"{message.from_email} {message.subject} {message.body} {headers}"
    assert TOPIC.findall(texts) == []
    prefix = "" if language == "es" else "/en"
    assert re.findall(r"https?://\S+", str(message.body)) == [f"https://testserver{prefix}/avisos/"]
    assert message.to == [learner.email]


def test_task_that_comes_twice_sends_one_mail(django_capture_on_commit_callbacks: Any) -> None:
    learner = UserFactory()
    with django_capture_on_commit_callbacks(execute=True):
        notice = tell(learner)
    assert len(mail.outbox) == 1
    assert not send_notice(notice_id=notice.pk, now=NOW)
    assert not send_notice(notice_id=notice.pk, now=NOW + 3 * LEASE)
    assert resend_stale_notices(now=NOW + 3 * LEASE) == 0
    assert len(mail.outbox) == 1
    notice.refresh_from_db()
    assert (notice.state, notice.tries) == (OutboxState.DONE, 1)


def test_rolled_back_event_tells_nobody(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        tell(UserFactory())
    assert len(callbacks) == 1
    assert mail.outbox == []


def test_mail_that_failed_is_tried_again_and_given_up_in_the_end() -> None:
    notice = tell(UserFactory())
    now = NOW
    with NO_SERVER:
        for _number in range(MOST_TRIES - 1):
            assert not send_notice(notice_id=notice.pk, now=now)
            now += LEASE + timedelta(seconds=1)
    notice.refresh_from_db()
    assert notice.state == OutboxState.PENDING
    assert notice.failure == "ConnectionRefusedError: nobody listens"
    assert resend_stale_notices(now=now) == 1  # tasks are eager here: it is sent at once
    notice.refresh_from_db()
    assert (notice.state, len(mail.outbox)) == (OutboxState.DONE, 1)

    lost = tell(UserFactory())
    Notice.objects.filter(pk=lost.pk).update(tries=MOST_TRIES)
    assert resend_stale_notices(now=now) == 0
    lost.refresh_from_db()
    assert lost.state == OutboxState.FAILED


@pytest.mark.parametrize(
    "person",
    [
        {"email": None, "username": "sin-correo"},
        {"verified_address": False},
        {"is_active": False},
    ],
)
def test_who_has_no_confirmed_address_is_told_on_the_page_only(person: dict[str, Any]) -> None:
    learner = UserFactory(**person)
    notice = tell(learner)
    assert notice.state == OutboxState.DONE
    assert not send_notice(notice_id=notice.pk, now=NOW)
    assert mail.outbox == []
    assert [shown.pk for shown in unread_notices(learner)] == [notice.pk]


def test_same_news_about_an_attempt_is_said_once_until_it_is_read() -> None:
    scene = make_scene()
    attempt = scene.hand_in()
    learner = scene.cast.learner

    def tell_again() -> int:
        told = notify_learner(learner=learner, kind=NoticeKind.REGRADED, attempt=attempt, now=NOW)
        return told.pk

    first = tell_again()
    assert tell_again() == first
    put_away(learner=learner, notice_id=first, now=NOW)
    assert tell_again() != first


def page_of(scene: Scene) -> str:
    return client_of(scene.cast.learner).get("/mi-aprendizaje/").content.decode()


def test_page_shows_news_until_they_are_put_away() -> None:
    scene = make_scene()
    attempt = scene.hand_in()
    scene.mark(attempt, "excelente", "excelente")
    notice = Notice.objects.get()
    assert f"/mi-aprendizaje/intento/{attempt.public_id}/resultado/" in page_of(scene)
    assert 'id="avisos"' in page_of(scene)

    others = client_of(scene.cast.stranger)
    others.post("/avisos/leido/", {"notice": notice.pk})
    assert 'id="avisos"' in page_of(scene)

    client_of(scene.cast.learner).post("/avisos/leido/", {"notice": notice.pk})
    assert 'id="avisos"' not in page_of(scene)


@pytest.mark.parametrize("chosen", ["", "x", "0", "9" * 30, "²"])
def test_strange_numbers_put_nothing_away(chosen: str) -> None:
    learner = UserFactory()
    tell(learner)
    answer = client_of(learner).post("/avisos/leido/", {"notice": chosen})
    assert (answer.status_code, len(unread_notices(learner))) == (302, 1)


def test_address_of_the_mail_leads_to_the_page_after_a_login() -> None:
    cast = make_cast()
    answers = {
        name: client_of(user).get("/avisos/").headers["Location"]
        for name, user in cast.people.items()
    }
    assert answers.pop("nobody") == "/accounts/login/?next=/avisos/"
    assert set(answers.values()) == {"/mi-aprendizaje/#avisos"}


def test_page_asks_the_same_number_of_queries_for_one_and_three_news(
    django_assert_max_num_queries: Any,
) -> None:
    learner = UserFactory()
    for number in (1, 3):
        while Notice.objects.count() < number:
            tell(learner)
        with django_assert_max_num_queries(2):
            assert len(unread_notices(learner)) == number


def test_line_leads_to_its_path_in_the_readers_language() -> None:
    learner = UserFactory()
    key = uuid4()
    notice = notify_learner(
        learner=learner,
        kind=NoticeKind.CERTIFICATE_CHANGED,
        now=NOW,
        path="/mi-aprendizaje/",
        words="Curso",
        item_key=key,
    )
    assert (notice.path, notice.words, notice.quiz_key) == ("/mi-aprendizaje/", "Curso", key)

    spanish = unread_notices(learner)[0]
    with translation.override("en"):
        english = unread_notices(learner)[0]

    assert (spanish.url, spanish.detail, spanish.quiz) == ("/mi-aprendizaje/", "Curso", None)
    assert english.url == "/en/mi-aprendizaje/"
    page = client_of(learner).get("/mi-aprendizaje/").content.decode()
    assert 'href="/mi-aprendizaje/"' in page


def test_path_that_is_too_long_leads_nowhere_and_words_are_cut() -> None:
    notice = notify_learner(
        learner=UserFactory(),
        kind=NoticeKind.CERTIFICATE_ENDS,
        now=NOW,
        path="/" + "x" * LONGEST_PATH,
        words="x" * (LONGEST_WORDS + 1),
    )
    notice.full_clean()
    assert notice.path == ""
    assert notice.words == "x" * (LONGEST_WORDS - 1) + "…"


def test_repeat_puts_away_what_it_says_anew_and_nothing_else() -> None:
    learner = UserFactory()
    told = {"learner": learner, "now": NOW, "kind": NoticeKind.CERTIFICATE_ENDS}
    other = notify_learner(**told, path="/otro/")
    notify_learner(**told, path="/uno/")
    newest = notify_learner(**told, path="/uno/", is_repeat=True)
    assert {shown.pk for shown in unread_notices(learner)} == {other.pk, newest.pk}
    assert Notice.objects.count() == 3
