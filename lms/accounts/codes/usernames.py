"""User names: how people without an e-mail address log in."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST_USERNAME = 60
SHAPE = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")


def clean_username(text: str) -> str:
    """Return the user name as it is stored: in small letters, without blanks at its ends.

    Raises ValidationError, in words for the person. An `@` is never part of one: it would look like
    an address, and somebody might believe that it is hers.
    """
    name = text.strip().lower()
    if not 3 <= len(name) <= LONGEST_USERNAME:
        raise ValidationError(_("A user name has between 3 and 60 characters."))
    if not SHAPE.fullmatch(name):
        raise ValidationError(
            _(
                "A user name has letters without accents, digits, and full stops, hyphens or "
                "underscores between them."
            )
        )
    return name
