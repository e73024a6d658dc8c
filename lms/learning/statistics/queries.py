"""Reading the stored sums: a fixed number of queries, whatever the number of answers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber

from courses.models import QuestionVersion
from courses.question_types import question_types
from lms.learning.attempts.surveying import SHEETS_A_STEP
from lms.learning.models import (
    AnswerStatistic,
    ItemStatistic,
    QuizStatistic,
    Response,
    SlotStatistic,
    SurveyTally,
    SurveyText,
)
from lms.learning.statistics.figures import ItemFigures, QuizFigures, VersionWords
from lms.learning.statistics.places import QuizPlace

MOST_ANSWERS = 40
"""As many different answers of one question as its page lists; the rest is summed up."""

RARE = 2
"""Answers given this often or less raise no flag, and a quiz's page does not read them."""

FEWEST_SHEETS = SHEETS_A_STEP
"""A survey shows nothing before so many sheets were handed in."""

MOST_TEXTS = 200


@dataclass
class StoredSums:
    """The rows of one quiz."""

    quiz: QuizStatistic
    slots: list[SlotStatistic] = field(default_factory=list)
    items: list[ItemStatistic] = field(default_factory=list)
    answers: dict[int, list[AnswerStatistic]] = field(default_factory=lambda: defaultdict(list))


def stored_sums(quiz_keys: Iterable[UUID]) -> dict[UUID, StoredSums]:
    """Return the sums of quizzes in four queries; empty ones where nobody was counted.

    Answers given only once or twice are left out: no remark follows from them.
    """
    keys = set(quiz_keys)
    found = {key: StoredSums(QuizStatistic(quiz_key=key)) for key in keys}
    for quiz in QuizStatistic.objects.filter(quiz_key__in=keys):
        found[quiz.quiz_key].quiz = quiz
    for slot in SlotStatistic.objects.filter(quiz_key__in=keys):
        found[slot.quiz_key].slots.append(slot)
    for item in ItemStatistic.objects.filter(quiz_key__in=keys):
        found[item.quiz_key].items.append(item)
    for answer in AnswerStatistic.objects.filter(quiz_key__in=keys, count__gt=RARE):
        found[answer.quiz_key].answers[answer.question_version_id].append(answer)
    return found


def version_words(version_ids: Iterable[int]) -> dict[int, VersionWords]:
    """Return versions of questions by their id, in one query."""
    rows = QuestionVersion.objects.filter(pk__in=set(version_ids)).select_related("question")
    return {
        row.pk: VersionWords(
            version_id=row.pk,
            number=row.number,
            question_id=row.question_id,
            question_key=row.question.key,
            kind=row.kind,
            content=row.content,
        )
        for row in rows
    }


def quizzes_figures(places: Sequence[QuizPlace]) -> list[tuple[QuizPlace, QuizFigures]]:
    """Return each quiz with its figures; five queries for all of them."""
    sums = stored_sums(place.quiz_key for place in places)
    words = version_words(item.question_version_id for one in sums.values() for item in one.items)
    return [(place, _figures(place, sums[place.quiz_key], words)) for place in places]


def _figures(place: QuizPlace, sums: StoredSums, words: dict[int, VersionWords]) -> QuizFigures:
    items = [
        ItemFigures(
            words=words[row.question_version_id],
            row=row,
            answers=sums.answers.get(row.question_version_id, []),
            is_before_teaching=place.is_before_teaching,
        )
        for row in sums.items
    ]
    return QuizFigures(row=sums.quiz, slots=sums.slots, items=items)


@dataclass(frozen=True)
class QuestionFigures:
    """One version of a question with all its answers, and its other versions in the same quiz."""

    item: ItemFigures
    versions: Sequence[ItemFigures]
    other_answers: int


