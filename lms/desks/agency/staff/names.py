"""How names are looked for and put in order.

A full name stands in the order in which its owner writes it: nobody guesses which part of it is a
surname, whether it has one, two, or none, and where a particle ("de la", "del") belongs.
"""

import unicodedata

from lms.core.accents import fold

ENYE = "\N{LATIN SMALL LETTER N WITH TILDE}"
AFTER_N = "n\uffff"


def order_key(name: str) -> str:
    """Return what names are sorted by: without accents and capitals, ñ after n as in Spanish."""
    return fold(unicodedata.normalize("NFC", name.casefold()).replace(ENYE, AFTER_N))


def has_words(name: str, wanted: str) -> bool:
    """Say whether all these words stand in the name, in any order, with or without accents."""
    plain = fold(name)
    return all(word in plain for word in fold(wanted).split())
