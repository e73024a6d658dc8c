"""Reads what a browser sends from the pages of an attempt."""

import re
from collections.abc import Mapping

from django.http import QueryDict

from lms.learning.attempt_services import PostedAnswer

FIELD = re.compile(r"(?:answer|sequence)-([1-9][0-9]{0,3})", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,16}", re.ASCII)


def read_answers(posted: QueryDict) -> list[PostedAnswer]:
    """Return every answer of the form by its position; a sequence number that is none becomes 0.

    `check=<position>` asks to check that answer and keep it.
    """
    matches = (FIELD.fullmatch(name) for name in posted)
    positions = sorted({int(match[1]) for match in matches if match})
    checked = read_number(posted, "check")
    return [
        PostedAnswer(
            position=position,
            values=tuple(posted.getlist(f"answer-{position}")),
            sequence=read_number(posted, f"sequence-{position}") or 0,
            is_final=position == checked,
        )
        for position in positions
    ]


def read_number(posted: Mapping[str, object], name: str) -> int | None:
    """Return a field as a whole number of at most 16 digits, or None if it is none."""
    value = posted.get(name)
    return int(value) if isinstance(value, str) and NUMBER.fullmatch(value) else None
