"""An agency with its coordinator and a cohort that takes its nominations."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certificates.models import Certificate
from courses.models import CourseRelease
from lms.accounts.models import Agency, Invitation, User
from lms.accounts.units.queries import unit_tree
from lms.desks.agency.staff.queries import Person, StaffFilter, agency_people, give_lines
from lms.learning.enums import CertificateTiming
from lms.learning.models import Cohort, CohortPlace
from tests.factories import AgencyFactory, UserFactory, make_course, release_course_for_tests
from tests.factories.cohorts import make_cohort
from tests.factories.staff import begun, certified, make_coordinator, make_invitation, nominated
from tests.learning.cast import client_of

DAY = timedelta(days=1)


NUMBERS = count(1)


def a_release() -> CourseRelease:
    return release_course_for_tests(make_course(slug=f"curso-{next(NUMBERS)}"))


@dataclass
class Scene:
    """What the tests of an agency's people begin with."""

    agency: Agency = field(default_factory=AgencyFactory)
    coordinator: User = field(default_factory=UserFactory)
    release: CourseRelease = field(default_factory=a_release)
    now: datetime = field(default_factory=timezone.now)

    def __post_init__(self) -> None:
        self.coordinator = make_coordinator(self.agency, full_name="Delia Coordina")
        self.cohort = self.new_cohort(release=self.release)

    def new_cohort(self, *, release: CourseRelease | None = None, **fields: Any) -> Cohort:
        cohort = make_cohort(
            release or a_release(), timing=CertificateTiming.AT_COMPLETION, **fields
        )
        today = timezone.localdate(self.now)
        cohort.starts_date, cohort.ends_date = today - 30 * DAY, today + 30 * DAY
        cohort.save()
        cohort.agencies.add(self.agency)
        return cohort

    def url(self, name: str, *args: Any) -> str:
        return reverse(name, args=[self.agency.pk, *args])

    @property
    def browser(self) -> Client:
        return client_of(self.coordinator)

    def nominate(self, name: str = "", **fields: Any) -> CohortPlace:
        if name:
            fields["full_name"] = name
        cohort = fields.pop("cohort", self.cohort)
        given = {"by": self.coordinator, "now": self.now - DAY, **fields}
        return nominated(cohort, self.agency, **given)

    def begin(self, name: str, **fields: Any) -> CohortPlace:
        return begun(self.nominate(name, **fields), now=self.now)

    def certify(self, name: str, *, days: int = 400, **fields: Any) -> Certificate:
        """Return a certificate of this morning that ends in so many days; 0: it ended since."""
        place, done_at = self.nominate(name, **fields), self.now - timedelta(hours=2)
        until = self.now + days * DAY if days else self.now - timedelta(hours=1)
        return certified(place, now=done_at, until=until)

    def invite(self, name: str, **fields: Any) -> Invitation:
        return make_invitation(
            self.agency, by=self.coordinator, now=self.now, full_name=name, **fields
        )

    def people(self, **wanted: Any) -> list[Person]:
        """Return whom the list shows, with their nominations."""
        asked = StaffFilter(**wanted)
        tree = unit_tree(self.agency, with_closed=True)
        found = agency_people(self.agency, asked, now=self.now, tree=tree)
        give_lines(self.agency, found, now=self.now, of_former=asked.is_former)
        return found

    def names(self, **wanted: Any) -> list[str]:
        return [one.name for one in self.people(**wanted)]

    def states(self, **wanted: Any) -> dict[str, list[str]]:
        """Return the states of each person's nominations, by name."""
        return {one.name: [line.state.value for line in one.lines] for one in self.people(**wanted)}
