"""What a nomination would mend: for each unit with nobody, whom to send, and to which cohort."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils import timezone

from lms.accounts.models import Agency
from lms.desks.agency.coverage.queries import Coverage, CoveredCourse, CoveredPerson, CoveredUnit
from lms.learning.cohorts.queries import seat_counts
from lms.learning.models import Cohort

MOST_COHORTS = 30
MOST_NOMINATED = 60
"""How many people one press leads to the page of nominations, where each can be left out."""


@dataclass(frozen=True)
class OpenCohort:
    """A cohort to which the agency may nominate and in which a seat is free."""

    cohort: Cohort
    free: int | None
    takes_new: bool
    renews: bool

    def fits(self, person: CoveredPerson) -> bool:
        """Whether it would make this person certified, or keep her so."""
        return (self.takes_new and person.needs_course) or (self.renews and person.needs_renewal)


@dataclass(frozen=True)
class Mend:
    """A unit with nobody certified, and the cohort to which its people could be nominated."""

    unit: CoveredUnit
    offer: OpenCohort | None
    people: Sequence[CoveredPerson]

    @property
    def query(self) -> str:
        """What tells the page of nominations who, and to which cohort."""
        chosen = [("p", f"m{person.membership_pk}") for person in self.people[:MOST_NOMINATED]]
        cohort = [("cohorte", str(self.offer.cohort.pk))] if self.offer is not None else []
        return urlencode([*chosen, *cohort])


def open_cohorts(agency: Agency, course: CoveredCourse, *, now: datetime) -> list[OpenCohort]:
    """Return the cohorts of a course to which the agency may nominate now; three queries.

    The first to start comes first. A course that renews another takes those whose certificate ends
    or has ended; where it is the chosen course itself, it takes everybody.
    """
    rows = Cohort.objects.filter(
        agencies=agency,
        ends_date__gte=timezone.localdate(now),
        release__course_key__in=course.family,
    )
    cohorts = list(rows.select_related("release").order_by("starts_date", "pk")[:MOST_COHORTS])
    seats = seat_counts(cohorts, now=now)
    return [
        OpenCohort(
            cohort=cohort,
            free=seats[cohort.pk].free,
            takes_new=cohort.release.course_key == course.key,
            renews=cohort.release.typed_promise.renews is not None,
        )
        for cohort in cohorts
        if not seats[cohort.pk].is_full
    ]


def mends(found: Coverage, cohorts: Sequence[OpenCohort]) -> list[Mend]:
    """Return for each gap of a coverage what would mend it; no query."""
    return [_mend(unit, cohorts) for unit in found.gaps]


def _mend(unit: CoveredUnit, cohorts: Sequence[OpenCohort]) -> Mend:
    for offer in cohorts:
        people = [person for person in unit.people if offer.fits(person)]
        if people:
            return Mend(unit, offer, people)
    waiting = [one for one in unit.people if one.needs_course or one.needs_renewal]
    return Mend(unit, None, waiting)
