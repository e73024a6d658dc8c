"""Counting the sheets of a survey, so that nothing leads back to a person."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import SystemRandom
from typing import Any
from uuid import UUID

from django.db.models import F

from courses.models import QuestionVersion
from courses.question_types import question_type
from lms.learning.attempts.pages import response_of
from lms.learning.models import Attempt, AttemptItem, SurveyTally, SurveyText

_chance = SystemRandom()


@dataclass(frozen=True)
class GivenAnswer:
    """What was given to one question of a survey; None for nothing."""

    version: QuestionVersion
    given: dict[str, Any] | None


def given_answers(attempt: Attempt) -> list[GivenAnswer]:
    """Return what was stored in an attempt at a survey that is not anonymous."""
    items = AttemptItem.objects.filter(attempt=attempt)
    return [
        GivenAnswer(item.question_version, found.given if (found := response_of(item)) else None)
        for item in items.select_related("question_version", "response")
    ]


def count_sheet(quiz_key: UUID, answers: Sequence[GivenAnswer]) -> None:
    """Add one sheet to the counts of its questions; the empty key counts the sheets.

    Texts are written anew in another order each time, with new numbers, and every count is
    written again, so that neither the order of the rows nor the mark that PostgreSQL leaves on each
    says which belong to the last person. The caller's transaction holds it all.
    """
    for answer in sorted(answers, key=lambda answer: answer.version.pk):
        kind = question_type(answer.version.kind)
        if not kind.takes_answer:
            continue
        content = answer.version.typed_content
        keys = ("",) if kind.is_marked_by_hand else ("", *kind.tallied(content, answer.given))
        for key in dict.fromkeys(keys):
            _add_one(quiz_key, answer.version, key)
        if kind.is_marked_by_hand and answer.given is not None:
            _add_text(quiz_key, answer)
    SurveyTally.objects.filter(quiz_key=quiz_key).update(count=F("count"))


def _add_one(quiz_key: UUID, version: QuestionVersion, key: str) -> None:
    place = {"quiz_key": quiz_key, "question_version": version, "answer_key": key}
    SurveyTally.objects.bulk_create([SurveyTally(**place)], ignore_conflicts=True)
    SurveyTally.objects.filter(**place).update(count=F("count") + 1)


def _add_text(quiz_key: UUID, answer: GivenAnswer) -> None:
    kind = question_type(answer.version.kind)
    text = kind.answer_text(answer.version.typed_content, answer.given, language="es")
    rows = SurveyText.objects.select_for_update().filter(
        quiz_key=quiz_key, question_version=answer.version
    )
    texts = [*rows.values_list("text", flat=True), text]
    rows.delete()
    _chance.shuffle(texts)
    SurveyText.objects.bulk_create(
        SurveyText(id=uuid.uuid4(), quiz_key=quiz_key, question_version=answer.version, text=one)
        for one in texts
    )
