"""Which column of a sheet is which, by its heading in Spanish or English."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lms.accounts.enums import DocumentKind
from lms.core.accents import fold
from lms.core.sheets import Sheet, SheetCell

LOOKED_AT = 20
"""Rows in which the headings are looked for: titles and logos stand above them."""
LONGEST_HEADING = 80


class Part(StrEnum):
    """What a heading may say; some of them together make one column of a row."""

    EMAIL = "email"
    USERNAME = "username"
    FULL_NAME = "full_name"
    SURNAMES_FIRST = "surnames_first"
    NAME = "name"
    SURNAMES = "surnames"
    FIRST_SURNAME = "first_surname"
    SECOND_SURNAME = "second_surname"
    DOCUMENT_KIND = "kind"
    DOCUMENT = "document"
    UNIT = "unit"
    REGION = "region"
    STATION = "station"
    SHIFT = "shift"
    COURSE = "course"
    COHORT = "cohort"
    LANGUAGE = "language"


HEADINGS: Mapping[Part, str] = {
    Part.EMAIL: (
        "e mail|email|mail|correo|correo electronico|correo e|correo institucional|correo personal"
        "|direccion de correo|direccion de correo electronico|e mail address|email address"
    ),
    Part.USERNAME: "usuario|nombre de usuario|user|user name|username|login",
    Part.FULL_NAME: (
        "nombre completo|nombres y apellidos|nombre y apellidos|nombre y apellido|full name"
        "|names and surnames|name and surname|participante|persona"
    ),
    Part.SURNAMES_FIRST: "apellidos y nombres|apellidos y nombre|apellidos nombres|surname and name",
    Part.NAME: "nombre|nombres|name|names|primer nombre|given name|given names|first name",
    Part.SURNAMES: "apellido|apellidos|surname|surnames|last name|last names|family name",
    Part.FIRST_SURNAME: "apellido paterno|primer apellido|ap paterno|paterno|first surname",
    Part.SECOND_SURNAME: "apellido materno|segundo apellido|ap materno|materno|second surname",
    Part.DOCUMENT_KIND: (
        "tipo de documento|tipo documento|tipo doc|tipo de doc|clase de documento|document kind"
        "|kind of document|document type|type of document|tipo de documento de identidad"
    ),
    Part.DOCUMENT: (
        "documento|numero de documento|n de documento|no de documento|nro de documento"
        "|nro documento|no documento|num documento|numero documento|documento de identidad"
        "|numero de documento de identidad|doc identidad|document|document number"
        "|identity document|number of document"
    ),
    Part.UNIT: (
        "unidad|unit|dependencia|sede|oficina|area|unidad o puesto|ruta de la unidad|unit path"
        "|lugar de trabajo|centro de trabajo"
    ),
    Part.REGION: "region|macrorregion|departamento",
    Part.STATION: "comisaria|puesto|post|station|establecimiento",
    Part.SHIFT: "turno|guardia|shift",
    Part.COURSE: "curso|course|nombre del curso|titulo del curso|course title",
    Part.COHORT: "cohorte|cohort|grupo|group|grupo del curso|promocion|edicion|seccion",
    Part.LANGUAGE: "idioma|lengua|language",
}

KINDS: Mapping[DocumentKind, str] = {
    DocumentKind.DNI: "dni|n dni|no dni|nro dni|nro de dni|no de dni|numero de dni|numero dni",
    DocumentKind.FOREIGNER_CARD: (
        "ce|c e|carne de extranjeria|carnet de extranjeria|carne extranjeria|foreigner s card"
        "|foreigner s card ce|carne de extranjeria ce"
    ),
    DocumentKind.TEMPORARY_PERMIT: (
        "ptp|cpp|permiso temporal|permiso temporal ptp o cpp|temporary permit"
        "|temporary permit ptp or cpp|ptp o cpp"
    ),
    DocumentKind.PASSPORT: "pasaporte|passport|pas",
}
"""How kinds of documents are written, in a heading or in a cell."""

NOT_MISSED = frozenset(
    [
        "fila",
        "row",
        "motivo",
        "reason",
        "n",
        "no",
        "n o",
        "nro",
        "numero",
        "number",
        "orden",
        "item",
    ]
)
"""Headings of columns that say nothing of a person: those of our own report, and counted rows."""

PARTS = {words: part for part, text in HEADINGS.items() for words in text.split("|")}
KIND_WORDS = {words: kind for kind, text in KINDS.items() for words in text.split("|")}


@dataclass(frozen=True)
class Headed:
    """A column of the sheet that says something we know."""

    index: int
    part: Part
    kind: DocumentKind | None = None


@dataclass(frozen=True)
class Head:
    """Where the headings stand, which columns are known, and what the others are called."""

    row: int
    columns: tuple[Headed, ...]
    unknown: tuple[str, ...] = field(default=())

    def of(self, *parts: Part) -> list[Headed]:
        """Return the columns of these parts, in the order of the parts and of the sheet."""
        return [one for part in parts for one in self.columns if one.part == part]

    @property
    def names_a_person(self) -> bool:
        """Whether there is a column by which a person can be reached."""
        return bool(self.of(Part.EMAIL, Part.USERNAME))


def plain_words(text: str) -> str:
    """Return a heading or a word of a cell as they are compared: without accents, signs, hints."""
    without_hint = re.sub(r"\([^)]*\)?", " ", text[:LONGEST_HEADING])
    kept = re.sub(r"[^0-9a-z]+", " ", fold(without_hint)).strip()
    return kept or re.sub(r"[^0-9a-z]+", " ", fold(text[:LONGEST_HEADING])).strip()


def headed(index: int, text: str) -> Headed | None:
    """Return what a heading says; None if we do not know it."""
    words = plain_words(text)
    kind = KIND_WORDS.get(words)
    if kind is not None:
        return Headed(index, Part.DOCUMENT, kind)
    part = PARTS.get(words)
    return None if part is None else Headed(index, part)


def is_heading_row(row: Sequence[SheetCell]) -> bool:
    """Say whether a row only repeats headings: a second line of them, or a page's top again."""
    texts = [cell.text for cell in row if cell.text.strip()]
    known = [text for text in texts if headed(0, text) is not None]
    return len(known) > 1 and len(known) == len(texts)


