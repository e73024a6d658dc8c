"""Questions of a bank out into a file: one, a category with all below it, or the whole bank."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from wagtail.images import get_image_model

from courses.formats.reading import write_questions
from courses.formats.structures import WrittenFile
from courses.importing.common import exchanged_question
from courses.models import Question, QuestionBank, QuestionCategory
from courses.queries import questions_for_list
from courses.question_types.exchange import Attachment
from lms.accounts.models import User
from lms.core.services import record_event

PREFETCHED = ("tags",)


def questions_to_export(
    *, bank: QuestionBank, category: QuestionCategory | None = None, key: str = ""
) -> QuerySet[Question]:
    """Return the questions of a bank, of a category and all below it, or the one with a key."""
    rows = questions_for_list().filter(category__bank=bank).prefetch_related(*PREFETCHED)
    if category is not None:
        rows = rows.filter(category__in=QuestionCategory.objects.within(category))
    if key:
        rows = rows.filter(key=key)
    return rows.order_by("category__path", "key")


def export_questions(
    questions: Iterable[Question], *, format_name: str, language: str
) -> WrittenFile:
    """Return the newest version of each question as a file, and what the format cannot carry."""
    rows: list[Any] = [row for row in questions if getattr(row, "newest_content", None)]
    ids = {_image_id(row.newest_content) for row in rows} - {0}
    images = get_image_model().objects.in_bulk(ids)
    return write_questions(
        [
            exchanged_question(
                row,
                row.newest_content,
                tags=tuple(sorted(tag.name for tag in row.tags.all())),
                figure=_attachment(images.get(_image_id(row.newest_content))),
            )
            for row in rows
        ],
        format_name=format_name,
        language=language,
    )


def _image_id(content: dict[str, Any]) -> int:
    figure = content.get("figure") or {}
    return int(figure.get("image_id") or 0)


def _attachment(image: Any) -> Attachment | None:
    if image is None:
        return None
    try:
        with image.file.storage.open(image.file.name, "rb") as stored:
            return Attachment(image.file.name.rpartition("/")[2], stored.read())
    except FileNotFoundError:
        return None


def record_export(
    *, bank: QuestionBank, format_name: str, count: int, acting_user: User, now: datetime
) -> None:
    """Write down that somebody took questions with their keys out of a bank, and how many."""
    record_event(
        action="questions_exported",
        target=bank,
        acting_user=acting_user,
        now=now,
        code=f"{format_name}: {count}",
    )
