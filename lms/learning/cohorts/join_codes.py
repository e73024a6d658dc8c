"""Codes by which people join a cohort: short enough to say, without letters that look alike."""

import secrets

ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
"""Capital letters and digits of which no two are taken for each other in print or in speech."""
LENGTH = 8
GROUP = 4


def new_code() -> str:
    """Return a code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def shown_code(code: str) -> str:
    """Return a code as it is shown: in two groups."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def cleaned_code(typed: str) -> str:
    """Return a code as it is kept, whatever was typed between its letters."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())
