"""Looking for rows of the audit trail, with the names of the people in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.core.accents import fold
from lms.core.models import AuditEvent, AuditSeal, PersonKey
from lms.core.queries import read_reasons
from lms.desks.trail.words import action_words

APPS = ("accounts", "courses", "learning", "certificates", "core")
NAMES = ("full_name", "display_name", "email", "username")


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; None and '' leave a side open."""

    subjects: frozenset[int] | None = None
    actors: frozenset[int] | None = None
    action: str = ""
    target_type: str = ""
    target_id: str = ""
    from_date: date | None = None
    until_date: date | None = None


@dataclass(frozen=True)
class TrailRow:
    """One row of the trail as it is shown."""

    event: AuditEvent
    what: str
    who: str
    concerns: str
    record: str
    reason: str
    is_reason_hidden: bool
    is_sealed: bool


def people_called(text: str, *, most: int) -> list[int]:
    """Return the numbers of the people whom a text means, one more than `most` at the most.

    Only digits are the number of an account, which may be gone. Accents make no difference.
    """
    if text.isdecimal():
        return [int(text)]
    words = fold(text).split()
    found: list[int] = []
    for pk, *names in User.objects.order_by("pk").values_list("pk", *NAMES).iterator():
        plain = fold(" ".join(filter(None, names)))
        if all(word in plain for word in words):
            found.append(pk)
            if len(found) > most:
                break
    return found


def trail(wanted: Wanted) -> "QuerySet[AuditEvent]":
    """Return the rows that somebody looks for, the newest first; each knows whether it is sealed."""
    found = AuditEvent.objects.annotate(
        is_sealed=Exists(AuditSeal.objects.filter(event_id=OuterRef("pk")))
    )
    if wanted.subjects is not None:
        found = found.filter(subject_id__in=wanted.subjects)
    if wanted.actors is not None:
        found = found.filter(actor_id__in=wanted.actors)
    for name in ("action", "target_type", "target_id"):
        if value := getattr(wanted, name):
            found = found.filter(**{name: value})
    if wanted.from_date is not None:
        found = found.filter(at__date__gte=wanted.from_date)
    if wanted.until_date is not None:
        found = found.filter(at__date__lte=wanted.until_date)
    return found.order_by("-at", "-pk")


def shown_rows(events: Iterable[Any], *, has_reasons: bool) -> list[TrailRow]:
    """Return rows with names in the place of numbers. Four queries at most, however many rows.

    Args:
        events: rows of `trail`.
        has_reasons: whether typed words are opened; the system's own always stand there.
    """
    rows = list(events)
    names = _names({pk for row in rows for pk in (row.actor_id, row.subject_id) if pk})
    reasons = read_reasons(rows) if has_reasons else {row.pk: row.reason for row in rows}
    kinds = dict(kinds_of_records())
    return [
        TrailRow(
            event=row,
            what=action_words(row.action),
            who=names[row.actor_id] if row.actor_id else _("the system"),
            concerns=names[row.subject_id] if row.subject_id else "",
            record=f"{kinds.get(row.target_type, row.target_type)} {row.target_id}",
            reason=reasons[row.pk],
            is_reason_hidden=bool(row.sealed_reason) and not has_reasons,
            is_sealed=row.is_sealed,
        )
        for row in rows
    ]


def _names(pks: set[int]) -> dict[int, str]:
    """Return what each person is called, or that she was erased or is no longer here."""
    found = {pk: user.get_display_name() for pk, user in User.objects.in_bulk(pks).items()}
    destroyed = PersonKey.objects.filter(person_id__in=pks, destroyed_at__isnull=False)
    erased = set(destroyed.values_list("person_id", flat=True))
    for pk in pks:
        if pk in erased:
            found[pk] = _("Person %(number)d, erased") % {"number": pk}
        elif pk not in found:
            found[pk] = _("Person %(number)d, no longer here") % {"number": pk}
    return found


def kinds_of_records() -> list[tuple[str, str]]:
    """Return the kinds of records that events are about: their code, and what they are called."""
    models = (model for label in APPS for model in apps.get_app_config(label).get_models())
    kinds = ((model._meta.label_lower, capfirst(str(model._meta.verbose_name))) for model in models)
    return sorted(kinds, key=lambda kind: fold(kind[1]))
