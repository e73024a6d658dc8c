"""What no page of the library may hold: where people are protected, and how to find them.

A directory that everybody reads is read by those who look for somebody, too. So it names services
and what they do, and no house, no street and no map. The form and the curriculum's loader ask the
same function.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lms.core.accents import without_accents

_HOUSES = re.compile(
    r"\b(albergues?|refugios?|casas? de (acogida|refugio|proteccion)|casas? segur[ao]s?"
    r"|hogar(es)? de (refugio|acogida)|centros? de acogida"
    r"|shelters?|safe ?houses?|refuge|halfway houses?|residential care)\b"
)
_SHORT = re.compile(r"\b(CAR|HRT)\b")
_STREETS = re.compile(
    r"\b(jiron|jr|avenida|av|calle|pasaje|psje|urbanizacion|urb|manzana|mz|lote)\b\.? *[\w. ]{0,40}?\d"
    r"|\b\d+ +\w+ +(street|avenue|road)\b"
    r"|-?\d{1,2}\.\d{4,} *, *-?\d{1,3}\.\d{4,}|goo\.gl/maps|maps\.app|google\.[a-z.]+/maps"
)


def sheltering_words(text: str) -> str:
    """Return the words of a text that tell of a protected place or lead to one; empty if none do."""
    plain = without_accents(text)
    found = _SHORT.search(text) or _HOUSES.search(plain) or _STREETS.search(plain)
    return found[0].strip() if found else ""


def check_tells_no_place(text: str) -> None:
    """Refuse a text that names a protected place, a street or a point on a map.

    Raises:
        ValidationError: it does; the message says with which words.
    """
    words = sheltering_words(text)
    if words:
        message = _(
            "“%(words)s”: this page is public and says no place where people are protected, and no "
            "street. Name the service that places people, and its line."
        )
        raise ValidationError(message, code="sheltered", params={"words": words})
