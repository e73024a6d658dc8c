"""Which units have somebody certified on a day, which have nobody, and what would mend it.

The agency is told only of certificates that hang on its own nominations, or that their holders
share with it. How far somebody has got in a course is no part of it: those under way are a number.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from certificates.agency.queries import SOON
from certificates.enums import CertificateState
from certificates.models import Certificate, CertificateShare
from courses.models import CourseRelease
from lms.accounts.models import Agency, Membership, User
from lms.accounts.units.queries import UnitNode, unit_tree
from lms.learning.enums import LIVE_PLACES, EnrolmentState, PlaceState
from lms.learning.models import Cohort, CohortPlace

UNDER_WAY, NOMINATED, COMPLETED = "under_way", "nominated", "completed"


@dataclass(frozen=True)
class CoveredCourse:
    """A course that the agency's people take or may take, with the courses that renew it."""

    key: UUID
    title: str
    is_pilot: bool
    family: frozenset[UUID]
    nominations: int = 0


@dataclass(frozen=True)
class CoveredPerson:
    """A member and her best certificate on the day, as far as the agency may know of it.

    `membership_pk` is there only if she belongs to the agency today, too, and could be nominated.
    """

    user: User
    membership_pk: int | None = None
    path: str = ""
    state: CertificateState | None = None
    until: datetime | None = None
    is_ending: bool = False
    is_pilot: bool = False
    is_under_way: bool = False
    is_nominated: bool = False
    has_completed: bool = False

    @property
    def is_current(self) -> bool:
        """Whether she is certified on the day."""
        return self.state == CertificateState.VALID

    @property
    def has_lapsed(self) -> bool:
        """Whether she was certified, and is no more."""
        return self.state == CertificateState.EXPIRED

    @property
    def needs_course(self) -> bool:
        """Whether a nomination to the course would help: she never did it, and is not in it."""
        return self.is_free and self.state is None and not self.has_completed

    @property
    def needs_renewal(self) -> bool:
        """Whether a nomination to the course that renews would help: hers ends soon, or has ended."""
        return self.is_free and (self.is_ending or self.has_lapsed)

    @property
    def is_free(self) -> bool:
        """Whether she could be nominated at all."""
        return self.membership_pk is not None and not self.is_nominated

    @property
    def name(self) -> str:
        """The name that stands on certificates."""
        return self.user.full_name or self.user.get_display_name()


@dataclass(frozen=True)
class Tally:
    """How many people, and how they stand."""

    people: int = 0
    current: int = 0
    ending: int = 0
    lapsed: int = 0
    under_way: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            people=self.people + other.people,
            current=self.current + other.current,
            ending=self.ending + other.ending,
            lapsed=self.lapsed + other.lapsed,
            under_way=self.under_way + other.under_way,
        )


@dataclass(frozen=True)
class CoveredUnit:
    """A unit with its own people, and the counts with and without those of the units below it.

    Without a `node` it stands for the people who belong to no unit.
    """

    node: UnitNode | None
    own: Tally
    total: Tally
    people: Sequence[CoveredPerson] = ()

    @property
    def has_nobody(self) -> bool:
        """Whether people belong to it, and none of them, nor of those below, is certified."""
        return self.total.people > 0 and self.total.current == 0

    @property
    def is_gap(self) -> bool:
        """Whether it is to be mended here: it has people of its own, and nobody is certified."""
        return self.own.people > 0 and self.total.current == 0


@dataclass(frozen=True)
class Coverage:
    """The coverage of an agency on a day."""

    day: date
    units: Sequence[CoveredUnit]
    without_unit: CoveredUnit
    total: Tally
    ending: Sequence[CoveredPerson]
    has_pilots: bool

    @property
    def gaps(self) -> list[CoveredUnit]:
        """The units, and the people without one, of which nobody is certified; most people first."""
        found = [unit for unit in (*self.units, self.without_unit) if unit.is_gap]
        return sorted(found, key=lambda unit: -unit.own.people)

    @property
    def units_with_nobody(self) -> int:
        """How many units have people of their own and nobody certified."""
        return sum(unit.is_gap for unit in self.units)


