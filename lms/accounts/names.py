"""What may stand in a person's name: it is printed on certificates and read by others.

Peru has no fixed list of letters for names; one name alone is legal, and so are two surnames,
hyphens and apostrophes. Kept out is what could deceive a reader (marks that turn the direction of
writing, invisible characters, letters of other scripts that look like Latin ones) and what the
certificate's fonts cannot print.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FULL_NAME_LENGTH = 200
DISPLAY_NAME_LENGTH = 60
PUNCTUATION = frozenset(" -.'\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}")
HYPHENS = str.maketrans({"\N{HYPHEN}": "-", "\N{NON-BREAKING HYPHEN}": "-"})
MARKS_IN_A_ROW = 3
LINK = re.compile(r"https?\b|\bwww\b|[^\s.]\.[^\W\d_]", re.IGNORECASE)


def clean_full_name(text: str) -> str:
    """Return the name as it is stored: composed (NFC), single spaces.

    Raises ValidationError, in words for the person, if it cannot be printed or is too long.
    """
    return _clean(text, longest=FULL_NAME_LENGTH, is_alias=False)


def clean_display_name(text: str) -> str:
    """Return the name that others see; an alias may hold digits, and nothing at all is allowed."""
    return _clean(text, longest=DISPLAY_NAME_LENGTH, is_alias=True) if text.strip() else ""


def looks_like_link(name: str) -> bool:
    """Say whether a mail program could make a link of this name: a dot between letters, www, http.

    So do initials without a space between them ("J.M."), which is no harm: the name is left out.
    """
    return LINK.search(name) is not None


def odd_characters(name: str) -> tuple[str, ...]:
    """Return what no name may hold today, each character once: other scripts, digits, invisible marks.

    For names that came in another way or before the rule: whoever reads a certificate takes a
    Cyrillic letter for a Latin one.
    """
    return tuple(
        dict.fromkeys(one for one in name if one != " " and not _may_stand(one, is_alias=False))
    )


def _clean(text: str, *, longest: int, is_alias: bool) -> str:
    name = " ".join(unicodedata.normalize("NFC", text).translate(HYPHENS).split())
    if len(name) > longest:
        raise ValidationError(
            _("A name can have up to %(longest)d characters. This one has %(length)d."),
            code="too_long",
            params={"longest": longest, "length": len(name)},
        )
    _refuse_foreign_characters(name, is_alias=is_alias)
    if not any(character.isalpha() for character in name):
        raise ValidationError(_("Write at least one letter."), code="no_letter")
    return name


def _refuse_foreign_characters(name: str, *, is_alias: bool) -> None:
    marks = 0
    for position, character in enumerate(name):
        is_mark = unicodedata.category(character) == "Mn"
        marks = marks + 1 if is_mark else 0
        if is_mark and (position == 0 or marks > MARKS_IN_A_ROW):
            raise ValidationError(_("There are loose accents in the name."), code="marks")
        if not _may_stand(character, is_alias=is_alias):
            raise _refusal(character)


def _may_stand(character: str, *, is_alias: bool) -> bool:
    if character in PUNCTUATION or (is_alias and character in "0123456789_"):
        return True
    name = unicodedata.name(character, "")
    category = unicodedata.category(character)
    if category == "Mn":
        return name.startswith("COMBINING ")
    return category in {"Lu", "Ll", "Lt"} and name.startswith("LATIN ")


def _refusal(character: str) -> ValidationError:
    if unicodedata.category(character).startswith(("C", "Z")):
        return ValidationError(
            _("There is an invisible character in the name. Delete everything and type it again."),
            code="invisible",
        )
    return ValidationError(
        _(
            "“%(character)s” cannot be part of the name. Use letters, spaces, hyphens, "
            "apostrophes and full stops."
        ),
        code="character",
        params={"character": character},
    )
