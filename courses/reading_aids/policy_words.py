"""Words that the content policy asks not to write, each with what to write instead.

The list is that of docs/content-policy.md (“Words”). A word is found in whatever case, with or
without its accents. What is found is a question to the author and never a refusal: a text may have
to name a word in order to correct it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.core.accents import without_accents

SURROUNDINGS = 40
"""Letters on each side of a word that are shown with it."""


@dataclass(frozen=True)
class PolicyWord:
    """A pattern of words without accents, and what to write instead."""

    pattern: "re.Pattern[str]"
    instead: str | Promise


@dataclass(frozen=True)
class FoundWord:
    """A word that stands somewhere, as it was written there, with what to write instead."""

    words: str
    instead: str
    around: str


def _word(pattern: str, instead: str | Promise) -> PolicyWord:
    return PolicyWord(re.compile(rf"\b(?:{pattern})\b"), instead)


_IRREGULAR_ES = "persona en situación migratoria irregular"
_IRREGULAR_EN = "person in an irregular migration situation"

POLICY_WORDS: dict[str, tuple[PolicyWord, ...]] = {
    "es": (
        _word(r"trata de blancas", "trata de personas"),
        _word(r"trafico (?:humano|de (?:personas|seres humanos|mujeres))", "trata de personas"),
        _word(
            r"prostitucion (?:infantil|de (?:menores|ninas|ninos|adolescentes))",
            "explotación sexual de niñas, niños y adolescentes",
        ),
        _word(r"(?:in|e)?migra(?:nte|cion)(?:es|s)? ilegal(?:es)?", _IRREGULAR_ES),
        _word(r"(?:persona|extranjer[ao]|trabajador[ae]?)s? ilegal(?:es)?", _IRREGULAR_ES),
        _word(r"(?:l[oa]s|un[oa]s) ilegales|(?:el|la|un|una) ilegal", _IRREGULAR_ES),
        _word(r"supuestas? victimas?", "presunta víctima"),
        _word(
            r"rescat(?:e|es|ar|amos|aron|ad[oa]s?)",
            _("beside the legal word: intervención, puesta a salvo"),
        ),
    ),
    "en": (
        _word(r"white slav(?:e|es|ery)", "trafficking in persons"),
        _word(
            r"child prostitut(?:e|es|ion)|(?:prostitution of|prostituted) (?:children|minors)",
            "sexual exploitation of children",
        ),
        _word(r"illegal (?:(?:im)?migrant|migration|alien|foreigner|worker)s?", _IRREGULAR_EN),
        _word(r"illegals", _IRREGULAR_EN),
        _word(r"(?:alleged|supposed|so-called) victims?", "presumed victim"),
        _word(r"rescu(?:e|es|ed|ing)", _("beside the legal word: intervention, brought to safety")),
    ),
}


def found_words(parts: Iterable[str], *, language: str) -> list[FoundWord]:
    """Return where words of the policy stand in these texts, each place once, in their order."""
    found = []
    for part in parts:
        folded = "".join(map(_folded, part))
        places = [
            (match.start(), match.end(), word)
            for word in POLICY_WORDS["es" if language == "es" else "en"]
            for match in word.pattern.finditer(folded)
        ]
        for start, end, word in sorted(places, key=lambda place: place[:2]):
            around = part[max(0, start - SURROUNDINGS) : end + SURROUNDINGS]
            found.append(FoundWord(part[start:end], str(word.instead), " ".join(around.split())))
    return found


def _folded(letter: str) -> str:
    """Return one letter for one, so that places in both texts are the same."""
    plain = without_accents(letter)
    return plain if len(plain) == 1 else letter
