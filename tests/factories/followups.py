"""People some time after their course."""

from datetime import UTC, datetime
from typing import Any

from django.test import Client

from lms.accounts.enums import ConsentPurpose, ConsentWay
from lms.accounts.models import User
from lms.accounts.privacy.services import give_consent
from lms.core.enums import OutboxState
from lms.learning.enums import FOLLOW_UP_INTERVALS, PracticeQuestion, SupervisorStatement
from lms.learning.followups import services
from lms.learning.models import Attempt, AttemptItem, Enrolment, FollowUp, SupervisorRequest

ANSWERS = {question.value: "3" for question in PracticeQuestion}


def agree(user: User) -> None:
    """Let somebody agree to be asked about her practice, once there are words to agree to."""
    at = datetime(2026, 11, 30, 17, tzinfo=UTC)
    given = give_consent(user=user, purpose=ConsentPurpose.FOLLOW_UP, way=ConsentWay.PAGE, now=at)
    assert given is not None


def offer_practice(enrolment: Enrolment, *, now: datetime, interval: str = "") -> FollowUp:
    """Return the questions on practice as they are offered three months after."""
    return FollowUp.objects.create(
        enrolment=enrolment,
        interval=interval or FOLLOW_UP_INTERVALS[0],
        offered_at=now,
        again_date=now.date(),
    )


def answered_practice(enrolment: Enrolment, *, now: datetime, step: int = 3) -> FollowUp:
    """Return the questions on practice, answered all alike."""
    return services.answer_practice(
        follow_up=offer_practice(enrolment, now=now),
        steps=dict.fromkeys(PracticeQuestion, step),
        obstacles=[],
        remark="",
        outcomes={},
        acting_user=enrolment.learner,
        now=now,
    )


def ask_about(
    enrolment: Enrolment, *, now: datetime, address: str = "jefa@ejemplo.pe", **changes: Any
) -> SupervisorRequest:
    """Return a question to a supervisor, whose mail has not gone yet."""
    values = {"statements": list(SupervisorStatement), "shows_course": False, **changes}
    return services.ask_supervisor(
        enrolment=enrolment, address=address, acting_user=enrolment.learner, now=now, **values
    )


def wait_for_supervisor(enrolment: Enrolment, *, now: datetime) -> SupervisorRequest:
    """Return a question to a supervisor as it stands after its mail; nobody knows its link."""
    made: SupervisorRequest = SupervisorRequest.objects.create(
        enrolment=enrolment,
        state=OutboxState.DONE,
        created_at=now,
        expires_at=now + services.VALID_FOR,
    )
    return made


def answer_booster(client: Client, attempt: Attempt, choices: dict[int, str]) -> Any:
    """Check these options at their positions, hand in, and return the page of the result."""
    for position, option in choices.items():
        client.post(
            f"/mi-aprendizaje/intento/{attempt.public_id}/{position}/",
            {f"answer-{position}": option, f"sequence-{position}": "1", "check": str(position)},
        )
    return client.post(f"/mi-aprendizaje/intento/{attempt.public_id}/enviar/", follow=True)


def questions_of(attempt: Attempt) -> list[int]:
    """Return the numbers of an attempt's questions, in their order."""
    rows = AttemptItem.objects.filter(attempt=attempt).order_by("position")
    return list(rows.values_list("question_version__question_id", flat=True))
