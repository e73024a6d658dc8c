"""Reads what a browser sends from the pages of an attempt."""

import re
from collections.abc import Mapping

from django.http import QueryDict

from lms.learning.attempts.services import PostedAnswer
from lms.learning.guarding import CHECKED, checked_name

FIELD = re.compile(
    r"(?:answer-(?P<position>[1-9][0-9]{0,3})(?:-(?P<part>[a-z0-9-]{1,60}))?"
    r"|sequence-(?P<numbered>[1-9][0-9]{0,3})|no-case-data-[1-9][0-9]{0,3})",
    re.ASCII,
)
NUMBER = re.compile(r"[0-9]{1,16}", re.ASCII)


def read_answers(posted: QueryDict) -> list[PostedAnswer]:
    """Return every answer of the form by its position; a sequence number that is none becomes 0.

    `answer-3` is the field of question 3, `answer-3-p1` that of its part `p1`. `check=<position>`
    asks to check that answer and keep it.
    """
    found: dict[int, dict[str, tuple[str, ...]]] = {}
    for name in posted:
        match = FIELD.fullmatch(name)
        if match is None or not (match["position"] or match["numbered"]):
            continue
        parts = found.setdefault(int(match["position"] or match["numbered"]), {})
        if match["position"]:
            parts[match["part"] or ""] = tuple(posted.getlist(name))
    checked = read_number(posted, "check")
    return [
        PostedAnswer(
            position=position,
            posted=parts,
            sequence=read_number(posted, f"sequence-{position}") or 0,
            is_final=position == checked,
            is_checked=posted.get(checked_name(position)) == CHECKED,
        )
        for position, parts in sorted(found.items())
    ]


def read_number(posted: Mapping[str, object], name: str) -> int | None:
    """Return a field as a whole number of at most 16 digits, or None if it is none."""
    value = posted.get(name)
    return int(value) if isinstance(value, str) and NUMBER.fullmatch(value) else None


OUR_NAMES = frozenset({"csrfmiddlewaretoken", "carry_account", "check", "save", "go", "confirm"})


def foreign_names(posted: QueryDict) -> list[str]:
    """Return the names of fields that no page of an attempt has, such as `score`."""
    return sorted(name for name in posted if name not in OUR_NAMES and not FIELD.fullmatch(name))
