"""A cohort with a practice, its learner and those around her."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from courses.promises import PromisedItem
from lms.learning.enums import CriterionResult
from lms.learning.models import Cohort, Enrolment, PracticeObservation
from lms.learning.practice.services import sign_practice
from tests.factories import make_course
from tests.factories.cohorts import make_cohort
from tests.factories.practice import add_practice_page, blend, promised_practice
from tests.learning.cast import NOW, Cast, make_cast


@dataclass
class Room:
    """The cast in a cohort whose release asks for a practice (and for what the test says)."""

    cast: Cast
    cohort: Cohort
    page: Any

    @property
    def item(self) -> PromisedItem:
        """The practice as it is promised."""
        found = self.cohort.release.typed_promise.item(self.page.translation_key)
        assert found is not None
        return found

    @property
    def enrolment(self) -> Enrolment:
        """The learner's enrolment as the database has it."""
        return Enrolment.objects.get(pk=self.cast.enrolment.pk)

    def results(self, *not_met: int) -> dict[UUID, CriterionResult]:
        """Return a checklist in which all is met but for these lines."""
        return {
            criterion.key: CriterionResult.NOT_MET if place in not_met else CriterionResult.MET
            for place, criterion in enumerate(self.item.criteria)
        }

    def sign(self, *not_met: int, **changes: Any) -> PracticeObservation:
        """Sign the practice for the learner, as her trainer."""
        values: dict[str, Any] = {
            "enrolment": self.enrolment,
            "item_key": self.item.key,
            "results": self.results(*not_met),
            "remarks": "",
            "form_key": uuid4(),
            "acting_user": self.cast.trainer,
            "now": NOW,
        }
        return sign_practice(**{**values, **changes})


def make_room(*, lessons: int = 0, **asked: Any) -> Room:
    """Return a room of a course with one practice and so many lessons."""
    made = make_course(slug="curso-practico", lessons=lessons, questions=0)
    page = add_practice_page(made)
    cast = make_cast(made)
    blend(cast.release, promised_practice(page), **asked)
    cohort = make_cohort(cast.release)
    cast.enrolment.cohort = cohort
    cast.enrolment.save()
    return Room(cast, Cohort.objects.select_related("release").get(pk=cohort.pk), page)
