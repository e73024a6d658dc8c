"""What an import would do: of each row whether it is new, what it changes, or what is wrong with it.

The dry run and the taking over ask the same plan, so that what was shown is what happens; where the
world has moved on between the two, the later plan counts.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from lms.accounts.enums import InvitationState
from lms.accounts.models import Agency, Invitation, Membership, Unit
from lms.accounts.units.paths import fold_path
from lms.core.accents import fold
from lms.core.enums import OutboxState
from lms.learning.models import Cohort
from lms.learning.staff_imports.checking import Checked, Problem, check_rows
from lms.learning.staff_imports.known import Known, KnownCohort, free_seats, known_of
from lms.learning.staff_imports.rows import Column, SheetRow

NAMED = 5
"""So many cohorts or units are named where one is not found."""


class Outcome(StrEnum):
    """What an import does with a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    PROBLEM = "problem"
    OUT = "out"


@dataclass
class Planned:
    """A row, who it is in the agency, and what would be done."""

    checked: Checked
    outcome: Outcome = Outcome.NEW
    changes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    membership: Membership | None = None
    invitation: Invitation | None = None
    unit: Unit | None = None
    cohort: Cohort | None = None
    is_placed: bool = False

    @property
    def row(self) -> SheetRow:
        """The row as it stands in the sheet, or as it was corrected."""
        return self.checked.row

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with it."""
        return self.checked.problems

    @property
    def is_to_do(self) -> bool:
        """Whether an import has anything to do with it."""
        return self.outcome in (Outcome.NEW, Outcome.CHANGED)


@dataclass(frozen=True)
class Plan:
    """All rows of an import, in the order of the sheet."""

    rows: list[Planned]

    def having(self, outcome: Outcome) -> list[Planned]:
        """Return the rows with this outcome."""
        return [one for one in self.rows if one.outcome == outcome]

    @property
    def counts(self) -> Counter[Outcome]:
        """How many rows have each outcome."""
        return Counter(one.outcome for one in self.rows)

    @property
    def to_do(self) -> list[Planned]:
        """The rows with which an import has something to do."""
        return [one for one in self.rows if one.is_to_do]


def plan_rows(rows: Sequence[SheetRow], *, agency: Agency, now: datetime) -> Plan:
    """Return what an import of these rows would do now."""
    checked = check_rows(rows)
    known = known_of(agency, checked, now=now)
    plan = Plan([Planned(one) for one in checked])
    for planned in plan.rows:
        if planned.row.is_out:
            planned.outcome = Outcome.OUT
        else:
            _find_person(planned, known)
            _find_unit(planned, known)
            _find_cohort(planned, known)
            planned.is_placed = _is_placed(planned, known)
    _give_seats(plan, now=now)
    for planned in plan.rows:
        if not planned.row.is_out:
            _decide(planned, now=now)
    return plan


def _find_person(planned: Planned, known: Known) -> None:
    checked = planned.checked
    if checked.email:
        planned.membership = known.members_by_email.get(checked.email)
        planned.invitation = known.invitations_by_email.get(checked.email)
    elif checked.username:
        planned.membership = known.members_by_username.get(checked.username)
        if planned.membership is None and checked.username in known.taken_usernames:
            checked.object_to(
                Column.USERNAME, _("Somebody has this user name already. Choose another one.")
            )
    if planned.membership is not None:
        planned.invitation = None
        _excuse_name(planned)
    elif not planned.row.text(Column.NAME):
        checked.object_to(Column.NAME, _("Write the names and surnames."))
    _find_document(planned, known)


def _excuse_name(planned: Planned) -> None:
    """Drop what is wrong with a name that is not used: a member keeps the one that she has."""
    own = planned.membership.user.full_name if planned.membership else ""
    checked = planned.checked
    checked.problems = [one for one in checked.problems if one.column != Column.NAME]
    if checked.name and fold(checked.name) != fold(own):
        planned.notes.append(_("Her name stays as she wrote it: %(name)s.") % {"name": own})


def _find_document(planned: Planned, known: Known) -> None:
    """Object to a document that somebody else in the agency has; others are never looked at."""
    checked = planned.checked
    if not checked.number:
        return
    member, mark = planned.membership, checked.fingerprint
    holders = known.members_by_document.get(mark, [])
    others = [one.user.full_name for one in holders if member is None or one.pk != member.pk]
    invited = known.invitations_by_document.get(mark, [])
    others += [one.full_name for one in invited if one.email != checked.email]
    if others:
        checked.object_to(
            Column.DOCUMENT,
            _("In your agency this is the document of %(name)s, under another address.")
            % {"name": others[0]},
        )


def _find_unit(planned: Planned, known: Known) -> None:
    text = planned.row.text(Column.UNIT)
    if not text:
        return
    planned.unit = known.units.get(fold_path(text.replace("\\", "/").replace("»", "/")))
    if planned.unit is None:
        planned.checked.object_to(
            Column.UNIT,
            _(
                "Your agency has no open unit of this name, or several. Write its whole path as in "
                "the list of units."
            ),
        )


def _find_cohort(planned: Planned, known: Known) -> None:
    course, name = planned.row.text(Column.COURSE), planned.row.text(Column.COHORT)
    if not course and not name:
        return
    found = [one for one in known.cohorts if not course or fold(course) in one.titles]
    if course and not found:
        words = _("Your agency cannot nominate to a course of this name. It can to: %(names)s.")
        names = [one.cohort.release.typed_promise.title for one in known.cohorts if not one.is_over]
        planned.checked.object_to(Column.COURSE, words % {"names": _listed(names)})
        return
    named = [one for one in found if not name or one.name == fold(name)]
    column = Column.COHORT if name else Column.COURSE
    running = [one for one in named if not one.is_over]
    if len(running) == 1:
        planned.cohort = running[0].cohort
    else:
        planned.checked.object_to(column, _why_none(named, running, found))


def _is_placed(planned: Planned, known: Known) -> bool:
    cohort, membership, invitation = planned.cohort, planned.membership, planned.invitation
    if cohort is None:
        return False
    if membership is not None:
        return (cohort.pk, membership.user_id) in known.placed_learners
    return invitation is not None and (cohort.pk, invitation.pk) in known.placed_invitations


def _why_none(
    named: list[KnownCohort], running: list[KnownCohort], found: list[KnownCohort]
) -> str:
    if len(running) > 1:
        return _("Several cohorts could be meant: %(names)s. Write the course and the cohort.") % {
            "names": _listed([one.cohort.name for one in running])
        }
    if named:
        return _("This cohort is over.")
    names = [one.cohort.name for one in found if not one.is_over]
    words = _("Your agency cannot nominate to a cohort of this name. It can to: %(names)s.")
    return words % {"names": _listed(names)}


def _listed(names: Sequence[str]) -> str:
    once = list(dict.fromkeys(names))
    more = ["…"] if len(once) > NAMED else []
    return ", ".join([*once[:NAMED], *more]) or _("nothing at the moment")


def _give_seats(plan: Plan, *, now: datetime) -> None:
    """Count the free seats down row by row: whoever finds none waits, or is a problem."""
    free: dict[int, int | None] = {}
    for planned in plan.rows:
        cohort = planned.cohort
        if cohort is None or planned.problems or planned.is_placed:
            continue
        if cohort.pk not in free:
            free[cohort.pk] = free_seats(cohort, now=now)
        left = free[cohort.pk]
        if left is None:
            continue
        if left > 0:
            free[cohort.pk] = left - 1
        elif cohort.has_waiting_list:
            planned.notes.append(_("No seat is free: she will be on the waiting list."))
        else:
            column = Column.COHORT if planned.row.text(Column.COHORT) else Column.COURSE
            planned.checked.object_to(
                column, _("All seats are taken, and there is no waiting list.")
            )


def _decide(planned: Planned, *, now: datetime) -> None:
    if planned.problems:
        planned.outcome = Outcome.PROBLEM
        return
    if planned.membership is None and planned.invitation is None:
        planned.outcome = Outcome.NEW
        return
    standing = planned.membership or planned.invitation
    if planned.unit is not None and standing and standing.unit_id != planned.unit.pk:
        planned.changes.append(_("unit"))
    if planned.invitation is not None:
        if planned.invitation.answer(now=now) == InvitationState.DECLINED:
            planned.changes.clear()
            planned.outcome = Outcome.SAME
            planned.notes.append(_("This person declined an invitation and is not asked again."))
            return
        planned.changes += _changes_of(planned.invitation, planned.checked, now=now)
    if planned.cohort is not None and not planned.is_placed:
        planned.changes.append(_("cohort"))
    planned.outcome = Outcome.CHANGED if planned.changes else Outcome.SAME


def _changes_of(invitation: Invitation, checked: Checked, *, now: datetime) -> list[str]:
    """Return what a row would change in an invitation that was not accepted yet."""
    is_open = invitation.answer(now=now) == InvitationState.OPEN
    is_lost = invitation.state == OutboxState.FAILED
    has_other_language = checked.language not in ("", invitation.language)
    found = {
        _("name"): checked.name != invitation.full_name,
        _("document"): checked.fingerprint not in ("", invitation.document_fingerprint),
        _("language"): has_other_language,
        _("invited again"): not is_open or is_lost,
    }
    return [words for words, is_so in found.items() if is_so]
