"""Counting the sheets of an anonymous survey, so that nothing leads back to a person."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import SystemRandom
from typing import Any
from uuid import UUID

from courses.models import QuestionVersion, QuizPage
from courses.question_types import question_type
from lms.learning.models import SurveyTally, SurveyText

_chance = SystemRandom()

SHEETS_A_STEP = 5
"""What is shown of a question grows in steps of so many sheets, so that no step is one person's."""


_Place = tuple[int, str]
"""A version of a question, and one answer to it."""


@dataclass(frozen=True)
class GivenAnswer:
    """What was given to one question of a survey; None for nothing."""

    version: QuestionVersion
    given: dict[str, Any] | None


def count_sheet(quiz_key: UUID, answers: Sequence[GivenAnswer]) -> None:
    """Add one sheet to the counts of its questions; the empty key counts the sheets.

    What was typed in words is kept as a loose text, never as a key of a count. All counts and texts
    of the survey are written anew in another order each time, with new numbers, so that neither
    the order of the rows nor the mark that PostgreSQL leaves on each says which belong to one
    person: not to the last, nor to the first, whose rows would all be the oldest. The caller's
    transaction holds it all; sheets of one survey are counted one after the other. What is shown of
    a question changes only with every fifth sheet that had it.
    """
    pages = QuizPage.objects.select_for_update(of=("self",), no_key=True)
    list(pages.filter(translation_key=quiz_key).order_by("pk").values_list("pk"))
    tallies = SurveyTally.objects.filter(quiz_key=quiz_key)
    written = SurveyText.objects.filter(quiz_key=quiz_key)
    counts: Counter[_Place] = Counter()
    shown: dict[_Place, int] = {}
    for row in tallies.iterator():
        place = (row.question_version_id, row.answer_key)
        counts[place], shown[place] = row.count, row.shown_count
    texts = list(written.values_list("question_version", "text", "is_shown"))
    for answer in answers:
        counts.update((answer.version.pk, key) for key in _keys(answer))
        texts += [(answer.version.pk, text, False) for text in _texts(answer)]
    steps = {
        version
        for (version, key), count in counts.items()
        if not key and count % SHEETS_A_STEP == 0
    }
    tallies.delete()
    written.delete()
    SurveyTally.objects.bulk_create(
        SurveyTally(
            quiz_key=quiz_key,
            question_version_id=place[0],
            answer_key=place[1],
            count=count,
            shown_count=count if place[0] in steps else shown.get(place, 0),
        )
        for place, count in _shuffled(counts.items())
    )
    SurveyText.objects.bulk_create(
        SurveyText(
            quiz_key=quiz_key,
            question_version_id=version,
            text=text,
            is_shown=is_shown or version in steps,
        )
        for version, text, is_shown in _shuffled(texts)
    )


def _shuffled(rows: Any) -> list[Any]:
    found = list(rows)
    _chance.shuffle(found)
    return found


def _keys(answer: GivenAnswer) -> list[str]:
    """Return the keys that a sheet adds to; none for what only stands between questions."""
    kind, content = question_type(answer.version.kind), answer.version.typed_content
    if not kind.takes_answer:
        return []
    tallied = () if kind.has_typed_words(content) else kind.tallied(content, answer.given)
    return list(dict.fromkeys(["", *tallied]))


def _texts(answer: GivenAnswer) -> list[str]:
    kind, content = question_type(answer.version.kind), answer.version.typed_content
    if answer.given is None or not kind.has_typed_words(content):
        return []
    return [kind.answer_text(content, answer.given, language="es")]
