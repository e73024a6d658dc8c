"""What the editor is told about a text: how it reads, and which words the policy asks to change."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.reading_aids.policy_words import FoundWord, found_words
from courses.reading_aids.readability import EASY_FROM, Reading, Sentence, read, worst

MOST_SENTENCES = 5


@dataclass(frozen=True)
class Measured:
    """A reading and the words that were found."""

    reading: Reading
    words: tuple[FoundWord, ...]

    @property
    def score(self) -> int | None:
        """The ease of reading as a whole number; None for too little text."""
        return None if self.reading.score is None else round(self.reading.score)

    @property
    def is_easy(self) -> bool:
        """Whether it is more than plain."""
        return self.reading.score is not None and self.reading.score >= EASY_FROM

    @property
    def long_sentences(self) -> list[Sentence]:
        """The longest of the sentences that are too long."""
        return worst(self.reading.long_sentences, MOST_SENTENCES)


def measure(parts: Sequence[str], *, language: str) -> Measured:
    """Measure a text and look for words of the policy in it."""
    words = found_words(parts, language=language)
    return Measured(read(parts, language=language), tuple(words))
