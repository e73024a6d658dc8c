"""A course with a case, its people, and the addresses of a walk."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from courses.models import CasePage, CourseRelease
from lms.learning.cases.services import start_run, take_choice
from lms.learning.models import CaseRun, Enrolment
from tests.factories.cases import add_case_page
from tests.factories.courses import make_course
from tests.learning.cast import NOW, Cast, make_cast


@dataclass
class CaseCast:
    """The cast of a course of one case."""

    cast: Cast
    page: CasePage

    @property
    def enrolment(self) -> Enrolment:
        return self.cast.enrolment

    @property
    def key(self) -> UUID:
        found: UUID = self.page.translation_key
        return found

    def start(self, enrolment: Enrolment | None = None) -> CaseRun:
        """Begin a walk of the learner, or of another enrolment."""
        enrolment = enrolment or self.enrolment
        return start_run(
            enrolment=enrolment, case_key=self.key, acting_user=enrolment.learner, now=NOW
        )

    def walk(self, *choices: str, enrolment: Enrolment | None = None) -> CaseRun:
        """Begin a walk and take these choices."""
        run = self.start(enrolment)
        for name in choices:
            run = take(run, name)
        return run


def take(run: CaseRun, name: str, number: int | None = None) -> CaseRun:
    """Take a choice of a walk."""
    return take_choice(
        run=run,
        choice_id=name,
        number=len(run.steps) if number is None else number,
        acting_user=run.enrolment.learner,
        now=NOW,
    ).run


def make_case_cast(**changes: Any) -> CaseCast:
    """Return people in a course whose release promises one case and nothing else."""
    made = make_course(lessons=0, questions=0)
    page = add_case_page(made, **changes)
    cast = make_cast(made)
    promise_only_the_case(cast.release, page)
    return CaseCast(cast, page)


def promise_only_the_case(release: CourseRelease, page: CasePage) -> None:
    """Let a release promise this case in its first module."""
    CourseRelease.objects.filter(pk=release.pk).update(
        promise={
            **release.promise,
            "modules": [
                {
                    **release.promise["modules"][0],
                    "items": [
                        {
                            "key": str(page.translation_key),
                            "kind": "case",
                            "titles": {"es": page.title},
                            "minutes": page.minutes,
                            "requires": [],
                            "pass_mark": None,
                            "attempts": None,
                        }
                    ],
                }
            ],
        }
    )
    release.refresh_from_db()
