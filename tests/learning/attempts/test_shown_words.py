"""What the learner reads beside the questions: how many there are, and the author's word."""

import pytest

from courses.enums import QuizMode
from courses.models import QuizSource
from courses.templatetags.courses_tags import question_count
from lms.learning.attempts.pages import attempt_page
from lms.learning.attempts.rules import Revealed
from lms.learning.attempts.services import submit_attempt
from lms.learning.queries import course_in_hand
from tests.factories import make_question
from tests.factories.courses import revise_question
from tests.learning.attempts.cases import NOW, make_case

pytestmark = pytest.mark.django_db

WORDS = {
    "feedback_right": {"es": "Bien visto.", "en": "Well seen."},
    "feedback_partly": {"es": "Casi.", "en": "Almost."},
    "feedback_wrong": {"es": "Lea otra vez.", "en": "Read again."},
}


def test_texts_are_no_questions():
    case = make_case(questions=2)
    category = case.made.questions[0].category
    text = make_question("lea", category=category, kind="text")
    QuizSource.objects.create(quiz=case.quiz, question=text, sort_order=9)
    QuizSource.objects.create(quiz=case.quiz, category=category, count=3, sort_order=10)
    assert question_count(case.quiz) == 5


@pytest.mark.parametrize(
    ("mode", "word"),
    [
        (QuizMode.GRADED, "prueba"),
        (QuizMode.EXAM, "examen"),
        (QuizMode.DIAGNOSIS, "diagnóstico"),
        (QuizMode.SURVEY, "encuesta"),
    ],
)
def test_outline_calls_each_kind_of_quiz_by_its_name(mode, word):
    case = make_case(lessons=1, questions=1, mode=mode)
    outline = course_in_hand(case.enrolment.release).outline
    assert [step.kind_word for step in outline.steps()] == ["lección", word]


def test_author_speaks_by_the_mark_that_counts():
    case = make_case(questions=1)
    revise_question(case.made.questions[0], **WORDS)
    attempt = case.start()
    case.answer(attempt, "b")
    done = submit_attempt(attempt=attempt, acting_user=case.learner, now=NOW)
    assert outcome_of(done) == "Lea otra vez."
    item = done.items.get()
    item.mark = item.max_mark
    item.save()
    assert outcome_of(done) == "Bien visto."
    assert attempt_page(done, seen=Revealed.MARKS).questions[0].question.get("outcome") is None


def outcome_of(attempt):
    return attempt_page(attempt, seen=Revealed.ALL).questions[0].question["outcome"]
