"""Run inside the product's own process: assessment_answers.py SLUG.

Makes a course of its own, "Taller SLUG", with one quiz of six questions, its trainer
`beto@demo.test` and twelve learners who have handed the quiz in: ten have their result, two wait
for their open answer to be marked. Prints the keys that the addresses need, as JSON. It is invented.
"""

import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.base")
django.setup()

from django.utils import timezone

from courses.enums import FeedbackTiming, QuizLayout, StaffPart
from courses.models import (
    CoursePage,
    CourseStaff,
    ModulePage,
    Question,
    QuestionBank,
    QuestionCategory,
    Quiz,
    QuizPage,
    QuizSource,
)
from courses.services import publish_question, release_course, save_question
from lms.accounts.models import User
from lms.learning.attempts.services import (
    PostedAnswer,
    save_responses,
    start_attempt,
    submit_attempt,
)
from lms.learning.marking.services.giving import GivenMark, give_mark
from lms.learning.models import Attempt, AttemptItem
from lms.learning.services import enrol_learner
from tests.factories.courses import catalogue, make_lesson
from tests.support.assessment_scene import contents

NOW = timezone.now()
LEARNERS, WAITING = 12, 2
CHOICES = ("a", "a", "b", "a", "c", "b")
WORDS = ("vincular", "vinculación", "ayudar", "vincular", "proteger", "ayudar")


KINDS = ("single_choice", "multiple_choice", "true_false", "short_answer", "number", "open")


def make_quiz(
    slug: str, module: ModulePage, kinds: tuple[str, ...] = KINDS
) -> tuple[QuizPage, dict[str, Question]]:
    """Make a question of each kind, the quiz and its page."""
    bank = QuestionBank.objects.create(name=f"Banco {slug}", slug=f"banco-{slug}")
    category = QuestionCategory.objects.create(bank=bank, path=slug, name=f"Preguntas {slug}")
    made = {}
    for kind in kinds:
        version = save_question(
            question=None,
            category=category,
            kind=kind,
            content=contents(0)[kind],
            acting_user=None,
            now=NOW,
        )
        publish_question(question=version.question, acting_user=None, now=NOW)
        made[kind] = Question.objects.get(pk=version.question_id)
    quiz: Quiz = Quiz.objects.create(
        name=f"Prueba {slug}",
        slug=f"prueba-{slug}",
        pass_mark=60,
        time_limit_minutes=40,
        feedback=FeedbackTiming.AT_END,
        layout=QuizLayout.ALL_ON_ONE_PAGE,
        is_question_order_shuffled=False,
    )
    for number, question in enumerate(made.values()):
        QuizSource.objects.create(quiz=quiz, question=question, sort_order=number)
    page = QuizPage(
        title=f"Prueba {slug}", slug="prueba", minutes=10, quiz=quiz, locale=module.locale
    )
    module.add_child(instance=page)
    return page, made


def sit(learner: User, course: CoursePage, page: QuizPage, number: int) -> Attempt:
    """Hand in the answers of one learner; the higher the number, the weaker they are."""
    enrolment = enrol_learner(
        learner=learner, course_key=course.translation_key, acting_user=learner, now=NOW
    )
    key = page.translation_key
    attempt = start_attempt(enrolment=enrolment, quiz_key=key, acting_user=learner, now=NOW)
    answers: list[dict[str, list[str]]] = [
        {"": [CHOICES[number % 6]]},
        {"": ["a", "b"] if number < 7 else ["a", "c"]},
        {"": ["true" if number != 5 else "false"]},
        {"": [WORDS[number % 6]]},
        {"": ["45" if number < 8 else "60"]},
        {"": ["Le digo mi nombre y que puede descansar. No le pido nada todavía."]},
    ]
    save_responses(
        attempt=attempt,
        answers=[PostedAnswer(place, one, 1) for place, one in enumerate(answers, start=1)],
        acting_user=learner,
        now=NOW,
    )
    return submit_attempt(attempt=attempt, acting_user=learner, now=NOW)


def give_marks(attempts: list[Attempt], trainer: User) -> None:
    """Mark the open answers of these attempts."""
    open_items = AttemptItem.objects.filter(
        attempt__in=attempts, question_version__kind="open"
    ).order_by("attempt")
    for number, item in enumerate(open_items):
        level = f"l{(number + 1) % 3}"
        give_mark(
            item=item,
            given=GivenMark(levels={"c1": level, "c2": "l2"}, comment="Gracias."),
            acting_user=trainer,
            now=NOW,
        )


def main(slug: str) -> dict[str, Any]:
    """Make the course and its learners, and return the keys."""
    index = catalogue()
    course: CoursePage = index.add_child(
        instance=CoursePage(
            title=f"Taller {slug}",
            slug=f"taller-{slug}",
            summary="Un taller inventado para probar.",
            audience="Personal de prueba.",
            certificate_text="Atestigua que se hizo el taller.",
            is_enrolment_open=True,
            locale=index.locale,
        )
    )
    module: ModulePage = course.add_child(
        instance=ModulePage(title="Taller", slug="taller", summary="Uno.", locale=index.locale)
    )
    make_lesson(module, 1)
    page, questions = make_quiz(slug, module)
    trainer = User.objects.get(email="beto@demo.test")
    CourseStaff.objects.create(user=trainer, course_key=course.translation_key, part=StaffPart.LEAD)
    release_course(course_page=course, acting_user=trainer, now=NOW)
    attempts = []
    for number in range(LEARNERS):
        learner = User.objects.create_user(
            f"{slug}-{number}@demo.test", None, full_name=f"Participante Inventada {number + 1}"
        )
        attempts.append(sit(learner, course, page, number))
    give_marks(attempts[:-WAITING], trainer)
    waiting = AttemptItem.objects.filter(attempt__in=attempts, is_waiting=True)
    return {
        "slug": slug,
        "waiting": list(waiting.order_by("attempt").values_list("pk", flat=True)),
        "questions": {kind: one.pk for kind, one in questions.items()},
        "course": str(course.translation_key),
        "quiz": str(page.translation_key),
        "quiz_id": page.quiz_id,
        "versions": {kind: one.live_version_id for kind, one in questions.items()},
        "attempts": [str(attempt.public_id) for attempt in attempts],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])))
