"""Nothing of the key of any type leaves the server before its time; and all of it after."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from courses.enums import FeedbackTiming, QuizMode
from courses.models import Question, QuestionVersion
from courses.question_types import question_type, question_types
from lms.learning.attempts.services import release_held_results
from lms.learning.models import Attempt
from tests.courses.question_types.samples import NUMBER_KEY, SECRET, stored
from tests.factories.courses import MADE_AT
from tests.learning.attempts.cases import Case, make_case

pytestmark = [
    pytest.mark.one_database,
    pytest.mark.django_db,
    # Wagtail leaves the draft of a new rendition open.
    pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning"),
]

NUMBERS = (NUMBER_KEY, NUMBER_KEY.replace(".", ","), "918 273", "918.273", "918,273")
BETRAYING = ("is_right", "option-right", "option-wrong", "gap-right", "gap-wrong", "weight")
"""Names of data and classes that would show a key without its words."""

ANSWERS: dict[str, dict[str, str]] = {
    "single_choice": {"": "b"},
    "multiple_choice": {"": "a"},
    "true_false": {"": "false"},
    "short_answer": {"": "algo"},
    "number": {"": "3"},
    "gaps": {"-que": "o2", "-cual": "algo", "-horas": "3"},
    "matching": {"-p1": "1"},
    "ordering": {"-a": "1", "-b": "2", "-c": "3"},
    "hotspots": {"": "a"},
    "open": {"": ""},
}
"""What is answered to each type, by the end of the field's name; the open one waits for nobody."""

KINDS = [kind.name for kind in question_types()]
ASKING = [kind.name for kind in question_types() if kind.takes_answer]


def address(name: str, *, args: list[Any]) -> str:
    """Return the Spanish address, whatever language the last page was in."""
    with translation.override("es"):
        return reverse(name, args=args)


@dataclass
class Crawler:
    """A learner who opens every address that she knows, in both languages."""

    case: Case
    client: Client
    found: list[str] = field(default_factory=list)

    def read(self, *paths: str) -> None:
        for path in paths:
            for place in (path,) if "/figura/" in path else (path, f"/en{path}"):
                answer = self.client.get(place, follow=True)
                if answer.streaming:
                    body = b"".join(answer.streaming_content).decode(errors="replace")
                else:
                    body = answer.content.decode()
                self.found.append(f"{place} {dict(answer.headers)} {body}")

    def leaks(self) -> list[str]:
        """Return what should not have been found so far, and where."""
        words = (SECRET, *NUMBERS, *BETRAYING)
        return [f"{word} in {text[:90]}" for text in self.found for word in words if word in text]

    def read_around(self) -> None:
        """Open what stands around the quiz."""
        self.read("/cursos/curso/", "/cursos/curso/modulo-1/", "/cursos/curso/modulo-1/prueba/")
        self.read("/mi-aprendizaje/")

    def read_attempt(self, attempt: Attempt, *, last: int = len(KINDS)) -> None:
        """Open every address of an attempt up to the last question, and the API with its id."""
        names = ("attempt", "attempt_review", "attempt_submit", "attempt_result")
        self.read(*(address(name, args=[attempt.public_id]) for name in names))
        for position in range(1, last + 1):
            self.read(address("attempt_question", args=[attempt.public_id, position]))
            self.read(address("attempt_figure", args=[attempt.public_id, position]))
        for path in (f"/api/v1/certificates/{attempt.public_id}", "/api/v1/openapi.json"):
            answer = self.client.get(path)
            self.found.append(f"{path} {answer.content.decode()}")

    def answer_all(self, attempt: Attempt) -> None:
        """Save an answer to each question as the script does, and send a bad one as a form."""
        for item in attempt.items.select_related("question_version").order_by("position"):
            kind, name = item.question_version.kind, f"answer-{item.position}"
            if kind not in ANSWERS:
                continue
            sent = {f"{name}{part}": value for part, value in ANSWERS[kind].items()}
            path = address("attempt_question", args=[attempt.public_id, item.position])
            saved = self.client.post(
                path,
                sent | {f"sequence-{item.position}": 1},
                headers={"Accept": "application/json"},
            )
            self.found.append(f"json {path} {saved.content.decode()}")
            bad = {f"{name}-zz": "zz", name: "zz", f"sequence-{item.position}": 9}
            refused = self.client.post(path, bad, follow=True)
            self.found.append(f"refused {path} {refused.content.decode()}")


