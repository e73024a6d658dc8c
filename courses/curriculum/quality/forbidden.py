"""Words that no text has: those of the policy, old numbers and names, data of people, hours.

A text may have to name a word in order to correct it. Then `allowed.yaml` says the file, the words
and why; an entry that nothing needs is a finding itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from courses.curriculum.documents import Source, read_records
from courses.curriculum.folder import ALLOWED
from courses.curriculum.quality.files import Written
from courses.curriculum.quality.grounds import says_past
from courses.curriculum.quality.scope import Scope
from courses.reading_aids.policy_words import POLICY_WORDS
from lms.core.accents import fold, without_accents

SURROUNDINGS = 300
"""Letters around an old norm in which a word may say that it is one of the past."""

_TOLD = (ALLOWED, "sources.yaml", "figures.yaml")
"""Files that hold titles of norms and figures as others print them."""

_NUMBER_WORDS = r"\d+(?:[.,]\d+)?|doce|dieciocho|veinticuatro|twelve|eighteen|twenty-four"
_RULES = (
    (r"0[\W_]{0,3}8[\W_]{0,3}0[\W_]{0,3}0[\W_]{0,3}2[\W_]{0,3}3[\W_]{0,3}2[\W_]{0,3}3[\W_]{0,3}2",
     "is the old line, which nobody answers: 1818"),
    (r"\bAurora\b", "is the old name of the programme: Warmi Ñan"),
    (r"\b71[.,]8\b", "is a sum that the source itself gets wrong: leave it out"),
    (r"[¡!]", "is an exclamation mark: say it calmly"),
    (r"(?<![\d./-])\d{8}(?![\d/-]|[.,]\d)", "looks like the number of an identity document"),
    (r"(?<![\d-])(?:\+?51[ -]?)?9\d{2}[ -]?\d{3}[ -]?\d{3}(?![\d-])", "looks like somebody's telephone"),
    (rf"(?i)\b(?:{_NUMBER_WORDS})\s+(?:horas\s+(?:académicas|lectivas|cronológicas|pedagógicas)"
     r"|(?:academic|teaching|clock)\s+hours)",
     "are hours as a number: they are computed"),
    (rf"(?i)\b(?:curso|taller|ruta|camino|módulo|certificado)\s+(?:\w+\s+)?de\s+(?:{_NUMBER_WORDS})\s+horas\b"
     rf"|\b(?:{_NUMBER_WORDS})-hour\s+(?:course|path|module|certificate)",
     "are hours as a number: they are computed"),
)  # fmt: skip
RULES = tuple((re.compile(pattern), message) for pattern, message in _RULES)
_OLD_NORM = re.compile(r"\b005-2016-IN\b")
_PHONE = re.compile(
    r"(?i)\b(?:líneas?|lines?|llam\w+ al|marqu\w+ (?:el |al )?|call|dial|teléfono|central)\s+"
    r"(?:gratuita\s+|free\s+)?(?P<number>0800[\d -]{3,9}\d|\(?01\)?[ -]?\d{3}[ -]?\d{4}|\d{3,4})(?![\d%-])"
)


@dataclass(frozen=True)
class Found:
    """Words that stand somewhere, and what is wrong with them."""

    words: str
    line: int
    message: str


def check_words(scope: Scope) -> None:
    """Look at every file, and then at what the list of exceptions allows."""
    allowed = _allowed(scope)
    used: set[tuple[str, str]] = set()
    numbers = _numbers(scope)
    for file in scope.files.texts():
        if file.path in _TOLD:
            continue
        for found in (*_listed(file), *_policy(file), *_old_norms(file), *_phones(file, numbers)):
            key = (file.path, fold(found.words))
            if key in allowed:
                used.add(key)
            else:
                scope.note(file.path, found.line, f"“{found.words}” {found.message}")
    for key, line in allowed.items():
        if key not in used:
            scope.note(ALLOWED, line, f"`{key[0]}` does not need this exception: “{key[1]}”")


def _allowed(scope: Scope) -> dict[tuple[str, str], int]:
    """Return file and words of each exception, with its line."""
    if not scope.files[ALLOWED].text:
        return {}
    found = {}
    for record in read_records(Source(scope.files.folder, scope.problems), ALLOWED):
        file, words = record.text("file"), record.text("words")
        record.text("reason")
        record.finish()
        found[file, fold(words)] = record.line
    return found


def _numbers(scope: Scope) -> set[str]:
    """Return the digits of every telephone that the lists have."""
    helplines = [spec.shared["number"] for spec in scope.curriculum.helplines]
    services = [spec.values["phone"] for spec in scope.curriculum.services]
    return {re.sub(r"\D", "", number) for number in (*helplines, *services)} - {""}


def _listed(file: Written) -> Iterator[Found]:
    for pattern, message in RULES:
        for match in pattern.finditer(file.text):
            yield Found(match[0], file.line_at(match.start()), message)


def _policy(file: Written) -> Iterator[Found]:
    """The words of the policy, in whichever language: a file of one may quote the other."""
    folded = "".join(map(_folded, file.text))
    for words in POLICY_WORDS.values():
        for word in words:
            for match in word.pattern.finditer(folded):
                said = file.text[match.start() : match.end()]
                yield Found(said, file.line_at(match.start()), f"is not written: {word.instead}")


def _folded(letter: str) -> str:
    """Return one letter for one, so that places in both texts are the same."""
    plain = without_accents(letter)
    return plain if len(plain) == 1 else letter


def _old_norms(file: Written) -> Iterator[Found]:
    """The protocol of 2016, wherever nothing near it says that it is one of the past."""
    for match in _OLD_NORM.finditer(file.text):
        around = file.text[max(0, match.start() - SURROUNDINGS) : match.end() + SURROUNDINGS]
        if not says_past(around):
            message = "was repealed: say so, or cite the protocol that replaced it"
            yield Found(match[0], file.line_at(match.start()), message)


def _phones(file: Written, known: set[str]) -> Iterator[Found]:
    for match in _PHONE.finditer(file.text):
        if re.sub(r"\D", "", match["number"]) not in known:
            message = "is no number of helplines.yaml or services.yaml"
            yield Found(match["number"], file.line_at(match.start("number")), message)
