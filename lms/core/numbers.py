"""Numbers of rows that come in from outside, as texts."""

LONGEST_NUMBER = 18
"""So many digits fit every whole number of the database."""


def posted_number(text: str) -> int | None:
    """Return the number that a text says, if every database takes it; None for any other text."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    return int(text) if is_number else None
