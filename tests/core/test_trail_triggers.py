"""The audit trail is only ever added to: the database itself refuses everything else."""

from datetime import datetime

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from lms.core.models import AuditEvent, AuditSeal
from lms.core.sealing import seal_committed
from lms.core.services import record_event
from tests.factories import UserFactory


@pytest.fixture
def event(db: None, now: datetime) -> AuditEvent:
    user = UserFactory()
    row = record_event(action="user_made", target=user, acting_user=user, now=now)
    seal_committed(now=now)
    return row


@pytest.mark.parametrize("model", [AuditEvent, AuditSeal])
def test_database_refuses_to_change_or_delete_a_row(
    event: AuditEvent, model: type[AuditEvent] | type[AuditSeal]
) -> None:
    rows = model.objects.all()
    column = "action" if model is AuditEvent else "digest"
    before = list(rows.values())

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        rows.update(**{column: "another"})
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        rows._raw_delete("default")

    assert list(rows.values()) == before


def test_triggers_stand_after_all_migrations(db: None) -> None:
    """A later migration that makes one of the tables anew on SQLite must add them again."""
    if connection.vendor == "postgresql":
        question = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        names = {f"{table}_{name}" for table in TABLES for name in ("kept", "whole")}
    else:
        question = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        names = {f"{table}_no_{change}" for table in TABLES for change in ("update", "delete")}
    with connection.cursor() as cursor:
        cursor.execute(question)
        found = {row[0] for row in cursor.fetchall() if row[0].startswith("core_")}

    assert found == names


TABLES = ("core_auditevent", "core_auditseal")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_flush_of_a_test_empties_the_trail_and_leaves_the_triggers(now: datetime) -> None:
    user = UserFactory()
    record_event(action="user_made", target=user, acting_user=user, now=now)

    call_command(
        "flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=True
    )

    assert AuditEvent.objects.count() == 0
    user = UserFactory()
    record_event(action="user_made", target=user, acting_user=user, now=now)
    with pytest.raises(IntegrityError, match="never changes"):
        AuditEvent.objects.update(action="another")
