"""User names: how people without an e-mail address log in."""

import re
import secrets
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST_USERNAME = 60
LONG_WORD = 4
LONGEST_PART = 12
ENDINGS = "23456789abcdefghjkmnpqrstuvwxyz"
ENDING_LENGTH = 3
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


def suggested_username(full_name: str, unit_name: str) -> str:
    """Return a user name to propose: a given name, a word of the unit, and three random characters.

    The end is random so that knowing one user name of a post does not tell the others. No surname:
    the name stands on paper and on shared telephones.
    """
    words = [_letters(full_name.split()[0] if full_name.split() else "")]
    unit_words = [_letters(word) for word in unit_name.split()]
    words += [word for word in unit_words if len(word) >= LONG_WORD][-1:]
    shown = [word[:LONGEST_PART] for word in words if word]
    end = "".join(secrets.choice(ENDINGS) for _place in range(ENDING_LENGTH))
    return ".".join([*(shown or ["persona"]), end])


def _letters(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.lower())
    return "".join(one for one in folded if one.isascii() and one.isalnum())
