"""Building the tree of an agency's units. Every change locks the agency: one tree, one change."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.accounts.models import Agency, Membership, Unit, User
from lms.accounts.queries import open_invitations, unanswered_invitations
from lms.accounts.units.paths import clean_unit_name, likely_kind
from lms.accounts.units.plans import plan_units
from lms.accounts.units.queries import MOST_DEPTH, current_or_coming, unit_tree, unit_with_below
from lms.core.accents import fold
from lms.core.services import record_event


class UnitRefused(Exception):
    """The tree cannot become like this; the message says why."""


@transaction.atomic
def create_unit(
    *,
    agency: Agency,
    name: str,
    kind: str,
    acting_user: User,
    now: datetime,
    parent: Unit | None = None,
) -> Unit:
    """Add a unit to an agency, at the top or below an open unit of the same agency.

    Raises:
        UnitRefused: the name is taken there or cannot be one, the parent is of another agency or
            closed, or the tree would be deeper than four levels.
    """
    _lock(agency)
    unit = Unit(agency=agency, kind=kind, name=_clean(name))
    unit.parent = _place_below(unit, parent)
    _refuse_taken(unit)
    unit.save()
    record_event(action="unit_created", target=unit, acting_user=acting_user, now=now)
    return unit


@transaction.atomic
def create_units(*, agency: Agency, text: str, acting_user: User, now: datetime) -> int:
    """Add the units of a list, one path on each line, and what stands above them; return how many.

    All of them or none; what is there already stays as it is, so that the same list can be given
    again. What a unit is (a region, a post, a shift) is guessed from its name.

    Raises:
        UnitRefused: a line has a problem; `plan_units` says which.
    """
    _lock(agency)
    plan = plan_units(agency, text)
    if plan.problems:
        raise UnitRefused(_("Correct the marked lines first."))
    made = dict(plan.known)
    for depth in range(1, MOST_DEPTH + 1):
        level = {key: names for key, names in plan.new.items() if len(key) == depth}
        units = [
            Unit(
                agency=agency,
                name=names[-1],
                kind=likely_kind(names[-1]),
                parent=made.get(key[:-1]),
            )
            for key, names in level.items()
        ]
        made |= zip(level, Unit.objects.bulk_create(units), strict=True)
    if plan.new:
        record_event(
            action="units_created",
            target=agency,
            acting_user=acting_user,
            now=now,
            code=f"{len(plan.new)}",
        )
    return len(plan.new)


@transaction.atomic
def rename_unit(*, unit: Unit, name: str, acting_user: User, now: datetime, kind: str = "") -> Unit:
    """Give a unit another name and, where one is given, another kind. Its people stay in it.

    Raises:
        UnitRefused: the name is taken at its place, or cannot be one.
    """
    locked = _locked(unit)
    wanted = {"name": _clean(name), "kind": kind or locked.kind}
    changed = [field for field, value in wanted.items() if getattr(locked, field) != value]
    for field in changed:
        setattr(locked, field, wanted[field])
    if changed:
        _refuse_taken(locked)
        _save(locked, "unit_renamed", changed, acting_user=acting_user, now=now)
    return locked


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit | None, acting_user: User, now: datetime) -> Unit:
    """Put a unit, with all below it, under another unit of its agency, or at the top (None).

    Raises:
        UnitRefused: it would stand below itself, in another agency, below a closed unit, deeper
            than four levels, or beside a unit of its name.
    """
    locked = _locked(unit)
    _move(locked, parent, acting_user=acting_user, now=now)
    return locked


@transaction.atomic
def change_unit(
    *, unit: Unit, name: str, kind: str, parent: Unit | None, acting_user: User, now: datetime
) -> Unit:
    """Give a unit its name, its kind and its place at once, or nothing of it.

    Raises:
        UnitRefused: as `rename_unit` and `move_unit`.
    """
    move_unit(unit=unit, parent=parent, acting_user=acting_user, now=now)
    return rename_unit(unit=unit, name=name, kind=kind, acting_user=acting_user, now=now)


@transaction.atomic
def close_unit(
    *,
    unit: Unit,
    acting_user: User,
    now: datetime,
    is_moving: bool = False,
    target: Unit | None = None,
) -> Unit:
    """Close a unit from today. Past memberships keep it; nobody can be put into it any more.

    With `is_moving`, its people of today and later, its open invitations and the units below it go
    to `target`, or to the agency itself (None). Repeating it changes nothing.

    Raises:
        UnitRefused: without `is_moving`, it has people, invitations or open units; with it, they
            cannot stand where they should go.
    """
    locked, today = _locked(unit), timezone.localdate(now)
    if locked.closed_date is not None:
        return locked
    people = Membership.objects.filter(current_or_coming(locked, on=today))
    below = list(Unit.objects.filter(parent=locked, closed_date=None).order_by("pk"))
    if not is_moving:
        invited = open_invitations(now=now).filter(unit=locked).count()
        _refuse_full(people=people.count(), invited=invited, below=len(below))
    _refuse_target(locked, target)
    for child in below:
        _move(child, target, acting_user=acting_user, now=now)
    moved = people.update(unit=target)
    unanswered_invitations().filter(unit=locked).update(unit=target)
    locked.closed_date = today
    _save(
        locked,
        "unit_closed",
        ["closed_date"],
        acting_user=acting_user,
        now=now,
        reason=(f"people moved: {moved}, units moved: {len(below)}" if is_moving else ""),
    )
    return locked


@transaction.atomic
def reopen_unit(*, unit: Unit, acting_user: User, now: datetime) -> Unit:
    """Open a closed unit again, empty as it is. Repeating it changes nothing.

    Raises:
        UnitRefused: the unit above it is closed, or another has its name there now.
    """
    locked = _locked(unit)
    if locked.closed_date is None:
        return locked
    _place_below(locked, locked.parent)
    _refuse_taken(locked)
    locked.closed_date = None
    _save(locked, "unit_reopened", ["closed_date"], acting_user=acting_user, now=now)
    return locked


@transaction.atomic
def put_in_unit(
    *, membership: Membership, unit: Unit | None, acting_user: User, now: datetime
) -> Membership:
    """Put a member into another unit of the agency, or into none. What she learned stays hers.

    Raises:
        UnitRefused: the unit is of another agency or closed.
    """
    _lock(membership.agency)
    locked = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if unit is not None:
        unit = Unit.objects.get(pk=unit.pk)
        _refuse_foreign_or_closed(locked.agency_id, unit)
    if locked.unit_id == (unit.pk if unit else None):
        return locked
    locked.unit = unit
    locked.save(update_fields=["unit"])
    record_event(
        action="membership_unit_changed",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=["unit"],
        subject=locked.user_id,
    )
    return locked


def _lock(agency: Agency) -> None:
    Agency.objects.select_for_update().get(pk=agency.pk)


def _locked(unit: Unit) -> Unit:
    """Lock the tree, and return the unit as it stands now."""
    _lock(unit.agency)
    return Unit.objects.select_related("agency", "parent").get(pk=unit.pk)


def _clean(name: str) -> str:
    try:
        return clean_unit_name(name)
    except ValidationError as error:
        raise UnitRefused(" ".join(error.messages)) from error


def _refuse_foreign_or_closed(agency_id: int, unit: Unit) -> None:
    if unit.agency_id != agency_id:
        raise UnitRefused(_("This unit belongs to another agency."))
    if unit.closed_date is not None:
        raise UnitRefused(_("The unit “%(name)s” is closed.") % {"name": unit.name})


def _place_below(unit: Unit, parent: Unit | None) -> Unit | None:
    """Return the parent as it stands now; refuse one under which this unit cannot stand."""
    nodes = {node.pk: node for node in unit_tree(unit.agency, with_closed=True)}
    own = nodes.get(unit.pk)
    below = unit_with_below(unit) if own is not None else []
    height = max((nodes[pk].depth for pk in below if pk in nodes), default=1)
    height = height - own.depth + 1 if own is not None else 1
    if parent is None:
        return None
    found = Unit.objects.get(pk=parent.pk)
    _refuse_foreign_or_closed(unit.agency_id, found)
    if found.pk in below:
        raise UnitRefused(_("A unit cannot stand below itself."))
    if nodes[found.pk].depth + height > MOST_DEPTH:
        raise UnitRefused(_("Units can stand in %(most)d levels at most.") % {"most": MOST_DEPTH})
    return found


def _refuse_taken(unit: Unit) -> None:
    """Refuse a name that a sibling has, whatever its accents and capitals."""
    siblings = Unit.objects.filter(agency_id=unit.agency_id, parent=unit.parent)
    names = {fold(name) for name in siblings.exclude(pk=unit.pk).values_list("name", flat=True)}
    if fold(unit.name) in names:
        raise UnitRefused(
            _("There is a unit of this name here already, or there was: open it again.")
        )


def _move(unit: Unit, parent: Unit | None, *, acting_user: User, now: datetime) -> None:
    if unit.parent_id == (parent.pk if parent else None):
        return
    unit.parent = _place_below(unit, parent)
    _refuse_taken(unit)
    _save(unit, "unit_moved", ["parent"], acting_user=acting_user, now=now)


def _refuse_target(unit: Unit, target: Unit | None) -> None:
    if target is None:
        return
    found = Unit.objects.get(pk=target.pk)
    _refuse_foreign_or_closed(unit.agency_id, found)
    if found.pk in unit_with_below(unit):
        raise UnitRefused(_("Choose a unit that stands neither in this one nor below it."))


def _refuse_full(*, people: int, invited: int, below: int) -> None:
    said = []
    if people:
        words = ngettext(
            "%(number)d person belongs to it", "%(number)d people belong to it", people
        )
        said.append(words % {"number": people})
    if invited:
        words = ngettext(
            "%(number)d person is invited to it", "%(number)d people are invited to it", invited
        )
        said.append(words % {"number": invited})
    if below:
        words = ngettext(
            "%(number)d unit stands below it", "%(number)d units stand below it", below
        )
        said.append(words % {"number": below})
    if said:
        raise UnitRefused(
            _("The unit cannot be closed yet: %(what)s. Say where they go.")
            % {"what": ", ".join(said)}
        )


def _save(
    unit: Unit,
    action: str,
    fields: list[str],
    *,
    acting_user: User,
    now: datetime,
    reason: str = "",
) -> None:
    unit.save(update_fields=fields)
    record_event(
        action=action,
        target=unit,
        acting_user=acting_user,
        now=now,
        changed_fields=fields,
        reason=reason,
    )
