"""The facts that a certificate prints, typed and frozen on the day of issue.

What a certificate in Peru shows (fact sheet D6): full name, title, kind and mode, dates, hours
with the kind of hour, mark, issuer, place, signatories, topics and code.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

DATES = ("start_date", "end_date", "issue_date", "valid_until_date")
OF_A_DESIGN = ("heading", "attests", "closing", "institutions")
"""What only a design can bring; facts from before there were designs lack them."""


@dataclass(frozen=True)
class PrintedModule:
    """A line of the programme; `score` as it is printed, empty where nothing is marked."""

    title: str
    minutes: int
    score: str
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class PrintedSignatory:
    """A name and a post under the certificate."""

    name: str
    post: str


@dataclass(frozen=True)
class CertificateFacts:
    """Everything printed; texts are in the certificate's own language.

    The last four come from the design: the title of the document, two texts with their fields
    filled, and the institutions whose names or logos stand above.
    """

    full_name: str
    document_tail: str
    kind: str
    mode: str
    course_title: str
    certificate_text: str
    start_date: date
    end_date: date
    issue_date: date
    valid_until_date: date
    minutes: int
    hours: Decimal
    score: str
    pass_mark: str
    issuer_name: str
    issuer_ruc: str
    issuer_resolution: str
    place: str
    release_number: int
    is_pilot: bool
    modules: tuple[PrintedModule, ...]
    signatories: tuple[PrintedSignatory, ...]
    heading: str = ""
    attests: str = ""
    closing: str = ""
    institutions: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the facts as plain JSON values."""
        data = asdict(self)
        for name in DATES:
            data[name] = data[name].isoformat()
        data["hours"] = str(self.hours)
        data["modules"] = [
            {**module, "topics": list(module["topics"])} for module in data["modules"]
        ]
        data["signatories"] = list(data["signatories"])
        data["institutions"] = list(data["institutions"])
        for name in OF_A_DESIGN:
            if not data[name]:
                del data[name]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "CertificateFacts":
        """Read stored facts; raise KeyError or ValueError if they are not whole."""
        values = dict(data)
        for name in DATES:
            values[name] = date.fromisoformat(values[name])
        values["hours"] = Decimal(values["hours"])
        values["modules"] = tuple(
            PrintedModule(**{**module, "topics": tuple(module["topics"])})
            for module in values["modules"]
        )
        values["signatories"] = tuple(PrintedSignatory(**one) for one in values["signatories"])
        values["institutions"] = tuple(values.get("institutions", ()))
        return cls(**values)
