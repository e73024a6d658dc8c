"""How easy a text is to read: Fernández-Huerta for Spanish, Flesch for English.

Pure functions. Both formulas count words, sentences and syllables; syllables are counted by rule
and not by dictionary, which is right for Spanish and near enough for English.

Sources: J. Fernández Huerta, “Medidas sencillas de lecturabilidad” (1959), in the reading that is in
common use (words to a sentence); R. Flesch, “A new readability yardstick” (1948).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONG_SENTENCE = 25
"""Words; plain-language guides ask for 15 to 20 on average, and hardly any above this."""

PLAIN_FROM = {"es": 60.0, "en": 60.0}
"""From here on a text is called normal or easy: what somebody with secondary school reads at ease."""

EASY_FROM = 70.0

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”»')\]]*\s+|\n+")
_ABBREVIATION = re.compile(
    r"\b(art|arts|núm|num|no|sr|sra|dr|dra|lic|inc|párr|pág|etc|ee|uu|e|g)\.$", re.I
)
_SPANISH_NUCLEUS = re.compile(
    r"[iuüy]?[aeoáéó][iuüy]?(?![áéíóúaeo])|[iuüy]?[aeoáéó]|[íú]|[iuü]+|(?<![aeiouáéíóúü])y(?![aeiouáéíóú])"
)
_ENGLISH_NUCLEUS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True)
class Sentence:
    """A sentence and how many words it has."""

    text: str
    words: int


@dataclass(frozen=True)
class Reading:
    """What was measured in a text; `score` is None where there is too little to measure."""

    language: str
    words: int
    sentences: int
    syllables: int
    long_sentences: tuple[Sentence, ...]

    @property
    def words_in_a_sentence(self) -> float:
        """The mean length of a sentence, in words."""
        return self.words / self.sentences if self.sentences else 0.0

    @property
    def score(self) -> float | None:
        """Ease of reading: about 0 (very hard) to 100 (very easy); a short text has none."""
        if self.words < FEWEST_WORDS:
            return None
        syllables_in_a_word = self.syllables / self.words
        if self.language == "es":
            return 206.84 - 60 * syllables_in_a_word - 1.02 * self.words_in_a_sentence
        return 206.835 - 84.6 * syllables_in_a_word - 1.015 * self.words_in_a_sentence

    @property
    def is_plain(self) -> bool:
        """Whether the text is easy enough; one too short to measure is."""
        return self.score is None or self.score >= PLAIN_FROM[self.language]

    @property
    def minutes(self) -> int:
        """How long it takes to read, at 150 words a minute, rounded up."""
        return -(-self.words // WORDS_A_MINUTE)


FEWEST_WORDS = 30
WORDS_A_MINUTE = 150


def read(parts: Iterable[str], *, language: str) -> Reading:
    """Measure the parts of a text; each part ends a sentence, as a heading or a list item does."""
    sentences = [one for part in parts for one in sentences_of(part)]
    words = [word for sentence in sentences for word in words_of(sentence)]
    count = spanish_syllables if language == "es" else english_syllables
    counted = [Sentence(text, len(words_of(text))) for text in sentences]
    return Reading(
        language="es" if language == "es" else "en",
        words=len(words),
        sentences=len(sentences),
        syllables=sum(count(word) for word in words),
        long_sentences=tuple(one for one in counted if one.words > LONG_SENTENCE),
    )


def words_of(text: str) -> list[str]:
    """Return the words of a text; numbers are none."""
    return _WORD.findall(text)


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text that have a word; “art. 129-A” does not end one."""
    found: list[str] = []
    for piece in _SENTENCE_END.split(text):
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return [" ".join(one.split()) for one in found if words_of(one)]


def spanish_syllables(word: str) -> int:
    """Count the syllables of a Spanish word: strong vowels part, weak ones lean on a neighbour."""
    lower = word.casefold()
    spoken = re.sub(r"qu(?=[eiéí])|gu(?=[eiéí])", "k", lower).replace("h", "")
    return max(1, len(_SPANISH_NUCLEUS.findall(spoken)))


def english_syllables(word: str) -> int:
    """Count the syllables of an English word by its groups of vowels."""
    lower = word.casefold()
    groups = len(_ENGLISH_NUCLEUS.findall(lower))
    is_silent = lower.endswith("e") and not lower.endswith(("le", "ee")) and groups > 1
    ends_silent = lower.endswith("ed") and not lower.endswith(("ted", "ded")) and groups > 1
    return max(1, groups - (is_silent or ends_silent))


def worst(sentences: Sequence[Sentence], most: int) -> list[Sentence]:
    """Return the longest sentences, the longest first."""
    return sorted(sentences, key=lambda one: -one.words)[:most]
