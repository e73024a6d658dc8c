"""The people of an agency as its coordinator sees them; a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from lms.accounts.enums import MembershipRole
from lms.accounts.invitations.queries import invitations
from lms.accounts.models import UNANSWERED, Agency, Membership
from lms.accounts.units.queries import UnitNode
from lms.core.enums import OutboxState
from lms.desks.agency.staff.enums import StaffState
from lms.desks.agency.staff.names import has_words, order_key
from lms.desks.agency.staff.places import PlaceLine, place_lines, shown
from lms.learning.models import Cohort

NOBODY_NOMINATED = "none"
WITHOUT_UNIT = "0"


@dataclass(frozen=True)
class StaffFilter:
    """Whom the list shows; empty values filter nothing."""

    text: str = ""
    state: str = ""
    unit: str = ""
    cohort_id: int | None = None
    ends_soon: bool = False
    is_former: bool = False

    @property
    def needs_places(self) -> bool:
        """Whether it asks about nominations."""
        return bool(self.state or self.cohort_id or self.ends_soon)


@dataclass
class Person:
    """A member, somebody who was one, or somebody who is invited and has not answered."""

    name: str
    unit_pk: int | None
    membership_pk: int | None = None
    user_pk: int | None = None
    role: str = MembershipRole.MEMBER
    from_date: date | None = None
    until_date: date | None = None
    invitation_pk: int | None = None
    email: str = ""
    invited_at: datetime | None = None
    expires_at: datetime | None = None
    mail_state: str = ""
    lines: list[PlaceLine] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What a ticked person is called in a form."""
        return f"i{self.invitation_pk}" if self.invitation_pk else f"m{self.membership_pk}"

    @property
    def is_invited(self) -> bool:
        """Whether she has not answered yet."""
        return self.invitation_pk is not None

    @property
    def is_coordinator(self) -> bool:
        """Whether she coordinates the agency."""
        return self.role == MembershipRole.COORDINATOR

    @property
    def is_undelivered(self) -> bool:
        """Whether the mail of her invitation was given up."""
        return self.mail_state == OutboxState.FAILED

    def is_lapsed(self, *, now: datetime) -> bool:
        """Say whether her invitation ran out."""
        return self.expires_at is not None and self.expires_at <= now


def agency_people(
    agency: Agency, wanted: StaffFilter, *, now: datetime, tree: Sequence[UnitNode]
) -> list[Person]:
    """Return whom the filter lets through, by name; at most three queries."""
    units = _units_wanted(wanted.unit, tree)
    on = timezone.localdate(now)
    found = (
        former_members(agency, on=on, units=units)
        if wanted.is_former
        else [*members(agency, on=on, units=units), *invited(agency, units=units)]
    )
    if wanted.text:
        found = [one for one in found if has_words(f"{one.name} {one.email}", wanted.text)]
    if wanted.needs_places:
        give_lines(agency, found, now=now, of_former=wanted.is_former)
        found = [one for one in found if _is_wanted(one, wanted, now=now)]
    return sorted(found, key=lambda one: (order_key(one.name), one.key))


def _units_wanted(unit: str, tree: Sequence[UnitNode]) -> Collection[int | None] | None:
    """Return the numbers of a unit and of those below it; None for all."""
    if not unit:
        return None
    if unit == WITHOUT_UNIT:
        return (None,)
    top = [node for node in tree if str(node.pk) == unit]
    return [node.pk for one in top for node in tree if node.names[: one.depth] == one.names]


def _in_units(units: Collection[int | None] | None) -> Q:
    if units is None:
        return Q()
    return Q(unit=None) if None in units else Q(unit__in=[pk for pk in units if pk is not None])


def members(
    agency: Agency, *, on: date, units: Collection[int | None] | None = None
) -> list[Person]:
    """Return who belongs to an agency on that day, each person once; one query."""
    rows = Membership.objects.current(on=on).filter(_in_units(units), agency=agency)
    return _once(rows)


def former_members(
    agency: Agency, *, on: date, units: Collection[int | None] | None = None
) -> list[Person]:
    """Return who belonged to an agency and does not any more, each person once; one query."""
    still = Membership.objects.current(on=on).filter(agency=agency, user=OuterRef("user"))
    rows = Membership.objects.filter(
        ~Exists(still), _in_units(units), agency=agency, until_date__lt=on
    )
    return _once(rows)


