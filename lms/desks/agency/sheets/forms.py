"""Forms of the import: the file, and what was typed into rows that have a problem."""

import re

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lms.learning.staff_imports.reading import READING
from lms.learning.staff_imports.rows import LONGEST_CELL, Column

NAMES = frozenset(str(column) for column in Column)
CELL = re.compile(r"c-([0-9]{1,7})-([a-z]+)")
LEFT_OUT = re.compile(r"out-([0-9]{1,7})")


class PeopleFileForm(forms.Form):
    """A spreadsheet of people; what is in it is read by the service."""

    file = forms.FileField(
        label=_("Spreadsheet with the people"),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
        help_text=_("XLSX or CSV of up to 5 MB and 5,000 people. The first sheet is read."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def content(self) -> bytes:
        """Return what is in the file, up to one byte more than is read."""
        read: bytes = self.cleaned_data["file"].read(READING.most_bytes + 1)
        return read

    @property
    def file_name(self) -> str:
        """What the file is called."""
        return str(self.cleaned_data["file"].name)


def typed_cells(data: QueryDict) -> dict[int, dict[Column, str]]:
    """Return what was typed, by row and column; fields of other names are not looked at."""
    found: dict[int, dict[Column, str]] = {}
    for name, text in data.items():
        match = CELL.fullmatch(name)
        if match and match[2] in NAMES:
            clean = " ".join(str(text).split())[:LONGEST_CELL]
            found.setdefault(int(match[1]), {})[Column(match[2])] = clean
    return found


def ticked_rows(data: QueryDict) -> set[int]:
    """Return the rows whose box was ticked: to be left out, or to be put back."""
    return {int(match[1]) for name in data if (match := LEFT_OUT.fullmatch(str(name)))}
