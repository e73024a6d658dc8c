"""Our credentials and our status list of ten thousand, as other people's software reads them.

Row 3 of the attack table: exactly those that were taken back are read as taken back.
"""

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from certificates import services
from certificates.codes import new_code
from certificates.credentials.documents import moment
from certificates.credentials.status_bits import ENTRIES
from certificates.enums import CertificateState, RevocationClass
from certificates.models import Certificate, StatusEntry, StatusList
from lms.learning.enums import EnrolmentState
from lms.learning.models import Enrolment
from tests.factories import make_course, release_course_for_tests
from tests.factories.certificates import make_certificate
from tests.support.outside import Case, Verdict, credential_case, judge, list_case, token_case

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
ISSUED, TAKEN_BACK, SEED = 10_000, 500, 20261126


@dataclass
class Read:
    """What was published, and what the outside software made of it."""

    verdicts: dict[str, Verdict]
    taken_back: list[int]
    places: list[int]


def many_certificates(model: Certificate, status_list: StatusList) -> tuple[list[int], list[int]]:
    """Issue ten thousand at random places, revoke five hundred of them; return both sets of places.

    The rows are written at once: what is tried is how the list is made and read, not the issue.
    """
    draw = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    free = sorted(set(range(ENTRIES)) - set(status_list.entries.values_list("index", flat=True)))
    places = draw.sample(free, ISSUED)
    revoked = set(draw.sample(range(ISSUED), TAKEN_BACK))
    done = {
        field.attname: getattr(model.enrolment, field.attname)
        for field in Enrolment._meta.concrete_fields
        if not field.primary_key
    }
    enrolments = Enrolment.objects.bulk_create([Enrolment(**done) for _number in range(ISSUED)])
    rows = [
        Certificate(
            code=new_code(),
            enrolment=enrolment,
            language="es",
            facts=model.facts,
            issued_at=NOW,
            valid_until=NOW + timedelta(days=700),
            revoked_at=NOW if number in revoked else None,
            revocation_class=RevocationClass.ISSUED_IN_ERROR if number in revoked else "",
            revocation_reason="motivo interno" if number in revoked else "",
        )
        for number, enrolment in enumerate(enrolments)
    ]
    made = Certificate.objects.bulk_create(rows)
    StatusEntry.objects.bulk_create(
        StatusEntry(status_list=status_list, index=index, certificate=certificate)
        for index, certificate in zip(places, made, strict=True)
    )
    return places, sorted(places[number] for number in revoked)


@pytest.fixture(scope="module")
def read(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Read:
    """Publish, and let the outside software read it, once."""
    with django_db_blocker.unblock(), transaction.atomic():
        release = release_course_for_tests(make_course())
        made = {
            state: make_certificate(state, now=NOW, release=release) for state in CertificateState
        }
        model = made[CertificateState.VALID]
        assert model.enrolment.state == EnrolmentState.COMPLETED
        status_list = model.status_entry.status_list
        places, taken_back = many_certificates(model, status_list)
        cases: dict[str, Case] = {}
        for state, certificate in made.items():
            signed = services.sign_certificate(certificate=certificate, now=NOW)
            assert signed is not None
            cases[state] = credential_case(json.loads(signed.json_text))
            cases[f"{state} jwt"] = token_case(signed.jwt_text)
        client = Client()
        address = f"/ob/status/{status_list.number}"
        published = client.get(address).json()
        altered = json.loads(json.dumps(published))
        altered["validFrom"] = "2020-01-01T00:00:00Z"
        signed_at = published["validFrom"]
        cases |= {
            "list": list_case(published, now=signed_at),
            "altered list": list_case(altered, now=signed_at),
        }
        verdicts = judge(
            list(cases.values()),
            did=client.get("/.well-known/did.json").json(),
            jwks=client.get("/.well-known/jwks.json").json(),
            now=moment(NOW + timedelta(days=1)),
            documents={f"https://testserver{address}": published},
        )
        mine = [
            made[state].status_entry.index
            for state in (CertificateState.REVOKED, CertificateState.REPLACED)
        ]
        transaction.set_rollback(True)
    return Read(dict(zip(cases, verdicts, strict=True)), sorted(taken_back + mine), places)


def test_exactly_those_that_were_taken_back_are_read_as_taken_back(read: Read) -> None:
    found = read.verdicts["list"]

    assert (found["accepted"], found["length"], found["purpose"]) == (True, ENTRIES, "revocation")
    assert found["set"] == read.taken_back
    assert (len(read.places), len(found["set"])) == (ISSUED, TAKEN_BACK + 2)


def test_altered_list_is_refused(read: Read) -> None:
    assert not read.verdicts["altered list"]["accepted"]


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("valid", ""),
        ("revoked", "revoked"),
        ("replaced", "revoked"),
        ("expired", "is after"),
    ],
)
def test_outside_software_tells_the_four_states_apart(read: Read, state: str, why: str) -> None:
    found = read.verdicts[state]

    assert found["accepted"] is (state == "valid")
    assert why in found["why"]
    assert bool(found["why"]) is bool(why)


def test_outside_library_reads_the_same_facts_from_the_jwt(read: Read) -> None:
    found: dict[str, Any] = {state: read.verdicts[f"{state} jwt"] for state in CertificateState}

    assert [state for state, said in found.items() if said["accepted"]] == [
        "valid",
        "revoked",
        "replaced",
    ]
    payload = found["valid"]["payload"]
    assert payload["jti"] == payload["id"]
    assert payload["credentialStatus"]["type"] == "BitstringStatusListEntry"
