"""Numbers, marks and dates in words."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from certificates.facts import CertificateFacts
from certificates.services.issuing import end_of_validity, printable
from certificates.wording import date_words, number_words, period_words, score_words
from courses.enums import Scale
from tests.factories.certificates import FACTS, facts_with


@pytest.mark.parametrize(
    ("per_cent", "scale", "language", "words"),
    [
        ("87.5", Scale.VIGESIMAL, "es", "17,5 / 20"),
        ("87.5", Scale.VIGESIMAL, "en", "17.5 / 20"),
        ("100", Scale.VIGESIMAL, "es", "20 / 20"),
        ("70", Scale.VIGESIMAL, "es", "14 / 20"),
        ("69.9999", Scale.VIGESIMAL, "es", "13,99 / 20"),
        ("87.5", Scale.PERCENT, "es", "87,5\u00a0%"),
        ("0", Scale.PERCENT, "en", "0\u00a0%"),
    ],
)
def test_score_words_are_exact_and_never_rounded_up(
    per_cent: str, scale: Scale, language: str, words: str
) -> None:
    assert score_words(Decimal(per_cent), scale=scale, language=language) == words


@pytest.mark.parametrize(
    ("number", "language", "words"),
    [("2.8", "es", "2,8"), ("2.0", "es", "2"), ("120", "es", "120"), ("2.8", "en", "2.8")],
)
def test_number_words_have_no_idle_zeros(number: str, language: str, words: str) -> None:
    assert number_words(Decimal(number), language) == words


def test_date_words_name_the_month() -> None:
    day = date(2026, 11, 4)

    assert date_words(day, "es") == "4 de noviembre de 2026"
    assert date_words(day, "en") == "4 November 2026"


def test_period_of_one_day_is_that_day() -> None:
    facts = facts_with(end_date=FACTS.start_date)

    assert period_words(facts, "en") == "1 November 2026"
    assert period_words(FACTS, "en") == "from 1 November 2026 to 24 November 2026"


@pytest.mark.parametrize(
    ("issued", "months", "until"),
    [
        ("2026-11-24T17:00:00+00:00", 24, "2028-11-24"),
        ("2027-02-28T17:00:00+00:00", 12, "2028-02-28"),
        ("2028-02-29T17:00:00+00:00", 12, "2029-02-28"),
        ("2026-12-31T17:00:00+00:00", 2, "2027-02-28"),
        ("2026-11-25T03:00:00+00:00", 12, "2027-11-24"),  # still the evening before in Lima
    ],
)
def test_validity_ends_with_its_last_day_in_lima(issued: str, months: int, until: str) -> None:
    end = end_of_validity(timezone.datetime.fromisoformat(issued), months=months)

    assert timezone.localtime(end).isoformat() == f"{until}T23:59:59-05:00"


def test_printable_composes_and_drops_what_nobody_sees() -> None:
    assert printable("  N\u0303awi\u202e \u200b\x00 Quispe\n") == "Ñawi Quispe"


def test_facts_survive_storage() -> None:
    assert CertificateFacts.from_json(FACTS.to_json()) == FACTS
