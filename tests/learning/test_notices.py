"""What learners are told, on their page and by mail."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from smtplib import SMTPRecipientsRefused
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import override_settings
from django.utils import translation
from kombu.exceptions import OperationalError

from lms.core.enums import OutboxState
from lms.core.outbox import DELAYS, MOST_MAIL_TRIES
from lms.learning import tasks
from lms.learning.enums import NoticeKind
from lms.learning.models import Notice
from lms.learning.notices import (
    LEASE,
    LONGEST_PATH,
    LONGEST_WORDS,
    ROWS_AT_ONCE,
    SEND_TASK,
    TURN_TASK,
    News,
    notify_learner,
    notify_learners,
    put_away,
    resend_stale_notices,
    send_notice,
    send_notices,
    unread_notices,
)
from tests.accounts.test_mail import TOPIC
from tests.factories import UserFactory
from tests.factories.messages import many_people
from tests.learning.cast import NOW, client_of, make_cast
from tests.learning.marking.cases import Scene, make_scene

pytestmark = pytest.mark.django_db


class NoServer(EmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("nobody listens")


NO_SERVER = override_settings(EMAIL_BACKEND=f"{__name__}.NoServer")


def test_task_has_the_name_by_which_it_is_sent() -> None:
    assert (tasks.send_notice.name, tasks.send_notices.name) == (SEND_TASK, TURN_TASK)


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


def fixed(moment: datetime) -> datetime:
    return moment


def test_mail_server_that_is_down_for_a_day_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("lms.learning.notices.send_now", asked.append)
    notices = [tell(UserFactory()) for _one in range(3)]
    now = NOW + 2 * LEASE
    with NO_SERVER:
        for _look in range(24 * 6):  # every ten minutes, of a day
            if resend_stale_notices(now=now):
                assert asked.pop() == TURN_TASK
                send_notices(clock=partial(fixed, now))
            now += timedelta(minutes=10)
    tried = Notice.objects.order_by("pk").values_list("state", "failure")
    assert set(tried) == {(OutboxState.PENDING, "ConnectionRefusedError: nobody listens")}
    assert mail.outbox == []

    now += DELAYS[-1]
    send_notices(clock=lambda: now)

    assert len({str(one.message()["Message-ID"]) for one in mail.outbox}) == len(mail.outbox) == 3
    assert {one.to[0] for one in mail.outbox} == {one.learner.email for one in notices}
    assert set(Notice.objects.values_list("state", "failure")) == {(OutboxState.DONE, "")}


def test_mail_is_held_back_longer_after_each_try_and_given_up_in_the_end() -> None:
    notice, now = tell(UserFactory()), NOW
    waits = []
    with NO_SERVER:
        for number in range(1, MOST_MAIL_TRIES + 1):
            assert not send_notice(notice_id=notice.pk, now=now)
            assert not send_notice(notice_id=notice.pk, now=now + timedelta(seconds=1))
            notice.refresh_from_db()
            assert notice.tries == number
            if notice.claimed_until is not None:
                waits.append(notice.claimed_until - now)
                now = notice.claimed_until + timedelta(seconds=1)
    assert waits == [*DELAYS, *[DELAYS[-1]] * (MOST_MAIL_TRIES - 1 - len(DELAYS))]
    assert sum(waits, timedelta()) > timedelta(days=2)
    assert notice.state == OutboxState.FAILED

    lost = tell(UserFactory())
    Notice.objects.filter(pk=lost.pk).update(tries=MOST_MAIL_TRIES)
    assert resend_stale_notices(now=now) == 0
    lost.refresh_from_db()
    assert (lost.state, bool(lost.failure)) == (OutboxState.FAILED, True)


class RefusesOne(EmailBackend):
    """A mail server that refuses one recipient, for good or for now."""

    code = 550

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if message.to == ["nadie@example.test"]:
                raise SMTPRecipientsRefused({"nadie@example.test": (self.code, b"nadie@")})
        return super().send_messages(messages)


class RefusesOneForNow(RefusesOne):
    code = 451


def test_refused_recipient_fails_her_own_row_only_and_is_named_nowhere() -> None:
    refused = tell(UserFactory(email="nadie@example.test"))
    others = [tell(UserFactory()) for _one in range(2)]
    with override_settings(EMAIL_BACKEND=f"{__name__}.RefusesOne"):
        assert send_notices(clock=lambda: NOW) == 2
    refused.refresh_from_db()
    assert (refused.state, refused.failure) == (OutboxState.FAILED, "SMTPRecipientsRefused: 550")
    assert sorted(one.to[0] for one in mail.outbox) == [one.learner.email for one in others]
    assert resend_stale_notices(now=NOW + timedelta(days=1)) == 0


def test_recipient_who_is_refused_for_now_is_tried_again() -> None:
    notice = tell(UserFactory(email="nadie@example.test"))
    with override_settings(EMAIL_BACKEND=f"{__name__}.RefusesOneForNow"):
        assert send_notices(clock=lambda: NOW) == 0
    notice.refresh_from_db()
    assert (notice.state, notice.failure) == (OutboxState.PENDING, "SMTPRecipientsRefused: 451")
    assert send_notices(clock=lambda: NOW + DELAYS[0]) == 0
    assert send_notices(clock=lambda: NOW + DELAYS[0] + timedelta(seconds=1)) == 1


def test_turn_ends_at_the_first_mail_that_is_not_taken() -> None:
    for _one in range(3):
        tell(UserFactory())
    with NO_SERVER:
        assert send_notices(clock=lambda: NOW) == 0
    assert sorted(Notice.objects.values_list("tries", flat=True)) == [0, 0, 1]


@pytest.mark.parametrize("number", [1, 3])
def test_many_are_told_in_four_queries(number: int, django_assert_num_queries: Any) -> None:
    people = [UserFactory() for _one in range(number)]
    silent = UserFactory(verified_address=False)
    news = [News(one, path="/cursos/", words="Uno") for one in [*people, silent]]
    with django_assert_num_queries(4):  # the addresses and the rows, within a savepoint
        notices = notify_learners(news=news, kind=NoticeKind.MESSAGE, now=NOW)
    assert [one.learner for one in notices] == [*people, silent]
    states = [OutboxState.PENDING] * number + [OutboxState.DONE]
    assert [Notice.objects.get(pk=one.pk).state for one in notices] == states


def test_many_mails_go_out_in_turns(django_capture_on_commit_callbacks: Any) -> None:
    number = 2 * ROWS_AT_ONCE + 1
    people = many_people(number)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        notify_learners(news=[News(one) for one in people], kind=NoticeKind.MESSAGE, now=NOW)
    assert len(callbacks) == 3  # turns, not mails
    assert sorted(one.to[0] for one in mail.outbox) == sorted(str(one.email) for one in people)


def test_broker_that_is_down_loses_no_news_of_many(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.send_notices, "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        notify_learners(news=[News(UserFactory())], kind=NoticeKind.MESSAGE, now=NOW)
    assert mail.outbox == []
    monkeypatch.undo()
    assert resend_stale_notices(now=NOW + 2 * LEASE) == 1  # tasks are eager here: sent at once
    assert len(mail.outbox) == 1


def test_mail_of_a_reminder_waits_for_the_morning_of_lima() -> None:
    notice = tell(UserFactory(), NoticeKind.REMINDER)
    night = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)  # half past nine of the evening before
    assert not send_notice(notice_id=notice.pk, now=night)
    assert send_notices(clock=lambda: night + timedelta(hours=10)) == 0
    notice.refresh_from_db()
    assert (notice.claimed_until, notice.tries) == (datetime(2026, 11, 25, 13, 0, tzinfo=UTC), 0)
    assert send_notices(clock=lambda: datetime(2026, 11, 25, 13, 0, 1, tzinfo=UTC)) == 1


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