def covered_courses(agency: Agency) -> list[CoveredCourse]:
    """Return the courses to which the agency nominates or may, or of which certificates are shared.

    The one with the most nominations comes first; one query. A course that renews another counts
    for it, too: whoever renewed her certificate is still certified.
    """
    offered = Cohort.agencies.through.objects.filter(agency=agency, cohort__release=OuterRef("pk"))
    shared = CertificateShare.objects.filter(
        agency=agency, ended_at=None, certificate__enrolment__release=OuterRef("pk")
    )
    rows = CourseRelease.objects.annotate(
        nominations=Count("cohorts__places", filter=Q(cohorts__places__agency=agency)),
        is_offered=Exists(offered) | Exists(shared),
    )
    renewing: dict[UUID, set[UUID]] = defaultdict(set)
    nominations: Counter[UUID] = Counter()
    found: dict[UUID, CourseRelease] = {}
    for release in rows.order_by("course_key", "number"):
        renews = release.typed_promise.renews
        if renews is not None:
            renewing[renews].add(release.course_key)
        nominations[release.course_key] += release.nominations
        if release.is_offered or release.nominations:
            found[release.course_key] = release
    courses = [
        CoveredCourse(
            key=key,
            title=release.typed_promise.title,
            is_pilot=release.is_pilot,
            family=frozenset({key, *renewing[key]}),
            nominations=nominations[key],
        )
        for key, release in found.items()
    ]
    return sorted(courses, key=lambda one: (-one.nominations, one.title, str(one.key)))


def coverage(agency: Agency, *, family: Collection[UUID], day: date, now: datetime) -> Coverage:
    """Return who is certified on a day, unit by unit; four queries, whatever the numbers.

    `family` are the courses whose certificates count. A day to come is looked at from its first
    second, with the people and the certificates that there are today.
    """
    moment = now if day <= timezone.localdate(now) else _first_second(day)
    nodes = unit_tree(agency)
    paths = {node.pk: node.path for node in nodes}
    best = _best_certificates(agency, family, moment=moment)
    places = _places(agency, family)
    by_unit: dict[int | None, list[CoveredPerson]] = defaultdict(list)
    for membership in _members(agency, on=day):
        unit_pk = membership.unit_id if membership.unit_id in paths else None
        path = paths[unit_pk] if unit_pk is not None else ""
        person = _person(membership, path, best, places, moment=moment)
        if membership.from_date > timezone.localdate(now):
            person = replace(person, membership_pk=None)
        by_unit[unit_pk].append(person)
    return _summed(day, nodes, by_unit)


def _person(
    membership: Membership,
    path: str,
    best: Mapping[int, tuple[CertificateState, Certificate]],
    places: Mapping[str, Collection[int]],
    *,
    moment: datetime,
) -> CoveredPerson:
    user = membership.user
    state, certificate = best.get(user.pk, (None, None))
    known = CoveredPerson(
        user,
        membership.pk,
        path,
        is_under_way=user.pk in places[UNDER_WAY],
        is_nominated=user.pk in places[NOMINATED],
        has_completed=user.pk in places[COMPLETED],
    )
    if certificate is None:
        return known
    return replace(
        known,
        state=state,
        until=certificate.valid_until,
        is_ending=state == CertificateState.VALID and certificate.valid_until <= moment + SOON,
        is_pilot=certificate.enrolment.release.is_pilot,
    )


