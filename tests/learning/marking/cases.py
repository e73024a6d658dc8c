"""A course whose quiz asks one open question beside two that the machine marks."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from courses.enums import StaffPart
from courses.models import CourseStaff, QuestionVersion, QuizSource
from lms.accounts.enums import StaffRole
from lms.accounts.models import User
from lms.learning.attempts.services import save_response, start_attempt, submit_attempt
from lms.learning.marking.services import GivenMark, give_mark
from lms.learning.models import Attempt, AttemptItem, Enrolment
from tests.factories import EnrolmentFactory, UserFactory, make_course, make_question
from tests.learning.cast import NOW, Cast, make_cast

LATER = NOW + timedelta(hours=1)
ANSWER = "Primero la seguridad; luego escucho sin apurar."
MOST = Decimal(4)
NAMES = {"excelente": "Excelente", "regular": "Regular", "falta": "Falta"}
FRACTIONS = {"excelente": "1", "regular": "0.5", "falta": "0"}


def criterion(key: str, weight: str) -> dict[str, Any]:
    """Return one criterion of a rubric with three levels."""
    return {
        "id": key,
        "titles": {"es": f"Criterio {key}", "en": f"Criterion {key}"},
        "weight": weight,
        "levels": [
            {
                "id": level,
                "titles": {"es": NAMES[level], "en": level},
                "descriptions": {},
                "fraction": fraction,
            }
            for level, fraction in FRACTIONS.items()
        ],
    }


RUBRIC = [criterion("seguridad", "0.75"), criterion("escucha", "0.25")]


@dataclass
class Scene:
    """The cast of a course with an open question, and who else teaches in it."""

    cast: Cast
    version: QuestionVersion
    choice: QuestionVersion
    lead: User
    other: User

    @property
    def trainer(self) -> User:
        return self.cast.trainer

    @property
    def quiz_key(self) -> UUID:
        assert self.cast.made.quiz_page is not None
        key: UUID = self.cast.made.quiz_page.translation_key
        return key

    def learner(self, name: str = "") -> Enrolment:
        """Return another enrolment in the course."""
        names = {"full_name": name} if name else {}
        return EnrolmentFactory(release=self.cast.release, learner=UserFactory(**names))

    def begin(self, enrolment: Enrolment, *letters: str, text: str = ANSWER) -> Attempt:
        """Return an attempt under way with these answers; the open question comes last."""
        attempt = start_attempt(
            enrolment=enrolment, quiz_key=self.quiz_key, acting_user=enrolment.learner, now=NOW
        )
        answers = [*letters, text]
        for position, given in enumerate(answers, start=1):
            save_response(
                attempt=attempt,
                position=position,
                posted={"": [given] if given else []},
                sequence=1,
                acting_user=enrolment.learner,
                now=NOW,
            )
        return attempt

    def hand_in(
        self, enrolment: Enrolment | None = None, *letters: str, text: str = ANSWER
    ) -> Attempt:
        """Return an attempt that was handed in; both choices are right unless said otherwise."""
        enrolment = enrolment or self.cast.enrolment
        attempt = self.begin(enrolment, *(letters or ("a", "a")), text=text)
        return submit_attempt(attempt=attempt, acting_user=enrolment.learner, now=NOW)

    def item(self, attempt: Attempt) -> AttemptItem:
        """Return the open answer of an attempt, fresh."""
        return AttemptItem.objects.select_related("attempt__enrolment", "question_version").get(
            attempt=attempt, question_version=self.version
        )

    def first_item(self, attempt: Attempt) -> AttemptItem:
        """Return the answer to the first choice, fresh."""
        return AttemptItem.objects.select_related("attempt__enrolment", "question_version").get(
            attempt=attempt, question_version=self.choice
        )

    def mark(self, attempt: Attempt, *levels: str, by: User | None = None) -> Any:
        """Give a mark by the levels of the two criteria."""
        return give_mark(
            item=self.item(attempt),
            given=given_levels(*levels),
            acting_user=by or self.trainer,
            now=LATER,
        )


def given_levels(*levels: str, **more: str) -> GivenMark:
    """Return a mark of these levels, one for each criterion."""
    keys = [one["id"] for one in RUBRIC]
    return GivenMark(levels=dict(zip(keys, levels, strict=False)), **more)


def make_scene(*, rubric: list[dict[str, Any]] | None = None, **quiz: Any) -> Scene:
    """Return the scene; `quiz` sets fields of the quiz, which passes with 70 per cent of 6 marks."""
    made = make_course(lessons=0, questions=2)
    assert made.quiz is not None
    question = make_question(
        "abierta",
        category=made.questions[0].category,
        kind="open",
        stems={"es": "¿Cómo recibe usted a la persona?", "en": "How do you receive the person?"},
        criteria=RUBRIC if rubric is None else rubric,
        most_words=200,
        model_answers={"es": "Con calma.", "en": "Calmly."},
    )
    QuizSource.objects.create(quiz=made.quiz, question=question, sort_order=9, marks=MOST)
    for name, value in {"is_question_order_shuffled": False, **quiz}.items():
        setattr(made.quiz, name, value)
    made.quiz.save()
    made.quiz.refresh_from_db()
    cast = make_cast(made)
    lead, other = UserFactory(role=StaffRole.TRAINER), UserFactory(role=StaffRole.TRAINER)
    for user, part in ((lead, StaffPart.LEAD), (other, StaffPart.TRAINER)):
        CourseStaff.objects.create(user=user, course_key=cast.release.course_key, part=part)
    assert question.live_version is not None
    choice = made.questions[0].live_version
    assert choice is not None
    return Scene(cast=cast, version=question.live_version, choice=choice, lead=lead, other=other)
