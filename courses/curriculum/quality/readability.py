"""How every lesson of a folder reads, from its files."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from courses.curriculum.folder import read_curriculum
from courses.curriculum.quality.words import prose
from courses.reading_aids.readability import Reading, read
from lms.core.terms import shipped_terms


@dataclass(frozen=True)
class LessonReading:
    """A lesson's file, and what was measured in its full text."""

    path: str
    reading: Reading

    @property
    def long_share(self) -> float:
        """The share of sentences that are too long, from 0 to 1."""
        sentences = self.reading.sentences
        return len(self.reading.long_sentences) / sentences if sentences else 0.0


def lesson_readings(folder: Path, language: str) -> list[LessonReading]:
    """Return every lesson in its order; raise CurriculumError if the folder cannot be loaded."""
    with shipped_terms():
        curriculum = read_curriculum(folder)
    found = []
    for lesson in curriculum.of_kind("lesson"):
        text = lesson.texts[language]
        reading = read(prose(text.streams["body"]), language=language)
        found.append(LessonReading(text.path, reading))
    return found


def hardest(readings: Iterable[LessonReading], most: int) -> list[LessonReading]:
    """Return the hardest lessons, the hardest first; one too short to measure is not among them."""
    measured = [
        (one.reading.score, one.path, one) for one in readings if one.reading.score is not None
    ]
    return [one for _score, _path, one in sorted(measured, key=lambda each: each[:2])[:most]]
