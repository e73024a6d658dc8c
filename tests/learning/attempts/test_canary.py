"""Nothing that gives an answer away leaves the server before its time."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from courses.enums import FeedbackTiming, QuizLayout
from tests.factories.courses import question_content, revise_question
from tests.learning.attempts.cases import make_case

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_database,
    # Wagtail leaves the draft of a new rendition open.
    pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning"),
]

SECRETS = ("CANARY-explanation", "CANARY-feedback", "CANARY-source", "CANARY-lesson", "CANARY-file")
KEYS = ("is_right", "option-right", "option-wrong", "weight", "explanation")
"""What would betray the key: names of the data and of the classes that show it."""


def plant(case):
    """Give every question secrets, a figure, and three right options of unequal weight."""
    figure = get_image_model().objects.create(
        title="CANARY-file", file=get_test_image_file(filename="CANARY-file.png")
    )
    content = question_content(
        explanations={"es": "CANARY-explanation", "en": "CANARY-explanation"},
        sources=[{"label": "CANARY-source", "date": "2026", "url": "https://x.test/CANARY-source"}],
        lesson="CANARY-lesson/leccion-1",
        figure={"image_id": figure.pk, "alts": {"es": "Una mesa", "en": "A table"}},
    )
    for option in content["options"]:
        option["feedback"] = {"es": "CANARY-feedback", "en": "CANARY-feedback"}
    for question in case.made.questions:
        revise_question(question, **content)


def crawl(client, case, attempt):
    """Return everything that the learner can fetch about an attempt, headers included."""
    places = [
        reverse(name, args=[attempt.public_id])
        for name in ("attempt", "attempt_review", "attempt_submit", "attempt_result")
    ]
    places.append("/cursos/curso/modulo-1/prueba/")
    places.append("/mi-aprendizaje/")
    for position in range(1, len(case.made.questions) + 1):
        for name in ("attempt_question", "attempt_figure"):
            places.append(reverse(name, args=[attempt.public_id, position]))
    found = []
    for place in places:
        for path in (place, f"/en{place}"):
            response = client.get(path, follow=True)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            found.append(f"{path} {dict(response.headers)} {body.decode(errors='replace')}")
    saved = client.post(
        reverse("attempt_question", args=[attempt.public_id, 1]),
        {"answer-1": "b", "sequence-1": 1},
        headers={"Accept": "application/json"},
    )
    found.append(f"json {saved.content.decode()}")
    for fields in ({"answer-1": "zz", "sequence-1": 8}, {"answer-1": "c", "sequence-1": 1}):
        refused = client.post(reverse("attempt_question", args=[attempt.public_id, 1]), fields)
        found.append(f"refused {refused.content.decode()}")
    return found


def leaks(found, words):
    return sorted({word for word in words for text in found if word in text})


@pytest.mark.parametrize("layout", QuizLayout.values)
@pytest.mark.parametrize("feedback", FeedbackTiming.values)
def test_no_page_gives_anything_away_before_its_time(layout, feedback):
    case = make_case(questions=3, layout=layout, feedback=feedback)
    plant(case)
    client = Client()
    client.force_login(case.learner)
    attempt = case.start()
    found = crawl(client, case, attempt)
    assert len(found) == 27
    assert leaks(found, SECRETS) == []
    assert leaks(found, KEYS) == []


def test_checked_question_reveals_itself_and_no_other():
    case = make_case(questions=3, feedback=FeedbackTiming.AFTER_EACH)
    plant(case)
    client = Client()
    client.force_login(case.learner)
    attempt = case.start()
    path = reverse("attempt_question", args=[attempt.public_id, 1])
    client.post(path, {"answer-1": "b", "sequence-1": 1, "check": 1})
    others = [
        client.get(reverse("attempt_question", args=[attempt.public_id, position])).content.decode()
        for position in (2, 3)
    ]
    assert "CANARY-feedback" in client.get(path).content.decode()
    assert leaks(others, SECRETS) == []


def test_everything_is_shown_after_submission_but_the_name_of_the_file():
    case = make_case(questions=2, lessons=1)
    plant(case)
    client = Client()
    client.force_login(case.learner)
    attempt = case.start()
    client.post(reverse("attempt_submit", args=[attempt.public_id]))
    found = [client.get(reverse("attempt_result", args=[attempt.public_id])).content.decode()]
    assert leaks(found, SECRETS) == ["CANARY-explanation", "CANARY-feedback", "CANARY-source"]


def test_figure_is_served_small_and_without_its_name():
    case = make_case(questions=1)
    plant(case)
    client = Client()
    client.force_login(case.learner)
    attempt = case.start()
    response = client.get(reverse("attempt_figure", args=[attempt.public_id, 1]))
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
    assert 'filename="1.webp"' in response["Content-Disposition"]
    assert b"".join(response.streaming_content).startswith(b"RIFF")
    assert client.get(reverse("attempt_figure", args=[attempt.public_id, 2])).status_code == 404
