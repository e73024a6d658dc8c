"""How a unit is named in words: its own name, and the path that leads to it."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lms.accounts.enums import UnitKind
from lms.core.accents import fold

SEPARATOR = " / "
LONGEST_NAME = 120
REGION_WORDS = ("region", "macrorregion", "macro", "departamento", "frente", "distrito")
SHIFT_WORDS = ("turno", "guardia", "shift", "grupo")


def parts_of(path: str) -> list[str]:
    """Return the names in a path, from the top down; `/`, `>` and the tabs of a table part them."""
    return [" ".join(part.split()) for part in re.split(r"[/>\t]", path) if part.strip()]


def fold_path(path: str) -> str:
    """Return a path as `units_by_path` has it for a key."""
    return SEPARATOR.join(fold(part) for part in parts_of(path))


def clean_unit_name(text: str) -> str:
    """Return the name of a unit as it is stored: composed, with single blanks.

    Raises ValidationError, in words for the person, if it says nothing, is too long, or has a sign
    that parts the names of a path.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not any(one.isalnum() for one in name):
        raise ValidationError(_("Write at least one letter or digit."))
    if len(name) > LONGEST_NAME:
        raise ValidationError(
            _("The name of a unit can have up to %(most)d characters. This one has %(length)d."),
            params={"most": LONGEST_NAME, "length": len(name)},
        )
    if re.search(r"[/>]", name):
        raise ValidationError(
            _("The signs / and > part the names of a path. Leave them out of the name.")
        )
    if any(unicodedata.category(one) in {"Cc", "Cf", "Co", "Cn"} for one in name):
        raise ValidationError(
            _("There is an invisible character in the name. Delete everything and type it again.")
        )
    return name


def likely_kind(name: str) -> UnitKind:
    """Return what a unit of this name is, most likely; its coordinator can say otherwise."""
    first = (fold(name).split() or [""])[0]
    if first in SHIFT_WORDS:
        return UnitKind.SHIFT
    if first in REGION_WORDS:
        return UnitKind.REGION
    return UnitKind.STATION
