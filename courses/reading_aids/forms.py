"""What an editor sends to have a text measured while somebody writes it."""

from django.http import QueryDict

from courses.reading_aids.measuring import Measured, measure
from courses.texts import languages

MOST_LETTERS = 200_000
"""Far more than any lesson has; what stands behind them is not measured."""


def measured_texts(posted: QueryDict) -> list[Measured]:
    """Return what was measured for each language in which something was sent."""
    found = []
    for language in languages():
        left, parts = MOST_LETTERS, []
        for part in posted.getlist(language):
            parts.append(part[:left])
            left -= len(parts[-1])
        if any(part.strip() for part in parts):
            found.append(measure(parts, language=language))
    return found
