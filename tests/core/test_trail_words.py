"""Typed words of the audit trail: sealed under a key of the person, which can be destroyed."""

from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils.translation import gettext_lazy

from lms.accounts.models import User
from lms.core.models import AuditEvent, PersonKey, SiteKey
from lms.core.queries import read_reason, read_reasons
from lms.core.sealing import seal_committed
from lms.core.services import destroy_person_key, record_event
from lms.core.verifying import verify_audit
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
WORDS = "Ana Quispe pidió su retiro."
ERASED = gettext_lazy("This reason was erased together with the person's data.")
LOST = gettext_lazy("This reason cannot be read: its key is gone.")


@pytest.fixture
def person() -> User:
    return UserFactory()


def note(person: User | int | None, now: datetime, **changes: Any) -> AuditEvent:
    """Record that somebody gave a reason, and return the row as the database has it."""
    values = {"reason": WORDS, "subject": person, **changes}
    target = UserFactory()
    made = record_event(action="user_updated", target=target, acting_user=target, now=now, **values)
    return AuditEvent.objects.get(pk=made.pk)


def stored_text() -> str:
    """Return everything that the tables of the trail hold."""
    tables = (AuditEvent, PersonKey, SiteKey)
    return repr([list(model.objects.values()) for model in tables])


@pytest.mark.parametrize("has_subject", [True, False])
def test_typed_reason_is_read_and_stands_nowhere_in_clear(
    person: User, now: datetime, has_subject: bool
) -> None:
    event = note(person if has_subject else None, now)

    assert read_reason(event) == WORDS
    assert "Quispe" not in stored_text()
    assert PersonKey.objects.count() == (1 if has_subject else 0)


def test_codes_of_the_system_stay_in_clear_beside_the_words(person: User, now: datetime) -> None:
    event = note(person.pk, now, code="settled")

    assert (event.reason, event.subject_id) == ("settled", person.pk)
    assert read_reason(event) == f"settled: {WORDS}"
    assert read_reason(note(None, now, reason="", code="csv, 30")) == "csv, 30"


def test_destroyed_key_takes_every_word_along_and_no_row(person: User, now: datetime) -> None:
    other = UserFactory()
    rows = [note(person, now), note(other, now), note(None, now)]
    seal_committed(now=now)

    assert destroy_person_key(person_id=person.pk, now=now) is True
    assert destroy_person_key(person_id=person.pk, now=now) is False
    later = note(person, now, reason="Otra vez Ana Quispe")
    seal_committed(now=now)

    assert list(read_reasons([*rows, later]).values()) == [ERASED, WORDS, WORDS, ERASED]
    assert PersonKey.objects.get(person_id=person.pk).wrapped == ""
    assert verify_audit(now=now).faults == []


def test_person_without_words_is_erased_for_later_words_too(person: User, now: datetime) -> None:
    assert destroy_person_key(person_id=person.pk, now=now) is False

    assert read_reason(note(person, now)) == ERASED


def test_reasons_of_many_rows_take_two_queries(now: datetime) -> None:
    def queries(rows: list[AuditEvent]) -> int:
        with CaptureQueriesContext(connection) as found:
            assert set(read_reasons(rows).values()) == {WORDS}
        return len(found)

    assert queries([note(UserFactory(), now), note(None, now)]) == 2
    assert queries([note(UserFactory(), now) for _one in range(3)] + [note(None, now)]) == 2


def test_key_is_either_there_or_destroyed(now: datetime) -> None:
    for wrapped, destroyed_at in (("", None), ("key", now)):
        with pytest.raises(IntegrityError), transaction.atomic():
            PersonKey.objects.create(
                person_id=1, wrapped=wrapped, created_at=now, destroyed_at=destroyed_at
            )


def test_keys_move_to_the_new_secret_and_the_old_one_may_go(person: User, now: datetime) -> None:
    old = "first-secret-" * 5
    with override_settings(SECRET_KEY=old):
        events = [note(person, now), note(None, now)]
        seal_committed(now=now)
    with override_settings(SECRET_KEY_FALLBACKS=[old]):
        assert list(read_reasons(events).values()) == [WORDS, WORDS]
        call_command("rewrap_keys")

    assert list(read_reasons(events).values()) == [WORDS, WORDS]
    assert verify_audit(now=now).faults == []


def test_lost_secret_loses_words_and_stops_nobody(person: User, now: datetime) -> None:
    with override_settings(SECRET_KEY="lost-secret-" * 5):
        lost = note(person, now)

    fresh = note(person, now)

    assert read_reason(lost) == LOST
    assert read_reason(fresh) == WORDS
    with override_settings(SECRET_KEY_FALLBACKS=["lost-secret-" * 5]):
        assert (read_reason(lost), read_reason(fresh)) == (WORDS, WORDS)
