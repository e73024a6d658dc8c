"""What changes an account, and the audit row that tells of it."""

from datetime import datetime

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError

from lms.accounts.documents import document_tail
from lms.accounts.services import (
    clear_identity_document,
    note_user_saved,
    set_identity_document,
    update_profile,
)
from lms.core.models import AuditEvent
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def _events() -> list[tuple[str, list[str]]]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", "changed_fields"))


def test_update_profile_stores_and_records_what_changed(now: datetime) -> None:
    person = UserFactory(full_name="Ana", display_name="")
    update_profile(
        user=person,
        full_name=" Ana  Rosa ",
        display_name="",
        language="en",
        acting_user=person,
        now=now,
    )
    person.refresh_from_db()
    assert (person.full_name, person.display_name, person.language) == ("Ana Rosa", "", "en")
    assert _events() == [("profile_updated", ["full_name", "language"])]


def test_update_profile_without_a_change_records_nothing(now: datetime) -> None:
    person = UserFactory(full_name="Ana")
    update_profile(
        user=person, full_name="Ana", display_name="", language="es", acting_user=person, now=now
    )
    assert _events() == []


def test_update_profile_refuses_a_bad_name_and_changes_nothing(now: datetime) -> None:
    person = UserFactory(full_name="Ana")
    with pytest.raises(ValidationError):
        update_profile(
            user=person,
            full_name="Ana \N{GRINNING FACE}",
            display_name="",
            language="en",
            acting_user=person,
            now=now,
        )
    person.refresh_from_db()
    assert (person.full_name, person.language) == ("Ana", "es")


def test_set_identity_document_encrypts_and_clear_deletes(now: datetime) -> None:
    person = UserFactory()
    set_identity_document(user=person, kind="dni", number="12345678", acting_user=person, now=now)
    person.refresh_from_db()
    assert document_tail(person) == "678"
    assert "12345678" not in person.document_ciphertext + person.document_fingerprint
    clear_identity_document(user=person, acting_user=person, now=now)
    person.refresh_from_db()
    assert (person.document_kind, person.document_ciphertext, person.document_fingerprint) == (
        "",
        "",
        "",
    )
    fields = ["document_ciphertext", "document_fingerprint", "document_kind"]
    assert _events() == [
        ("consent_given", ["is_given"]),
        ("document_set", fields),
        ("consent_withdrawn", ["withdrawn_at"]),
        ("document_cleared", fields),
    ]


def test_set_identity_document_refuses_a_wrong_shape(now: datetime) -> None:
    person = UserFactory()
    with pytest.raises(ValidationError):
        set_identity_document(user=person, kind="dni", number="1", acting_user=person, now=now)
    assert _events() == []


def test_note_user_saved_drops_the_addresses_that_an_administrator_replaced(now: datetime) -> None:
    person = UserFactory(email="antes@example.test")
    person.email = "ahora@example.test"
    person.save()
    note_user_saved(
        user=person, acting_user=person, now=now, changed_fields=["email"], is_new=False
    )
    assert list(EmailAddress.objects.filter(user=person)) == []
    assert _events() == [("user_updated", ["email"])]
