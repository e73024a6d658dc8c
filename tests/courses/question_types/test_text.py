"""A text between the questions asks nothing and is shown the same before and after."""

from collections.abc import Iterator

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from courses.question_types import InvalidAnswer, question_type
from tests.courses.question_types.samples import both, typed

KIND = question_type("text")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_text_takes_no_answer_and_gives_no_mark():
    content = typed("text")
    assert not KIND.takes_answer
    assert KIND.read_answer(content, {}) is None
    assert KIND.mark(content, None) == 0
    with pytest.raises(InvalidAnswer, match="A text takes no answer"):
        KIND.read_answer(content, {"": ["x"]})


def test_text_needs_neither_explanation_nor_source_but_both_languages():
    assert KIND.publication_problems(typed("text")) == []
    half = typed("text", stems=both("Lea esto.", ""))
    assert [problem.place for problem in KIND.publication_problems(half)] == ["stems.en"]


def test_nobody_can_err_in_a_text():
    critical = typed("text", safety_rules=both("Nunca.", "Never."))
    assert [problem.place for problem in KIND.publication_problems(critical)] == ["safety_rules"]


def test_text_is_shown_without_a_field():
    content = typed("text", stems=both("Uno.\n\nDos.", "One.\n\nTwo."))
    pages = []
    for is_revealed in (False, True):
        view = KIND.learner_view(
            content, language="en", order=(), given=None, is_revealed=is_revealed
        )
        context = {"question": view, "is_read_only": is_revealed, "number": 4}
        pages.append(render_to_string(KIND.template_name, context))
    assert pages[0] == pages[1]
    assert "<p>One.</p>\n\n<p>Two.</p>" in pages[0]
    assert "<fieldset" not in pages[0]


def test_form_asks_only_for_what_a_text_has():
    assert KIND.form_blocks() == []
