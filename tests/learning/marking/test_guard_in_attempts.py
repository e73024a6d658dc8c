"""The guard in the learner's way: a warning before anything is stored, and nothing kept of it."""

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from lms.learning.attempts.services import submit_attempt
from lms.learning.enums import NoticeKind, RegradeKind
from lms.learning.marking.queries.previews import preview_regrade
from lms.learning.marking.services import make_regrade
from lms.learning.models import Attempt, Notice, Response
from lms.learning.regrading import Correction
from tests.learning.cast import client_of
from tests.learning.marking.cases import LATER, Scene, make_scene

pytestmark = pytest.mark.django_db
REAL = "Hablé con Rosa Quispe Mamani, DNI 45678912, en la puerta."
CANARIES = ("Quispe Mamani", "45678912")
CLEAN = "Hablé con la persona en la puerta."


@pytest.fixture
def scene() -> Scene:
    return make_scene()


@pytest.fixture
def attempt(scene: Scene) -> Attempt:
    return scene.begin(scene.cast.enrolment, "a", "a", text="")


def send(scene: Scene, attempt: Attempt, text: str, **more: Any) -> Any:
    address = reverse("attempt_question", args=[attempt.public_id, 3])
    headers = more.pop("headers", {})
    data = {"answer-3": text, "sequence-3": "5", "go": "next", **more}
    return client_of(scene.cast.learner).post(address, data, headers=headers)


def stored(attempt: Attempt) -> list[Any]:
    rows = Response.objects.filter(item__attempt=attempt, item__position=3)
    return list(rows.values_list("given", flat=True))


def everything_in_the_database() -> str:
    """Return every text of every table."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # our tables
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def test_answer_with_real_case_data_is_shown_with_its_pieces_marked(
    scene: Scene, attempt: Attempt
) -> None:
    answer = send(scene, attempt, REAL)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<mark>Rosa Quispe Mamani</mark>" in page
    assert "<mark>45678912</mark>" in page
    assert f">\n{REAL}</textarea>" in page
    assert 'name="no-case-data-3" value="yes"' in page
    assert stored(attempt) == []


def test_nothing_of_what_was_taken_out_is_kept_anywhere(
    scene: Scene, attempt: Attempt, caplog: pytest.LogCaptureFixture
) -> None:
    send(scene, attempt, REAL)
    send(scene, attempt, REAL, headers={"accept": "application/json"})
    assert send(scene, attempt, CLEAN).status_code == 302
    assert stored(attempt) == [{"text": CLEAN}]
    kept = everything_in_the_database() + caplog.text
    assert [word for word in CANARIES if word in kept] == []


def test_saving_on_the_way_stores_nothing_and_says_why(scene: Scene, attempt: Attempt) -> None:
    answer = send(scene, attempt, REAL, headers={"accept": "application/json"})
    assert answer.status_code == 400
    assert not any(word in answer.json()["message"] for word in CANARIES)
    assert stored(attempt) == []


def test_learner_s_word_lets_the_answer_through_and_it_is_not_asked_again(
    scene: Scene, attempt: Attempt
) -> None:
    assert send(scene, attempt, REAL, **{"no-case-data-3": "yes"}).status_code == 302
    assert stored(attempt) == [{"text": REAL}]
    assert send(scene, attempt, REAL).status_code == 302
    assert send(scene, attempt, f"{REAL} Llamó al 987654321.").status_code == 409
    assert stored(attempt) == [{"text": REAL}]


def test_learner_may_write_her_own_name(scene: Scene, attempt: Attempt) -> None:
    text = f"Me presento: soy {scene.cast.learner.full_name}."
    assert send(scene, attempt, text).status_code == 302
    assert stored(attempt) == [{"text": text}]


def test_result_page_offers_the_objection(scene: Scene) -> None:
    attempt = scene.hand_in(scene.learner())
    scene.mark(attempt, "excelente", "excelente")
    result = reverse("attempt_result", args=[attempt.public_id])
    page = client_of(attempt.enrolment.learner).get(result).content.decode()
    assert reverse("object_to_result", args=[attempt.public_id]) in page


def test_attempt_under_way_is_marked_by_the_regrades_made_meanwhile(scene: Scene) -> None:
    scene.hand_in(scene.learner(), "b", "a")
    under_way = scene.begin(scene.learner(), "b", "a")
    for correction in (Correction(RegradeKind.ACCEPT, "b"), Correction(RegradeKind.DROP)):
        version = scene.version if correction.kind == RegradeKind.DROP else scene.choice
        make_regrade(
            quiz_key=scene.quiz_key,
            version=version,
            correction=correction,
            reason="La pregunta estaba mal.",
            digest=preview_regrade(scene.quiz_key, version, correction).digest,
            acting_user=scene.lead,
            now=LATER,
        )
    submit_attempt(attempt=under_way, acting_user=under_way.enrolment.learner, now=LATER)
    under_way.refresh_from_db()
    assert (under_way.state, under_way.score) == ("marked", 100)
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert kinds == {NoticeKind.MARKED}
