"""What can be said of a row by itself: each cell cleaned, or with its problem."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from lms.accounts.codes.usernames import clean_username
from lms.accounts.documents import clean_document_number, document_fingerprint
from lms.accounts.enums import DocumentKind, Language
from lms.accounts.names import clean_full_name
from lms.learning.staff_imports.headings import KIND_WORDS, plain_words
from lms.learning.staff_imports.rows import Column, Mark, SheetRow

LONGEST_EMAIL = 254
DNI_DIGITS = 8
LOST_ZEROS = range(6, DNI_DIGITS)
"""How many digits are left of a DNI when a spreadsheet took one or two zeros from its front."""
SHORTENED = re.compile(r"[0-9]+[.,]?[0-9]*[eE]\+?[0-9]+")
LANGUAGES = {
    "es": Language.SPANISH,
    "espanol": Language.SPANISH,
    "castellano": Language.SPANISH,
    "spanish": Language.SPANISH,
    "en": Language.ENGLISH,
    "ingles": Language.ENGLISH,
    "english": Language.ENGLISH,
}
LINES_NAMED = 3


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell; `suggestion` is what it should probably say."""

    column: Column
    message: str
    suggestion: str = ""


@dataclass
class Checked:
    """A row with its cells as they will be used, and the problems found so far."""

    row: SheetRow
    email: str = ""
    username: str = ""
    name: str = ""
    kind: str = ""
    number: str = ""
    language: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def line(self) -> int:
        """The number of the row in the sheet."""
        return self.row.line

    @property
    def fingerprint(self) -> str:
        """The keyed fingerprint of the document; empty without one."""
        return document_fingerprint(self.kind, self.number) if self.number else ""

    def object_to(self, column: Column, message: str, suggestion: str = "") -> None:
        """Add a problem; the first one of a cell is enough."""
        if all(problem.column != column for problem in self.problems):
            self.problems.append(Problem(column, message, suggestion))


def check_rows(rows: Iterable[SheetRow]) -> list[Checked]:
    """Return each row cleaned, with its problems; rows that name one person twice know of each other.

    A row that was left out has none, and counts for nobody's double.
    """
    checked = [Checked(row) if row.is_out else _check(row) for row in rows]
    kept = [one for one in checked if not one.row.is_out]
    _find_doubles(kept, Column.EMAIL, lambda one: one.email)
    _find_doubles(kept, Column.USERNAME, lambda one: one.username)
    _find_doubles(kept, Column.DOCUMENT, lambda one: one.number and f"{one.kind}:{one.number}")
    return checked


def _check(row: SheetRow) -> Checked:
    """Clean each cell of a row; whoever has an address needs no user name."""
    checked = Checked(row)
    for column, mark in row.marks.items():
        _check_mark(checked, column, mark)
    for column, clean in CLEANERS.items():
        is_needless = column == Column.USERNAME and bool(row.text(Column.EMAIL))
        if row.text(column) and not is_needless:
            _clean(checked, column, clean)
    if not row.text(Column.EMAIL) and not row.text(Column.USERNAME):
        checked.object_to(
            Column.EMAIL, _("Write an e-mail address or, for people without one, a user name.")
        )
    return checked


def _check_mark(checked: Checked, column: Column, mark: Mark) -> None:
    if mark == Mark.EMPTY_FORMULA:
        checked.object_to(
            column, _("This cell holds a formula without a value. Write the value itself.")
        )
    elif mark == Mark.DATE:
        checked.object_to(
            column, _("The spreadsheet took this for a date. Write it here as it should be.")
        )


def _clean(checked: Checked, column: Column, clean: "Cleaner") -> None:
    try:
        clean(checked, checked.row.text(column))
    except ValidationError as error:
        checked.object_to(column, " ".join(error.messages))


def _email(checked: Checked, text: str) -> None:
    address = re.sub(r"^mailto:", "", text.strip("<>;, "), flags=re.IGNORECASE).lower()
    if len(address) > LONGEST_EMAIL:
        raise ValidationError(_("This address is too long."))
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError(
            _("This is no e-mail address. One looks like maria@example.org.")
        ) from error
    checked.email = address


def _username(checked: Checked, text: str) -> None:
    checked.username = clean_username(text)


def _name(checked: Checked, text: str) -> None:
    checked.name = clean_full_name(text)


def _kind(checked: Checked, text: str) -> None:
    kind = KIND_WORDS.get(plain_words(text))
    if kind is None:
        raise ValidationError(
            _("Unknown kind of document. Write DNI, CE, PTP, CPP or passport (in Spanish, too).")
        )
    checked.kind = kind


def _document(checked: Checked, text: str) -> None:
    if checked.row.text(Column.DOCUMENT_KIND) and not checked.kind:
        return  # what is wrong with the kind comes first
    kind = checked.kind or DocumentKind.DNI
    if SHORTENED.fullmatch(text) and kind != DocumentKind.PASSPORT:
        raise ValidationError(
            _("The spreadsheet shortened this number, and digits are lost. Write it whole.")
        )
    is_number = checked.row.marks.get(Column.DOCUMENT) == Mark.NUMBER
    if kind == DocumentKind.DNI and is_number and text.isdigit() and len(text) in LOST_ZEROS:
        whole = text.rjust(DNI_DIGITS, "0")
        checked.object_to(
            Column.DOCUMENT,
            _(
                "A DNI has 8 digits, and this one has %(number)d: spreadsheets take the zeros away "
                "from the front of a number. It is probably %(whole)s."
            )
            % {"number": len(text), "whole": whole},
            suggestion=whole,
        )
        return
    checked.number, checked.kind = clean_document_number(kind, text), kind


def _language(checked: Checked, text: str) -> None:
    language = LANGUAGES.get(plain_words(text))
    if language is None:
        raise ValidationError(_("Write Spanish or English, or leave it empty."))
    checked.language = language


Cleaner = Callable[[Checked, str], None]
CLEANERS: dict[Column, Cleaner] = {
    Column.EMAIL: _email,
    Column.USERNAME: _username,
    Column.NAME: _name,
    Column.DOCUMENT_KIND: _kind,
    Column.DOCUMENT: _document,
    Column.LANGUAGE: _language,
}
"""What cleans each column, the kind of a document before its number."""


def _find_doubles(rows: Iterable[Checked], column: Column, key: Callable[[Checked], str]) -> None:
    places: dict[str, list[Checked]] = defaultdict(list)
    for one in rows:
        if key(one):
            places[key(one)].append(one)
    for same in places.values():
        if len(same) > 1:
            for one in same:
                others = [str(other.line) for other in same if other is not one][:LINES_NAMED]
                one.object_to(
                    column,
                    _("The same person stands in another row: %(rows)s.")
                    % {"rows": ", ".join(others)},
                )
