"""Prints how the lessons of a curriculum read, and which are the hardest."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from courses.curriculum.problems import CurriculumError
from courses.curriculum.quality.readability import LessonReading, hardest, lesson_readings
from courses.reading_aids.readability import LONG_SENTENCE
from courses.texts import languages

FORMULAS = {"es": "Fernández-Huerta", "en": "Flesch"}


class Command(BaseCommand):
    """Reads a folder and prints a line for each lesson; nothing is written anywhere."""

    help = "Print ease of reading, words and sentences of every lesson, and the worst of them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder, the language and how many of the worst are printed again."""
        default = Path(settings.BASE_DIR) / "fixtures" / "curriculum"
        parser.add_argument("folder", nargs="?", type=Path, default=default)
        parser.add_argument("--worst", type=int, default=10, help="so many of the hardest lessons")
        parser.add_argument("--language", choices=languages(), default=languages()[0])

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table, then the hardest lessons with their longest sentences."""
        language = options["language"]
        try:
            readings = lesson_readings(options["folder"], language)
        except CurriculumError as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError(f"mistakes: {len(error.problems)}") from error
        self.stdout.write(
            f"{FORMULAS[language]}  words  words/sentence  over {LONG_SENTENCE}  file"
        )
        for one in readings:
            self.stdout.write(_line(one))
        worst = hardest(readings, options["worst"])
        self.stdout.write(f"\nthe hardest {len(worst)}:")
        for one in worst:
            self.stdout.write(_line(one))
            for sentence in one.reading.long_sentences[:3]:
                self.stdout.write(f"    {sentence.words} words: {sentence.text}")


def _line(one: LessonReading) -> str:
    reading = one.reading
    score = "  -" if reading.score is None else f"{reading.score:3.0f}"
    numbers = f"{score}  {reading.words:5d}  {reading.words_in_a_sentence:5.1f}"
    return f"{numbers}  {one.long_share:4.0%}  {one.path}"
