"""What a learner sends is never believed: neither scores, nor times, nor whose attempt it is."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from lms.core.models import AuditEvent
from lms.core.queries import read_reasons
from lms.learning.enums import AttemptState
from lms.learning.models import Attempt, Response
from tests.learning.attempts.cases import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_case(questions=2, lessons=1)


@pytest.fixture
def attempt(case):
    return case.start()


@pytest.fixture
def client(case):
    client = Client()
    client.force_login(case.learner)
    return client


def path(attempt, position=1):
    return reverse("attempt_question", args=[attempt.public_id, position])


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"answer-1": "zz", "sequence-1": "1"}, 409),
        ({"answer-1": ["a", "b"], "sequence-1": "1"}, 409),
        ({"answer-1": "a\x00", "sequence-1": "1"}, 409),
        ({"answer-1": "x" * 1_000_000, "sequence-1": "1"}, 409),
        ({"answer-1": "\u202ea\U0001f642", "sequence-1": "1"}, 409),
        ({"answer-1": "a"}, 409),
        ({"answer-1": "a", "sequence-1": ""}, 409),
        ({"answer-1": "a", "sequence-1": "-1"}, 409),
        ({"answer-1": "a", "sequence-1": "1e9"}, 409),
        ({"answer-1": "a", "sequence-1": "9" * 400}, 409),
        ({"answer-1": "a", "sequence-1": "9007199254740992"}, 409),
        ({"answer-99": "a", "sequence-99": "1"}, 404),
        ({"answer-3": "a", "sequence-3": "1"}, 404),
    ],
)
def test_bad_fields_are_answered_and_nothing_is_stored(client, attempt, fields, status):
    assert client.post(path(attempt), fields).status_code == status
    assert not Response.objects.exists()
    assert AuditEvent.objects.filter(action="response_refused").count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"answer-0": "a", "sequence-0": "1"},
        {"answer-": "a"},
        {"answer-\uff11": "a", "sequence-\uff11": "1"},
        {"answer-" + "9" * 300: "a"},
        {"score": "100", "mark-1": "1", "is_passed": "true", "state": "submitted"},
    ],
)
def test_fields_that_no_form_has_are_passed_over(client, attempt, fields):
    assert client.post(path(attempt), fields).status_code == 302
    assert not Response.objects.exists()


def test_bad_answer_to_the_attempt_itself_is_answered_at_its_question(client, case, attempt):
    address = reverse("attempt", args=[attempt.public_id])

    answer = client.post(address, {"answer-2": "zz", "sequence-2": "1"})

    assert (answer.status_code, answer.context["shown"].position) == (409, 2)
    assert not Response.objects.exists()


def test_posted_score_time_and_state_change_nothing(client, case, attempt):
    lie = {
        "score": "100",
        "is_passed": "1",
        "pass_mark": "0",
        "submitted_at": "2020-01-01",
        "answer-1": "a",
        "sequence-1": "5",
    }
    client.post(reverse("attempt_submit", args=[attempt.public_id]), lie)
    attempt.refresh_from_db()
    assert (attempt.score, attempt.is_passed) == (Decimal(0), False)
    assert attempt.submitted_at.year > 2020
    assert not Response.objects.exists()


def test_reading_addresses_changes_nothing(client, case, attempt):
    for name, args in (
        ("attempt_submit", [attempt.public_id]),
        ("start_attempt", [case.quiz_key]),
        ("attempt_review", [attempt.public_id]),
    ):
        assert client.get(reverse(name, args=args), {"go": "submit"}).status_code in {200, 302}
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.IN_PROGRESS
    assert Attempt.objects.count() == 1


def test_posts_to_pages_that_only_show_are_refused(client, attempt):
    for name in ("attempt_review", "attempt_result"):
        assert client.post(reverse(name, args=[attempt.public_id])).status_code == 405


def test_other_methods_are_refused(client, attempt):
    for method in ("put", "delete", "patch"):
        assert getattr(client, method)(path(attempt)).status_code == 405


def test_old_sequence_number_is_no_way_back(client, attempt):
    client.post(path(attempt), {"answer-1": "b", "sequence-1": "50"})
    client.post(path(attempt), {"answer-1": "a", "sequence-1": "49"})
    assert Response.objects.get().given == {"chosen": ["b"]}


@pytest.mark.parametrize("position", [0, 3, 70_000, 10**30])
def test_positions_that_do_not_exist_are_not_found(client, attempt, position):
    address = path(attempt).removesuffix("1/") + f"{position}/"
    assert client.get(address).status_code == 404


def test_answers_for_a_foreign_attempt_reach_nobody(client, attempt):
    foreign = make_case(questions=2, slug="otro").start()
    fields = {"answer-1": "a", "sequence-1": "1"}
    assert client.post(path(foreign), fields).status_code == 404
    assert client.post(reverse("attempt", args=[foreign.public_id]), fields).status_code == 404
    assert client.post(reverse("attempt_submit", args=[foreign.public_id])).status_code == 404
    assert not Response.objects.exists()
    foreign.refresh_from_db()
    assert foreign.state == AttemptState.IN_PROGRESS


def test_form_without_its_token_is_refused(case, attempt):
    client = Client(enforce_csrf_checks=True)
    client.force_login(case.learner)
    assert client.post(path(attempt), {"answer-1": "a", "sequence-1": "1"}).status_code == 403
    assert not Response.objects.exists()


def audited(action):
    return list(read_reasons(AuditEvent.objects.filter(action=action).order_by("pk")).values())


def test_every_try_stands_in_the_audit_trail(client, case, attempt):
    client.post(path(attempt), {"answer-1": "zz", "sequence-1": "1"})
    client.post(path(attempt), {"answer-1": ["a", "b"], "sequence-1": "2"})
    client.post(path(attempt), {"answer-1-x9": "a", "sequence-1": "3"})
    client.post(path(attempt), {"answer-1": "b", "sequence-1": "50"})
    client.post(path(attempt), {"answer-1": "a", "sequence-1": "49"})
    assert len(audited("response_refused")) == 4
    client.post(path(attempt), {"answer-1": "b", "sequence-1": "51", "score": "20"})
    assert audited("attempt_foreign_fields") == ["score"]
    foreign = make_case(questions=2, slug="otro").start()
    client.post(path(foreign), {"answer-1": "a", "sequence-1": "1"})
    assert audited("attempt_foreign_fields") == ["score", "attempt"]
    attempt.refresh_from_db()
    assert (attempt.score, attempt.state) == (None, AttemptState.IN_PROGRESS)


def test_answer_after_handing_in_is_refused_and_recorded(client, case, attempt):
    client.post(reverse("attempt_submit", args=[attempt.public_id]))
    client.post(path(attempt), {"answer-1": "a", "sequence-1": "1"})
    assert not Response.objects.exists()
    assert len(audited("response_refused")) == 1


def test_names_of_fields_with_a_null_byte_are_noted_without_it(client, attempt):
    answer = client.post(path(attempt), {"sco\x00re": "100", "answer-1": "a", "sequence-1": "1"})
    assert answer.status_code == 302
    assert audited("attempt_foreign_fields") == ["sco\ufffdre"]


@pytest.mark.parametrize("position", [2, 99])
def test_refused_answer_that_comes_to_another_address_is_shown_again(client, attempt, position):
    answer = client.post(path(attempt, position), {"answer-1": "zz", "sequence-1": "1"})
    assert (answer.status_code, answer.context["shown"].position) == (409, 1)
