"""Releases: the promise, what changed, and what stands in the way."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from courses.enums import StaffPart
from courses.models import CourseRelease
from courses.promise_changes import promise_changes
from courses.promises import CoursePromise
from courses.queries import build_promise, latest_release
from courses.services import ReleaseRefused, release_course
from lms.core.models import AuditEvent
from tests.courses.authoring import as_drafts, client_of, fresh, make_trainer, translate
from tests.factories import make_course
from tests.factories.courses import MadeCourse, make_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def release(made: MadeCourse, now: datetime) -> CourseRelease:
    return release_course(course_page=made.course, acting_user=None, now=now)


def refusal(made: MadeCourse, now: datetime) -> list[str]:
    with pytest.raises(ReleaseRefused) as refused:
        release(made, now)
    return list(refused.value.problems)


def test_promise_is_read_from_the_live_tree_in_both_languages() -> None:
    made = make_course(lessons=2, questions=1)
    made.quiz.attempts = 3
    made.quiz.mode, made.quiz.counting, made.quiz.weight = "exam", "last", Decimal("2.5")
    made.quiz.save()
    made.quiz_page.requires = [("page", made.lessons[1])]
    made.quiz_page.save()
    translate(made)

    def titles(title: str) -> dict[str, str]:
        return {"es": title, "en": f"{title} (en)"}

    def item(page: Any, kind: str, **more: Any) -> dict[str, Any]:
        return {
            "key": str(page.translation_key),
            "kind": kind,
            "titles": titles(page.title),
            "minutes": 10,
            "requires": [],
            "pass_mark": None,
            "attempts": None,
            "mode": "graded",
            "counting": "best",
            "weight": "1",
            **more,
        }

    quiz = item(
        made.quiz_page,
        "quiz",
        requires=[str(made.lessons[1].translation_key)],
        pass_mark="70.00",
        attempts=3,
        mode="exam",
        counting="last",
        weight="2.50",
    )
    assert build_promise(made.course).to_json() == {
        "course_key": str(made.course.translation_key),
        "titles": titles("Curso de prueba"),
        "certificate_texts": {
            "es": "Atestigua que se hizo el curso.",
            "en": "Atestigua que se hizo el curso.",
        },
        "validity_months": 24,
        "languages": ["es", "en"],
        "scale": "vigesimal",
        "is_pilot": True,
        "renews": None,
        "attendance_percent": None,
        "needs_approval": False,
        "asks_for_document": False,
        "modules": [
            {
                "key": str(made.modules[0].translation_key),
                "titles": titles("Módulo"),
                "requires": [],
                "items": [
                    item(made.lessons[0], "lesson"),
                    item(made.lessons[1], "lesson"),
                    quiz,
                ],
            }
        ],
    }


def test_promise_of_the_english_page_is_the_same() -> None:
    made = make_course()
    english = translate(made)

    assert build_promise(english) == build_promise(made.course)


def test_drafts_are_not_promised() -> None:
    made = make_course(lessons=3, questions=0)
    as_drafts(made.lessons[1])

    assert [item.title for item in build_promise(made.course).items()] == ["Lección 1", "Lección 3"]


def test_release_freezes_the_promise_with_an_audit_row(now: datetime) -> None:
    made = make_course()
    trainer = make_trainer(made.course)

    frozen = release_course(course_page=made.course, acting_user=trainer, now=now)

    assert (frozen.number, frozen.is_pilot, frozen.created_at, frozen.created_by) == (
        1,
        True,
        now,
        trainer,
    )
    assert CoursePromise.from_json(frozen.promise) == build_promise(made.course)
    assert latest_release(made.course.translation_key) == frozen
    event = AuditEvent.objects.get(action="course_released")
    assert (event.actor_id, event.target_id) == (trainer.pk, str(frozen.pk))


def test_release_is_not_touched_by_later_edits(now: datetime) -> None:
    made = make_course(questions=0)
    frozen = release(made, now)
    before = dict(frozen.promise)
    made.lessons[0].minutes = 30
    made.lessons[0].save()

    second = release(made, now)

    frozen.refresh_from_db()
    assert frozen.promise == before
    assert second.number == 2
    assert promise_changes(frozen.typed_promise, second.typed_promise) == [
        "Academic hours: 0.4 → 0.9.",
        "“Lección 1”: minutes 10 → 30.",
    ]


def test_nothing_changed_is_no_reason_for_a_release(now: datetime) -> None:
    made = make_course(questions=0)
    release(made, now)

    assert refusal(made, now) == ["Nothing has changed since release 1."]
    assert CourseRelease.objects.count() == 1


@pytest.mark.parametrize("mode", ["diagnosis", "survey"])
def test_quiz_that_does_not_count_promises_no_pass_mark(mode: str) -> None:
    made = make_course(questions=1)
    made.quiz.mode = mode
    made.quiz.save()

    item = build_promise(fresh(made.course)).item(made.quiz_page.translation_key)

    assert (item.mode, item.pass_mark, item.is_counted) == (mode, None, False)


def test_release_from_before_modes_has_not_changed(now: datetime) -> None:
    made = make_course(questions=1)
    frozen = release(made, now)
    for module in frozen.promise["modules"]:
        for item in module["items"]:
            for name in ("mode", "counting", "weight"):
                del item[name]
    frozen.save()

    assert refusal(made, now) == ["Nothing has changed since release 1."]


def test_other_rules_of_a_quiz_are_told_in_words(now: datetime) -> None:
    made = make_course(questions=1)
    old = release(made, now).typed_promise
    made.quiz.weight, made.quiz.counting = Decimal("2.5"), "first"
    made.quiz.save()
    weighted = build_promise(fresh(made.course))
    made.quiz.mode = "diagnosis"
    made.quiz.save()

    assert promise_changes(old, weighted) == [
        "“Prueba”: weight 1 → 2.5.",
        "“Prueba”: which attempt counts the best one → the first one.",
    ]
    assert promise_changes(weighted, build_promise(fresh(made.course))) == [
        "“Prueba”: kind quiz → diagnosis.",
        "“Prueba”: pass mark 70 → none.",
    ]


def test_changes_are_told_in_words(now: datetime) -> None:
    made = make_course(questions=1)
    old = release(made, now).typed_promise
    made.course.title, made.course.validity_months = "Otro título", 12
    made.course.is_partner_reviewed = True
    made.course.save()
    made.quiz.pass_mark, made.quiz.attempts = Decimal(80), 2
    made.quiz.save()
    as_drafts(made.lessons[0])
    make_lesson(made.modules[0], 7)

    assert promise_changes(old, build_promise(fresh(made.course))) == [
        "Title: “Curso de prueba” → “Otro título”.",
        "Validity in months: 24 → 12.",
        "Pilot: yes → no.",
        "Added: “Lección 7”.",
        "Removed: “Lección 1”.",
        "“Prueba”: pass mark 70 → 80.",
        "“Prueba”: attempts no limit → 2.",
    ]
    assert promise_changes(None, old) == ["This is the first release of the course."]


def test_new_language_is_one_change(now: datetime) -> None:
    made = make_course(questions=0)
    old = release(made, now).typed_promise
    translate(made)

    assert promise_changes(old, build_promise(made.course)) == ["Languages: es → es, en."]


def test_new_order_is_a_change(now: datetime) -> None:
    made = make_course(questions=0)
    old = release(made, now).typed_promise
    fresh(made.lessons[1]).move(made.lessons[0], pos="left")

    assert promise_changes(old, build_promise(fresh(made.course))) == [
        "The order of the parts has changed."
    ]


def test_unpublished_or_empty_course_is_refused(now: datetime) -> None:
    made = make_course(lessons=1, questions=0)
    as_drafts(made.course, *made.modules, *made.lessons)

    assert refusal(made, now) == [
        "The course is not published.",
        "The course has no published lesson or quiz.",
        "Curso de prueba: The course has no published module. Publish a module first.",
    ]


def test_language_is_claimed_by_the_courses_page_and_must_be_whole(now: datetime) -> None:
    made = make_course(questions=0)
    translate(made, without=(made.lessons[1],))

    assert refusal(made, now) == ["“Lección 2” is not published in “en”."]
    assert build_promise(made.course).languages == ("es",)


def test_translation_that_is_not_whole_is_refused(now: datetime) -> None:
    made = make_course(lessons=1, questions=0)
    translate(made)
    source, _created = TranslationSource.get_or_create_from_instance(made.lessons[0])
    Translation.objects.create(source=source, target_locale=Locale.objects.get(language_code="en"))

    assert refusal(made, now) == ["“Lección 1” is not wholly translated into “en”."]


def test_requirement_that_can_never_be_met_is_refused(now: datetime) -> None:
    made = make_course(questions=1)
    draft = make_lesson(made.modules[0], 8)
    made.quiz_page.requires = [("page", draft)]
    made.quiz_page.save()
    as_drafts(draft)

    assert refusal(made, now) == ["“Prueba” asks first for something that is not published."]

    made.quiz_page.requires = [("page", made.quiz_page)]
    made.quiz_page.save()
    assert refusal(made, now) == ["“Prueba” can never open: what it asks for first waits for it."]


def test_quiz_that_ran_dry_is_refused(now: datetime) -> None:
    made = make_course(questions=1)
    made.questions[0].live_version = None
    made.questions[0].save()

    assert refusal(made, now) == ["Prueba: The question “curso-prueba-1” is not published."]


def test_release_page_shows_and_freezes(now: datetime) -> None:
    made = make_course(questions=1)
    client = client_of(make_trainer(made.course))
    url = reverse("ediciones:detail", args=[made.course.pk])

    before = client.get(url)
    posted = client.post(url)
    after = client.get(url)
    again = client.post(url)

    assert before.context["problems"] == []
    assert before.context["may_release"]
    assert posted.url == url
    assert [r.number for r in after.context["releases"]] == [1]
    assert after.context["problems"] == ["Nothing has changed since release 1."]
    assert "Nothing has changed since release 1." in [
        str(message) for message in get_messages(again.wsgi_request)
    ]
    assert CourseRelease.objects.count() == 1


def test_trainer_who_does_not_lead_sees_but_cannot_release() -> None:
    made = make_course(questions=0)
    client = client_of(make_trainer(made.course, StaffPart.TRAINER))

    response = client.get(reverse("ediciones:detail", args=[made.course.pk]))

    assert not response.context["may_release"]
    assert b'method="post"' not in response.content.split(b"<main")[-1]