def _first_second(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _members(agency: Agency, *, on: date) -> Iterable[Membership]:
    """Return one current membership of each person, by name."""
    rows = Membership.objects.current(on=on).filter(agency=agency, user__is_active=True)
    rows = rows.select_related("user").only(
        "unit_id", "from_date", "until_date", "user__full_name", "user__display_name", "user__email"
    )
    each: dict[int, Membership] = {}
    for row in rows.order_by("user__full_name", "user_id", "from_date", "pk"):
        known = each.get(row.user_id)
        if known is None or known.until_date is not None:
            each[row.user_id] = row
    return each.values()


def _best_certificates(
    agency: Agency, family: Collection[UUID], *, moment: datetime
) -> dict[int, tuple[CertificateState, Certificate]]:
    """Return for each person the certificate that helps her most: valid, else expired; latest end."""
    best: dict[int, tuple[CertificateState, Certificate]] = {}
    for certificate in _known_certificates(agency, family):
        state = certificate.state(now=moment)
        if state not in (CertificateState.VALID, CertificateState.EXPIRED):
            continue
        holder = certificate.enrolment.learner_id
        known = best.get(holder)
        if known is None or known[1].valid_until < certificate.valid_until:
            best[holder] = (state, certificate)
    return best


def _known_certificates(agency: Agency, family: Collection[UUID]) -> QuerySet[Certificate]:
    """Return the certificates that an agency may know of: of its nominations, or shared with it."""
    nominated = CohortPlace.objects.nominated_by(agency).filter(
        enrolment=OuterRef("enrolment"),
        state=PlaceState.SEATED,
        created_at__lte=OuterRef("enrolment__completed_at"),
    )
    shared = CertificateShare.objects.filter(
        certificate=OuterRef("pk"), agency=agency, ended_at=None
    )
    rows: QuerySet[Certificate] = Certificate.objects.filter(
        Exists(nominated) | Exists(shared),
        holder_erased_at=None,
        enrolment__course_key__in=family,
    )
    return rows.select_related("enrolment__release").only(
        "valid_until",
        "revoked_at",
        "replaced_by_id",
        "enrolment__learner_id",
        "enrolment__release__is_pilot",
    )


def _places(agency: Agency, family: Collection[UUID]) -> dict[str, set[int]]:
    """Return the people who are under way by a nomination, nominated in any way, or have completed.

    Who completed the course before the nomination counts as under way: the agency does not know.
    """
    rows = CohortPlace.objects.nominated_by(agency).filter(
        state__in=LIVE_PLACES,
        learner__isnull=False,
        cohort__release__course_key__in=family,
    )
    found: dict[str, set[int]] = {UNDER_WAY: set(), NOMINATED: set(), COMPLETED: set()}
    fields = ("learner", "state", "created_at", "enrolment__state", "enrolment__completed_at")
    for learner_pk, state, created_at, enrolment, completed_at in rows.values_list(*fields):
        if completed_at is not None and completed_at >= created_at:
            found[COMPLETED].add(learner_pk)
        elif state != PlaceState.SEATED:
            found[NOMINATED].add(learner_pk)
        elif enrolment in (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED):
            found[UNDER_WAY].add(learner_pk)
            found[NOMINATED].add(learner_pk)
    return found


def _count(people: Collection[CoveredPerson]) -> Tally:
    return Tally(
        people=len(people),
        current=sum(one.is_current for one in people),
        ending=sum(one.is_ending for one in people),
        lapsed=sum(one.has_lapsed for one in people),
        under_way=sum(one.is_under_way for one in people),
    )


def _summed(
    day: date, nodes: Sequence[UnitNode], by_unit: Mapping[int | None, list[CoveredPerson]]
) -> Coverage:
    own = {node.pk: _count(by_unit.get(node.pk, ())) for node in nodes}
    total = dict(own)
    for node in reversed(nodes):
        if node.parent_pk is not None:
            total[node.parent_pk] += total[node.pk]
    loose = by_unit.get(None, [])
    everybody = [person for people in by_unit.values() for person in people]
    ending = [person for person in everybody if person.is_ending]
    return Coverage(
        day=day,
        units=[
            CoveredUnit(node, own[node.pk], total[node.pk], by_unit.get(node.pk, ()))
            for node in nodes
        ],
        without_unit=CoveredUnit(None, _count(loose), _count(loose), loose),
        total=_count(everybody),
        ending=sorted(ending, key=lambda one: (one.until, one.name)),
        has_pilots=any(person.is_current and person.is_pilot for person in everybody),
    )
