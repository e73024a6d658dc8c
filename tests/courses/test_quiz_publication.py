"""What stands between a quiz and its learners, each problem at its place."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.enums import FeedbackTiming, QuizLayout, QuizMode
from courses.models import Question, QuestionCategory, QuestionTag, Quiz, QuizSection, QuizSource
from courses.quiz_publication import (
    can_fill,
    question_problems,
    quiz_problems,
    rule_problems,
    section_problems,
)
from tests.factories import make_course, make_question
from tests.factories.courses import MadeCourse, revise_question

NOON = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULE = {"es": "Nunca se devuelve a nadie.", "en": "Nobody is ever given back."}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def made(db: None) -> MadeCourse:
    """A course with three published questions."""
    return make_course()


def said(problems: Any) -> list[tuple[str, str]]:
    return [(problem.place, problem.message) for problem in problems]


def draw(made: MadeCourse, count: int, **values: Any) -> QuizSource:
    category = values.pop("category", made.questions[0].category)
    return QuizSource(quiz=made.quiz, category=category, count=count, **values)


def questions_of(made: MadeCourse, *sources: QuizSource, **rules: Any) -> list[tuple[str, str]]:
    return said(question_problems(Quiz(**rules), sources=sources))


EXAM = {
    "mode": QuizMode.EXAM,
    "feedback": FeedbackTiming.AFTER_CLOSING,
    "closes_at": NOON,
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({}, []),
        (EXAM, []),
        ({"pass_mark": 0}, []),
        ({"pass_mark": 100}, []),
        ({"pass_mark": 101}, [("pass_mark", "The pass mark lies between 0 and 100 per cent.")]),
        ({"pass_mark": -1}, [("pass_mark", "The pass mark lies between 0 and 100 per cent.")]),
        ({"pass_mark": None}, [("pass_mark", "The pass mark lies between 0 and 100 per cent.")]),
        ({"pass_mark": None, "mode": QuizMode.SURVEY}, []),
        (
            {"opens_at": NOON, "closes_at": NOON},
            [("closes_at", "The quiz would close before it opens.")],
        ),
        (
            {"opens_at": NOON, "closes_at": NOON + HOUR, "time_limit_minutes": 61},
            [("time_limit_minutes", "The time limit is longer than the quiz is open.")],
        ),
        ({"opens_at": NOON, "closes_at": NOON + HOUR, "time_limit_minutes": 60}, []),
        (
            {**EXAM, "layout": QuizLayout.ALL_ON_ONE_PAGE},
            [("layout", "An exam shows one question per screen.")],
        ),
        (
            {**EXAM, "feedback": FeedbackTiming.AT_END},
            [
                (
                    "feedback",
                    "An exam reveals nothing before it has closed: after closing, marks only, "
                    "or none.",
                )
            ],
        ),
        ({**EXAM, "feedback": FeedbackTiming.NONE}, []),
        ({**EXAM, "feedback": FeedbackTiming.MARKS_ONLY}, []),
        (
            {"feedback": FeedbackTiming.AFTER_CLOSING},
            [("closes_at", "Say when the quiz closes: the feedback waits for it.")],
        ),
        ({"is_anonymous": True}, [("is_anonymous", "Only a survey can be anonymous.")]),
        ({"is_anonymous": True, "mode": QuizMode.SURVEY}, []),
        (
            {"needs_second_marker": True, "mode": QuizMode.SURVEY},
            [("needs_second_marker", "A survey is not marked.")],
        ),
    ],
)
def test_settings_that_cannot_go_together_are_named(
    rules: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert said(rule_problems(Quiz(**rules))) == expected


@pytest.mark.django_db
def test_only_diagnoses_are_compared() -> None:
    before = Quiz.objects.create(name="a", slug="a", mode=QuizMode.DIAGNOSIS)
    after = Quiz.objects.create(name="b", slug="b", mode=QuizMode.DIAGNOSIS, compared_with=before)
    graded = Quiz.objects.create(name="c", slug="c")

    assert said(rule_problems(after)) == said(rule_problems(before)) == []
    after.mode = QuizMode.GRADED
    assert said(rule_problems(after)) == [
        ("compared_with", "Only a diagnosis is compared with a pre-test.")
    ]
    before.mode = QuizMode.GRADED
    assert said(rule_problems(before)) == [
        ("mode", "Another diagnosis is compared with this one: it stays a diagnosis.")
    ]
    third = Quiz(mode=QuizMode.DIAGNOSIS, compared_with=graded)
    assert said(rule_problems(third)) == [
        ("compared_with", "The pre-test must be a diagnosis too.")
    ]
    after.mode = QuizMode.DIAGNOSIS
    third.compared_with = after
    assert said(rule_problems(third)) == [
        ("compared_with", "That one is compared with a pre-test itself: choose the pre-test.")
    ]
    after.compared_with = after
    assert said(rule_problems(after)) == [("compared_with", "A quiz is not compared with itself.")]


def test_sections_fit_the_sources_and_the_mode() -> None:
    sections = [
        QuizSection(number=1, pass_mark=Decimal(80)),
        QuizSection(number=1),
    ]
    sources = [QuizSource(section=1), QuizSource(section=2), QuizSource()]

    found = section_problems(Quiz(mode=QuizMode.DIAGNOSIS), sources=sources, sections=sections)

    assert said(found) == [
        ("sections.0.pass_mark", "A diagnosis and a survey have no pass mark."),
        ("sections.1.number", "This quiz has a section with this number already."),
        ("sources.1.section", "The quiz has no section with this number."),
    ]


def test_section_without_a_question_is_named(made: MadeCourse) -> None:
    sections = [QuizSection(number=1), QuizSection(number=2)]
    found = question_problems(Quiz(), sources=[draw(made, 1, section=1)], sections=sections)

    assert said(found) == [("sections.1.number", "No question stands in this section.")]


def test_quiz_without_questions_and_exam_without_an_end(made: MadeCourse) -> None:
    assert questions_of(made, mode=QuizMode.EXAM) == [
        ("closes_at", "An exam has a date on which it closes."),
        ("sources", "The quiz has no questions yet."),
    ]


def test_fixed_questions_are_published_and_stand_once(made: MadeCourse) -> None:
    draft = Question.objects.create(
        category=made.questions[0].category, key="borrador", kind="single_choice"
    )
    sources = [
        QuizSource(question=made.questions[0]),
        QuizSource(question=draft),
        QuizSource(question=made.questions[0]),
    ]

    assert questions_of(made, *sources) == [
        ("sources.1.question", "The question “borrador” is not published."),
        (
            "sources.2.question",
            "The question “curso-prueba-1” stands in the quiz more than once.",
        ),
    ]


def test_draw_is_no_larger_than_its_category(made: MadeCourse) -> None:
    assert questions_of(made, draw(made, 3)) == []
    assert questions_of(made, draw(made, 4)) == [
        (
            "sources.0.count",
            "The quiz draws 4 questions from “Módulo 1”, which has 3 published.",
        )
    ]


def test_draw_counts_what_has_its_tag_and_its_difficulty(made: MadeCourse) -> None:
    tag = QuestionTag.objects.create(name="derechos", slug="derechos")
    first, second, _third = made.questions
    for question, difficulty in ((first, "easy"), (second, "hard")):
        question.tags.add("derechos")
        Question.objects.filter(pk=question.pk).update(difficulty=difficulty)

    assert questions_of(made, draw(made, 2, tag=tag)) == []
    assert questions_of(made, draw(made, 1, tag=tag, difficulty="easy")) == []
    assert questions_of(made, draw(made, 2, tag=tag, difficulty="easy")) == [
        (
            "sources.0.count",
            "The quiz draws 2 questions from “Módulo 1”, which has 1 published with this tag, "
            "this difficulty and this level.",
        )
    ]


def test_draw_counts_what_has_its_level(made: MadeCourse) -> None:
    revise_question(made.questions[0], level="remember")

    assert questions_of(made, draw(made, 1, level="remember")) == []
    assert [place for place, _message in questions_of(made, draw(made, 2, level="remember"))] == [
        "sources.0.count"
    ]


def test_fixed_question_is_not_drawn_again(made: MadeCourse) -> None:
    fixed = QuizSource(question=made.questions[0])

    assert questions_of(made, fixed, draw(made, 2)) == []
    assert questions_of(made, fixed, draw(made, 3)) == [
        (
            "sources.1.count",
            "The quiz draws 3 questions from “Módulo 1”, which has 2 besides the fixed questions.",
        )
    ]


def test_draws_that_overlap_and_cannot_be_filled_are_named(made: MadeCourse) -> None:
    above = made.questions[0].category
    below = QuestionCategory.objects.create(bank=above.bank, path="modulo-1/mitos", name="Mitos")
    make_question("mito", category=below)

    assert questions_of(made, draw(made, 3), draw(made, 1, category=below)) == []
    assert questions_of(made, draw(made, 4), draw(made, 1, category=below)) == [
        ("sources", "The draws overlap and cannot all be filled without repeating a question.")
    ]


@pytest.mark.parametrize("is_drawn", [True, False])
@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        ({}, QuizMode.GRADED, ""),
        ({"safety_rules": RULE}, QuizMode.EXAM, ""),
        (
            {"is_opinion": True},
            QuizMode.GRADED,
            "A question of opinion belongs in surveys only: it has no right answer.",
        ),
        (
            {"is_opinion": True},
            QuizMode.DIAGNOSIS,
            "A question of opinion belongs in surveys only: it has no right answer.",
        ),
        ({"is_opinion": True}, QuizMode.SURVEY, ""),
        (
            {},
            QuizMode.SURVEY,
            "A survey asks for opinions only: here is a question with a right answer.",
        ),
        (
            {"is_opinion": True, "safety_rules": RULE},
            QuizMode.SURVEY,
            "A critical question belongs in no survey: there nobody fails.",
        ),
    ],
)
def test_question_fits_the_mode(
    made: MadeCourse, content: dict[str, Any], mode: str, message: str, *, is_drawn: bool
) -> None:
    bank = made.questions[0].category.bank
    category = QuestionCategory.objects.create(bank=bank, path="otra", name="Otra")
    question = make_question("otra-1", category=category, **content)
    source = draw(made, 1, category=category) if is_drawn else QuizSource(question=question)
    place = "sources.0.category" if is_drawn else "sources.0.question"

    found = questions_of(made, source, mode=mode, closes_at=NOON)

    assert found == ([(place, message)] if message else [])


def test_everything_is_said_at_once(made: MadeCourse) -> None:
    quiz = Quiz(pass_mark=101, opens_at=NOON, closes_at=NOON - HOUR)

    found = quiz_problems(quiz, sources=[draw(made, 9, section=3)])

    assert [problem.place for problem in found] == [
        "pass_mark",
        "closes_at",
        "sources.0.section",
        "sources.0.count",
    ]


def test_draws_are_read_in_one_query_each(made: MadeCourse, django_assert_num_queries: Any) -> None:
    sources = [draw(made, 1), draw(made, 1), draw(made, 1)]

    with django_assert_num_queries(3):
        question_problems(Quiz(), sources=sources)


def test_can_fill_finds_a_way_around() -> None:
    one_two, two = frozenset({1, 2}), frozenset({2})

    assert can_fill([(1, one_two), (1, two)])
    assert not can_fill([(2, one_two), (1, two)])
    assert can_fill([])


def test_can_fill_takes_thousands_of_questions() -> None:
    pool = frozenset(range(10_000))

    assert can_fill([(6_000, pool), (4_000, pool)])
    assert not can_fill([(6_000, pool), (4_001, pool)])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no bug
@given(st.lists(st.tuples(st.integers(0, 4), st.frozensets(st.integers(0, 6))), max_size=4))
def test_can_fill_agrees_with_hall(draws: list[tuple[int, frozenset[int]]]) -> None:
    """Hall's theorem: it can be done unless some draws together ask for more than there is."""
    chosen = [
        [draw for number, draw in enumerate(draws) if mask >> number & 1]
        for mask in range(1 << len(draws))
    ]
    expected = all(
        sum(count for count, _pool in some) <= len(frozenset().union(*(pool for _c, pool in some)))
        for some in chosen
    )

    assert can_fill(draws) == expected
