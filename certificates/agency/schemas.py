"""What the API takes and gives, as its OpenAPI document describes it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field

MOST_CODES = 500
A_CODE = "8K2MZ4QW7TRXN5V0CDEH"
FACTS_EXAMPLE = {
    "full_name": "Rosa Luz Quispe Ñahui",
    "document_tail": "417",
    "kind": "Curso",
    "mode": "virtual, autoinstructivo",
    "course_title": "Identificar, cuidar, derivar",
    "certificate_text": "Atestigua que la persona terminó el curso.",
    "start_date": "2026-11-01",
    "end_date": "2026-11-24",
    "issue_date": "2026-11-24",
    "valid_until_date": "2028-11-24",
    "minutes": 126,
    "hours": "2.8",
    "score": "17,5 / 20",
    "pass_mark": "14 / 20",
    "issuer_name": "Amparo",
    "issuer_ruc": "20000000001",
    "issuer_resolution": "",
    "place": "Lima",
    "is_pilot": False,
    "modules": [
        {"title": "Orientación", "minutes": 126, "score": "17,5 / 20", "topics": ["Mitos"]}
    ],
    "signatories": [{"name": "Rosa Elena Ccori", "post": "Directora"}],
}
STATE_EXAMPLE = {
    "state": "valid",
    "code": A_CODE,
    "language": "es",
    "is_pilot": False,
    "valid_until_date": "2028-11-24",
    "revoked_date": None,
    "revocation": None,
    "replaced_by": None,
}
ANSWER_EXAMPLE = {**STATE_EXAMPLE, "facts": FACTS_EXAMPLE}
UNKNOWN_EXAMPLE = {
    **dict.fromkeys(STATE_EXAMPLE),
    "asked": "no es un código",
    "state": "unknown",
    "facts": None,
}
LIST_EXAMPLE = {
    "results": [
        {**ANSWER_EXAMPLE, "asked": "8k2m-z4qw-7trx-n5v0-cdeh", "facts": None},
        UNKNOWN_EXAMPLE,
    ]
}


def example(value: Any) -> ConfigDict:
    """Return the configuration of a structure that shows an example of itself."""
    return ConfigDict(json_schema_extra={"examples": [value]})


class ModuleFacts(Schema):
    """One module of the programme."""

    title: str
    minutes: int = Field(description="Minutes of the clock.")
    score: str = Field(description="As printed; empty where nothing is marked.")
    topics: list[str]


class SignatoryFacts(Schema):
    """Somebody whose name stands under the certificate."""

    name: str
    post: str


class Facts(Schema):
    """Everything that is printed on the certificate, in the certificate's language."""

    full_name: str = Field(description="Empty if the person asked to be left out since.")
    document_tail: str = Field(
        description="The last three signs of the identity document, or empty."
    )
    kind: str
    mode: str
    course_title: str
    certificate_text: str
    start_date: date
    end_date: date
    issue_date: date
    valid_until_date: date
    minutes: int = Field(description="Minutes of the clock.")
    hours: Decimal = Field(description="Academic hours of 45 minutes.")
    score: str
    pass_mark: str
    issuer_name: str
    issuer_ruc: str
    issuer_resolution: str
    place: str
    is_pilot: bool
    modules: list[ModuleFacts]
    signatories: list[SignatoryFacts]


class CertificateAnswer(Schema):
    """A certificate as it stands now, in the words of the public page of its code."""

    model_config = example(ANSWER_EXAMPLE)

    state: str = Field(description="`valid`, `expired`, `revoked` or `replaced`.")
    code: str = Field(description="Twenty signs, without hyphens.")
    language: str = Field(description="`es` or `en`: the language of the certificate.")
    is_pilot: bool = Field(description="If true, it has no validity whatever its state.")
    valid_until_date: date = Field(description="The last day, in Lima, on which it holds.")
    revoked_date: date | None = Field(description="Comes with `revoked`.")
    revocation: str | None = Field(
        description="`issued_in_error`, `holder_request` or `issuer_decision`; with `revoked`."
    )
    replaced_by: str | None = Field(description="The code that took its place; with `replaced`.")
    facts: Facts | None = Field(description="Null if the key may read only the state.")


class ListedAnswer(Schema):
    """One answer of a list. For a code that nobody was given all is null, but for three fields."""

    asked: str = Field(description="The text as it was sent.")
    state: str = Field(description="`valid`, `expired`, `revoked`, `replaced` or `unknown`.")
    code: str | None = Field(description="The code that was read in the text; null if it is none.")
    language: str | None
    is_pilot: bool | None
    valid_until_date: date | None
    revoked_date: date | None
    revocation: str | None
    replaced_by: str | None
    facts: Facts | None


class ListAnswer(Schema):
    """The answers, in the order in which the codes were sent."""

    model_config = example(LIST_EXAMPLE)

    results: list[ListedAnswer]


class CodeList(Schema):
    """The codes to check."""

    model_config = example({"codes": ["8k2m-z4qw-7trx-n5v0-cdeh", "no es un código"]})

    codes: Annotated[list[str], Field(min_length=1, max_length=MOST_CODES)] = Field(
        description="From 1 to 500 codes, however sloppily typed."
    )


class UnknownAnswer(Schema):
    """No certificate has this code: the same answer for all of them, byte by byte."""

    model_config = example({"state": "unknown"})

    state: str = "unknown"


class Refusal(Schema):
    """Why there is no answer."""

    model_config = example({"detail": "Too many codes for this minute. Wait and try again."})

    detail: str