def _once(rows: QuerySet[Membership]) -> list[Person]:
    """Return a person for each user of these memberships: by the one that ends last."""
    fields = (
        *("pk", "user_id", "user__full_name", "user__username", "unit_id", "role"),
        *("from_date", "until_date"),
    )
    found: dict[int, Person] = {}
    for pk, user, name, username, unit, role, begins, ends in rows.values_list(*fields):
        one = Person(
            name=name or username or "?",
            unit_pk=unit,
            membership_pk=pk,
            user_pk=user,
            role=role,
            from_date=begins,
            until_date=ends,
        )
        other = found.get(user)
        if other is None or _ends(one) > _ends(other):
            found[user] = one
    return list(found.values())


def _ends(person: Person) -> date:
    return person.until_date or date.max


def invited(agency: Agency, *, units: Collection[int | None] | None = None) -> list[Person]:
    """Return who was invited and has not answered; one query."""
    fields = (*("pk", "full_name", "unit_id", "email", "created_at", "expires_at", "state"),)
    rows = invitations().filter(UNANSWERED, _in_units(units), agency=agency)
    return [
        Person(
            name=name,
            unit_pk=unit,
            invitation_pk=pk,
            email=email,
            invited_at=created_at,
            expires_at=expires_at,
            mail_state=state,
        )
        for pk, name, unit, email, created_at, expires_at, state in rows.values_list(*fields)
    ]


def give_lines(
    agency: Agency, people: Iterable[Person], *, now: datetime, of_former: bool = False
) -> None:
    """Give each of these people the nominations that the list shows; one query."""
    people = list(people)
    found = lines_of(
        place_lines(
            agency,
            now=now,
            learners=[one.user_pk for one in people if one.user_pk] if len(people) < 1000 else None,
            invitations=[one.invitation_pk for one in people if one.invitation_pk],
            of_former=of_former,
        )
    )
    for one in people:
        one.lines = shown(found.get(one.user_pk or -(one.invitation_pk or 0), []))


def lines_of(lines: Iterable[PlaceLine]) -> Mapping[int, list[PlaceLine]]:
    """Return nominations by person: by the learner, or by minus the invitation without one."""
    found: dict[int, list[PlaceLine]] = defaultdict(list)
    for line in lines:
        found[line.learner_id or -(line.invitation_id or 0)].append(line)
    return found


def _is_wanted(person: Person, wanted: StaffFilter, *, now: datetime) -> bool:
    lines = person.lines
    if wanted.cohort_id:
        lines = [line for line in lines if line.cohort_id == wanted.cohort_id]
        if not lines:
            return False
    if wanted.ends_soon and not ends_soon(person.lines, now=now):
        return False
    if wanted.state == NOBODY_NOMINATED:
        return not person.lines and not person.is_invited
    if wanted.state == StaffState.INVITED:
        return person.is_invited
    return not wanted.state or any(line.state == wanted.state for line in lines)


def ends_soon(lines: Iterable[PlaceLine], *, now: datetime) -> bool:
    """Say whether a course is among these whose last valid certificate ends within 90 days."""
    last: dict[object, PlaceLine] = {}
    for line in lines:
        other = last.get(line.course_key)
        if line.until and (other is None or other.until is None or line.until > other.until):
            last[line.course_key] = line
    return any(line.ends_soon(now=now) for line in last.values())


@dataclass(frozen=True)
class ListedCohort:
    """A cohort in the agency's lists, with the title of its course."""

    pk: int
    name: str
    title: str
    ends_date: date
    takes_nominations: bool


def agency_cohorts(agency: Agency, *, on: date) -> dict[int, ListedCohort]:
    """Return the cohorts to which the agency nominates or has nominated, the newest first."""
    lists_it = Cohort.agencies.through.objects.filter(cohort=OuterRef("pk"), agency=agency)
    has_places = agency.nominations.filter(cohort=OuterRef("pk"))
    rows = (
        Cohort.objects.annotate(lists_it=Exists(lists_it))
        .filter(Q(lists_it=True) | Exists(has_places))
        .select_related("release")
        .order_by("-starts_date", "name", "pk")
    )
    return {
        row.pk: ListedCohort(
            pk=row.pk,
            name=row.name,
            title=row.release.typed_promise.title,
            ends_date=row.ends_date,
            takes_nominations=row.lists_it and row.ends_date >= on,
        )
        for row in rows
    }
