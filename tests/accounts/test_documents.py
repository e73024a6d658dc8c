"""Identity documents."""

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from lms.accounts.documents import (
    clean_document_number,
    document_fingerprint,
    document_tail,
    encrypt_number,
)
from lms.accounts.models import User

NEW_SECRET = "zyxwvutsrqponmlkjihgfedcba0123456789ZYXWVUTSRQPONMLKJIHGFEDCBA"


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("dni", " 12 345.678 ", "12345678"),
        ("ce", "001-234-567", "001234567"),
        ("ptp", "123456789", "123456789"),
        ("passport", "ab 123456", "AB123456"),
    ],
)
def test_clean_document_number_takes_separators_away(kind: str, typed: str, stored: str) -> None:
    assert clean_document_number(kind, typed) == stored


@pytest.mark.parametrize(
    ("kind", "typed", "message"),
    [
        ("dni", "1234567", "A DNI has 8 digits."),
        ("dni", "123456789", "A DNI has 8 digits."),
        ("dni", "\N{FULLWIDTH DIGIT ONE}2345678", "A DNI has 8 digits."),
        ("dni", "1234567\x00", "A DNI has 8 digits."),
        ("ce", "12345678", "A foreigner's card (CE) has 9 digits."),
        ("ptp", "x", "A temporary permit (PTP or CPP) has 9 digits."),
        ("passport", "A1", "A passport has between 6 and 12 letters and digits."),
    ],
)
def test_clean_document_number_says_what_is_wrong(kind: str, typed: str, message: str) -> None:
    with override_settings(LANGUAGE_CODE="en"), pytest.raises(ValidationError) as refused:
        clean_document_number(kind, typed)
    assert str(refused.value.args[0]) == message or refused.value.code == "document_shape"


def test_document_tail_is_the_last_three_characters() -> None:
    person = User(document_ciphertext=encrypt_number("12345678"))
    assert document_tail(person) == "678"


def test_document_tail_is_empty_without_a_document() -> None:
    assert document_tail(User()) == ""


def test_document_survives_a_change_of_the_secret_with_a_fallback(settings) -> None:
    person = User(document_ciphertext=encrypt_number("12345678"))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = NEW_SECRET
    assert document_tail(person) == "678"


def test_document_tail_is_empty_when_the_key_is_gone(settings) -> None:
    person = User(document_ciphertext=encrypt_number("12345678"))
    settings.SECRET_KEY = NEW_SECRET
    assert document_tail(person) == ""


def test_encrypt_number_hides_equal_numbers_and_fingerprint_finds_them() -> None:
    assert encrypt_number("12345678") != encrypt_number("12345678")
    assert document_fingerprint("dni", "12345678") == document_fingerprint("dni", "12345678")
    assert document_fingerprint("dni", "12345678") != document_fingerprint("passport", "12345678")
    assert "12345678" not in document_fingerprint("dni", "12345678")
