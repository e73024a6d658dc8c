"""What a version of a design says: typed, frozen, checked when it is read.

A design chooses among layouts of ours and fills them; it holds plain texts, colours and the
digests of pictures, never markup or addresses. Code, QR, hours and dates belong to the layout, so
no design can leave them out.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

COLOUR = re.compile(r"\A#[0-9a-f]{6}\Z")
DIGEST = re.compile(r"\A[0-9a-f]{64}\Z")
LAYOUTS = ("horizonte-2", "marco-1", "sobrio-1")
"""Names of the layouts; the number grows when one is changed, and the old one stays."""
MOST_LOGOS = 4
MOST_SIGNATORIES = 3


@dataclass(frozen=True)
class DesignLogo:
    """The logo of an institution; its name is read aloud in place of the picture."""

    institution: str
    picture: str


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
    headings: Mapping[str, str]
    attests: Mapping[str, str]
    closings: Mapping[str, str]
    logos: tuple[DesignLogo, ...] = ()
    signatories: tuple[DesignSignatory, ...] = ()

    def __post_init__(self) -> None:
        if self.layout not in LAYOUTS:
            raise ValueError("an unknown layout")
        if not all(COLOUR.match(one) for one in (self.main_colour, self.accent_colour)):
            raise ValueError("a colour is # and six digits")
        if len(self.logos) > MOST_LOGOS or len(self.signatories) > MOST_SIGNATORIES:
            raise ValueError("too many logos or signatories")
        pictures = [*(one.picture for one in self.logos), *(s.picture for s in self.signatories)]
        if not all(DIGEST.match(one) for one in pictures if one):
            raise ValueError("a picture is named by its digest")

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
