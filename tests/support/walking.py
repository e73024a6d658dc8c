"""Takes a learner through a course by the product's own services, item by item, all right."""

from datetime import datetime
from typing import Any

from wagtail.models import Page

from courses.enums import ItemKind
from courses.models import CasePage
from courses.promises import PromisedItem
from courses.question_types import question_type
from lms.learning.attempts.services import start_attempt, submit_attempt
from lms.learning.cases.services import start_run, take_choice
from lms.learning.enums import LessonWay
from lms.learning.models import Enrolment, Response
from lms.learning.progress import progress_in
from lms.learning.services import finish_lesson, open_lesson
from tests.support.ways import safe_way


def walk_to(enrolment: Enrolment, until: str, *, now: datetime) -> None:
    """Do everything that the course asks for before an item (`cierre/examen`); all for an empty name."""
    addresses = _addresses(enrolment)
    for item in enrolment.release.typed_promise.asked_items():
        if until and addresses[item.key].endswith(f"/{until}/"):
            return
        if item.key not in progress_in(enrolment).done:
            _DO[item.kind](enrolment, item, now)


def _addresses(enrolment: Enrolment) -> dict[Any, str]:
    keys = [item.key for item in enrolment.release.typed_promise.items()]
    rows = Page.objects.filter(translation_key__in=keys, locale__language_code="es")
    return dict(rows.values_list("translation_key", "url_path"))


def _read(enrolment: Enrolment, item: PromisedItem, now: datetime) -> None:
    progress = progress_in(enrolment)
    open_lesson(enrolment=enrolment, lesson_key=item.key, progress=progress, now=now)
    finish_lesson(enrolment=enrolment, lesson_key=item.key, way=LessonWay.FULL, now=now)


def _answer(enrolment: Enrolment, item: PromisedItem, now: datetime) -> None:
    learner = enrolment.learner
    attempt = start_attempt(enrolment=enrolment, quiz_key=item.key, acting_user=learner, now=now)
    for row in attempt.items.select_related("question_version"):
        kind, content = question_type(row.question_version.kind), row.question_version.typed_content
        samples = kind.sample_answers(content)
        best = max(samples, key=lambda given: kind.mark(content, given))
        Response.objects.create(item=row, given=dict(best), sequence=1, saved_at=now)
    submit_attempt(attempt=attempt, acting_user=learner, now=now)


def _decide(enrolment: Enrolment, item: PromisedItem, now: datetime) -> None:
    page = CasePage.objects.select_related("case__live_version").get(
        translation_key=item.key, locale__language_code="es"
    )
    run = start_run(enrolment=enrolment, case_key=item.key, acting_user=enrolment.learner, now=now)
    for number, choice in enumerate(safe_way(page.case.live_version.graph)):
        moved = take_choice(
            run=run, choice_id=choice, number=number, acting_user=enrolment.learner, now=now
        )
        run = moved.run


_DO = {ItemKind.LESSON: _read, ItemKind.QUIZ: _answer, ItemKind.CASE: _decide}
