"""What a version of a design says: typed, frozen, checked when it is made or read.

A design chooses among layouts of ours and fills them; it holds plain texts, colours and the
digests of pictures, never markup or addresses. Code, QR, hours and dates belong to the layout, so
no design can leave them out.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from certificates.colours import LEAST_CONTRAST, contrast_with_white

COLOUR = re.compile(r"\A#[0-9a-f]{6}\Z")
DIGEST = re.compile(r"\A[0-9a-f]{64}\Z")
FIELD = re.compile(r"\{([a-z]+)\}")
LAYOUTS = ("horizonte-2", "marco-1", "sobrio-1")
"""Names of the layouts; the number grows when one is changed, and the old one stays."""
LANGUAGES = ("es", "en")
MOST_LOGOS = 4
MOST_SIGNATORIES = 3
LONGEST_INSTITUTION = 120
LONGEST_NAME = 120
LONGEST_POST = 160
PIECES = {"headings": 32, "attests": 240, "closings": 160}
"""The text pieces with their longest length, before their fields are filled."""
FIELDS = (
    "nombre",
    "curso",
    "horas",
    "inicio",
    "fin",
    "fecha",
    "vigencia",
    "nota",
    "emisor",
    "lugar",
)
"""What may stand in braces; the words are the same in every language."""


class PieceError(ValueError):
    """What is wrong with a text piece: `control`, `long`, `brace`, `unknown` or `twice`."""

    def __init__(self, kind: str, name: str = "") -> None:
        super().__init__(f"{kind} {name}".strip())
        self.kind = kind
        self.name = name


def check_piece(text: str, *, longest: int, fields: tuple[str, ...] = FIELDS) -> None:
    """Raise PieceError unless this is one plain line with known fields, each at most once."""
    if has_controls(text):
        raise PieceError("control")
    if len(text) > longest:
        raise PieceError("long")
    names = FIELD.findall(text)
    for name in names:
        if name not in fields:
            raise PieceError("unknown", name)
        if names.count(name) > 1:
            raise PieceError("twice", name)
    if set("{}") & set(FIELD.sub("", text)):
        raise PieceError("brace")


def has_controls(text: str) -> bool:
    """Say whether a text has control or direction marks, line breaks among them."""
    return any(unicodedata.category(sign)[0] == "C" for sign in text)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a checked piece with its fields filled; what is filled in is never read again."""
    return FIELD.sub(lambda found: values[found.group(1)], text)


@dataclass(frozen=True)
class DesignLogo:
    """The logo of an institution; its name is read aloud in place of the picture."""

    institution: str
    picture: str = ""


@dataclass(frozen=True)
class DesignSignatory:
    """Somebody who signs; `picture` is the digest of the scanned signature, or empty."""

    name: str
    post: str
    picture: str = ""


@dataclass(frozen=True)
class DesignContent:
    """A whole design; texts by language, with fields in braces such as {curso}."""

    layout: str
    main_colour: str
    accent_colour: str
    headings: Mapping[str, str] = field(default_factory=dict)
    attests: Mapping[str, str] = field(default_factory=dict)
    closings: Mapping[str, str] = field(default_factory=dict)
    logos: tuple[DesignLogo, ...] = ()
    signatories: tuple[DesignSignatory, ...] = ()

    def __post_init__(self) -> None:
        if self.layout not in LAYOUTS:
            raise ValueError("an unknown layout")
        if not all(COLOUR.match(one) for one in (self.main_colour, self.accent_colour)):
            raise ValueError("a colour is # and six digits")
        if contrast_with_white(self.main_colour) < LEAST_CONTRAST:
            raise ValueError("the main colour is too light to be read")
        self._check_pieces()
        self._check_people()

    def _check_pieces(self) -> None:
        for piece, longest in PIECES.items():
            texts = getattr(self, piece)
            if set(texts) - set(LANGUAGES):
                raise ValueError("a text in an unknown language")
            for text in texts.values():
                check_piece(text, longest=longest, fields=fields_of(piece))

    def _check_people(self) -> None:
        if len(self.logos) > MOST_LOGOS or len(self.signatories) > MOST_SIGNATORIES:
            raise ValueError("too many logos or signatories")
        texts = [(one.institution, LONGEST_INSTITUTION) for one in self.logos]
        for signatory in self.signatories:
            texts += [(signatory.name, LONGEST_NAME), (signatory.post, LONGEST_POST)]
        if any(not text.strip() or len(text) > most or has_controls(text) for text, most in texts):
            raise ValueError("a name or a post is one line, and not empty")
        if not all(DIGEST.match(one) for one in self.pictures()):
            raise ValueError("a picture is named by its digest")

    def pictures(self) -> tuple[str, ...]:
        """Return the digests of all pictures, each once, in the order of their use."""
        named = [*(one.picture for one in self.logos), *(s.picture for s in self.signatories)]
        return tuple(dict.fromkeys(digest for digest in named if digest))

    def to_json(self) -> dict[str, Any]:
        """Return the content as plain JSON values."""
        data = asdict(self)
        for name in ("logos", "signatories"):
            data[name] = list(data[name])
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "DesignContent":
        """Read stored content; raise KeyError, TypeError or ValueError if it is not whole."""
        values = dict(data)
        values["logos"] = tuple(DesignLogo(**one) for one in values.get("logos", ()))
        values["signatories"] = tuple(
            DesignSignatory(**one) for one in values.get("signatories", ())
        )
        return cls(**values)


def fields_of(piece: str) -> tuple[str, ...]:
    """Return the fields that a piece may have: a heading has none."""
    return () if piece == "headings" else FIELDS
