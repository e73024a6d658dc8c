"""Questions: feedback for every option, even lengths, keys that cannot be guessed, enough of each."""

from collections import Counter, defaultdict

from courses.curriculum.quality.scope import Scope, is_right, options_of
from courses.curriculum.structures import QuestionSpec
from courses.enums import ThinkingLevel
from courses.texts import languages

MOST_OF_A_LETTER = 0.45
MOST_LONGEST = 0.45
FEWEST_TO_BALANCE = 12
LONGEST_RATIO = 3
SHORT = 40
"""Letters: where no option has more, their lengths tell nothing."""

FEWEST_OF_A_MODULE = {
    ThinkingLevel.REMEMBER: 5,
    ThinkingLevel.UNDERSTAND: 8,
    ThinkingLevel.APPLY: 11,
}
"""What a module's bank has, so that its quiz and both tests and the exam can draw from it."""


def check_questions(scope: Scope) -> None:
    """Look at each question, and at the questions of each category of the first row."""
    by_category: dict[str, list[QuestionSpec]] = defaultdict(list)
    for question in scope.curriculum.questions.values():
        by_category[question.category.partition("/")[0]].append(question)
        if not question.content.get("is_opinion"):
            _check_feedback(scope, question)
            _check_lengths(scope, question)
    for category, questions in by_category.items():
        _check_balance(scope, category, questions)
    for module in scope.taught_modules():
        _check_levels(scope, module.slug, by_category.get(module.slug, []))


def _check_feedback(scope: Scope, question: QuestionSpec) -> None:
    for option in options_of(question):
        for language in question.content.get("languages") or languages():
            if not option["feedback"].get(language, "").strip():
                line = scope.files[question.path].option_line(language, option["id"])
                scope.note(question.path, line, f"the option `{option['id']}` has no feedback")


def _check_lengths(scope: Scope, question: QuestionSpec) -> None:
    if question.kind == "true_false":
        return
    for language in question.content.get("languages") or languages():
        lengths = {one["id"]: len(one["texts"].get(language, "")) for one in options_of(question)}
        if not lengths or max(lengths.values()) <= SHORT:
            continue
        longest = max(lengths, key=lambda key: lengths[key])
        shortest = min(lengths.values())
        if lengths[longest] >= LONGEST_RATIO * shortest:
            line = scope.files[question.path].option_line(language, longest)
            message = (
                f"the option `{longest}` has {lengths[longest]} letters, the shortest {shortest}"
            )
            scope.note(question.path, line, message)


def _check_balance(scope: Scope, category: str, questions: list[QuestionSpec]) -> None:
    """Whoever always takes one letter, or the longest option, must not do well by it."""
    single = [one for one in questions if one.kind == "single_choice"]
    if len(single) < FEWEST_TO_BALANCE:
        return
    path = f"questions/{category}/category.yaml"
    letters = Counter(
        option["id"] for question in single for option in options_of(question) if is_right(option)
    )
    letter, most = letters.most_common(1)[0]
    if most > MOST_OF_A_LETTER * len(single):
        message = f"`{letter}` is the right option in {most} of {len(single)} questions"
        scope.note(path, 1, message)
    for language in languages():
        longest = sum(_is_right_longest(one, language) for one in single)
        if longest > MOST_LONGEST * len(single):
            message = f"the right option is the longest in {longest} of {len(single)} questions"
            scope.note(path, 1, f"{message} ({language})")


def _is_right_longest(question: QuestionSpec, language: str) -> bool:
    options = options_of(question)
    right = max(
        (len(one["texts"].get(language, "")) for one in options if is_right(one)), default=0
    )
    wrong = [len(one["texts"].get(language, "")) for one in options if not is_right(one)]
    return right > max(wrong, default=0)


def _check_levels(scope: Scope, category: str, questions: list[QuestionSpec]) -> None:
    levels = Counter(question.content["level"] for question in questions)
    for level, fewest in FEWEST_OF_A_MODULE.items():
        if levels[level] < fewest:
            message = (
                f"the module has {levels[level]} questions of `{level}`; {fewest} are the fewest"
            )
            scope.note(f"questions/{category}/category.yaml", 1, message)
