"""Which questions an attempt gets."""

import secrets
from collections import Counter

import pytest

from courses.models import QuestionBank, QuestionCategory, Quiz, QuizSource
from lms.learning.attempts.draws import draw_questions
from tests.factories import make_question

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz():
    return Quiz.objects.create(name="Prueba", slug="prueba")


def make_category(path, *, questions=0):
    bank = QuestionBank.objects.get_or_create(slug="banco", defaults={"name": "Banco"})[0]
    category = QuestionCategory.objects.create(bank=bank, path=path, name=path)
    for number in range(questions):
        make_question(f"{path.replace('/', '-')}-{number}", category=category)
    return category


def draw(quiz, *, category, count, order):
    QuizSource.objects.create(quiz=quiz, category=category, count=count, sort_order=order)


def fix(quiz, question, order):
    QuizSource.objects.create(quiz=quiz, question=question, sort_order=order)


def drawn_keys(quiz, seen=None):
    return [
        drawn.version.question.key
        for drawn in draw_questions(quiz, seed=secrets.token_hex(8), seen=seen or Counter())
    ]


def test_quiz_without_sources_draws_nothing(quiz):
    assert draw_questions(quiz, seed=secrets.token_hex(8), seen=Counter()) == []


def test_fixed_questions_keep_their_order_where_it_is_not_shuffled(quiz):
    category = make_category("m1")
    questions = [make_question(f"q{number}", category=category) for number in range(6)]
    for order, question in enumerate(questions):
        fix(quiz, question, order)
    quiz.is_question_order_shuffled = False
    assert drawn_keys(quiz) == [question.key for question in questions]


def test_options_keep_their_order_where_it_is_not_shuffled(quiz):
    fix(quiz, make_question("q", category=make_category("m1")), 1)
    quiz.is_option_order_shuffled = False
    assert draw_questions(quiz, seed=secrets.token_hex(8), seen=Counter())[0].option_order == (
        "a",
        "b",
        "c",
        "d",
    )


def test_shuffled_options_are_the_same_options(quiz):
    fix(quiz, make_question("q", category=make_category("m1")), 1)
    orders = {
        draw_questions(quiz, seed=secrets.token_hex(8), seen=Counter())[0].option_order
        for _ in range(60)
    }
    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {("a", "b", "c", "d")}


def test_no_question_comes_twice_from_overlapping_sources(quiz):
    whole = make_category("m1", questions=2)
    part = make_category("m1/mitos", questions=2)
    fix(quiz, part.questions.get(key="m1-mitos-0"), 3)
    draw(quiz, category=whole, count=2, order=1)
    draw(quiz, category=part, count=1, order=2)
    for _ in range(20):
        assert sorted(drawn_keys(quiz)) == ["m1-0", "m1-1", "m1-mitos-0", "m1-mitos-1"]


def test_draw_includes_what_lies_below_and_spreads_evenly(quiz):
    make_category("m1/a", questions=9)
    make_category("m1/b", questions=2)
    draw(quiz, category=make_category("m1"), count=4, order=1)
    for _ in range(10):
        counts = Counter(key[:4] for key in drawn_keys(quiz))
        assert counts == {"m1-a": 2, "m1-b": 2}


def test_draw_stays_within_its_category(quiz):
    draw(quiz, category=make_category("m1", questions=2), count=5, order=1)
    make_category("m10", questions=3)
    assert sorted(drawn_keys(quiz)) == ["m1-0", "m1-1"]


def test_draw_prefers_what_was_seen_least(quiz):
    category = make_category("m1", questions=4)
    draw(quiz, category=category, count=2, order=1)
    seen = Counter({category.questions.get(key=f"m1-{number}").pk: 1 for number in (0, 3)})
    assert sorted(drawn_keys(quiz, seen)) == ["m1-1", "m1-2"]


def test_questions_without_a_published_version_are_left_out(quiz):
    category = make_category("m1", questions=2)
    draft = category.questions.get(key="m1-0")
    draft.live_version = None
    draft.save()
    fix(quiz, draft, 1)
    draw(quiz, category=category, count=2, order=2)
    assert drawn_keys(quiz) == ["m1-1"]


def test_what_the_pre_test_drew_is_drawn_only_where_too_little_else_is_left(quiz):
    category = make_category("m1", questions=5)
    draw(quiz, category=category, count=3, order=1)
    first = set(category.questions.order_by("pk").values_list("pk", flat=True)[:2])
    most = set(category.questions.order_by("pk").values_list("pk", flat=True)[:3])

    def drawn(elsewhere):
        found = draw_questions(quiz, seed=secrets.token_hex(8), seen=Counter(), elsewhere=elsewhere)
        return {one.version.question_id for one in found}

    assert all(drawn(first).isdisjoint(first) for _ in range(20))
    assert all(len(drawn(most)) == 3 and len(drawn(most) & most) == 1 for _ in range(20))


def test_draw_by_level_takes_no_other(quiz):
    category = make_category("m1", questions=4)
    wanted = [make_question(f"n{number}", category=category, level="remember") for number in (1, 2)]
    QuizSource.objects.create(quiz=quiz, category=category, count=2, sort_order=1, level="remember")

    assert sorted(drawn_keys(quiz)) == [question.key for question in wanted]
