"""The outside software itself, on credentials made by hand: it accepts, and it can refuse."""

from copy import deepcopy
from typing import Any

import pytest

from tests.support.by_hand import HandIssuer
from tests.support.outside import (
    credential_case,
    judge,
    list_case,
    shape_case,
    token_case,
)

NOW = "2026-11-24T17:00:00Z"


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Any]:
    """Ask once about every case."""
    issuer = HandIssuer()
    document = issuer.document()
    genuine = issuer.proved(document)
    altered = deepcopy(genuine)
    altered["credentialSubject"]["result"][0]["value"] = "99"
    revoked = issuer.proved(issuer.document(index=7))
    elsewhere = issuer.document()
    elsewhere["credentialStatus"]["statusListCredential"] = "https://aula.example.pe/ob/status/2"
    status_list = issuer.status_list({0, 7, 131_071})
    token = issuer.token(document)
    cases = {
        "genuine": credential_case(genuine),
        "altered": credential_case(altered),
        "revoked": credential_case(revoked),
        "expired": credential_case(genuine, now="2029-01-01T00:00:00Z"),
        "not given": credential_case(issuer.proved(elsewhere)),
        "foreign": credential_case(HandIssuer().proved(document)),
        "list": list_case(status_list),
        "token": token_case(token),
        "altered token": token_case(token.replace(".", ".e", 1)),
        "expired token": token_case(token, now="2029-01-01T00:00:00Z"),
        "shape": shape_case(genuine),
        "wrong shape": shape_case({**genuine, "name": 7}),
    }
    found = judge(
        list(cases.values()),
        did=issuer.did_document(),
        jwks=issuer.jwks(),
        now=NOW,
        documents={status_list["id"]: status_list},
    )
    return dict(zip(cases, found, strict=True))


def test_outside_software_accepts_what_follows_the_standards(verdicts: dict[str, Any]) -> None:
    assert {name: one["why"] for name, one in verdicts.items() if one["accepted"]} == dict.fromkeys(
        ("genuine", "list", "token", "shape"), ""
    )


def test_outside_software_reads_the_bits_from_the_left(verdicts: dict[str, Any]) -> None:
    found = verdicts["list"]
    assert (found["length"], found["purpose"], found["set"]) == (
        131_072,
        "revocation",
        [0, 7, 131_071],
    )


def test_outside_software_says_why_it_refuses(verdicts: dict[str, Any]) -> None:
    assert "Invalid signature" in verdicts["altered"]["why"]
    assert verdicts["revoked"]["why"] == "revoked"
    assert "is after" in verdicts["expired"]["why"]
    assert "nothing is fetched" in verdicts["not given"]["why"]
    assert "Invalid signature" in verdicts["foreign"]["why"]
