"""Which telephones and services nobody checked, or not for 180 days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from courses.models import Helpline, Service
from courses.models.serving import active_language
from courses.shared_texts import CHECK_EVERY
from courses.texts import in_language

HELPLINE, SERVICE = "helpline", "service"


@dataclass(frozen=True)
class DueCheck:
    """A line or a service to be checked; `verified_on` is None if nobody ever did."""

    kind: str
    key: str
    name: str
    phone: str
    url: str
    source: str
    source_read_on: date
    verified_on: date | None

    @property
    def record(self) -> str:
        """What the press sends: the kind and the key."""
        return f"{self.kind}:{self.key}"


def due_checks(*, today: date) -> list[DueCheck]:
    """Return what is to be checked, never checked first, then the longest ago; two queries."""
    oldest = today - CHECK_EVERY
    found = [
        one
        for one in (*_helplines(), *_services())
        if one.verified_on is None or one.verified_on <= oldest
    ]
    return sorted(found, key=lambda one: (one.verified_on or date.min, one.kind, one.name))


def _helplines() -> Iterator[DueCheck]:
    """Yield each line once, in the user's language; the longest ago of its languages counts."""
    chosen: dict[str, Helpline] = {}
    checked: dict[str, list[date | None]] = {}
    active = active_language()
    for line in Helpline.objects.select_related("locale").order_by("sort_order", "pk"):
        checked.setdefault(line.key, []).append(line.verified_on)
        if line.key not in chosen or line.locale.language_code == active:
            chosen[line.key] = line
    for key, line in chosen.items():
        days = checked[key]
        yield DueCheck(
            kind=HELPLINE,
            key=key,
            name=line.name,
            phone=line.number,
            url="",
            source=line.source,
            source_read_on=line.source_read_on,
            verified_on=None if None in days else min(day for day in days if day),
        )


def _services() -> Iterator[DueCheck]:
    language = active_language() or settings.LANGUAGE_CODE
    for row in Service.objects.order_by("sort_order", "key"):
        yield DueCheck(
            kind=SERVICE,
            key=row.key,
            name=in_language({"es": row.name_es, "en": row.name_en}, language),
            phone=row.phone,
            url=row.url,
            source=row.source,
            source_read_on=row.source_read_on,
            verified_on=row.verified_on,
        )
