"""Dates of review and translations that lag behind."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from courses.models import LessonPage, ReviewMail, TranslationCheck
from courses.reviewing import due as due_module
from courses.reviewing.due import Due, due_items, register_dated
from courses.reviewing.enums import ReviewedKind, ReviewMailKind, ReviewPart
from courses.reviewing.mails import promise_weekly_mails
from courses.reviewing.services import send_to_review
from courses.reviewing.tending import mark_version_translated, months_later, renew_review
from courses.reviewing.translations import lagging, stale_page, stale_pages, stale_versions
from lms.core.models import AuditEvent
from tests.courses.authoring import make_trainer, translate
from tests.courses.reviewing.scene import NOW, ReviewScene, client_of, make_scene
from tests.factories.courses import make_lesson, revise_question

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)


@pytest.fixture
def scene() -> ReviewScene:
    return make_scene()


def english(scene: ReviewScene) -> LessonPage:
    found: LessonPage = LessonPage.objects.get(
        translation_key=scene.lesson.translation_key, locale__language_code="en"
    )
    return found


def translated(scene: ReviewScene) -> LessonPage:
    """Publish the lesson in Spanish, and its translation from exactly that."""
    scene.rewrite("Texto.")
    translate(scene.made)
    page = english(scene)
    page.translated_from_revision = scene.lesson.live_revision_id
    page.publish(page.save_revision())
    return english(scene)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 26), 6, date(2027, 5, 26)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_later_is_the_same_day_or_the_last(day: date, months: int, expected: date) -> None:
    assert months_later(day, months) == expected


def test_due_list_names_what_is_overdue_and_what_comes_soon(scene: ReviewScene) -> None:
    module = scene.made.modules[0]
    make_lesson(module, 2, review_due_date=TODAY - timedelta(days=1))
    make_lesson(module, 3, review_due_date=TODAY + timedelta(days=20))
    make_lesson(module, 4, review_due_date=TODAY - timedelta(days=9), live=False)

    found = [(due.title, due.is_overdue(TODAY)) for due in due_items(TODAY)]

    assert found == [("Lección 2", True), ("Lección 3", False)]


def test_approved_question_is_read_again_after_a_year() -> None:
    scene = make_scene(questions=1)
    question = revise_question(scene.made.questions[0], needs_legal_review=True)
    scene.decide(ReviewPart.LEGAL, kind=ReviewedKind.QUESTION, pk=question.pk)

    assert due_items(TODAY) == []
    [due] = [one for one in due_items(TODAY + timedelta(days=360)) if one.renew_pk is None]
    assert due.due_date == date(2027, 11, 26)
    assert due.courses == {scene.made.course.translation_key}


def test_other_parts_join_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_module, "_SOURCES", [])
    register_dated(lambda until: [Due("línea", "1818", TODAY, "/")])

    assert [due.title for due in due_items(TODAY)] == ["1818"]


def test_reading_again_dates_every_language_and_keeps_a_draft_a_draft(scene: ReviewScene) -> None:
    translated(scene)
    scene.rewrite("Borrador.", is_published=False)

    renew_review(lesson=scene.lesson, months=6, acting_user=scene.trainer, now=NOW)

    pages = LessonPage.objects.filter(translation_key=scene.lesson.translation_key)
    dates = {(page.last_reviewed_date, page.review_due_date) for page in pages}
    assert dates == {(TODAY, date(2027, 5, 26))}
    draft = scene.lesson.get_latest_revision_as_object()
    assert (draft.review_due_date, "Borrador." in str(draft.body)) == (date(2027, 5, 26), True)
    assert "Borrador." not in str(scene.lesson.body)
    assert stale_page(english(scene)) is None
    assert AuditEvent.objects.get(action="lesson_read_again").changed_fields == [
        "last_reviewed_date",
        "review_due_date",
    ]


def test_press_of_a_reviewer_renews_and_a_stranger_finds_nothing(scene: ReviewScene) -> None:
    url = reverse("revisiones:renew", args=[scene.lesson.pk])
    stranger = make_trainer(make_scene(slug="otro").made.course)
    assert client_of(stranger).post(url, {"months": "6"}).status_code == 404
    client_of(scene.legal).post(url, {"months": "5"})
    assert not AuditEvent.objects.filter(action="lesson_read_again").exists()

    client_of(scene.legal).post(url, {"months": "12"})

    today = timezone.localdate()
    assert scene.lesson.last_reviewed_date == today
    assert scene.lesson.review_due_date == months_later(today, 12)


def test_weekly_mail_goes_once_to_each_reviewer_for_whom_something_waits(
    scene: ReviewScene,
) -> None:
    assert promise_weekly_mails(now=NOW) == 0
    make_lesson(scene.made.modules[0], 2, review_due_date=TODAY - timedelta(days=1))

    assert promise_weekly_mails(now=NOW) == 2
    assert promise_weekly_mails(now=NOW) == 0
    rows = ReviewMail.objects.filter(kind=ReviewMailKind.WEEKLY)
    assert set(rows.values_list("user", flat=True)) == {scene.legal.pk, scene.protection.pk}


def test_translation_lags_after_new_words_and_not_after_new_dates(scene: ReviewScene) -> None:
    page = translated(scene)
    lesson = scene.lesson
    lesson.review_due_date += timedelta(days=30)
    lesson.publish(lesson.save_revision())
    assert stale_page(page) is None

    scene.rewrite("Texto corregido.")

    assert [(row.pk, row.language) for row in stale_pages()] == [(page.pk, "en")]
    client = client_of(scene.trainer)
    url = reverse("revisiones:translation", args=["page", page.pk])
    shown = client.get(url).content.decode()
    assert "corregido" in shown
    client.post(url)
    assert stale_pages() == []
    again = english(scene)
    again.publish(again.get_latest_revision())
    assert stale_pages() == []


def test_page_translated_in_the_admin_is_compared_with_what_was_there_then(
    scene: ReviewScene,
) -> None:
    page = translated(scene)
    page.translated_from_revision = None
    page.publish(page.save_revision())
    assert stale_pages() == []

    scene.rewrite("Texto corregido.")

    assert [row.pk for row in stale_pages()] == [page.pk]


def test_language_that_changed_alone_leaves_the_other_behind() -> None:
    def version(es: str, en: str) -> dict[str, Any]:
        return {"stems": {"es": es, "en": en}}

    first = version("a", "a")
    assert lagging([first, version("b", "b")]) == {}
    assert lagging([first, version("b", "a")]) == {"en": 0}
    assert lagging([first, version("b", "a"), version("b", "b")]) == {}
    assert lagging([first, version("b", "a"), version("c", "a")]) == {"en": 0}


def test_question_is_listed_until_somebody_vouches_for_it() -> None:
    scene = make_scene(questions=1)
    question = revise_question(
        scene.made.questions[0], stems={"es": "¿Qué hace ahora?", "en": "What do you do first?"}
    )
    [row] = stale_versions()
    assert (row.pk, row.language, row.before, row.after) == (question.pk, "en", 1, 2)
    shown = client_of(scene.legal).get(row.url).content.decode()
    assert "¿Qué hace" in shown

    mark_version_translated(record=question, acting_user=scene.trainer, now=NOW)
    mark_version_translated(record=question, acting_user=scene.trainer, now=NOW)

    assert stale_versions() == []
    assert TranslationCheck.objects.count() == 1


def marks(page: LessonPage) -> str:
    with translation.override("en"):
        return render_to_string("courses/reviewing/lesson_marks.html", {"page": page})


def test_learner_reads_that_the_date_passed_and_that_the_translation_lags(
    scene: ReviewScene,
) -> None:
    page = translated(scene)
    assert "was due on" not in marks(page)
    assert "The Spanish version was updated" not in marks(page)
    scene.rewrite("Texto corregido.")
    LessonPage.objects.update(review_due_date=date(2026, 1, 31))

    shown = marks(english(scene))

    assert "The review of this lesson was due on Jan. 31, 2026" in shown
    assert "The Spanish version was updated" in shown


def test_learner_reads_that_a_review_is_missing_until_it_is_given(
    scene: ReviewScene, django_capture_on_commit_callbacks: Any, mailoutbox: list[Any]
) -> None:
    def end() -> str:
        with translation.override("en"):
            return render_to_string("courses/lesson_end.html", {"page": scene.lesson})

    assert "Needs legal review." in end()
    with django_capture_on_commit_callbacks(execute=True):
        scene.approve()

    assert "Needs legal review." not in end()
    assert len(mailoutbox) == 3


@pytest.mark.parametrize("name", ["index", "due", "translations"])
def test_lists_ask_the_database_as_often_for_one_row_as_for_three(
    name: str, django_assert_num_queries: Any
) -> None:
    scene = make_scene(questions=3)
    client = client_of(scene.legal)
    url = reverse(f"revisiones:{name}")
    grow(scene, 1)
    client.get(url)
    with CaptureQueriesContext(connection) as once:
        client.get(url)
    grow(scene, 3)
    with django_assert_num_queries(len(once)):
        client.get(url)


def grow(scene: ReviewScene, number: int) -> None:
    """Let so many lessons and questions wait, be due and lag behind."""
    for question in scene.made.questions[:number]:
        revise_question(
            question, needs_legal_review=True, stems={"es": f"¿{number}?", "en": "Which?"}
        )
    for extra in range(LessonPage.objects.count() + 1, number + 2):
        make_lesson(scene.made.modules[0], extra)
    LessonPage.objects.update(review_due_date=date(2026, 1, 31))
    pages = list(LessonPage.objects.filter(locale__language_code="es"))
    send_to_review(pages=pages, acting_user=scene.trainer, now=NOW)
