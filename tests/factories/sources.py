"""Sources, and items that cite them."""

from datetime import date, datetime
from typing import Any

from courses.enums import SourceChangeKind, SourceKind, SourceState
from courses.models import LessonPage, SourceChange, SourceRecord
from courses.sources.services import note_change
from lms.accounts.models import User

WORDS = {"es": "Cambió el artículo 9.", "en": "Article 9 changed."}


def make_norm(key: str = "ley-28950", **changes: Any) -> SourceRecord:
    """Return a norm in force."""
    values: dict[str, Any] = {
        "kind": SourceKind.NORM,
        "number": "Ley 28950",
        "title_es": "Ley contra la trata",
        "title_en": "Law against trafficking",
        "issued": "2007-01-16",
        "mark": "R",
        "state": SourceState.IN_FORCE,
        "state_checked_date": date(2026, 11, 23),
    }
    return SourceRecord.objects.create(key=key, **{**values, **changes})


def citation(key: str = "ley-28950", **changes: str) -> dict[str, str]:
    """Return how questions and cases store that they cite a record."""
    words = {"label": "", "date": "", "url": "", "mark": ""}
    return {**words, "record": key, "place": "artículo 9", **changes}


def stream_of(*sources: dict[str, str]) -> list[dict[str, Any]]:
    """Return the stream in which a lesson stores its sources."""
    return [{"type": "source", "value": source} for source in sources]


def cite_in(lesson: LessonPage, key: str = "ley-28950", *, is_draft: bool = False) -> LessonPage:
    """Let a lesson cite a record, in public or only in its draft."""
    lesson.sources = stream_of(citation(key))
    revision = lesson.save_revision()
    if not is_draft:
        lesson.publish(revision)
    found: LessonPage = LessonPage.objects.get(pk=lesson.pk)
    return found


def repeal(
    source: SourceRecord, *, by: User, now: datetime, replacement: SourceRecord | None = None
) -> SourceChange:
    """Note that a source is no longer in force since yesterday."""
    return note_change(
        source=source,
        kind=SourceChangeKind.REPLACED if replacement else SourceChangeKind.REPEALED,
        changed_date=date(2026, 11, 20),
        words=WORDS,
        replacement=replacement,
        acting_user=by,
        now=now,
    )
