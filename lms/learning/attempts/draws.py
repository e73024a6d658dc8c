"""Which questions an attempt gets, and in which order. Everything follows from the seed."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import TypeVar

from courses.models import Question, QuestionCategory, QuestionVersion, Quiz, QuizSource
from courses.question_types import question_type, question_types
from lms.learning.attempts.filling import Candidate, Draw, fill_draws

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class DrawnQuestion:
    """A question version of an attempt.

    `slot` is its place before shuffling, the same in every attempt at the quiz; `option_order` is
    the order in which this attempt shows its options; `is_marked` is false for what stands between
    questions and for opinions.
    """

    version: QuestionVersion
    slot: int
    marks: Decimal
    section: int | None
    option_order: tuple[str, ...]
    takes_answer: bool
    is_marked: bool


@dataclass(frozen=True)
class _Placed:
    question: Question
    slot: int
    source: QuizSource


def draw_questions(
    quiz: Quiz, *, seed: str, seen: Counter[int], elsewhere: Collection[int] = ()
) -> list[DrawnQuestion]:
    """Return the questions of a new attempt, no question twice; empty if the quiz has none.

    Fixed questions come first, then the draws: all of them full wherever that is possible
    (`fill_draws`). A draw is spread evenly over the categories below its own, and prefers
    questions that the learner saw least (`seen` counts them by question). What came up `elsewhere`,
    in the pre-test that this quiz is compared with, is drawn only where a draw stays short without
    it. A category that has fewer questions than asked gives those it has. Shuffling stays within a section, and a text
    stays before the question that follows it.
    """
    sources = list(
        QuizSource.objects.filter(quiz=quiz)
        .select_related("question__live_version", "category", "tag")
        .order_by("sort_order", "pk")
    )
    chosen = _choose(sources, seed, seen, frozenset(elsewhere))
    placed: list[_Placed] = []
    slot = 0
    for source in sources:
        for offset, question in enumerate(chosen.get(source.pk, [])):
            placed.append(_Placed(question, slot + offset, source))
        slot += source.count or 1
    drawn = [one for one in map(_drawn, placed) if one is not None]
    sections = sorted({one.section or 0 for one in drawn})
    parts = [[one for one in drawn if (one.section or 0) == number] for number in sections]
    if quiz.is_question_order_shuffled:
        parts = [_shuffled_units(part, seed) for part in parts]
    whole = [one for part in parts for one in part]
    return [_with_order(one, seed, is_shuffled=quiz.is_option_order_shuffled) for one in whole]


def in_own_order(questions: Sequence[Question], *, seed: str) -> list[DrawnQuestion]:
    """Return these questions as an attempt shows them, in the given order, one mark each.

    They come with their live versions; the seed decides the order of their options.
    """
    source = QuizSource(marks=Decimal(1))
    placed = (_Placed(question, slot, source) for slot, question in enumerate(questions))
    drawn = (one for one in map(_drawn, placed) if one is not None)
    return [_with_order(one, seed, is_shuffled=True) for one in drawn]


def _choose(
    sources: Sequence[QuizSource], seed: str, seen: Counter[int], elsewhere: frozenset[int]
) -> dict[int, list[Question]]:
    chosen: dict[int, list[Question]] = {}
    taken: set[int] = set()
    for source in sources:
        question = source.question
        if question is not None and question.live_version is not None and question.pk not in taken:
            chosen[source.pk] = [question]
            taken.add(question.pk)
    pools = {source.pk: candidates(source) for source in sources if source.category}
    draws = [
        Draw(source.count or 0, _in_order_of_chance(pools[source.pk], source, taken, seed, seen))
        for source in sources
        if source.pk in pools
    ]
    filled = fill_draws([_without(draw, elsewhere) for draw in draws])
    if elsewhere and any(len(got) < draw.count for got, draw in zip(filled, draws, strict=True)):
        filled = fill_draws([_last(draw, elsewhere) for draw in draws])
    by_pk = {question.pk: question for found in pools.values() for question in found}
    for source_pk, picked in zip(pools, filled, strict=True):
        chosen[source_pk] = [by_pk[pk] for pk in picked]
    return chosen


def _without(draw: Draw, elsewhere: frozenset[int]) -> Draw:
    return Draw(draw.count, tuple(one for one in draw.pool if one.pk not in elsewhere))


def _last(draw: Draw, elsewhere: frozenset[int]) -> Draw:
    """Let a draw take what came up elsewhere, as if it had been seen most often."""
    most = 1 + max((one.seen for one in draw.pool), default=0)
    return Draw(
        draw.count,
        tuple(
            replace(one, seen=one.seen + most) if one.pk in elsewhere else one for one in draw.pool
        ),
    )


def _in_order_of_chance(
    found: Sequence[Question], source: QuizSource, taken: set[int], seed: str, seen: Counter[int]
) -> tuple[Candidate, ...]:
    free = [question for question in found if question.pk not in taken]
    mixed = shuffled(free, seed, f"draw {source.pk}", lambda question: question.pk)
    return tuple(Candidate(one.pk, one.category_id, seen[one.pk]) for one in mixed)


def candidates(source: QuizSource) -> list[Question]:
    """Return the published questions that a draw may take, in a fixed order."""
    if source.category is None:
        return []
    rows = Question.objects.filter(
        category__in=QuestionCategory.objects.within(source.category), live_version__isnull=False
    )
    if source.tag_id is not None:
        rows = rows.filter(tags=source.tag_id)
    if source.difficulty:
        rows = rows.filter(difficulty=source.difficulty)
    if source.level:
        rows = rows.filter(live_version__content__level=source.level)
    asking = [kind.name for kind in question_types() if kind.takes_answer]
    rows = rows.filter(kind__in=asking)
    return list(rows.select_related("live_version").order_by("pk"))


def shuffled(
    things: Iterable[Thing], seed: str, label: str, key: Callable[[Thing], object]
) -> list[Thing]:
    """Return the things in the order that the seed gives them under this label.

    The order is that of digests, so that it is the same on every machine and in every release.
    """

    def digest(thing: Thing) -> bytes:
        return sha256(f"{seed}|{label}|{key(thing)}".encode()).digest()

    return sorted(things, key=digest)


def _drawn(placed: _Placed) -> DrawnQuestion | None:
    version = placed.question.live_version
    if version is None:
        return None
    kind = question_type(version.kind)
    content = version.typed_content
    return DrawnQuestion(
        version=version,
        slot=placed.slot,
        marks=placed.source.marks,
        section=placed.source.section,
        option_order=tuple(kind.option_ids(content)),
        takes_answer=kind.takes_answer,
        is_marked=kind.takes_answer and not content.common.is_opinion,
    )


def _shuffled_units(drawn: Sequence[DrawnQuestion], seed: str) -> list[DrawnQuestion]:
    units: list[list[DrawnQuestion]] = []
    for one in drawn:
        if units and not units[-1][-1].takes_answer:
            units[-1].append(one)
        else:
            units.append([one])
    mixed = shuffled(units, seed, "questions", lambda unit: unit[-1].version.pk)
    return [one for unit in mixed for one in unit]


def _with_order(drawn: DrawnQuestion, seed: str, *, is_shuffled: bool) -> DrawnQuestion:
    order = list(drawn.option_order)
    is_key = question_type(drawn.version.kind).is_order_the_key
    if is_shuffled or is_key:
        order = shuffled(order, seed, f"options {drawn.version.pk}", str)
    if is_key and tuple(order) == drawn.option_order:
        order = order[1:] + order[:1]
    return DrawnQuestion(
        version=drawn.version,
        slot=drawn.slot,
        marks=drawn.marks,
        section=drawn.section,
        option_order=tuple(order),
        takes_answer=drawn.takes_answer,
        is_marked=drawn.is_marked,
    )
