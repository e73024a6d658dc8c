"""What the coordinator's desk shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from certificates.agency.queries import ending_soon, live_keys_of, shares_with
from certificates.enums import CertificateState
from certificates.models import CertificateShare
from lms.accounts.models import Agency
from lms.core.enums import OutboxState
from lms.desks.agency.coverage.queries import Coverage, CoveredCourse, coverage, covered_courses
from lms.learning.enums import PlaceState
from lms.learning.models import Cohort

MOST_COHORTS = 50
MOST_WAITING = 5


@dataclass(frozen=True)
class WaitingNominations:
    """The nominations to one cohort that have no seat yet."""

    cohort: Cohort
    invited: int
    waiting: int
    applied: int


@dataclass(frozen=True)
class AgencyDesk:
    """What the desk's first page says of an agency at a glance."""

    agency: Agency
    shared: int
    ending: int
    keys: int
    course: CoveredCourse | None
    has_more_courses: bool
    coverage: Coverage | None
    waiting: Sequence[WaitingNominations]


def agency_desk(agency: Agency, *, now: datetime) -> AgencyDesk:
    """Return the first page of an agency; nine queries, whatever the numbers.

    Its numbers are those of the course to which the agency nominates most.
    """
    shares = shares_with(agency.pk)
    courses = covered_courses(agency)
    course = courses[0] if courses else None
    today = timezone.localdate(now)
    return AgencyDesk(
        agency=agency,
        shared=shares.count(),
        ending=ending_soon(shares, now=now).count(),
        keys=live_keys_of(agency.pk, now=now).count(),
        course=course,
        has_more_courses=len(courses) > 1,
        coverage=coverage(agency, family=course.family, day=today, now=now) if course else None,
        waiting=waiting_nominations(agency, on=today),
    )


def waiting_nominations(agency: Agency, *, on: date) -> list[WaitingNominations]:
    """Return the cohorts in which nominations of the agency wait for a seat, the next first."""

    def number(state: PlaceState) -> Count:
        return Count("places", filter=Q(places__agency=agency, places__state=state))

    cohorts = Cohort.objects.filter(ends_date__gte=on).annotate(
        invited=number(PlaceState.INVITED),
        waiting=number(PlaceState.WAITING),
        applied=number(PlaceState.APPLIED),
    )
    rows = cohorts.filter(Q(invited__gt=0) | Q(waiting__gt=0) | Q(applied__gt=0))
    return [
        WaitingNominations(row, row.invited, row.waiting, row.applied)
        for row in rows.order_by("starts_date", "pk")[:MOST_WAITING]
    ]


@dataclass(frozen=True)
class SharedCertificate:
    """A certificate that its holder shares, with its state today."""

    share: CertificateShare
    state: CertificateState

    @property
    def is_standing(self) -> bool:
        """Whether its file is still worth having: it was neither revoked nor replaced."""
        return self.state in {CertificateState.VALID, CertificateState.EXPIRED}

    @property
    def is_ready(self) -> bool:
        """Whether its PDF can be downloaded."""
        return bool(self.share.certificate.issuance.state == OutboxState.DONE)


def shared_rows(shares: list[CertificateShare], *, now: datetime) -> list[SharedCertificate]:
    """Return these shares with their states; no query."""
    return [SharedCertificate(share, share.certificate.state(now=now)) for share in shares]


def shared_cohorts(agency: Agency) -> QuerySet[Cohort]:
    """Return the cohorts of which certificates that stand are shared with the agency, newest first."""
    path = "enrolments__certificates__"
    standing = Q(
        **{
            f"{path}shares__agency": agency,
            f"{path}shares__ended_at": None,
            f"{path}revoked_at": None,
            f"{path}replaced_by": None,
            f"{path}holder_erased_at": None,
        }
    )
    counted = Cohort.objects.annotate(shared=Count(f"{path}shares", filter=standing, distinct=True))
    return counted.filter(shared__gt=0).order_by("-ends_date", "-pk")[:MOST_COHORTS]
