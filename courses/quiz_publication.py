"""What must be mended in a quiz: settings that cannot go together, and questions that are missing.

Every problem carries its place: a field of the quiz (`closes_at`), or a row with its field
(`sources.2.count`, `sections.0.pass_mark`), counted from 0. Quizzes are read by the names of their
fields only, so that the models may import this module through `courses.publication`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from courses.enums import UNCOUNTED_MODES, FeedbackTiming, QuizLayout, QuizMode
from courses.question_types import question_types
from courses.question_types.base import Problem

EXAM_FEEDBACK = (FeedbackTiming.AFTER_CLOSING, FeedbackTiming.MARKS_ONLY, FeedbackTiming.NONE)
"""What an exam may tell: nothing of the key before it has closed."""


def quiz_problems(
    quiz: Any, *, sources: Sequence[Any], sections: Sequence[Any] = ()
) -> list[Problem]:
    """Return everything that stands between a quiz and its learners."""
    return [
        *rule_problems(quiz),
        *section_problems(quiz, sources=sources, sections=sections),
        *question_problems(quiz, sources=sources, sections=sections),
    ]


def rule_problems(quiz: Any) -> list[Problem]:
    """Return which settings cannot go together, in a draft neither."""
    is_exam, is_survey = quiz.mode == QuizMode.EXAM, quiz.mode == QuizMode.SURVEY
    opens, closes = quiz.opens_at, quiz.closes_at
    is_backwards = bool(opens and closes and closes <= opens)
    seconds = (quiz.time_limit_minutes or 0) * 60
    checks: list[tuple[bool, str, str]] = [
        (
            quiz.mode not in UNCOUNTED_MODES and not _is_per_cent(quiz.pass_mark),
            "pass_mark",
            _("The pass mark lies between 0 and 100 per cent."),
        ),
        (is_backwards, "closes_at", _("The quiz would close before it opens.")),
        (
            bool(opens and closes and not is_backwards)
            and seconds > (closes - opens).total_seconds(),
            "time_limit_minutes",
            _("The time limit is longer than the quiz is open."),
        ),
        (
            is_exam and quiz.layout != QuizLayout.ONE_PER_PAGE,
            "layout",
            _("An exam shows one question per screen."),
        ),
        (
            is_exam and quiz.feedback not in EXAM_FEEDBACK,
            "feedback",
            _("An exam reveals nothing before it has closed: after closing, marks only, or none."),
        ),
        (
            quiz.feedback == FeedbackTiming.AFTER_CLOSING and closes is None,
            "closes_at",
            _("Say when the quiz closes: the feedback waits for it."),
        ),
        (
            quiz.is_anonymous and not is_survey,
            "is_anonymous",
            _("Only a survey can be anonymous."),
        ),
        (
            is_survey and quiz.needs_second_marker,
            "needs_second_marker",
            _("A survey is not marked."),
        ),
    ]
    found = [Problem(place, message) for is_wrong, place, message in checks if is_wrong]
    return found + _comparison_problems(quiz)


def _is_per_cent(value: Any) -> bool:
    return value is not None and 0 <= value <= 100


def _comparison_problems(quiz: Any) -> list[Problem]:
    problems = []
    if quiz.mode != QuizMode.DIAGNOSIS and quiz.pk and quiz.compared_by.exists():
        message = _("Another diagnosis is compared with this one: it stays a diagnosis.")
        problems.append(Problem("mode", message))
    other = quiz.compared_with
    if other is None:
        return problems
    if quiz.mode != QuizMode.DIAGNOSIS:
        message = _("Only a diagnosis is compared with a pre-test.")
    elif other.pk == quiz.pk:
        message = _("A quiz is not compared with itself.")
    elif other.mode != QuizMode.DIAGNOSIS:
        message = _("The pre-test must be a diagnosis too.")
    elif other.compared_with_id is not None:
        message = _("That one is compared with a pre-test itself: choose the pre-test.")
    else:
        return problems
    return [*problems, Problem("compared_with", message)]


def section_problems(
    quiz: Any, *, sources: Sequence[Any], sections: Sequence[Any]
) -> list[Problem]:
    """Return which sections do not fit together with the mode and the sources, in a draft neither."""
    problems, numbers = [], set()
    for place, section in enumerate(sections):
        if section.number in numbers:
            message = _("This quiz has a section with this number already.")
            problems.append(Problem(f"sections.{place}.number", message))
        numbers.add(section.number)
        if section.pass_mark is not None and quiz.mode in UNCOUNTED_MODES:
            message = _("A diagnosis and a survey have no pass mark.")
            problems.append(Problem(f"sections.{place}.pass_mark", message))
    for place, source in enumerate(sources):
        if source.section is not None and source.section not in numbers:
            message = _("The quiz has no section with this number.")
            problems.append(Problem(f"sources.{place}.section", message))
    return problems


def question_problems(
    quiz: Any, *, sources: Sequence[Any], sections: Sequence[Any] = ()
) -> list[Problem]:
    """Return what a quiz still needs before learners meet it; a draft may lack it."""
    problems = []
    if quiz.mode == QuizMode.EXAM and quiz.closes_at is None:
        message = _("An exam has a date on which it closes.")
        problems.append(Problem("closes_at", message))
    if not any(_asks_something(source) for source in sources):
        problems.append(Problem("sources", _("The quiz has no questions yet.")))
    used = {source.section for source in sources}
    for place, section in enumerate(sections):
        if section.number not in used:
            message = _("No question stands in this section.")
            problems.append(Problem(f"sections.{place}.number", message))
    return [
        *problems,
        *_fixed_problems(quiz, sources),
        *_draw_problems(quiz, sources),
    ]


def _asks_something(source: Any) -> bool:
    return source.question is None or source.question.kind not in _silent_kinds()


def _silent_kinds() -> frozenset[str]:
    """Return the types that only stand between questions: no draw brings one."""
    return frozenset(kind.name for kind in question_types() if not kind.takes_answer)


def _fixed_problems(quiz: Any, sources: Sequence[Any]) -> list[Problem]:
    problems, seen = [], set()
    for place, source in enumerate(sources):
        question = source.question
        if question is None:
            continue
        at = f"sources.{place}.question"
        name = {"key": question.key}
        if question.pk in seen:
            message = _("The question “%(key)s” stands in the quiz more than once.") % name
            problems.append(Problem(at, message))
        seen.add(question.pk)
        if question.live_version is None:
            problems.append(Problem(at, _("The question “%(key)s” is not published.") % name))
        elif question.kind not in _silent_kinds():
            facts = QuestionFacts.of(question.pk, question.live_version.content)
            problems += [Problem(at, message) for message in _mode_messages(quiz, [facts])]
    return problems


@dataclass(frozen=True)
class QuestionFacts:
    """What decides whether a question may stand in a quiz of a mode."""

    pk: int
    is_opinion: bool
    is_critical: bool

    @classmethod
    def of(cls, pk: int, content: Any) -> "QuestionFacts":
        """Read them from stored content."""
        return cls.read(pk, content.get("is_opinion"), content.get("safety_rules"))

    @classmethod
    def read(cls, pk: int, is_opinion: Any, safety_rules: Any) -> "QuestionFacts":
        """Read them from the two values that the content stores."""
        rules = safety_rules.values() if isinstance(safety_rules, dict) else ()
        return cls(pk, is_opinion is True, any(str(text).strip() for text in rules))


def _mode_messages(quiz: Any, found: Iterable[QuestionFacts]) -> list[str]:
    """Return why these questions do not belong into a quiz of this mode, each reason once."""
    is_survey = quiz.mode == QuizMode.SURVEY
    facts = list(found)
    messages = []
    if is_survey and any(not one.is_opinion for one in facts):
        messages.append(
            _("A survey asks for opinions only: here is a question with a right answer.")
        )
    if is_survey and any(one.is_critical for one in facts):
        messages.append(_("A critical question belongs in no survey: there nobody fails."))
    if not is_survey and any(one.is_opinion for one in facts):
        messages.append(_("A question of opinion belongs in surveys only: it has no right answer."))
    return messages


def _draw_problems(quiz: Any, sources: Sequence[Any]) -> list[Problem]:
    fixed = {source.question_id for source in sources if source.question_id is not None}
    problems: list[Problem] = []
    draws, is_short = [], False
    for place, source in enumerate(sources):
        if source.category is None:
            continue
        found = draw_pool(
            source.category, tag=source.tag, difficulty=source.difficulty, level=source.level
        )
        free = frozenset(one.pk for one in found) - fixed
        count = source.count or 0
        draws.append((count, free))
        if count > len(free):
            is_short = True
            message = _short_message(source, published=len(found), free=len(free))
            problems.append(Problem(f"sources.{place}.count", message))
        at = f"sources.{place}.category"
        drawn = [one for one in found if one.pk in free]
        problems += [Problem(at, message) for message in _mode_messages(quiz, drawn)]
    if not is_short and not can_fill(draws):
        message = _("The draws overlap and cannot all be filled without repeating a question.")
        problems.append(Problem("sources", message))
    return problems


def _short_message(source: Any, *, published: int, free: int) -> str:
    values = {
        "count": source.count,
        "category": source.category.name,
        "published": published,
        "free": free,
    }
    if published >= source.count:
        message = _(
            "The quiz draws %(count)d questions from “%(category)s”, which has %(free)d besides "
            "the fixed questions."
        )
    elif source.tag_id or source.difficulty or source.level:
        message = _(
            "The quiz draws %(count)d questions from “%(category)s”, which has %(published)d "
            "published with this tag, this difficulty and this level."
        )
    else:
        message = _(
            "The quiz draws %(count)d questions from “%(category)s”, which has %(published)d "
            "published."
        )
    return message % values


def draw_pool(
    category: Any, *, tag: Any = None, difficulty: str = "", level: str = ""
) -> list[QuestionFacts]:
    """Return the published questions from which a source draws; one query.

    They are those of the category and of all below it, with the tag, of the difficulty and of the
    level if the source names them. What takes no answer is never drawn.
    """
    branch = type(category)._default_manager.within(category)
    found = apps.get_model("courses", "Question")._default_manager.filter(
        category__in=branch, live_version__isnull=False
    )
    if tag is not None:
        found = found.filter(tags=tag.pk)
    if difficulty:
        found = found.filter(difficulty=difficulty)
    if level:
        found = found.filter(live_version__content__level=level)
    content = "live_version__content"
    rows = found.exclude(kind__in=_silent_kinds()).values_list(
        "pk", f"{content}__is_opinion", f"{content}__safety_rules"
    )
    return [QuestionFacts.read(*row) for row in rows.order_by("pk")]


def can_fill(draws: Sequence[tuple[int, frozenset[int]]]) -> bool:
    """Say whether every draw can be filled with no question used twice.

    Questions that the same draws may take are as good as each other, so they are counted together:
    a flow from the draws to those groups, widened along augmenting paths, decides it.
    """
    left: Counter[frozenset[int]] = Counter()
    for question in frozenset().union(*(pool for _count, pool in draws)):
        takers = frozenset(n for n, (_count, pool) in enumerate(draws) if question in pool)
        left[takers] += 1
    held: Counter[tuple[int, frozenset[int]]] = Counter()
    return all(_fill(draw, count, left, held) for draw, (count, _pool) in enumerate(draws))


def _fill(
    draw: int,
    count: int,
    left: Counter[frozenset[int]],
    held: Counter[tuple[int, frozenset[int]]],
) -> bool:
    """Give a draw its questions, if need be by letting others change theirs."""
    while count:
        path = _path(draw, left, held)
        if path is None:
            return False
        last = path[-1][1]
        moves = [(other, group) for (_taker, group), (other, _next) in pairwise(path)]
        moved = min(count, left[last], *(held[move] for move in moves))
        for place in path:
            held[place] += moved
        for move in moves:
            held[move] -= moved
        left[last] -= moved
        count -= moved
    return True


def _path(
    draw: int,
    left: Counter[frozenset[int]],
    held: Counter[tuple[int, frozenset[int]]],
) -> list[tuple[int, frozenset[int]]] | None:
    """Return who takes from which group, one after the other, until a group has something left."""
    waiting: list[list[tuple[int, frozenset[int]]]] = [[]]
    takers, reached = [draw], set()
    while takers:
        taker, path = takers.pop(0), waiting.pop(0)
        for group in (group for group in left if taker in group and group not in reached):
            reached.add(group)
            longer = [*path, (taker, group)]
            if left[group]:
                return longer
            for other in group:
                if other != taker and held[other, group]:
                    takers.append(other)
                    waiting.append(longer)
    return None