def question_figures(place: QuizPlace, row: ItemStatistic) -> QuestionFigures:
    """Return the figures of one version in a quiz and of its other versions; three queries."""
    siblings = ItemStatistic.objects.filter(
        quiz_key=place.quiz_key,
        question_version__question__versions=row.question_version_id,
    )
    rows = list(siblings.order_by("question_version__number"))
    words = version_words(sibling.question_version_id for sibling in rows)
    answers: dict[int, list[AnswerStatistic]] = defaultdict(list)
    for answer in AnswerStatistic.objects.filter(
        quiz_key=place.quiz_key, question_version__in=list(words)
    ).order_by("-count", "answer_key"):
        answers[answer.question_version_id].append(answer)
    figures = {
        sibling.question_version_id: ItemFigures(
            words=words[sibling.question_version_id],
            row=sibling,
            answers=answers[sibling.question_version_id][:MOST_ANSWERS],
            is_before_teaching=place.is_before_teaching,
        )
        for sibling in rows
    }
    left_out = answers[row.question_version_id][MOST_ANSWERS:]
    return QuestionFigures(
        item=figures[row.question_version_id],
        versions=list(figures.values()),
        other_answers=sum(answer.count for answer in left_out),
    )


@dataclass(frozen=True)
class SurveyAnswer:
    """How often one answer was given, and its part of the sheets, between 0 and 1."""

    label: str
    count: int
    of: int

    @property
    def share(self) -> float:
        """The part of the sheets, for a bar."""
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True)
class SurveyQuestion:
    """One question of a survey: how many sheets had it, what was answered, what was written."""

    words: VersionWords
    sheets: int
    answers: Sequence[SurveyAnswer]
    texts: Sequence[str]
    has_more_texts: bool

    @property
    def is_shown(self) -> bool:
        """Whether there are enough sheets that nobody can be told from the rest."""
        return self.sheets >= FEWEST_SHEETS


def survey_results(place: QuizPlace) -> list[SurveyQuestion]:
    """Return what was answered in a survey, by question; seven queries.

    Anonymous sheets stand in tallies and loose texts, of which five more are shown at a time; others in the same sums as every quiz, and
    their texts with the attempts that are counted there. No text has a name or tells its order.
    """
    key = place.quiz_key
    sheets: dict[int, int] = defaultdict(int)
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for tally in SurveyTally.objects.filter(quiz_key=key):
        if tally.answer_key:
            counts[tally.question_version_id][tally.answer_key] += tally.shown_count
        else:
            sheets[tally.question_version_id] += tally.shown_count
    for item in ItemStatistic.objects.filter(quiz_key=key):
        sheets[item.question_version_id] += item.count
    for answer in AnswerStatistic.objects.filter(quiz_key=key):
        counts[answer.question_version_id][answer.answer_key] += answer.count
    texts: dict[int, list[str]] = defaultdict(list)
    for text in SurveyText.objects.filter(quiz_key=key, is_shown=True).order_by("pk"):
        texts[text.question_version_id].append(text.text)
    named = list(_named_texts(key))
    words = version_words({*sheets, *counts, *texts, *(version for version, _given in named)})
    for version, given in named:
        texts[version].append(words[version].answer_text(given))
    order = sorted(words.values(), key=lambda one: (one.question_key, one.number))
    return [
        _survey_question(one, sheets[one.version_id], counts[one.version_id], texts[one.version_id])
        for one in order
    ]


def _named_texts(quiz_key: UUID) -> QuerySet[Response, tuple[int, Any]]:
    """Return what was given to open questions of a survey with names, as many as are shown."""
    by_hand = [kind.name for kind in question_types() if kind.is_marked_by_hand]
    version = "item__question_version"
    found = Response.objects.filter(
        item__attempt__quiz_key=quiz_key,
        item__attempt__is_in_statistics=True,
        item__question_version__kind__in=by_hand,
        given__isnull=False,
    )
    place = Window(RowNumber(), partition_by=version, order_by="item__attempt__public_id")
    return (
        found.annotate(place=place)
        .filter(place__lte=MOST_TEXTS + 1)
        .order_by(version, "place")
        .values_list(version, "given")
    )


def _survey_question(
    words: VersionWords, sheets: int, counts: dict[str, int], texts: list[str]
) -> SurveyQuestion:
    is_shown = sheets >= FEWEST_SHEETS
    kept = texts[:MOST_TEXTS] if is_shown else []
    has_table = is_shown and (counts or not words.has_typed_words)
    return SurveyQuestion(
        words=words,
        sheets=sheets,
        answers=[SurveyAnswer(label, count, sheets) for label, count in words.labelled(counts)]
        if has_table
        else [],
        texts=kept,
        has_more_texts=is_shown and len(texts) > len(kept),
    )
