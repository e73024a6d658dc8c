"""Quarters, and figures as people in Peru write them."""

from datetime import date
from decimal import Decimal

import pytest

from lms.learning.followups.quarters import Quarter, last_quarters, read_figure


def test_a_quarter_knows_its_days_and_its_neighbours() -> None:
    last = Quarter(2026, 4)

    assert Quarter.of(date(2026, 12, 31)) == last
    assert (last.first_day, last.last_day) == (date(2026, 10, 1), date(2026, 12, 31))
    assert (last.next, Quarter(2026, 1).previous) == (Quarter(2027, 1), Quarter(2025, 4))
    assert last_quarters(Quarter(2027, 1), 3) == [Quarter(2026, 3), last, Quarter(2027, 1)]


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("12", "12"),
        (" 1 234,5 ", "1234.5"),
        ("3,5", "3.5"),
        ("0.25", "0.25"),
        ("1,234.50", "1234.5"),
        ("1.234,50", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234", None),
        ("1.234", None),
        ("1,2,3", None),
        ("12.3456", None),
        ("-3", None),
        ("1e5", None),
        ("1.e5", None),
        ("doce", None),
        ("", None),
        (",", None),
        ("NaN", None),
        ("9" * 14, None),
        ("١٢", None),
    ],
)
def test_figures_are_read_in_one_way_or_refused(text: str, figure: str | None) -> None:
    assert read_figure(text) == (None if figure is None else Decimal(figure))
