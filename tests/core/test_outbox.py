"""The outbox: a row is claimed once, and a message is sent only after the commit."""

import logging
from datetime import datetime

import pytest

from lms.core.enums import OutboxState
from lms.core.logs import MaskSecrets
from lms.core.models import AuditEvent
from lms.core.services import record_event
from tests.factories import UserFactory


@pytest.mark.django_db
def test_audit_event_keeps_names_of_fields_and_no_values(now: datetime) -> None:
    user = UserFactory()

    record_event(
        action="user_renamed",
        target=user,
        acting_user=user,
        now=now,
        changed_fields=["full_name", "display_name"],
        reason="typing error",
    )

    assert list(
        AuditEvent.objects.values_list(
            "action", "target_type", "target_id", "changed_fields", "actor_id"
        )
    ) == [("user_renamed", "accounts.user", str(user.pk), ["display_name", "full_name"], user.pk)]


@pytest.mark.django_db
def test_audit_event_survives_the_person(now: datetime) -> None:
    user = UserFactory()
    record_event(action="user_made", target=user, acting_user=user, now=now)
    number = user.pk

    user.delete()

    assert [event.actor_id for event in AuditEvent.objects.all()] == [number]


def test_outbox_states_are_three() -> None:
    assert OutboxState.values == ["pending", "done", "failed"]


@pytest.mark.parametrize(
    ("message", "masked"),
    [
        ("Not Found: /v/ABCD-EFGH-JKMN-PQRS-TVWX/", "Not Found: /v/…/"),
        ("Not Found: /en/v/abcdefghjkmnpqrstvwx", "Not Found: /en/v/…"),
        ("GET /api/v1/certificates/ABCD?x=1", "GET /api/v1/certificates/…?x=1"),
        ("GET /cursos/curso-inicial/", "GET /cursos/curso-inicial/"),
    ],
)
def test_log_masks_codes(message: str, masked: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "x", 1, "%s", (message,), None)

    assert MaskSecrets().filter(record) is True
    assert record.getMessage() == masked
