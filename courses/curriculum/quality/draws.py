"""Draws: every quiz can be filled without a question twice, and so can two that are compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from courses.curriculum.quality.scope import Scope
from courses.curriculum.structures import Curriculum, QuizSourceSpec, QuizSpec


@dataclass(frozen=True)
class Draw:
    """One question to be drawn: from where, and out of which."""

    path: str
    line: int
    what: str
    pool: frozenset[str]


def check_draws(scope: Scope) -> None:
    """Fill each quiz; then each diagnosis together with the one that it is compared with."""
    for page in scope.curriculum.of_kind("quiz"):
        if page.quiz is None:
            continue
        alone = list(_draws(scope.curriculum, [page.quiz]))
        _note(scope, unfilled(alone), "cannot be filled without a question twice")
        before = scope.curriculum.pages.get(page.quiz.compared_with)
        if before is not None and before.quiz is not None:
            both = list(_draws(scope.curriculum, [before.quiz, page.quiz]))
            message = f"cannot be filled with other questions than those of `{before.slug}`"
            _note(scope, unfilled(both), message)


def _note(scope: Scope, missing: Sequence[Draw], message: str) -> None:
    lines: dict[tuple[str, int], list[Draw]] = {}
    for draw in missing:
        lines.setdefault((draw.path, draw.line), []).append(draw)
    for (path, line), draws in lines.items():
        scope.note(path, line, f"{draws[0].what} {message}: {len(draws)} are missing")


def _draws(curriculum: Curriculum, quizzes: Sequence[QuizSpec]) -> Iterator[Draw]:
    """Yield every single question that is drawn; what a quiz names is never drawn."""
    fixed = {source.question for quiz in quizzes for source in quiz.sources if source.question}
    for quiz in quizzes:
        for source in quiz.sources:
            if not source.category:
                continue
            pool = frozenset(_pool(curriculum, source)) - fixed
            draw = Draw(quiz.path, source.line, _named(source), pool)
            yield from [draw] * source.count


def _named(source: QuizSourceSpec) -> str:
    parts = [source.category, source.level, source.difficulty, source.tag]
    return f"the draw of {source.count} from {', '.join(f'`{part}`' for part in parts if part)}"


def _pool(curriculum: Curriculum, source: QuizSourceSpec) -> Iterator[str]:
    for key in curriculum.questions_within(source.category):
        question = curriculum.questions[key]
        fits = (
            source.level in ("", question.content["level"])
            and source.difficulty in ("", question.difficulty)
            and (not source.tag or source.tag in (question.tags or ()))
            and question.kind != "text"
        )
        if fits:
            yield key


def unfilled(draws: Sequence[Draw]) -> list[Draw]:
    """Return the draws that stay empty when as many as possible are filled, no question twice.

    Each draw in turn takes a question, and whoever holds it looks for another (a matching by
    augmenting paths): what is left empty then would be left empty in any order.
    """
    holder: dict[str, int] = {}

    def place(number: int, asked: set[str]) -> bool:
        for key in sorted(draws[number].pool - asked):
            asked.add(key)
            if key not in holder or place(holder[key], asked):
                holder[key] = number
                return True
        return False

    return [draw for number, draw in enumerate(draws) if not place(number, set())]
