"""Courses that ask for what a trainer attests: an observed practice, attendance, her approval."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from courses.enums import ItemKind
from courses.models import CourseRelease, PracticePage
from courses.promises import PromisedCriterion, PromisedItem
from lms.accounts.models import User
from lms.learning.enums import CriterionResult
from lms.learning.models import Enrolment, PracticeObservation
from tests.factories.courses import MADE_AT, MadeCourse, make_course
from tests.factories.learning import release_course_for_tests

CRITERIA = (
    ("Se presenta y dice para qué está ahí.", True),
    ("Habla a solas con la persona.", True),
    ("Pregunta qué necesita ahora.", False),
)
"""The checklist of a made practice: what is seen, and whether it is essential; two are needed."""


@dataclass(frozen=True)
class BlendedCourse:
    """A released course with a practice, and what its release promises of it."""

    made: MadeCourse
    page: PracticePage
    release: CourseRelease

    @property
    def practice(self) -> PromisedItem:
        """The practice as the release promises it."""
        found = self.release.typed_promise.item(self.page.translation_key)
        assert found is not None
        return found

    def keys(self, *places: int) -> list[UUID]:
        """Return the keys of the lines at these places of the checklist."""
        return [self.practice.criteria[place].key for place in places]


def criteria_stream(lines: Any = CRITERIA) -> list[dict[str, Any]]:
    """Return a checklist as a page takes it."""
    return [
        {"type": "criterion", "value": {"text": text, "is_essential": is_essential}}
        for text, is_essential in lines
    ]


def add_practice_page(made: MadeCourse, **changes: Any) -> PracticePage:
    """Add the live page of a practice to the first module of a made course."""
    values: dict[str, Any] = {
        "title": "Práctica 1",
        "slug": "practica-1",
        "objective": "Hacer un primer contacto seguro.",
        "intro": "<p>Tres personas, tres papeles.</p>",
        "minutes": 20,
        "criteria": criteria_stream(),
        "needed": 2,
        "after_care": "Converse con alguien de confianza.",
        "locale": made.modules[0].locale,
    }
    page: PracticePage = made.modules[0].add_child(instance=PracticePage(**{**values, **changes}))
    return PracticePage.objects.get(pk=page.pk)


def promised_practice(page: PracticePage) -> PromisedItem:
    """Return what a release promises of a practice page."""
    return PromisedItem(
        key=page.translation_key,
        kind=ItemKind.PRACTICE,
        titles={"es": page.title, "en": f"{page.title} (en)"},
        minutes=page.minutes,
        criteria=tuple(
            PromisedCriterion(
                key=UUID(str(block.id)),
                texts={"es": block.value["text"]},
                is_essential=block.value["is_essential"],
            )
            for block in page.criteria
        ),
        needed=page.needed,
    )


def blend(
    release: CourseRelease,
    *items: PromisedItem,
    attendance_percent: int | None = None,
    needs_approval: bool = False,
) -> CourseRelease:
    """Let a release promise these items besides, and ask for attendance and approval."""
    promise = release.typed_promise
    first, *others = promise.modules
    first = replace(first, items=(*first.items, *items))
    release.promise = replace(
        promise,
        modules=(first, *others),
        attendance_percent=attendance_percent,
        needs_approval=needs_approval,
    ).to_json()
    release.save()
    vars(release).pop("typed_promise", None)  # it was read before, and kept
    return CourseRelease.objects.get(pk=release.pk)


def make_blended_course(
    made: MadeCourse | None = None,
    *,
    attendance_percent: int | None = 80,
    needs_approval: bool = True,
    **changes: Any,
) -> BlendedCourse:
    """Return a released course with one practice, which asks for attendance and approval too.

    `made` is a course without a release, else one with a single lesson and no quiz; `changes` are
    those of the practice page.
    """
    made = made or make_course(slug="curso-practico", lessons=1, questions=0)
    page = add_practice_page(made, **changes)
    release = blend(
        release_course_for_tests(made),
        promised_practice(page),
        attendance_percent=attendance_percent,
        needs_approval=needs_approval,
    )
    return BlendedCourse(made, page, release)


def observe(
    enrolment: Enrolment,
    item: PromisedItem,
    *,
    by: User,
    met: list[UUID] | None = None,
    at: datetime = MADE_AT,
    **fields: Any,
) -> PracticeObservation:
    """Return a signed observation, in which everything was met unless `met` says what."""
    met = [criterion.key for criterion in item.criteria] if met is None else met
    return PracticeObservation.objects.create(
        enrolment=enrolment,
        item_key=item.key,
        number=enrolment.practice_observations.filter(item_key=item.key).count() + 1,
        results={
            str(criterion.key): str(
                CriterionResult.MET if criterion.key in met else CriterionResult.NOT_MET
            )
            for criterion in item.criteria
        },
        is_passed=item.is_practice_passed(met),
        observed_at=at,
        observed_by=by,
        **fields,
    )
