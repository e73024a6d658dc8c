"""What questions that are answered part by part have in common."""

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from courses.question_types.base import InvalidAnswer, Posted, Problem
from courses.question_types.common import read_parts
from courses.texts import Texts, languages

SMALLEST = Decimal("0.0001")
PART_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,49}", re.ASCII)
"""Ids of parts: they stand in the names of a browser's fields and in the keys of statistics."""


def share(earned: int, of: int) -> Decimal:
    """Return a part of the whole as a fraction with four places, exact at both ends."""
    if earned <= 0 or of <= 0:
        return Decimal(0)
    return min((Decimal(earned) / of).quantize(SMALLEST, ROUND_HALF_EVEN), Decimal(1))


def main_text(texts: Texts) -> str:
    """Return the text that identifies a part: that of the first language which has one."""
    return next((texts[code].strip() for code in languages() if texts.get(code, "").strip()), "")


def opaque_id(texts: Texts, repeated: int = 0) -> str:
    """Return an id that a learner may see: it is made of nothing but the words on the screen.

    An author's own ids (`a`, `b`, `c`…) would tell which halves belong together, or the order.
    """
    words = f"{' '.join(main_text(texts).split())}#{repeated}"
    return sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def read_own_parts(
    data: Any, place: str, most: int, problems: list[Problem]
) -> list[Mapping[str, Any]]:
    """Return a stored list of records whose ids may stand in the name of a field."""
    records = read_parts(data, place, most, problems)
    for number, record in enumerate(records):
        if record.get("id") and not PART_ID.fullmatch(str(record["id"])):
            message = _("An id is made of small letters, digits and hyphens.")
            problems.append(Problem(f"{place}.{number}.id", message))
    return records


def one_value_each(posted: Posted, known: Collection[str], foreign: str) -> dict[str, str]:
    """Return the value of each part that has one.

    Raises InvalidAnswer, with `foreign` for the learner, if a part is not of this question, and if
    a part came with several values.
    """
    found: dict[str, str] = {}
    for part, values in posted.items():
        given = [value for value in values if value]
        if part not in known and (part or given):
            raise InvalidAnswer(foreign)
        if len(given) > 1:
            raise InvalidAnswer(_("One part of the answer came twice. Choose again."))
        if given:
            found[part] = given[0]
    return found


def stored_parts(given: Mapping[str, Any] | None, name: str) -> Mapping[str, Any]:
    """Return the stored answer of each part; empty if nothing was given."""
    parts = (given or {}).get(name)
    return parts if isinstance(parts, Mapping) else {}


def repeats(texts: Sequence[Texts]) -> list[int]:
    """Return for each text how often the same one stood before it."""
    seen: list[str] = []
    found = []
    for one in texts:
        words = " ".join(main_text(one).split())
        found.append(seen.count(words))
        seen.append(words)
    return found
