"""Which questions an attempt gets, and in which order."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from secrets import SystemRandom

from courses.models import Question, QuestionCategory, QuestionVersion, Quiz, QuizSource
from courses.question_types import question_type

_chance = SystemRandom()


@dataclass(frozen=True)
class DrawnQuestion:
    """A question version with the order in which this attempt shows its options."""

    version: QuestionVersion
    option_order: tuple[str, ...]


def draw_questions(quiz: Quiz, *, seen: Counter[int]) -> list[DrawnQuestion]:
    """Return the questions of a new attempt, no question twice; empty if the quiz has none.

    Fixed questions come first, then the draws, the narrowest category before the wider ones, so
    that a wide draw never takes what a narrow one needs. A draw is spread evenly over the
    categories below its own, and prefers questions that the learner saw least (`seen` counts them
    by question). A category that has fewer questions than asked gives those it has.
    """
    sources = list(
        QuizSource.objects.filter(quiz=quiz)
        .select_related("question__live_version", "category")
        .order_by("sort_order", "pk")
    )
    chosen: dict[int, list[Question]] = {}
    taken: set[int] = set()
    for source in sources:
        question = source.question
        if question is not None and question.live_version is not None and question.pk not in taken:
            chosen[source.pk] = [question]
            taken.add(question.pk)
    draws = [(source, _candidates(source.category)) for source in sources if source.category]
    for source, candidates in sorted(draws, key=lambda draw: len(draw[1])):
        free = [question for question in candidates if question.pk not in taken]
        chosen[source.pk] = _spread(free, count=source.count or 0, seen=seen)
        taken.update(question.pk for question in chosen[source.pk])
    questions = [question for source in sources for question in chosen.get(source.pk, [])]
    if quiz.is_question_order_shuffled:
        _chance.shuffle(questions)
    return _with_option_order(questions, is_shuffled=quiz.is_option_order_shuffled)


def _candidates(category: QuestionCategory) -> list[Question]:
    return list(
        Question.objects.filter(
            category__in=QuestionCategory.objects.within(category), live_version__isnull=False
        ).select_related("live_version")
    )


def _spread(questions: list[Question], *, count: int, seen: Counter[int]) -> list[Question]:
    """Return up to `count` questions by chance, evenly over their categories."""
    free = list(questions)
    _chance.shuffle(free)
    from_category: Counter[int] = Counter()
    picked: list[Question] = []
    while free and len(picked) < count:
        best = min(free, key=lambda q: (from_category[q.category_id], seen[q.pk]))
        free.remove(best)
        from_category[best.category_id] += 1
        picked.append(best)
    return picked


def _with_option_order(questions: Iterable[Question], *, is_shuffled: bool) -> list[DrawnQuestion]:
    drawn = []
    for question in questions:
        version = question.live_version
        if version is None:
            continue
        order = list(question_type(version.kind).option_ids(version.typed_content))
        if is_shuffled:
            _chance.shuffle(order)
        drawn.append(DrawnQuestion(version=version, option_order=tuple(order)))
    return drawn
