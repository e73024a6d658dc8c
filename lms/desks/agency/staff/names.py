"""How names are looked for and put in order.

A full name stands in the order in which its owner writes it: nobody guesses which part of it is a
surname, whether it has one, two, or none, and where a particle ("de la", "del") belongs.
"""

import unicodedata

from lms.accounts.units.paths import fold

ENYE = "n\N{COMBINING TILDE}"
AFTER_N = "n\uffff"


def order_key(name: str) -> str:
    """Return what names are sorted by: without accents and capitals, ñ after n as in Spanish."""
    plain = unicodedata.normalize("NFD", name.casefold()).replace(ENYE, AFTER_N)
    return " ".join("".join(one for one in plain if not unicodedata.combining(one)).split())


def has_words(name: str, wanted: str) -> bool:
    """Say whether all these words stand in the name, in any order, with or without accents."""
    plain = fold(name)
    return all(word in plain for word in fold(wanted).split())
