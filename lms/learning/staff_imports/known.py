"""What an agency has already: its people and invitations, its units, the cohorts it nominates to.

Nothing is ever looked up outside the agency but one thing: whether a user name is free.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from lms.accounts.models import Agency, Invitation, Membership, Unit, User
from lms.accounts.queries import unanswered_invitations
from lms.accounts.units.queries import units_by_path
from lms.core.accents import fold
from lms.learning.cohorts.queries import seat_count
from lms.learning.models import Cohort, CohortPlace
from lms.learning.staff_imports.checking import Checked

Row = TypeVar("Row", bound=Model)
ASKED_AT_ONCE = 500
"""So many values go into one query; SQLite has a limit."""


@dataclass(frozen=True)
class KnownCohort:
    """A cohort to which the agency may nominate; `titles` are its course's, folded."""

    cohort: Cohort
    titles: frozenset[str]
    is_over: bool

    @property
    def name(self) -> str:
        """Its name, folded."""
        return fold(self.cohort.name)


@dataclass(frozen=True)
class Known:
    """What stands on record in one agency about the people of some rows."""

    members_by_email: dict[str, Membership]
    members_by_username: dict[str, Membership]
    members_by_document: dict[str, list[Membership]]
    invitations_by_email: dict[str, Invitation]
    invitations_by_document: dict[str, list[Invitation]]
    taken_usernames: frozenset[str]
    units: dict[str, Unit]
    cohorts: tuple[KnownCohort, ...]
    placed_learners: frozenset[tuple[int, int]]
    placed_invitations: frozenset[tuple[int, int]]


def known_of(agency: Agency, rows: Sequence[Checked], *, now: datetime) -> Known:
    """Return what the agency has on record about these people; as many queries for each 500 rows."""
    documents = {row.fingerprint for row in rows if row.number}
    usernames = {row.username for row in rows if row.username}
    invited = _invitations(agency, {row.email for row in rows if row.email})
    members = Membership.objects.current(on=timezone.localdate(now)).filter(agency=agency)
    members = members.select_related("user").order_by("pk")
    by_email = _members_by_email(members, rows, invited)
    by_username = {
        str(one.user.username).lower(): one
        for one in _found(
            members.annotate(lower_name=Lower("user__username")), "lower_name__in", usernames
        )
    }
    known_members = [*by_email.values(), *by_username.values()]
    return Known(
        members_by_email=by_email,
        members_by_username=by_username,
        members_by_document=_by_document(members, documents),
        invitations_by_email=_standing(invited),
        invitations_by_document=_invited_documents(agency, documents),
        taken_usernames=_taken(usernames),
        units=units_by_path(agency),
        cohorts=cohorts_of(agency, now=now),
        placed_learners=_placed(agency, "learner", {one.user_id for one in known_members}),
        placed_invitations=_placed(agency, "invitation", {one.pk for one in invited}),
    )


def cohorts_of(agency: Agency, *, now: datetime) -> tuple[KnownCohort, ...]:
    """Return the cohorts to which an agency may nominate, those that are over too, the next first."""
    today = timezone.localdate(now)
    rows: QuerySet[Cohort] = Cohort.objects.filter(agencies=agency).select_related("release")
    return tuple(
        KnownCohort(
            cohort=cohort,
            titles=frozenset(fold(text) for text in cohort.release.typed_promise.titles.values()),
            is_over=cohort.ends_date < today,
        )
        for cohort in rows.order_by("starts_date", "name", "pk")
    )


def free_seats(cohort: Cohort, *, now: datetime) -> int | None:
    """Return how many seats of a cohort are free; None if it has no limit. Two queries."""
    return None if cohort.seats is None else seat_count(cohort, now=now).free


def _found(rows: QuerySet[Row], lookup: str, values: Collection[Any]) -> Iterator[Row]:
    """Yield the rows in which a field has one of these values, ASKED_AT_ONCE values at a time."""
    ordered = sorted(values)
    for first in range(0, len(ordered), ASKED_AT_ONCE):
        yield from rows.filter(**{lookup: ordered[first : first + ASKED_AT_ONCE]})


def _invitations(agency: Agency, emails: Collection[str]) -> list[Invitation]:
    rows: QuerySet[Invitation] = (
        QuerySet(Invitation).filter(agency=agency).order_by("created_at", "pk")
    )
    return list(_found(rows, "email__in", emails))


def _standing(invited: Iterable[Invitation]) -> dict[str, Invitation]:
    """Return the invitation that counts of each address: the unanswered one, else the last."""
    found: dict[str, Invitation] = {}
    for one in invited:
        standing = found.get(one.email)
        if one.accepted_at is None and (standing is None or not _is_unanswered(standing)):
            found[one.email] = one
    return found


def _is_unanswered(invitation: Invitation) -> bool:
    return invitation.declined_at is None and invitation.withdrawn_at is None


def _members_by_email(
    members: QuerySet[Membership], rows: Iterable[Checked], invited: Iterable[Invitation]
) -> dict[str, Membership]:
    """Return members by the address of their account, or the one at which they were invited."""
    emails = {row.email for row in rows if row.email}
    accepted = {one.membership_id: one.email for one in invited if one.accepted_at is not None}
    theirs = {
        accepted[one.pk]: one
        for one in _found(members, "pk__in", [pk for pk in accepted if pk is not None])
    }
    own = {str(one.user.email): one for one in _found(members, "user__email__in", emails)}
    return theirs | own


def _by_document(
    members: QuerySet[Membership], documents: Collection[str]
) -> dict[str, list[Membership]]:
    found: dict[str, list[Membership]] = defaultdict(list)
    for one in _found(members, "user__document_fingerprint__in", documents):
        found[one.user.document_fingerprint].append(one)
    return found


def _invited_documents(agency: Agency, documents: Collection[str]) -> dict[str, list[Invitation]]:
    found: dict[str, list[Invitation]] = defaultdict(list)
    rows = unanswered_invitations().filter(agency=agency).order_by("pk")
    for one in _found(rows, "document_fingerprint__in", documents):
        found[one.document_fingerprint].append(one)
    return found


def _taken(usernames: Collection[str]) -> frozenset[str]:
    rows = User.objects.annotate(lower_name=Lower("username")).order_by("pk")
    found = _found(rows, "lower_name__in", usernames)
    return frozenset(str(one.username).lower() for one in found)


def _placed(agency: Agency, whose: str, pks: Collection[int]) -> frozenset[tuple[int, int]]:
    rows = CohortPlace.objects.live().filter(agency=agency).order_by("pk")
    return frozenset(
        (place.cohort_id, getattr(place, f"{whose}_id"))
        for place in _found(rows, f"{whose}__in", pks)
    )
