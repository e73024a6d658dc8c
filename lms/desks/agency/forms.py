"""Forms of the coordinator's desk: a list of codes, pasted or as a sheet."""

import base64
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.agency.columns import (
    Column,
    UnclearColumnError,
    choose_column,
    columns_with_codes,
    rows_asked,
)
from certificates.agency.finding import ListedLine, listed_lines
from certificates.agency.schemas import MOST_CODES
from lms.core.sheets import AS_IT_STANDS, Sheet, SheetError, read_sheet

LONGEST_PASTE = 200_000


NO_CODE = _("There is no code in it. A code has 20 letters and digits, such as 8K2M-Z4QW-…")


def _check_number(lines: list[ListedLine]) -> None:
    """Refuse a list without a code, and one with too many."""
    number = sum(line.code is not None for line in lines)
    if not number:
        raise forms.ValidationError(NO_CODE)
    if number > MOST_CODES:
        raise forms.ValidationError(
            _("There are %(number)d codes in it. At most %(most)d are checked at once: divide it."),
            params={"number": number, "most": MOST_CODES},
        )


class PasteForm(forms.Form):
    """Codes that are typed or pasted."""

    codes = forms.CharField(
        label=_("Codes"),
        help_text=_("One on each line, or a whole table as you copied it. Up to 500 codes."),
        max_length=LONGEST_PASTE,
        error_messages={"required": _("Paste at least one code.")},
        widget=forms.Textarea(
            attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "code"}
        ),
    )

    def clean_codes(self) -> list[ListedLine]:
        """Return the lines with what was found in each."""
        lines = listed_lines(self.cleaned_data["codes"])
        _check_number(lines)
        return lines


class SheetForm(forms.Form):
    """A spreadsheet with a column of codes.

    Where a person must say which column it is, the file travels on in the page itself (`kept`): it
    is stored nowhere, and nobody has to choose it again.
    """

    file = forms.FileField(
        label=_("Spreadsheet"),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
        help_text=_("XLSX or CSV of up to 1 MB and 500 codes. The first sheet is read."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    column = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("kept")
        self.sheet = Sheet(rows=())
        self.lines: list[ListedLine] = []
        self.chosen: Column | None = None
        self.unclear: list[Column] = []
        self.kept_text = ""

    def clean(self) -> dict[str, Any]:
        """Read the sheet and find its codes; every problem stands at the file.

        Afterwards either `chosen` and `lines` are there, or `unclear` has the columns to ask about.
        """
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        try:
            content = self._content(data)
            self.sheet = read_sheet(content)
            self._choose(content, wanted=data.get("column", ""))
        except SheetError as error:
            self.add_error("file", str(error))
        except forms.ValidationError as error:
            self.add_error("file", error)
        return data

    def _content(self, data: dict[str, Any]) -> bytes:
        if data["file"]:
            content: bytes = data["file"].read(AS_IT_STANDS.most_bytes + 1)
            return content
        try:
            return base64.b64decode(data["kept"], validate=True)
        except ValueError as error:
            raise forms.ValidationError(_("Choose the file again.")) from error

    def _choose(self, content: bytes, *, wanted: str) -> None:
        columns = columns_with_codes(self.sheet)
        named = [column for column in columns if str(column.index) == wanted]
        try:
            self.chosen = named[0] if named else choose_column(columns)
        except UnclearColumnError as error:
            if not error.columns:
                raise forms.ValidationError(NO_CODE) from error
            self.unclear, self.kept_text = error.columns, base64.b64encode(content).decode()
            return
        self.lines = rows_asked(self.sheet, self.chosen)
        _check_number(self.lines)
