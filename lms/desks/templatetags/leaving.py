"""The register of erasures, part by part."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from lms.accounts.models import ErasureRecord
from lms.desks.leaving.steps import Fate

register = template.Library()

TITLES: dict[Fate, Promise] = {
    Fate.DELETED: _("Was deleted"),
    Fate.EMPTIED: _("The words were deleted"),
    Fate.DETACHED: _("Stays, and is nobody's"),
    Fate.KEPT: _("Had to be kept"),
}


@dataclass(frozen=True)
class Part:
    """The lines with one fate."""

    fate: Fate
    title: str
    lines: list[dict[str, Any]]


@register.filter
def parts(record: ErasureRecord) -> list[Part]:
    """Return the lines of a record by their fate, headed in the language of the record."""
    with override(record.language):
        found = [
            Part(fate, str(title), [line for line in record.lines if line["fate"] == fate])
            for fate, title in TITLES.items()
        ]
    return [part for part in found if part.lines]
