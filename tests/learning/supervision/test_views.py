"""The list of attempts, one attempt, annulment and allowance: what staff sees and may do."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from courses.enums import QuizMode, StaffPart
from courses.models import CourseStaff
from lms.accounts.models import User
from lms.core.models import AuditEvent
from lms.core.queries import read_reason
from lms.learning.attempts.services import (
    annul_attempt,
    save_response,
    start_attempt,
    submit_attempt,
)
from lms.learning.enums import AttemptState
from lms.learning.models import Allowance, Attempt, AttemptItem, Enrolment
from tests.factories import EnrolmentFactory, UserFactory, make_course
from tests.learning.cast import NOW, Cast, client_of, make_cast

pytestmark = pytest.mark.django_db

RULE = {"es": "Nunca se devuelve a una persona.", "en": "A person is never given back."}


@pytest.fixture
def cast() -> Cast:
    """A released course of three questions, without lessons in the way."""
    return make_cast(make_course(lessons=0))


def key_of(cast: Cast) -> Any:
    assert cast.made.quiz_page is not None
    return cast.made.quiz_page.translation_key


def take(
    cast: Cast, enrolment: Enrolment, letters: str = "aaa", *, hand_in: bool = True
) -> Attempt:
    """Return an attempt with these answers, five minutes long."""
    attempt = start_attempt(
        enrolment=enrolment, quiz_key=key_of(cast), acting_user=enrolment.learner, now=NOW
    )
    for position, letter in enumerate(letters, start=1):
        save_response(
            attempt=attempt,
            position=position,
            posted={"": [letter]},
            sequence=1,
            acting_user=enrolment.learner,
            now=NOW,
        )
    if hand_in:
        attempt = submit_attempt(
            attempt=attempt, acting_user=enrolment.learner, now=NOW + timedelta(minutes=5)
        )
    return attempt


def other(cast: Cast, name: str = "Otra Persona") -> Enrolment:
    """Return a further learner of the course."""
    made: Enrolment = EnrolmentFactory(release=cast.release, learner=UserFactory(full_name=name))
    return made


def set_quiz(cast: Cast, **rules: Any) -> None:
    """Change the rules of the quiz, without asking the form."""
    type(cast.made.quiz).objects.filter(pk=cast.made.quiz.pk).update(**rules)


def list_url(cast: Cast) -> str:
    return reverse("quiz_attempts", args=[key_of(cast)])


def allow_url(cast: Cast, enrolment: Enrolment | None = None) -> str:
    return reverse("grant_allowance", args=[key_of(cast), (enrolment or cast.enrolment).pk])


STAFF_ONLY = {
    "learner": 404,
    "trainer": 200,
    "coordinator": 404,
    "administrator": 200,
    "stranger": 404,
    "nobody": 302,
}


def test_pages_are_for_the_staff_of_the_course(cast: Cast) -> None:
    attempt = take(cast, cast.enrolment)
    urls = [
        list_url(cast),
        allow_url(cast),
        reverse("followed_attempt", args=[attempt.public_id]),
        reverse("annul_attempt", args=[attempt.public_id]),
    ]

    assert [cast.statuses(url) for url in urls] == [STAFF_ONLY] * 4


def test_trainer_of_another_course_is_a_stranger(cast: Cast) -> None:
    attempt = take(cast, cast.enrolment)
    stranger = make_cast(make_course(slug="otro")).trainer

    urls = [list_url(cast), reverse("annul_attempt", args=[attempt.public_id]), allow_url(cast)]

    posts = [client_of(stranger).post(url, {"reason": "x", "extra_attempts": "1"}) for url in urls]
    assert [answer.status_code for answer in posts] == [405, 404, 404]
    assert client_of(stranger).get(urls[0]).status_code == 404
    assert not Allowance.objects.exists()
    assert Attempt.objects.get().state == AttemptState.MARKED


def test_list_shows_learners_with_their_attempts(cast: Cast) -> None:
    first = take(cast, cast.enrolment, "aab")
    take(cast, cast.enrolment, "aaa")
    other(cast, "Zoila Nadie")

    response = client_of(cast.trainer).get(list_url(cast))

    learners = response.context["learners"]
    assert [(row.name, len(row.attempts)) for row in learners] == [
        (cast.learner.full_name, 2),
        ("Zoila Nadie", 0),
    ]
    rows = learners[0].attempts
    assert [(row.attempt.number, row.attempt.counts, row.minutes) for row in rows] == [
        (1, False, 5),
        (2, True, 5),
    ]
    html = response.content.decode()
    assert reverse("followed_attempt", args=[first.public_id]) in html
    assert ("<span>13,33 " in html, "<span>20 " in html) == (True, True)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("", ["Ana", "Bea", "Caro", "Dora", "Eva"]),
        ("under_way", ["Caro"]),
        ("passed", ["Ana"]),
        ("not_passed", ["Bea"]),
        ("none", ["Dora"]),
        ("annulled", ["Eva"]),
        ("waiting", []),
        ("safety", []),
        ("quatsch", ["Ana", "Bea", "Caro", "Dora", "Eva"]),
    ],
)
def test_list_is_filtered(cast: Cast, shown: str, expected: list[str]) -> None:
    User.objects.filter(pk=cast.learner.pk).update(full_name="Ana")
    take(cast, Enrolment.objects.get(pk=cast.enrolment.pk))
    take(cast, other(cast, "Bea"), "bbb")
    take(cast, other(cast, "Caro"), "a", hand_in=False)
    other(cast, "Dora")
    eva = take(cast, other(cast, "Eva"))
    annul_attempt(attempt=eva, reason="Prueba.", acting_user=cast.trainer, now=NOW)

    response = client_of(cast.trainer).get(list_url(cast), {"shown": shown})

    assert [row.name for row in response.context["learners"]] == expected


def test_list_is_searched_by_name(cast: Cast) -> None:
    other(cast, "Zoila Nadie")

    response = client_of(cast.trainer).get(list_url(cast), {"name": "zoila", "page": "x"})

    assert [row.name for row in response.context["learners"]] == ["Zoila Nadie"]


def test_list_takes_the_same_queries_for_one_and_three(cast: Cast) -> None:
    client = client_of(cast.trainer)
    take(cast, cast.enrolment, "aab")
    Allowance.objects.create(
        enrolment=cast.enrolment,
        quiz_key=key_of(cast),
        extra_attempts=1,
        reason="x",
        granted_by=cast.trainer,
        granted_at=NOW,
    )
    client.get(list_url(cast))
    with CaptureQueriesContext(connection) as one:
        client.get(list_url(cast))
    for name in ("Bea", "Caro"):
        enrolment = other(cast, name)
        take(cast, enrolment, "bbb")
        take(cast, enrolment, "bbb")
        Allowance.objects.create(
            enrolment=enrolment,
            quiz_key=key_of(cast),
            extra_minutes=5,
            reason="x",
            granted_by=UserFactory(),
            granted_at=NOW,
        )
    with CaptureQueriesContext(connection) as three:
        response = client.get(list_url(cast))

    assert len(response.context["learners"]) == 3
    assert len(one) == len(three)


def test_attempt_shows_answers_and_marks(cast: Cast) -> None:
    attempt = take(cast, cast.enrolment, "ab")

    response = client_of(cast.trainer).get(reverse("followed_attempt", args=[attempt.public_id]))

    items = response.context["read"].items
    assert [(item.answer, item.mark, item.max_mark) for item in items] == [
        ("Opción a", 1, 1),
        ("Opción b", 0, 1),
        ("", 0, 1),
    ]
    assert "6,66" in response.content.decode()


def test_attempt_takes_the_same_queries_for_one_and_three_questions(cast: Cast) -> None:
    short = make_cast(make_course(slug="corto", lessons=0, questions=1))
    counts = []
    for one, letters in ((short, "a"), (cast, "aaa")):
        attempt = take(one, one.enrolment, letters)
        client = client_of(one.trainer)
        url = reverse("followed_attempt", args=[attempt.public_id])
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_answers_under_way_are_not_read(cast: Cast) -> None:
    attempt = take(cast, cast.enrolment, "a", hand_in=False)

    response = client_of(cast.trainer).get(reverse("followed_attempt", args=[attempt.public_id]))

    assert response.context["read"].items == ()
    assert "Opción a" not in response.content.decode()


@pytest.mark.parametrize("is_marked_anonymously", [True, False])
def test_answer_that_waits_for_an_anonymous_marker_is_hidden(
    cast: Cast, is_marked_anonymously: bool
) -> None:
    set_quiz(cast, is_marked_anonymously=is_marked_anonymously)
    attempt = take(cast, cast.enrolment, "aaa")
    AttemptItem.objects.filter(attempt=attempt, position=1).update(is_waiting=True, mark=None)

    response = client_of(cast.trainer).get(reverse("followed_attempt", args=[attempt.public_id]))

    answers = [item.answer for item in response.context["read"].items]
    hidden = "" if is_marked_anonymously else "Opción a"
    assert answers == [hidden, "Opción a", "Opción a"]


def test_broken_rule_of_safety_is_named_and_a_fresh_try_offered(cast: Cast) -> None:
    for question in cast.made.questions:
        version = question.live_version
        question.live_version = type(version).objects.create(
            question=question,
            number=2,
            kind=version.kind,
            content={**version.content, "safety_rules": RULE},
            created_at=NOW,
        )
        question.save()
    attempt = take(cast, cast.enrolment, "aab")
    client = client_of(cast.trainer)

    response = client.get(reverse("followed_attempt", args=[attempt.public_id]))
    listed = client.get(list_url(cast), {"shown": "safety"})
    form = client.get(f"{allow_url(cast)}?intento=1").context["form"]

    assert response.context["read"].safety_rules == [RULE["es"]]
    assert escape(f"{allow_url(cast)}?intento=1") in response.content.decode()
    assert [row.name for row in listed.context["learners"]] == [cast.learner.full_name]
    assert form["extra_attempts"].value() == 1


def test_attempt_is_annulled_with_a_reason(cast: Cast) -> None:
    first = take(cast, cast.enrolment, "aab")
    second = take(cast, cast.enrolment, "aaa")
    url = reverse("annul_attempt", args=[second.public_id])
    client = client_of(cast.trainer)

    refused = client.post(url, {"reason": "  "})
    done = client.post(url, {"reason": "Otra persona respondió."})
    again = client.post(url, {"reason": "Otra vez."})

    assert list(refused.context["form"].errors) == ["reason"]
    target = reverse("followed_attempt", args=[second.public_id])
    assert (done.url, again.url) == (target, target)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.state, second.annulled_by, second.annulled_reason) == (
        AttemptState.ANNULLED,
        cast.trainer,
        "Otra persona respondió.",
    )
    assert (first.counts, second.counts) == (True, False)
    event = AuditEvent.objects.get(action="attempt_annulled")
    assert (event.actor_id, read_reason(event)) == (cast.trainer.pk, "Otra persona respondió.")
    assert "Otra persona respondió." in client.get(target).content.decode()


def test_annulment_takes_no_completion_away(cast: Cast) -> None:
    attempt = take(cast, cast.enrolment, "aaa")
    cast.enrolment.refresh_from_db()
    assert cast.enrolment.completed_at is not None

    client_of(cast.trainer).post(
        reverse("annul_attempt", args=[attempt.public_id]), {"reason": "Motivo."}
    )

    cast.enrolment.refresh_from_db()
    assert cast.enrolment.completed_at is not None


def test_trainer_allows_attempts_and_minutes(cast: Cast) -> None:
    set_quiz(cast, time_limit_minutes=30, wait_minutes=60)
    data = {"extra_attempts": "2", "extra_minutes": "15", "reason": "Conexión débil."}

    response = client_of(cast.trainer).post(allow_url(cast), data)

    assert response.url == list_url(cast)
    row = Allowance.objects.get()
    assert (row.extra_attempts, row.extra_minutes, row.reason, row.granted_by) == (
        2,
        15,
        "Conexión débil.",
        cast.trainer,
    )
    assert "Conexión débil." in client_of(cast.trainer).get(list_url(cast)).content.decode()
    event = AuditEvent.objects.get(action="allowance_granted")
    assert event.actor_id == cast.trainer.pk


def test_reason_of_an_allowance_is_for_trainers_only(cast: Cast) -> None:
    set_quiz(cast, time_limit_minutes=30)
    data = {"extra_minutes": "15", "reason": "Motivo-reservado"}
    client_of(cast.trainer).post(allow_url(cast), data)
    attempt = take(cast, cast.enrolment, hand_in=False)
    path = cast.made.quiz_page.url_path.split("/", 2)[2]
    pages = [
        f"/{path}",
        reverse("my_learning"),
        reverse("attempt", args=[attempt.public_id]),
        reverse("attempt_question", args=[attempt.public_id, 1]),
    ]

    shown = [client_of(cast.learner).get(url, follow=True).content.decode() for url in pages]

    assert [("Motivo-reservado" in html) for html in shown] == [False] * 4


@pytest.mark.parametrize(
    ("data", "rules", "field"),
    [
        ({"reason": "x"}, {"wait_minutes": 5}, "extra_attempts"),
        ({"extra_attempts": "0", "reason": "x"}, {"wait_minutes": 5}, "extra_attempts"),
        ({"extra_attempts": "-1", "reason": "x"}, {"wait_minutes": 5}, "extra_attempts"),
        ({"extra_attempts": "21", "reason": "x"}, {"wait_minutes": 5}, "extra_attempts"),
        ({"extra_attempts": "9" * 40, "reason": "x"}, {"wait_minutes": 5}, "extra_attempts"),
        ({"extra_attempts": "1", "reason": "x"}, {}, "extra_attempts"),
        ({"extra_minutes": "5", "reason": "x"}, {}, "extra_minutes"),
        ({"extra_minutes": "601", "reason": "x"}, {"time_limit_minutes": 5}, "extra_minutes"),
        ({"extra_minutes": "5", "reason": " "}, {"time_limit_minutes": 5}, "reason"),
        ({"extra_minutes": "5", "reason": "x" * 301}, {"time_limit_minutes": 5}, "reason"),
    ],
)
def test_allowance_that_cannot_be_is_answered_at_its_field(
    cast: Cast, data: dict[str, str], rules: dict[str, Any], field: str
) -> None:
    set_quiz(cast, **rules)

    response = client_of(cast.trainer).post(allow_url(cast), data)

    form = response.context["form"]
    assert list(form.errors) == [field]
    assert {name: form[name].value() for name in data} == data
    assert not Allowance.objects.exists()


def test_nobody_decides_about_her_own_attempt(cast: Cast) -> None:
    enrolment = EnrolmentFactory(release=cast.release, learner=cast.trainer)
    attempt = take(cast, enrolment, "bbb")
    client = client_of(cast.trainer)
    url = reverse("annul_attempt", args=[attempt.public_id])

    statuses = [
        client.post(url, {"reason": "x"}).status_code,
        client.post(allow_url(cast, enrolment), {"reason": "x"}).status_code,
    ]

    assert statuses == [403, 403]
    shown = client.get(reverse("followed_attempt", args=[attempt.public_id])).content.decode()
    assert url not in shown


def test_sheet_of_an_anonymous_survey_is_nobodys(cast: Cast) -> None:
    attempt = take(cast, cast.enrolment, "aaa")
    rule = {**attempt.rule, "mode": QuizMode.SURVEY, "is_anonymous": True, "pass_mark": None}
    Attempt.objects.update(
        rule=rule, mode=QuizMode.SURVEY, score=None, is_passed=None, counts=False
    )
    set_quiz(cast, mode=QuizMode.SURVEY, is_anonymous=True)
    url = reverse("followed_attempt", args=[attempt.public_id])
    client = client_of(cast.trainer)

    listed = client.get(list_url(cast)).content.decode()

    assert url not in listed
    assert cast.learner.full_name in listed
    statuses = [client.get(url).status_code, client.get(f"{url}anular/").status_code]
    assert statuses == [404, 404]


def test_enrolment_of_another_course_is_not_found(cast: Cast) -> None:
    elsewhere = make_cast(make_course(slug="otro", lessons=0))

    response = client_of(cast.administrator).get(allow_url(cast, elsewhere.enrolment))

    assert response.status_code == 404
    far = f"/ensenar/intentos/{key_of(cast)}/{'9' * 30}/permitir/"
    assert client_of(cast.administrator).get(far).status_code == 404


def test_lead_follows_too(cast: Cast, client: Client) -> None:
    lead = UserFactory(role="trainer")
    CourseStaff.objects.create(user=lead, course_key=cast.release.course_key, part=StaffPart.LEAD)

    assert client_of(lead).get(list_url(cast)).status_code == 200
