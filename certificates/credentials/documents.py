"""The facts of a certificate as an Open Badges 3.0 credential and as its achievement.

The name stands in clear (`IdentityObject` of type `name`, not hashed), because a certificate shows
it; nothing else names the holder, and the document's number is never in it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from certificates.credentials.context_files import BADGES_CONTEXT, VC_CONTEXT
from certificates.facts import CertificateFacts

EXTENSION_HOURS = "ext:InstructionalHours"
"""`creditsEarned` would mean semester credits, not hours of the clock."""


@dataclass(frozen=True)
class IssuerProfile:
    """Who issues: the DID stays with the key, whatever address the site has today."""

    did: str
    name: str
    url: str


@dataclass(frozen=True)
class StatusPlace:
    """The place of a credential in a status list."""

    list_address: str
    index: int


def moment(value: datetime) -> str:
    """Return a moment in UTC to the second, as `2026-11-24T17:00:00Z`."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def _midnight(day: date) -> str:
    return moment(datetime.combine(day, time(), UTC))


def score_value(words: str) -> tuple[str, str, str]:
    """Return a printed mark as its value, the highest one and the kind of result in Open Badges.

    `17,5 / 20` becomes `17.5` of `20`, a `RawScore`; `87,5 %` becomes `87.5` of `100`, a `Percent`.
    """
    value, is_of_scale, most = words.replace(",", ".").partition(" / ")
    if is_of_scale:
        return value.strip(), most.strip(), "RawScore"
    return value.replace("%", "").strip(), "100", "Percent"


def title_of(facts: CertificateFacts, *, pilot_words: str) -> str:
    """Return the course's title; a pilot's says itself that it has no validity."""
    return f"{facts.course_title} ({pilot_words})" if facts.is_pilot else facts.course_title


def achievement_document(
    facts: CertificateFacts, *, address: str, title: str, criteria: str
) -> dict[str, Any]:
    """Return what was achieved, as it stands at `/ob/achievements/<id>`.

    Args:
        facts: the printed facts; only what is the same for all holders is read.
        address: the achievement's own address.
        title: what `title_of` returned.
        criteria: what had to be done, in the language of the certificate.
    """
    results = [
        {
            "id": f"{address}#hours",
            "type": ["ResultDescription"],
            "name": "Horas académicas / academic hours",
            "resultType": EXTENSION_HOURS,
            "valueMin": "0",
            "valueMax": str(facts.hours),
        }
    ]
    if facts.score:
        _value, most, kind = score_value(facts.score)
        passing = {"requiredValue": score_value(facts.pass_mark)[0]} if facts.pass_mark else {}
        results.append(
            {
                "id": f"{address}#score",
                "type": ["ResultDescription"],
                "name": "Nota final / final mark",
                "resultType": kind,
                "valueMin": "0",
                "valueMax": most,
                **passing,
            }
        )
    return {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "name": title,
        "description": facts.certificate_text or facts.course_title,
        "criteria": {"narrative": criteria},
        "resultDescription": results,
    }


def credential_document(
    facts: CertificateFacts,
    *,
    identifiers: tuple[UUID, UUID],
    issuer: IssuerProfile,
    achievement: dict[str, Any],
    status: StatusPlace,
    issued_at: datetime,
    valid_until: datetime,
) -> dict[str, Any]:
    """Return the credential without a proof.

    Args:
        facts: all that is printed.
        identifiers: random ones of the credential and of its subject.
        issuer: who issues.
        achievement: what `achievement_document` returned.
        status: where it will be said if it is taken back.
        issued_at: when the certificate was issued.
        valid_until: when it ends.
    """
    address = achievement["id"]
    results = [_result(f"{address}#hours", str(facts.hours))]
    if facts.score:
        results.append(_result(f"{address}#score", score_value(facts.score)[0]))
    entry = f"{status.list_address}#{status.index}"
    return {
        "@context": [VC_CONTEXT, BADGES_CONTEXT],
        "id": f"urn:uuid:{identifiers[0]}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achievement["name"],
        "issuer": {
            "id": issuer.did,
            "type": ["Profile"],
            "name": issuer.name,
            "url": issuer.url,
        },
        "validFrom": moment(issued_at),
        "validUntil": moment(valid_until),
        "credentialSubject": {
            "id": f"urn:uuid:{identifiers[1]}",
            "type": ["AchievementSubject"],
            "activityStartDate": _midnight(facts.start_date),
            "activityEndDate": _midnight(facts.end_date),
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityType": "name",
                    "identityHash": facts.full_name,
                }
            ],
            "achievement": achievement,
            "result": results,
        },
        "credentialStatus": {
            "id": entry,
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(status.index),
            "statusListCredential": status.list_address,
        },
    }


def jwt_payload(
    credential: dict[str, Any], *, issued_at: datetime, valid_until: datetime
) -> dict[str, Any]:
    """Return the credential as the payload of a JWT, with the claims of OB 3.0 §8.2.4."""
    return {
        **credential,
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "sub": credential["credentialSubject"]["id"],
        "nbf": int(issued_at.timestamp()),
        "exp": int(valid_until.timestamp()),
    }


def status_list_document(
    *, address: str, did: str, encoded: str, valid_from: datetime
) -> dict[str, Any]:
    """Return a status list as a credential without a proof (Bitstring Status List v1.0)."""
    return {
        "@context": [VC_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did,
        "validFrom": moment(valid_from),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded,
        },
    }


def _result(description: str, value: str) -> dict[str, Any]:
    return {"type": ["Result"], "resultDescription": description, "value": value}
