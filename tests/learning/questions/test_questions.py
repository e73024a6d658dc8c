"""Questions to the trainers: asked, answered, published without a name, and seen by nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.learning.enums import NoticeKind, PublicationState
from lms.learning.models import LearnerQuestion, Notice
from lms.learning.questions import services
from lms.learning.questions.queries import published_about
from tests.factories import EnrolmentFactory
from tests.learning.cast import NOW, Cast, client_of, make_cast

pytestmark = pytest.mark.django_db
WORDS = "¿Qué hago si la persona no quiere hablar?"
REPLY = "Respete su tiempo y deje la puerta abierta."


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def asked(cast: Cast, text: str = WORDS, **fields: Any) -> LearnerQuestion:
    return services.ask_question(
        enrolment=cast.enrolment, item_key=first_lesson(cast), text=text, now=NOW, **fields
    )


def first_lesson(cast: Cast) -> Any:
    return cast.made.lessons[0].translation_key


def ask_url(cast: Cast) -> str:
    return reverse("ask_question", args=[first_lesson(cast)])


def published(cast: Cast) -> LearnerQuestion:
    question = services.answer_question(
        question=asked(cast), answer=REPLY, acting_user=cast.trainer, now=NOW
    )
    question = services.ask_to_publish(
        question=question,
        public_text="¿Y si no quiere hablar?",
        public_answer=REPLY,
        acting_user=cast.trainer,
        now=NOW,
    )
    return services.decide_publication(
        question=question, is_agreed=True, seen=services.words_fingerprint(question), now=NOW
    )


def test_question_is_sent_once_and_led_to_its_page(cast: Cast) -> None:
    client = client_of(cast.learner)

    first = client.post(ask_url(cast), {"text": WORDS})
    second = client.post(ask_url(cast), {"text": WORDS})

    question = LearnerQuestion.objects.get()
    assert question.enrolment == cast.enrolment
    assert (question.text, question.item_key) == (WORDS, first_lesson(cast))
    assert first["Location"] == second["Location"] == reverse("own_question", args=[question.pk])


def test_case_data_is_kept_nowhere_until_confirmed(cast: Cast) -> None:
    client = client_of(cast.learner)
    text = "La señora Rosa Quispe, DNI 45678912, vive en el Jr. Puno N° 456."

    warned = client.post(ask_url(cast), {"text": text})

    assert warned.status_code == 400
    page = warned.content.decode()
    assert "<mark>45678912</mark>" in page
    assert "<mark>Jr. Puno N° 456</mark>" in page
    assert text in page  # nothing that was typed is lost
    assert LearnerQuestion.objects.count() == 0
    sent = client.post(ask_url(cast), {"text": text, "checked": "yes"})
    assert sent.status_code == 302
    assert LearnerQuestion.objects.get().text == text


def test_empty_question_is_refused_at_its_field(cast: Cast) -> None:
    answer = client_of(cast.learner).post(ask_url(cast), {"text": "  "})

    assert answer.status_code == 400
    assert "Escriba su pregunta." in answer.content.decode()


def test_only_so_many_questions_in_a_day(cast: Cast) -> None:
    for number in range(services.MOST_IN_A_DAY):
        asked(cast, text=f"Pregunta {number}")

    with pytest.raises(services.QuestionRefused):
        asked(cast, text="Una más")
    later = services.ask_question(
        enrolment=cast.enrolment, item_key=None, text="Mañana", now=NOW + timedelta(days=1)
    )
    assert later.text == "Mañana"


@pytest.mark.parametrize("name", ["question_answer", "question_publish"])
def test_question_is_for_the_staff_of_its_course(cast: Cast, name: str) -> None:
    url = reverse(name, args=[asked(cast).pk])

    assert cast.statuses(url) == {
        "learner": 404,
        "trainer": 200,
        "coordinator": 404,
        "administrator": 200,
        "stranger": 404,
        "nobody": 302,
    }


def test_question_is_private_to_its_learner(cast: Cast) -> None:
    url = reverse("own_question", args=[asked(cast).pk])

    assert cast.statuses(url) == {
        "learner": 200,
        "trainer": 404,
        "coordinator": 404,
        "administrator": 404,
        "stranger": 404,
        "nobody": 302,
    }
    assert cast.statuses(ask_url(cast))["stranger"] == 404


def test_answer_is_told_once_and_again_when_changed(cast: Cast) -> None:
    question = asked(cast)
    client = client_of(cast.trainer)
    url = reverse("question_answer", args=[question.pk])

    client.post(url, {"text": REPLY})
    client.post(url, {"text": REPLY})
    assert Notice.objects.filter(kind=NoticeKind.QUESTION_ANSWERED).count() == 1
    client.post(url, {"text": f"{REPLY} Vuelva otro día."})

    question.refresh_from_db()
    assert question.answer == f"{REPLY} Vuelva otro día."
    assert question.answered_by == cast.trainer
    unread = Notice.objects.filter(kind=NoticeKind.QUESTION_ANSWERED, read_at=None)
    assert [notice.path for notice in unread] == [f"/mi-aprendizaje/preguntas/{question.pk}/"]


def test_trainer_does_not_answer_herself(cast: Cast) -> None:
    own = EnrolmentFactory(release=cast.release, learner=cast.trainer)
    question = services.ask_question(enrolment=own, item_key=None, text=WORDS, now=NOW)

    with pytest.raises(services.QuestionRefused):
        services.answer_question(question=question, answer=REPLY, acting_user=cast.trainer, now=NOW)
    url = reverse("question_answer", args=[question.pk])
    assert client_of(cast.trainer).get(url).status_code == 404


def test_publication_waits_for_a_yes_to_these_very_words(cast: Cast) -> None:
    question = services.answer_question(
        question=asked(cast), answer=REPLY, acting_user=cast.trainer, now=NOW
    )
    trainer, learner = client_of(cast.trainer), client_of(cast.learner)
    url = reverse("question_publish", args=[question.pk])
    own = reverse("own_question", args=[question.pk])
    trainer.post(url, {"public_text": "Primera", "public_answer": REPLY})
    question.refresh_from_db()
    assert question.publication == PublicationState.ASKED
    seen = services.words_fingerprint(question)
    trainer.post(url, {"public_text": "Segunda", "public_answer": REPLY})

    learner.post(own, {"answer": "yes", "seen": seen})
    assert published_about(cast.enrolment, first_lesson(cast)) == []
    question.refresh_from_db()
    learner.post(own, {"answer": "yes", "seen": services.words_fingerprint(question)})

    shown = published_about(cast.enrolment, first_lesson(cast))
    assert [(one.text, one.answer) for one in shown] == [("Segunda", REPLY)]
    page = client_of(cast.learner).get(ask_url(cast)).content.decode()
    assert "Segunda" in page
    assert WORDS not in page


def test_refused_publication_is_not_asked_again(cast: Cast) -> None:
    question = published(cast)
    learner = client_of(cast.learner)

    learner.post(reverse("own_question", args=[question.pk]), {"answer": "no"})

    assert published_about(cast.enrolment, first_lesson(cast)) == []
    with pytest.raises(services.QuestionRefused):
        services.ask_to_publish(
            question=question,
            public_text="Otra vez",
            public_answer=REPLY,
            acting_user=cast.trainer,
            now=NOW,
        )


def test_trainer_takes_a_publication_down(cast: Cast) -> None:
    question = published(cast)

    client_of(cast.trainer).post(
        reverse("question_publish", args=[question.pk]), {"take_down": "yes"}
    )

    question.refresh_from_db()
    assert question.publication == PublicationState.PRIVATE
    assert published_about(cast.enrolment, first_lesson(cast)) == []


@pytest.mark.parametrize(
    ("name", "who"), [("questions_desk", "trainer"), ("own_questions", "learner")]
)
def test_lists_take_the_same_queries_for_one_and_three(cast: Cast, name: str, who: str) -> None:
    client = client_of(cast.people[who])
    asked(cast)
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse(name))
    for number in range(2):
        asked(cast, text=f"Otra {number}")
    with CaptureQueriesContext(connection) as three:
        page = client.get(reverse(name)).content.decode()

    assert len(three) == len(one)
    assert page.count("Espera respuesta") == 3
