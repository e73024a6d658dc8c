"""Forged and altered credentials: none is accepted, by our verifier or by other people's.

Row 1 of the attack table. Each case is judged once by ours and, all in one process of node, by
Digital Bazaar's verifier and jose (tests/outside), which are given our published files and no more.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from certificates import services
from certificates.credential_checking import NotGenuineError, check_credential
from certificates.credentials.documents import moment
from certificates.enums import CertificateState, KeyPurpose
from certificates.keyring import active_key, ed25519_key, rsa_key
from certificates.models import SignedCredential
from tests.factories import make_course, release_course_for_tests
from tests.factories.certificates import make_certificate
from tests.support.by_hand import HandIssuer, rs256, with_proof
from tests.support.forgeries import Genuine, forged_tokens, parts_of, tampered
from tests.support.mutations import put, rewordings, some_mutations
from tests.support.outside import Case, Verdict, credential_case, judge, shape_case, token_case

pytestmark = [pytest.mark.one_database, pytest.mark.django_db, pytest.mark.xdist_group("forgeries")]
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
RANDOM_MUTATIONS, SEED = 240, 20261126
KINDS = 21
"""Tampered kinds that the attack table asks for; there are some more."""


@dataclass
class Judged:
    """What both verifiers said, by the group and the name of each case."""

    ours: dict[str, dict[str, str]]
    theirs: dict[str, dict[str, Verdict]]

    def accepted_by_us(self, group: str) -> list[str]:
        """Return the names of what our verifier let pass."""
        return [name for name, said in self.ours[group].items() if said == "accepted"]

    def accepted_by_them(self, group: str) -> list[str]:
        """Return the names of what the outside software let pass."""
        return [name for name, said in self.theirs[group].items() if said["accepted"]]


def our_word(text: str) -> str:
    """Return `accepted`, or that it was refused; anything but a refusal is told by its name."""
    try:
        check_credential(text)
    except NotGenuineError:
        return "refused"
    except Exception as error:  # noqa: BLE001 - a verifier that breaks is what is looked for
        return f"broke: {type(error).__name__}: {error}"
    return "accepted"


def genuine_pair() -> tuple[Genuine, list[SignedCredential]]:
    """Return two genuine credentials of one course."""
    release = release_course_for_tests(make_course())
    signed = []
    for _number in range(2):
        certificate = make_certificate(now=NOW, release=release)
        one = services.sign_certificate(certificate=certificate, now=NOW)
        assert one is not None
        signed.append(one)
    first, second = signed
    keys = Client().get("/.well-known/jwks.json").json()["keys"]
    found = Genuine(
        document=json.loads(first.json_text),
        other=json.loads(second.json_text),
        token=first.jwt_text,
        other_token=second.jwt_text,
        rsa_pem=first.jwt_key.public_pem,
        kids=[key["kid"] for key in keys],
    )
    return found, signed


def all_cases(genuine: Genuine) -> dict[str, dict[str, Case]]:
    """Return every case by its group and its name."""
    foreign = HandIssuer(host="testserver", number=1)
    stranger = HandIssuer(host="aula.example.pe", number=2)
    document = genuine.document
    later = moment(NOW + timedelta(days=3000))
    groups: dict[str, dict[str, Case]] = {
        "genuine": {
            "json": credential_case(document),
            "other": credential_case(genuine.other),
            "jwt": token_case(genuine.token),
        },
        "mutated": {
            name: credential_case(one)
            for name, one in some_mutations(document, seed=SEED, count=RANDOM_MUTATIONS)
        },
        "tampered": {
            name: credential_case(one) for name, one in tampered(genuine, stranger).items()
        },
        "foreign, by our own name": {
            name: credential_case(one)
            for name, one in tampered(genuine, foreign).items()
            if "foreign" in name
        },
        "reworded": {name: credential_case(one) for name, one in rewordings(document)},
        "tokens": {name: token_case(one) for name, one in forged_tokens(genuine, foreign).items()},
        "out of time": {
            "json": credential_case(document, now=later),
            "jwt": token_case(genuine.token, now=later),
            "before": token_case(genuine.token, now="2020-01-01T00:00:00Z"),
        },
        "shape": {
            "json": shape_case(document),
            "other": shape_case(genuine.other),
            "no issuer": shape_case({**document, "issuer": None}),
        },
    }
    return groups


def text_of(case: Case) -> str:
    """Return a case as a text that somebody brings along."""
    if case["kind"] == "token":
        return str(case["token"])
    return json.dumps(case["document"], ensure_ascii=False)


@pytest.fixture(scope="module")
def judged(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Judged:
    """Let both verifiers judge everything, once, in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        genuine, signed = genuine_pair()
        groups = all_cases(genuine)
        ours = {
            group: {name: our_word(text_of(case)) for name, case in cases.items()}
            for group, cases in groups.items()
            if group not in ("shape", "out of time")
        }
        client = Client()
        status = signed[0].certificate.status_entry.status_list
        address = genuine.document["credentialStatus"]["statusListCredential"]
        flat = [(group, name) for group, cases in groups.items() for name in cases]
        verdicts = judge(
            [groups[group][name] for group, name in flat],
            did=client.get("/.well-known/did.json").json(),
            jwks=client.get("/.well-known/jwks.json").json(),
            now=moment(NOW),
            documents={address: client.get(f"/ob/status/{status.number}").json()},
        )
        transaction.set_rollback(True)
    theirs: dict[str, dict[str, Verdict]] = {group: {} for group in groups}
    for (group, name), verdict in zip(flat, verdicts, strict=True):
        theirs[group][name] = verdict
    return Judged(ours, theirs)


