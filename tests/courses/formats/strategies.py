"""Questions of every shape for the round trips, with every sign that a format could trip over."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from courses.question_types.exchange import (
    Attachment,
    ExchangedAnswer,
    ExchangedCriterion,
    ExchangedGap,
    ExchangedLevel,
    ExchangedQuestion,
    Shape,
)

SIGNS = "\\:#={}~%*[]<>&\"'-_/$.@ \t\nab1é¿ñA)(\u00a0\u2028\x0b\x00"
PIECES = [
    "->",
    "::",
    "####",
    "//",
    "[html]",
    "$CATEGORY:",
    "<b>",
    "&amp;",
    "ANSWER: A",
    "]]>",
    "\\n",
]
RAW = st.lists(st.sampled_from([*SIGNS, *PIECES]) | st.characters(), max_size=12).map("".join)
WORDS = RAW | st.sampled_from(["La seguridad va primero.", "¿Qué hace usted?\n\nExplique."])
FILLED = st.builds("{}{}".format, st.sampled_from(["Uno", "¿Dos", "t"]), WORDS)
TEXTS = st.fixed_dictionaries({"es": FILLED}, optional={"en": FILLED})
MAYBE = st.fixed_dictionaries({}, optional={"es": WORDS, "en": WORDS})
CENTS = st.integers(-10000, 10000).map(lambda value: Decimal(value) / 10000)
FRACTIONS = st.sampled_from([Decimal(0), Decimal(1), Decimal("0.33333"), Decimal("-0.5")]) | CENTS
NUMBERS = st.decimals(-(10**6), 10**6, places=3, allow_nan=False, allow_infinity=False)
TOLERANCES = st.none() | st.decimals(0, 100, places=2)
WORD = st.text("abcdefghij-", min_size=1, max_size=8)
PICTURE = b"\x89PNG\r\n\x1a\n not checked here"


def options() -> st.SearchStrategy[ExchangedAnswer]:
    return st.builds(ExchangedAnswer, texts=TEXTS, fraction=FRACTIONS, feedback=MAYBE)


def truths() -> st.SearchStrategy[tuple[ExchangedAnswer, ...]]:
    def both(is_true: bool, feedback: list[Any]) -> tuple[ExchangedAnswer, ...]:
        return (
            ExchangedAnswer({"es": "true"}, Decimal(is_true), feedback[0]),
            ExchangedAnswer({"es": "false"}, Decimal(not is_true), feedback[1]),
        )

    return st.builds(both, st.booleans(), st.lists(MAYBE, min_size=2, max_size=2))


def numbers() -> st.SearchStrategy[ExchangedAnswer]:
    return st.builds(
        ExchangedAnswer,
        texts=(NUMBERS.map(str) | st.just("*")).map(lambda value: {"es": value, "en": value}),
        fraction=FRACTIONS,
        feedback=MAYBE,
        tolerance=TOLERANCES,
    )


def pairs() -> st.SearchStrategy[ExchangedAnswer]:
    return st.builds(ExchangedAnswer, texts=TEXTS | st.just({}), match=TEXTS)


def places() -> st.SearchStrategy[ExchangedAnswer]:
    return st.builds(
        ExchangedAnswer, texts=TEXTS, fraction=FRACTIONS, place=st.just("10,20,30.5,40")
    )


def gaps() -> st.SearchStrategy[tuple[ExchangedGap, ...]]:
    gap = st.one_of(
        st.builds(
            ExchangedGap,
            id=st.just(""),
            shape=st.sampled_from([Shape.SINGLE_CHOICE, Shape.SHORT_ANSWER]),
            answers=st.lists(options(), min_size=1, max_size=3).map(tuple),
            weight=st.sampled_from([Decimal(1), Decimal(2)]),
        ),
        st.builds(
            ExchangedGap,
            id=st.just(""),
            shape=st.just(Shape.NUMBER),
            answers=st.lists(numbers(), min_size=1, max_size=2).map(tuple),
        ),
    )

    def numbered(found: list[ExchangedGap]) -> tuple[ExchangedGap, ...]:
        return tuple(
            ExchangedGap(f"g{at}", one.shape, one.answers, one.weight)
            for at, one in enumerate(found, start=1)
        )

    return st.lists(gap, min_size=1, max_size=3).map(numbered)


def criteria() -> st.SearchStrategy[tuple[ExchangedCriterion, ...]]:
    level = st.builds(ExchangedLevel, titles=TEXTS, fraction=FRACTIONS, descriptions=MAYBE)
    criterion = st.builds(
        ExchangedCriterion,
        titles=TEXTS,
        weight=FRACTIONS,
        levels=st.lists(level, max_size=2).map(tuple),
    )
    return st.lists(criterion, max_size=2).map(tuple)


def _common() -> dict[str, Any]:
    return {
        "stems": TEXTS,
        "explanations": MAYBE,
        "hints": MAYBE,
        "feedback_right": MAYBE,
        "feedback_partly": MAYBE,
        "feedback_wrong": MAYBE,
        "name": WORDS,
        "key": st.just("") | WORD,
        "category": st.just("") | st.lists(WORD, min_size=1, max_size=3).map("/".join),
        "tags": st.lists(WORD, max_size=2, unique=True).map(tuple),
        "extra": st.just({}) | st.fixed_dictionaries({"level": st.just("apply")}),
    }


def _answers(one: st.SearchStrategy[ExchangedAnswer]) -> st.SearchStrategy[Any]:
    return st.lists(one, min_size=1, max_size=4).map(tuple)


def _several(shape: Shape, **parts: Any) -> st.SearchStrategy[ExchangedQuestion]:
    return st.builds(ExchangedQuestion, shape=st.just(shape), **{**_common(), **parts})


def _gapped() -> st.SearchStrategy[ExchangedQuestion]:
    def with_marks(question: ExchangedQuestion) -> ExchangedQuestion:
        marks = " ".join(f"[[{gap.id}]]" for gap in question.gaps)
        stems = {code: f"{text} {marks}" for code, text in question.stems.items()}
        return ExchangedQuestion(**{**vars(question), "stems": stems})

    return _several(Shape.GAPS, gaps=gaps()).map(with_marks)


BY_SHAPE: dict[Shape, st.SearchStrategy[ExchangedQuestion]] = {
    Shape.SINGLE_CHOICE: _several(Shape.SINGLE_CHOICE, answers=_answers(options())),
    Shape.MULTIPLE_CHOICE: _several(Shape.MULTIPLE_CHOICE, answers=_answers(options())),
    Shape.TRUE_FALSE: _several(Shape.TRUE_FALSE, answers=truths()),
    Shape.SHORT_ANSWER: _several(Shape.SHORT_ANSWER, answers=_answers(options())),
    Shape.NUMBER: _several(Shape.NUMBER, answers=_answers(numbers())),
    Shape.MATCHING: _several(Shape.MATCHING, answers=_answers(pairs())),
    Shape.ORDERING: _several(
        Shape.ORDERING, answers=_answers(st.builds(ExchangedAnswer, texts=TEXTS))
    ),
    Shape.GAPS: _gapped(),
    Shape.HOTSPOTS: _several(
        Shape.HOTSPOTS,
        answers=_answers(places()),
        figure=st.just(Attachment("plano.png", PICTURE)),
        figure_alts=MAYBE,
    ),
    Shape.OPEN: _several(
        Shape.OPEN, criteria=criteria(), most_words=st.integers(0, 500), model_answers=MAYBE
    ),
    Shape.TEXT: _several(Shape.TEXT),
}
QUESTIONS = st.one_of(*BY_SHAPE.values())