def plant(case: Case) -> None:
    """Make of each question one of another type, with secrets and a figure with a telling name."""
    figure = get_image_model().objects.create(
        title=f"{SECRET} title", file=get_test_image_file(filename=f"{SECRET}-file.png")
    )
    shown = {"image_id": figure.pk, "alts": {"es": "Una sala", "en": "A room"}}
    for question, kind in zip(case.made.questions, KINDS, strict=True):
        content = stored(kind, figure=shown | {"is_decorative": False})
        assert question_type(kind).read(content)
        revise(question, kind, content)


def revise(question: Question, kind: str, content: dict[str, Any]) -> None:
    question.kind = kind
    question.live_version = QuestionVersion.objects.create(
        question=question, number=2, kind=kind, content=content, created_at=MADE_AT
    )
    question.save()


def begin(client: Client, **rule: Any) -> tuple[Crawler, Attempt]:
    case = make_case(questions=len(KINDS), **rule)
    plant(case)
    client.force_login(case.learner)
    crawler = Crawler(case, client)
    crawler.read_around()
    return crawler, case.start()


def explanations_in(client: Client, attempt: Attempt) -> dict[str, int]:
    """Return how many explanations the result shows, in each language."""
    path = address("attempt_result", args=[attempt.public_id])
    return {
        code: client.get(f"{prefix}{path}").content.decode().count(f"{SECRET} explanation {code}")
        for code, prefix in (("es", ""), ("en", "/en"))
    }


NONE_SHOWN = {"es": 0, "en": 0}
ALL_SHOWN = {"es": len(ASKING), "en": len(ASKING)}


def test_every_type_that_asks_is_answered_here():
    assert sorted(ANSWERS) == sorted(ASKING)


@pytest.mark.parametrize(
    ("feedback", "mode", "at_once", "in_the_end"),
    [
        (FeedbackTiming.AFTER_EACH, QuizMode.GRADED, ALL_SHOWN, ALL_SHOWN),
        (FeedbackTiming.AT_END, QuizMode.GRADED, ALL_SHOWN, ALL_SHOWN),
        (FeedbackTiming.AFTER_CLOSING, QuizMode.GRADED, NONE_SHOWN, ALL_SHOWN),
        (FeedbackTiming.MARKS_ONLY, QuizMode.GRADED, NONE_SHOWN, NONE_SHOWN),
        (FeedbackTiming.NONE, QuizMode.GRADED, NONE_SHOWN, NONE_SHOWN),
        (FeedbackTiming.AFTER_CLOSING, QuizMode.EXAM, NONE_SHOWN, ALL_SHOWN),
        (FeedbackTiming.NONE, QuizMode.EXAM, NONE_SHOWN, NONE_SHOWN),
    ],
)
def test_no_type_gives_anything_away_before_its_time(client, feedback, mode, at_once, in_the_end):
    closes_at = timezone.now() + timedelta(days=1)
    crawler, attempt = begin(client, feedback=feedback, mode=mode, closes_at=closes_at)
    crawler.read_attempt(attempt)
    crawler.answer_all(attempt)
    assert crawler.leaks() == []
    client.post(address("attempt_submit", args=[attempt.public_id]))
    assert explanations_in(client, attempt) == at_once
    if at_once == NONE_SHOWN:
        crawler.read_attempt(attempt, last=1)  # the others lead to the same page of the result
        crawler.read_around()
        assert crawler.leaks() == []
    crawler.case.quiz.closes_at = timezone.now() - timedelta(minutes=1)
    crawler.case.quiz.save()
    release_held_results(now=timezone.now())
    assert explanations_in(client, attempt) == in_the_end


@pytest.mark.parametrize(("mode", "is_shown"), [(QuizMode.GRADED, True), (QuizMode.EXAM, False)])
def test_hints_are_for_practice_and_never_for_an_exam(client, mode, is_shown):
    crawler, attempt = begin(
        client,
        mode=mode,
        feedback=FeedbackTiming.AFTER_CLOSING,
        closes_at=timezone.now() + timedelta(days=1),
    )
    crawler.read_attempt(attempt)
    assert any("Piense en ella." in text for text in crawler.found) is is_shown


def test_name_of_a_figure_is_never_told(client):
    crawler, attempt = begin(client)
    client.post(address("attempt_submit", args=[attempt.public_id]))
    crawler.read_attempt(attempt, last=1)
    assert [text[:80] for text in crawler.found if f"{SECRET}-file" in text] == []
    assert [text[:80] for text in crawler.found if f"{SECRET} title" in text] == []