def find_head(sheet: Sheet) -> Head | None:
    """Return the headings: the row of the first twenty in which the most of them are known.

    What the row above or below, if it is one of headings too, names beyond that is added: headings
    in two lines. None if no row has two of them.
    """
    rows = sheet.rows[:LOOKED_AT]
    found = [[headed(index, cell.text) for index, cell in enumerate(row)] for row in rows]
    counts = [sum(one is not None for one in row) for row in found]
    if not counts or max(counts) < 2:
        return None
    best = counts.index(max(counts))
    columns = {one.index: one for one in found[best] if one is not None}
    for beside in (best - 1, best + 1):
        if 0 <= beside < len(rows) and counts[beside] and _is_mostly_heads(rows[beside]):
            more = (one for one in found[beside] if one is not None)
            columns = {one.index: one for one in more} | columns
    unknown = tuple(
        cell.text.strip()[:LONGEST_HEADING]
        for index, cell in enumerate(rows[best])
        if plain_words(cell.text) not in NOT_MISSED | {""} and index not in columns
    )
    last = best + 1 if best + 1 < len(rows) and is_heading_row(rows[best + 1]) else best
    return Head(last, tuple(columns[index] for index in sorted(columns)), unknown)


def _is_mostly_heads(row: Sequence[SheetCell]) -> bool:
    kinds = Counter(headed(0, cell.text) is not None for cell in row if cell.text.strip())
    return kinds[True] >= 2 and kinds[True] > kinds[False]
