"""Taking people over: slice by slice, so that a worker that is killed has lost nothing.

A slice is one transaction: its people, its progress and its refusals are there together or not at
all. Each row has a savepoint, so that one that is refused takes nobody with it. After some slices
the worker lets the others in the queue go first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lms.accounts.codes.services import AccountRefused, make_member_without_mail
from lms.accounts.enums import Language
from lms.accounts.invitations.many import Invited, invite_many, send_mails_soon
from lms.accounts.invitations.services import AlreadyMember, InvitationRefused, invite
from lms.accounts.models import Agency, Invitation, Membership, User
from lms.accounts.units.services import UnitRefused, put_in_unit
from lms.core.enums import OutboxState
from lms.core.outbox import NotedFailure, send_now
from lms.core.services import record_event
from lms.learning.cohorts.services import PlaceRefused, check_kept_seats, nominate, nominate_invited
from lms.learning.enums import StaffImportStage
from lms.learning.models import Cohort, StaffImport
from lms.learning.staff_imports.planning import Outcome, Planned, plan_rows
from lms.learning.staff_imports.queries import staff_imports
from lms.learning.staff_imports.rows import RowsLost, SheetRow, seal, unseal

CONFIRMED = StaffImportStage.CONFIRMED
RUN_TASK = "lms.learning.run_staff_import"
SLICE = 100
SLICES_A_TURN = 50
"""So many slices before the others in the queue come first: half a minute at most."""
MOST_TRIES = 5


def lease() -> timedelta:
    """Return for how long a worker may be silent before it is taken for dead."""
    return timedelta(seconds=settings.STAFF_IMPORT_LEASE_SECONDS)


@dataclass
class Came:
    """What came of a slice."""

    new: int = 0
    accounts: int = 0
    changed: int = 0
    same: int = 0
    refused: list[SheetRow] = field(default_factory=list)


def run_import(*, import_id: int, clock: Callable[[], datetime]) -> int:
    """Take over the next people of an import; return how many rows were dealt with.

    Does nothing if another worker holds the import. An unknown error is noted and rises; the sweep
    tries again when the lease is over, MOST_TRIES times.
    """
    now = clock()
    if not StaffImport.objects.claim(import_id, now=now, lease=lease()):
        return 0
    held_until, done, is_going_on = now + lease(), 0, True
    with NotedFailure(StaffImport.objects.filter(pk=import_id), most_tries=MOST_TRIES):
        todo = _todo(import_id, now=now)
        for _slice in range(SLICES_A_TURN):
            now = clock()
            number = _take_slice(import_id, todo, held_until=held_until, now=now)
            held_until, done, is_going_on = now + lease(), done + number, number == SLICE
            if not is_going_on:
                break
    held = staff_imports().filter(pk=import_id, stage=CONFIRMED, claimed_until=held_until)
    if is_going_on and held.update(claimed_until=None):
        send_now(RUN_TASK, import_id=import_id)
    if done:
        send_mails_soon()
    return done


def _todo(import_id: int, *, now: datetime) -> list[SheetRow]:
    """Return the rows to be taken over; an import whose rows are lost is given up."""
    row = staff_imports().get(pk=import_id)
    try:
        return unseal(row.rows[:1])
    except RowsLost:
        row.state, row.stage, row.rows, row.done_at = (
            OutboxState.FAILED,
            StaffImportStage.OVER,
            [],
            now,
        )
        row.failure = "rows sealed with a key that is gone"
        row.save(update_fields=["state", "stage", "rows", "done_at", "failure"])
        return []


@transaction.atomic
def _take_slice(
    import_id: int, todo: list[SheetRow], *, held_until: datetime, now: datetime
) -> int:
    """Take over one slice, and note it; 0 if another worker holds the import by now."""
    held = staff_imports().filter(pk=import_id, stage=CONFIRMED, claimed_until=held_until)
    locked = held.select_for_update(of=("self",))
    row = locked.select_related("agency", "made_by").first()
    if row is None:
        return 0
    rows = todo[row.done : row.done + SLICE]
    with translation.override(row.made_by.language):
        came = _take_rows(rows, agency=row.agency, acting_user=row.made_by, now=now)
    counts = {
        "new": came.new,
        "accounts": came.accounts,
        "changed": came.changed,
        "same": came.same,
        "refused": len(came.refused),
    }
    row.summary |= {name: row.summary.get(name, 0) + number for name, number in counts.items()}
    row.rows = [*row.rows, *seal(came.refused)]
    row.done += len(rows)
    row.claimed_until, row.tries, row.failure = now + lease(), 0, ""
    if row.done >= row.total:
        _end(row, now=now)
    row.save()
    return len(rows)


def _end(row: StaffImport, *, now: datetime) -> None:
    """Keep of the rows only those that were refused, for the report."""
    row.stage, row.state, row.done_at, row.claimed_until = (
        StaffImportStage.OVER,
        OutboxState.DONE,
        now,
        None,
    )
    row.rows = row.rows[1:]
    record_event(
        action="staff_import_over",
        target=row,
        acting_user=row.made_by,
        now=now,
        changed_fields=["stage"],
    )


def _take_rows(rows: list[SheetRow], *, agency: Agency, acting_user: User, now: datetime) -> Came:
    came = Came()
    alone: list[Planned] = []
    together: list[Planned] = []
    for planned in plan_rows(rows, agency=agency, now=now).rows:
        if planned.problems:
            reason = " ".join(one.message for one in planned.problems)
            came.refused.append(replace(planned.row, reason=reason))
        elif not planned.is_to_do:
            came.same += 1
        elif planned.outcome == Outcome.NEW and planned.checked.email:
            together.append(planned)
        else:
            alone.append(planned)
    if _take_together(together, agency=agency, acting_user=acting_user, now=now):
        came.new += len(together)
    else:
        alone = sorted([*alone, *together], key=lambda one: one.row.line)
    for planned in alone:
        _take_alone(planned, came, agency=agency, acting_user=acting_user, now=now)
    return came


def _take_together(
    rows: list[Planned], *, agency: Agency, acting_user: User, now: datetime
) -> bool:
    """Invite and nominate people who are all new at once; False, and nothing done, if one cannot be.

    Why she cannot is found out row by row then.
    """
    people = [_invited(one) for one in rows]
    try:
        with transaction.atomic():
            made = invite_many(agency=agency, people=people, acting_user=acting_user, now=now)
            groups: dict[Cohort, list[Invitation]] = {}
            for planned, invitation in zip(rows, made, strict=True):
                if planned.cohort is not None:
                    groups.setdefault(planned.cohort, []).append(invitation)
            for cohort, group in sorted(groups.items(), key=lambda pair: pair[0].pk):
                nominate_invited(
                    cohort=cohort,
                    agency=agency,
                    invitations=group,
                    acting_user=acting_user,
                    now=now,
                )
    except (ValidationError, InvitationRefused, PlaceRefused, IntegrityError):
        return False
    return True


def _invited(planned: Planned) -> Invited:
    checked = planned.checked
    return Invited(
        email=checked.email,
        full_name=checked.name,
        language=checked.language or Language.SPANISH,
        unit=planned.unit,
        document_kind=checked.kind if checked.number else "",
        document_number=checked.number,
    )


def _take_alone(
    planned: Planned, came: Came, *, agency: Agency, acting_user: User, now: datetime
) -> None:
    """Take one row over in a savepoint, and count what came of it."""
    try:
        with transaction.atomic():
            _take(planned, agency=agency, acting_user=acting_user, now=now)
    except ValidationError as error:
        came.refused.append(replace(planned.row, reason=" ".join(error.messages)))
    except PlaceRefused as refusal:
        came.refused.append(replace(planned.row, reason=refusal.words_for_agency()))
    except (AccountRefused, InvitationRefused, UnitRefused) as refusal:
        came.refused.append(replace(planned.row, reason=str(refusal)))
    except IntegrityError:
        reason = _("Somebody changed this person at the same moment. Import the row again.")
        came.refused.append(replace(planned.row, reason=reason))
    else:
        is_new = planned.outcome == Outcome.NEW
        came.changed += not is_new
        came.new += is_new
        came.accounts += is_new and not planned.checked.email


def _take(planned: Planned, *, agency: Agency, acting_user: User, now: datetime) -> None:
    """Make one person what her row says: invited or a member, in her unit, nominated."""
    person = _person(planned, agency=agency, acting_user=acting_user, now=now)
    if planned.cohort is None or planned.is_placed:
        return
    nominate(
        cohort=planned.cohort,
        agency=agency,
        learner=person.user if isinstance(person, Membership) else None,
        invitation=person if isinstance(person, Invitation) else None,
        acting_user=acting_user,
        now=now,
    )


def _person(
    planned: Planned, *, agency: Agency, acting_user: User, now: datetime
) -> Membership | Invitation:
    membership = planned.membership
    if membership is None:
        try:
            return _new_person(planned, agency=agency, acting_user=acting_user, now=now)
        except AlreadyMember as standing:
            membership = standing.membership
    if planned.unit is not None and membership.unit_id != planned.unit.pk:
        put_in_unit(membership=membership, unit=planned.unit, acting_user=acting_user, now=now)
    return membership


def _new_person(
    planned: Planned, *, agency: Agency, acting_user: User, now: datetime
) -> Membership | Invitation:
    checked = planned.checked
    language = checked.language or _kept_language(planned)
    if not checked.email:
        return make_member_without_mail(
            agency=agency,
            username=checked.username,
            full_name=checked.name,
            language=language,
            unit=planned.unit,
            document_kind=checked.kind,
            document_number=checked.number,
            acting_user=acting_user,
            now=now,
        )
    invitation = invite(
        agency=agency,
        email=checked.email,
        full_name=checked.name,
        language=language,
        unit=planned.unit,
        document_kind=checked.kind,
        document_number=checked.number,
        acting_user=acting_user,
        now=now,
    )
    check_kept_seats(invitation=invitation, now=now)
    return invitation


def _kept_language(planned: Planned) -> str:
    return planned.invitation.language if planned.invitation else Language.SPANISH


def resend_stale_imports(*, now: datetime) -> int:
    """Go on with imports whose message or whose worker was lost; return how many were sent."""
    quiet = staff_imports().filter(
        pk__in=StaffImport.objects.stale(now=now).values("pk"),
        stage=CONFIRMED,
        confirmed_at__lte=now - lease(),
    )
    pks = list(quiet.order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        send_now(RUN_TASK, import_id=pk)
    return len(pks)
