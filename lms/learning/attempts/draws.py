"""Which questions an attempt gets, and in which order. Everything follows from the seed."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import TypeVar

from courses.models import Question, QuestionCategory, QuestionVersion, Quiz, QuizSource
from courses.question_types import question_type, question_types

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


def draw_questions(quiz: Quiz, *, seed: str, seen: Counter[int]) -> list[DrawnQuestion]:
    """Return the questions of a new attempt, no question twice; empty if the quiz has none.

    Fixed questions come first, then the draws, the narrowest category before the wider ones, so
    that a wide draw never takes what a narrow one needs. A draw is spread evenly over the
    categories below its own, and prefers questions that the learner saw least (`seen` counts them
    by question). A category that has fewer questions than asked gives those it has. Shuffling
    stays within a section, and a text stays before the question that follows it.
    """
    sources = list(
        QuizSource.objects.filter(quiz=quiz)
        .select_related("question__live_version", "category", "tag")
        .order_by("sort_order", "pk")
    )
    chosen = _choose(sources, seed, seen)
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


def _choose(
    sources: Sequence[QuizSource], seed: str, seen: Counter[int]
) -> dict[int, list[Question]]:
    chosen: dict[int, list[Question]] = {}
    taken: set[int] = set()
    for source in sources:
        question = source.question
        if question is not None and question.live_version is not None and question.pk not in taken:
            chosen[source.pk] = [question]
            taken.add(question.pk)
    draws = [(source, candidates(source)) for source in sources if source.category]
    for source, found in sorted(draws, key=lambda draw: len(draw[1])):
        free = [question for question in found if question.pk not in taken]
        free = shuffled(free, seed, f"draw {source.pk}", lambda question: question.pk)
        chosen[source.pk] = _spread(free, count=source.count or 0, seen=seen)
        taken.update(question.pk for question in chosen[source.pk])
    return chosen


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
    asking = [kind.name for kind in question_types() if kind.takes_answer]
    rows = rows.filter(kind__in=asking)
    return list(rows.select_related("live_version").order_by("pk"))


def _spread(questions: list[Question], *, count: int, seen: Counter[int]) -> list[Question]:
    """Return up to `count` questions in the given order of chance, evenly over their categories."""
    free = list(questions)
    from_category: Counter[int] = Counter()
    picked: list[Question] = []
    while free and len(picked) < count:
        best = min(free, key=lambda q: (from_category[q.category_id], seen[q.pk]))
        free.remove(best)
        from_category[best.category_id] += 1
        picked.append(best)
    return picked


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
