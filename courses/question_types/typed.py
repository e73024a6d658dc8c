"""What people type: taking it in, and comparing it with what a trainer accepts."""

import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from courses.question_types.base import InvalidAnswer, Posted
from courses.question_types.decimals import MINUS

MOST_LETTERS = 200
"""How long a short answer may be."""

KEY_LETTERS = 70
_CUT_KEY = re.compile(r".*…[0-9a-f]{12}", re.DOTALL)
_STAR = re.compile(r"(?<!\\)\*")
_DROPPED_MARKS = ".'\u2018\u2019"


@dataclass(frozen=True)
class TextRule:
    """What makes a difference when a typed answer is compared; by default nothing of it does."""

    heeds_case: bool = False
    heeds_accents: bool = False
    heeds_punctuation: bool = False


RULE_NAMES = ("heeds_case", "heeds_accents", "heeds_punctuation")


def cleaned(text: str, *, keeps_lines: bool = False) -> str:
    """Return typed text without what nobody types (control characters), trimmed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not keeps_lines:
        text = text.replace("\n", " ")
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return kept.strip()


def only_value(posted: Posted, part: str = "") -> str:
    """Return the one value that was sent for a part; empty if none was.

    Raises:
        InvalidAnswer: more than one was sent.
    """
    values = posted.get(part, ())
    if len(values) > 1:
        raise InvalidAnswer(_("This question takes one answer only."))
    return values[0] if values else ""


def refuse_other_parts(posted: Posted, known: tuple[str, ...] = ("",)) -> None:
    """Raise InvalidAnswer if something was sent for a part that the question does not have."""
    if set(posted) - set(known):
        raise InvalidAnswer(_("The answer names a part that this question does not have."))


def read_line(posted: Posted, part: str = "", most: int = MOST_LETTERS) -> str:
    """Return one typed line; raise InvalidAnswer if it is too long."""
    text = cleaned(only_value(posted, part))
    if len(text) > most:
        message = _("The answer has %(count)d letters; at most %(most)d fit.")
        raise InvalidAnswer(message % {"count": len(text), "most": most})
    return text


def simplified(text: str, rule: TextRule) -> str:
    """Return the text as it is compared; never empty unless the text is blank."""
    return _simplified(text, rule).strip() or " ".join(text.split())


def _simplified(text: str, rule: TextRule) -> str:
    plain = unicodedata.normalize("NFKC", text)
    if not rule.heeds_case:
        plain = unicodedata.normalize("NFKC", plain.casefold())
    if not rule.heeds_accents:
        parts = unicodedata.normalize("NFKD", plain)
        plain = "".join(c for c in parts if not unicodedata.combining(c))
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf").replace(MINUS, "-")
    if not rule.heeds_punctuation:
        plain = _without_punctuation(plain)
    return re.sub(r"\s+", " ", plain)


def _without_punctuation(text: str) -> str:
    """Return the text without its marks; those inside a number (1.5, 24/7, -3) and `*` stay."""
    kept = []
    for place, letter in enumerate(text):
        if letter == "*" or unicodedata.category(letter)[0] != "P":
            kept.append(letter)
            continue
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        if after.isdigit() and before.isdigit():
            kept.append("." if letter == "," else letter)
        elif after.isdigit() and letter == "-" and (not before or before.isspace()):
            kept.append(letter)
        elif letter not in _DROPPED_MARKS:
            kept.append(" ")
    return "".join(kept)


def matches(pattern: str, typed: str, rule: TextRule) -> bool:
    r"""Say whether a typed answer is the accepted one; `*` stands for any letters, `\*` for a star.

    The pieces between the stars are looked for from left to right, which takes a time that grows
    with the answer's length only (a regular expression with many stars would not).
    """
    answer = simplified(typed, rule)
    pieces = [piece.replace("\\*", "*") for piece in _STAR.split(pattern)]
    if len(pieces) == 1:
        return simplified(pieces[0], rule) == answer
    first, *middle, last = (_simplified(piece, rule) for piece in pieces)
    first, last = first.lstrip(), last.rstrip()
    if not (answer.startswith(first) and answer.endswith(last)):
        return False
    place, end = len(first), len(answer) - len(last)
    for piece in middle:
        found = answer.find(piece, place, end)
        if found < 0:
            return False
        place = found + len(piece)
    return place <= end


def shown_pattern(pattern: str) -> str:
    """Return an accepted answer as a reader sees it: `…` where any letters may stand."""
    return _STAR.sub("…", pattern).replace("\\*", "*")


def fitting(pattern: str) -> str:
    """Return a text that the pattern accepts: nothing where any letters may stand."""
    return " ".join(_STAR.sub("", pattern).replace("\\*", "*").split()) or "…"


def as_pattern(text: str) -> str:
    """Return the pattern that only this text matches."""
    return text.replace("*", "\\*")


def key_of(text: str, rule: TextRule) -> str:
    """Return the key of at most 70 letters under which a typed answer is counted."""
    plain = simplified(text, rule)
    if len(plain) <= KEY_LETTERS:
        return plain
    return f"{plain[: KEY_LETTERS - 13]}…{sha256(plain.encode()).hexdigest()[:12]}"


def is_cut(key: str) -> bool:
    """Say whether a key of `key_of` holds only the beginning of an answer."""
    return len(key) == KEY_LETTERS and _CUT_KEY.fullmatch(key) is not None