def test_genuine_credentials_are_accepted_by_all(judged: Judged) -> None:
    assert judged.accepted_by_us("genuine") == ["json", "other", "jwt"]
    assert {name: said["why"] for name, said in judged.theirs["genuine"].items()} == {
        "json": "",
        "other": "",
        "jwt": "",
    }


def test_genuine_credentials_follow_the_schema_of_1edtech(judged: Judged) -> None:
    assert {
        name: said["why"] for name, said in judged.theirs["shape"].items() if said["accepted"]
    } == {
        "json": "",
        "other": "",
    }


@pytest.mark.parametrize(
    ("group", "least"),
    [
        ("mutated", RANDOM_MUTATIONS),
        ("tampered", KINDS),
        ("foreign, by our own name", 5),
        ("tokens", 50),
    ],
)
def test_no_forgery_is_accepted_by_anybody(judged: Judged, group: str, least: int) -> None:
    assert len(judged.ours[group]) >= least
    assert judged.accepted_by_us(group) == []
    assert judged.accepted_by_them(group) == []


def test_our_verifier_refuses_and_never_breaks(judged: Judged) -> None:
    broken = {
        name: said
        for cases in judged.ours.values()
        for name, said in cases.items()
        if said.startswith("broke")
    }
    assert broken == {}


def test_rewording_is_refused_by_us_whatever_others_make_of_it(judged: Judged) -> None:
    """The standard lets others accept it, since it says the same; our record has other bytes."""
    assert judged.accepted_by_us("reworded") == []
    assert len(judged.ours["reworded"]) == 7


def test_outside_software_refuses_what_is_out_of_time(judged: Judged) -> None:
    assert judged.accepted_by_them("out of time") == []


def test_thief_with_our_own_keys_makes_nothing_that_passes_here(now: datetime) -> None:
    """The signatures hold, and others would believe them: our record has other words."""
    genuine, _signed = genuine_pair()
    place = ("credentialSubject", "identifier", 0, "identityHash")
    header, payload, _signature = parts_of(genuine.token)
    credential_key, jwt_key = active_key(KeyPurpose.CREDENTIAL), active_key(KeyPurpose.JWT)
    created = genuine.document["proof"][0]["created"]
    sign = {"key": ed25519_key(credential_key), "created": created}
    method = credential_key.verification_method
    again = with_proof(genuine.document, method=method, **sign)

    assert again == genuine.document
    forged = [
        with_proof(put(genuine.document, place, "Otra Persona"), method=method, **sign),
        with_proof(put(genuine.document, ("id",), "urn:uuid:0"), method=method, **sign),
        with_proof(
            put(genuine.document, ("credentialStatus",), genuine.other["credentialStatus"]),
            method=method,
            **sign,
        ),
    ]
    assert [our_word(json.dumps(one)) for one in forged] == ["refused"] * 3
    tokens = [
        rs256(header, changed, key=rsa_key(jwt_key))
        for changed in (
            put(payload, place, "Otra Persona"),
            {**payload, "exp": payload["exp"] + 1},
            {**payload, "nota": "Otra"},
        )
    ]
    assert [our_word(one) for one in tokens] == ["refused"] * 3
    assert our_word(rs256(header, payload, key=rsa_key(jwt_key))) == "accepted"


@pytest.mark.parametrize(
    "state", [CertificateState.REVOKED, CertificateState.REPLACED, CertificateState.EXPIRED]
)
def test_genuine_credential_tells_the_state_of_its_certificate(
    now: datetime, state: CertificateState
) -> None:
    certificate = make_certificate(state, now=now)
    signed = services.sign_certificate(certificate=certificate, now=now)
    assert signed is not None

    assert check_credential(signed.json_text).certificate.state(now=now) == state
    assert check_credential(signed.jwt_text).certificate.state(now=now) == state


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{}",
        "[]",
        "null",
        "." * 1000,
        "{" * 100_000,
        "[" * 100_000,
        '{"a":' * 5000 + "1" + "}" * 5000,
        '{"proof":{"type":"\\ud800"}}',
        "ñ.ñ.ñ",
        "\ud800.a.b",
        "x" * 1_000_000,
    ],
    ids=range(13),
)
def test_odd_text_is_refused_quickly_and_never_breaks(text: str) -> None:
    assert our_word(text) == "refused"


def test_name_that_stands_twice_is_refused(now: datetime) -> None:
    genuine, _signed = genuine_pair()
    text = json.dumps(genuine.document)
    assert our_word(text) == "accepted"
    for doubled in (
        text[:-1] + ', "name": "Otro curso"}',
        '{"name": "Otro curso", ' + text[1:],
        text.replace('"hashed": false', '"hashed": true, "hashed": false'),
    ):
        assert our_word(doubled) == "refused"
