"""Everything that is kept about a person, as one structure of plain names.

This is what Ley 29733's rights of access and portability give her: what she is told on My data, and
the values themselves. One query for each kind of row, however many rows there are; a kind with more
than MOST_ROWS says so.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q

from courses.texts import in_language
from lms.accounts.documents import document_tail
from lms.accounts.models import User
from lms.core.models import AuditEvent
from lms.desks.record.answers import answers_of
from lms.desks.record.columns import EXPORTS
from lms.desks.record.exports import CONVERTED, Export
from lms.desks.record.left_out import reasons
from lms.desks.record.register import REGISTER, entry_of
from lms.learning.models import Enrolment, Response

FORMAT = "amparo-my-data/1"
MOST_ROWS = 20_000
SMALL = 600
"""Rows that can be written down while somebody waits: well below a second."""


def size_of(user: User) -> int:
    """Return about how many rows a person's file has: what grows with use; three queries."""
    return (
        Response.objects.filter(item__attempt__enrolment__learner=user).count()
        + user.notices.count()
        + AuditEvent.objects.filter(_about(user)).count()
    )


def my_data(user: User, *, now: datetime, most: int = MOST_ROWS) -> dict[str, Any]:
    """Return everything about a person, in the active language where there is a choice."""
    titles = _titles(user)
    sections: dict[str, list[dict[str, Any]]] = {}
    for export in EXPORTS:
        sections[export.section] = _rows(export, user, titles=titles, most=most)
    sections["account"][0]["document_ends_in"] = document_tail(user)
    answers = list(answers_of(user, most=most + 1))
    sections["answers"] = [{**row, "item": titles.get(row["item"], "")} for row in answers]
    sections["audit_trail"] = _events(user, most=most)
    cut = [name for name, rows in sections.items() if len(rows) > most]
    return {
        "format": FORMAT,
        "made_at": now,
        "register": [_line(kind.key) for kind in REGISTER],
        "left_out": reasons(),
        "cut_after_rows": dict.fromkeys(cut, most),
        **{name: rows[:most] for name, rows in sections.items()},
    }


def _line(key: str) -> dict[str, str]:
    words = next(kind.words for kind in REGISTER if kind.key == key)
    names = ("title", "what", "purpose", "ground", "kept", "on_erasure")
    return {name: str(getattr(words, name)) for name in names}


def _titles(user: User) -> dict[UUID, str]:
    """Return the promised titles of every item of her courses, by key."""
    found: dict[UUID, str] = {}
    releases = {
        row.release_id: row.release
        for row in Enrolment.objects.filter(learner=user).select_related("release")
    }
    for release in releases.values():
        items = release.typed_promise.items()
        found.update({item.key: in_language(item.titles) for item in items})
    return found


def _rows(
    export: Export, user: User, *, titles: Mapping[UUID, str], most: int
) -> list[dict[str, Any]]:
    model = apps.get_model(export.model)
    path = entry_of(export.model).path
    names = list(export.columns)
    found = model._base_manager.filter(**{path: user.pk}).order_by(export.order)
    values = found.values_list(*export.columns.values())[: most + 1]
    return [_row(export, zip(names, row, strict=True), titles) for row in values]


def _row(
    export: Export, pairs: Iterable[tuple[str, Any]], titles: Mapping[UUID, str]
) -> dict[str, Any]:
    row = {}
    for name, value in pairs:
        if name in export.titles:
            row[name] = titles.get(value, "")
        else:
            row[name] = CONVERTED[name](value) if name in CONVERTED else value
    return row


def _about(user: User) -> Q:
    """Return which events are about her, or were done by her."""
    return Q(subject_id=user.pk) | Q(actor_id=user.pk)


def _events(user: User, *, most: int) -> list[dict[str, Any]]:
    """Return what the audit trail says of her, newest first; of others only that it was somebody."""
    rows = AuditEvent.objects.filter(_about(user)).order_by("-at", "-pk")
    columns = ("at", "action", "target_type", "changed_fields", "actor_id")
    return [
        {
            "at": at,
            "action": action,
            "record": target,
            "changed_fields": fields,
            "by": _actor(actor, user),
        }
        for at, action, target, fields, actor in rows.values_list(*columns)[: most + 1]
    ]


def _actor(actor: int | None, user: User) -> str:
    if actor is None:
        return "system"
    return "self" if actor == user.pk else "somebody_else"
