"""What is signed at issue, where it is published, and that it never changes."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from joserfc import jws
from joserfc.jwk import KeySet

from certificates import key_files, keyring, services
from certificates.credential_checking import NotGenuineError, check_credential
from certificates.credentials.data_integrity import add_proof, verify_proof
from certificates.credentials.documents import moment
from certificates.credentials.fragments import read_fragment
from certificates.credentials.status_bits import ENTRIES, is_set
from certificates.enums import CertificateState, KeyPurpose
from certificates.models import SignedCredential, SigningKey, StatusEntry, StatusList
from certificates.services import signing
from tests.factories import make_course, release_course_for_tests
from tests.factories.certificates import make_certificate

pytestmark = pytest.mark.django_db
CREATED = "2026-11-24T17:00:00Z"


def signed(now: datetime, **enrolment: Any) -> SignedCredential:
    certificate = make_certificate(now=now, **enrolment)
    found = services.sign_certificate(certificate=certificate, now=now)
    assert found is not None
    return found


def test_worker_signs_before_it_makes_the_file(now: datetime) -> None:
    certificate = make_certificate(now=now)
    services.render_issuance(issuance_id=certificate.issuance.pk, now=now)

    assert check_credential(certificate.signed.json_text).certificate == certificate
    assert check_credential(certificate.signed.jwt_text).is_jwt


def test_credential_says_what_is_printed_and_nothing_else_of_the_holder(now: datetime) -> None:
    one = signed(now)
    facts = one.certificate.typed_facts
    credential = json.loads(one.json_text)
    subject = credential["credentialSubject"]

    assert subject["identifier"] == [
        {
            "type": "IdentityObject",
            "hashed": False,
            "identityType": "name",
            "identityHash": facts.full_name,
        }
    ]
    assert credential["name"] == f"{facts.course_title} (DEMOSTRACIÓN, SIN VALIDEZ)"
    assert {row["value"] for row in subject["result"]} == {str(facts.hours), "17.5"}
    assert credential["validUntil"] == moment(one.certificate.valid_until)
    assert one.certificate.code not in one.json_text
    assert (one.certificate.enrolment.learner.email or "@") not in one.json_text


def test_signing_again_keeps_the_bytes_also_after_a_rotation(
    now: datetime, own_folder: Path
) -> None:
    one = signed(now)
    services.rotate_keys(now=now + timedelta(days=1))
    again = services.sign_certificate(certificate=one.certificate, now=now + timedelta(days=2))

    assert again is not None
    assert (again.json_text, again.jwt_text) == (one.json_text, one.jwt_text)
    assert check_credential(one.json_text).certificate == one.certificate
    assert check_credential(one.jwt_text).certificate == one.certificate
    later = signed(now + timedelta(days=3), release=one.certificate.enrolment.release)
    assert later.credential_key_id != one.credential_key_id
    assert check_credential(later.json_text).certificate == later.certificate


@pytest.fixture
def own_folder(tmp_path: Path, settings: Any) -> Path:
    """Keys of this test alone, for tests that rotate or break them."""
    settings.SIGNING_KEYS_DIR = tmp_path / "keys"
    return tmp_path / "keys"


def test_stolen_key_is_believed_only_where_our_record_says_the_same(
    now: datetime, own_folder: Path, client: Client
) -> None:
    one = signed(now)
    services.rotate_keys(now=now)
    row = services.distrust_key(name=one.credential_key.name, reason="robada", now=now)
    document = client.get("/.well-known/did.json").json()
    method = keyring.verification_method(row)
    genuine = json.loads(one.json_text)
    forged = {name: value for name, value in genuine.items() if name != "proof"}
    forged["credentialSubject"]["identifier"][0]["identityHash"] = "Otra Persona"
    stolen = key_files.load_private(row.name)
    assert isinstance(stolen, Ed25519PrivateKey)
    forgery = add_proof(forged, private=stolen, verification_method=method, created=CREATED)

    assert check_credential(one.json_text).certificate == one.certificate
    with pytest.raises(NotGenuineError, match="our record"):
        check_credential(json.dumps(forgery))
    assert method in [found["id"] for found in document["verificationMethod"]]
    assert method not in document["assertionMethod"]
    assert row.name not in keyring.fragment_keys()


def test_did_document_is_that_of_the_host_that_was_asked(
    now: datetime, own_folder: Path, client: Client, settings: Any
) -> None:
    one = signed(now)
    settings.BASE_URL = "https://nueva.example.pe"
    settings.ALLOWED_HOSTS = ["testserver", "nueva.example.pe"]
    services.rotate_keys(now=now + timedelta(days=1))
    old = client.get("/.well-known/did.json").json()
    new = client.get("/.well-known/did.json", headers={"host": "nueva.example.pe"}).json()

    assert (old["id"], new["id"]) == ("did:web:testserver", "did:web:nueva.example.pe")
    assert keyring.verification_method(one.credential_key) in old["assertionMethod"]
    assert all(method.startswith(f"{new['id']}#") for method in new["assertionMethod"])
    assert len(client.get("/.well-known/jwks.json").json()["keys"]) == 2 * len(KeyPurpose)


def test_fragment_holds_for_its_code_alone(now: datetime) -> None:
    one = signed(now)
    keys = keyring.fragment_keys()
    facts = read_fragment(one.fragment, code=one.certificate.code, keys=keys)
    other = "0" * 20

    assert facts.name == one.certificate.typed_facts.full_name
    assert facts.status_index == one.certificate.status_entry.index
    assert len(one.fragment) < 500
    with pytest.raises(ValueError, match="signature"):
        read_fragment(one.fragment, code=other, keys=keys)


def test_published_keys_verify_the_jwt_without_us(now: datetime, client: Client) -> None:
    one = signed(now)
    keys = KeySet.import_key_set(client.get("/.well-known/jwks.json").json())
    payload = json.loads(jws.deserialize_compact(one.jwt_text, keys).payload)

    assert payload["jti"] == payload["id"] == json.loads(one.json_text)["id"]
    assert client.get(payload["credentialSubject"]["achievement"]["id"]).status_code == 200
    header = jws.extract_compact(one.jwt_text.encode()).headers()
    assert set(header) == {"alg", "kid", "typ"}
    name = header["kid"].rpartition("/")[2]
    assert client.get(f"/ob/keys/{name}").json()["kid"] == header["kid"]


@pytest.mark.parametrize("state", list(CertificateState))
def test_status_list_says_what_was_taken_back(
    now: datetime, client: Client, state: CertificateState
) -> None:
    certificate = make_certificate(state, now=now)
    entry = certificate.status_entry
    answer = client.get(f"/ob/status/{entry.status_list.number}")
    document = answer.json()

    assert answer["Content-Type"] == "application/vc+ld+json"
    encoded = document["credentialSubject"]["encodedList"]
    taken_back = state in (CertificateState.REVOKED, CertificateState.REPLACED)
    assert is_set(encoded, entry.index) is taken_back
    verify_proof(document, keyring.credential_keys().get)


def test_status_list_is_signed_anew_only_when_something_changed(
    now: datetime, client: Client
) -> None:
    certificate = make_certificate(now=now)
    address = f"/ob/status/{certificate.status_entry.status_list.number}"
    first = client.get(address).content

    assert client.get(address).content == first
    release = certificate.enrolment.release
    revoked = make_certificate(CertificateState.REVOKED, now=now, release=release)
    document = client.get(address).json()
    assert is_set(document["credentialSubject"]["encodedList"], revoked.status_entry.index)


def test_full_list_is_followed_by_a_new_one(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "FULL", 2)
    release = release_course_for_tests(make_course())
    made = [make_certificate(now=now, release=release) for _ in range(5)]
    numbers = [one.status_entry.status_list.number for one in made]

    assert numbers == [1, 1, 2, 2, 3]
    assert StatusList.objects.count() == 3


def test_taken_index_is_drawn_again(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter([7, 7, 7, 8])
    monkeypatch.setattr(signing.secrets, "randbelow", lambda most: next(draws))
    release = release_course_for_tests(make_course())
    for _ in range(2):
        make_certificate(now=now, release=release)

    assert list(StatusEntry.objects.order_by("pk").values_list("index", flat=True)) == [7, 8]
    assert ENTRIES == 131_072


@pytest.mark.parametrize("form", ["json", "jwt"])
def test_credential_is_given_to_whoever_holds_the_code(
    now: datetime, client: Client, form: str
) -> None:
    one = signed(now)
    answer = client.get(f"/v/{one.certificate.code}/credential.{form}")

    assert answer.content.decode() == (one.json_text if form == "json" else one.jwt_text)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"/v/{'0' * 20}/credential.{form}").status_code == 404


def test_credential_that_is_not_signed_yet_asks_to_wait(now: datetime, client: Client) -> None:
    certificate = make_certificate(now=now)
    answer = client.get(f"/v/{certificate.code}/credential.json")

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_certificate_from_before_signing_has_no_credential(now: datetime, client: Client) -> None:
    certificate = make_certificate(now=now)
    StatusEntry.objects.all().delete()
    answer = client.get(f"/v/{certificate.code}/credential.json")

    assert answer.status_code == 404
    certificate.refresh_from_db()
    assert services.sign_certificate(certificate=certificate, now=now) is None


def test_keys_that_lie_there_are_taken_up_by_a_new_database(
    now: datetime, own_folder: Path
) -> None:
    services.ensure_keys(now=now)
    services.rotate_keys(now=now + timedelta(days=1))
    before = list(SigningKey.objects.order_by("name").values("name", "public_pem", "signs_from"))
    SigningKey.objects.all().delete()
    services.ensure_keys(now=now + timedelta(days=2))

    after = SigningKey.objects.order_by("name")
    assert list(after.values("name", "public_pem", "signs_from")) == before
    assert after.filter(signs_until=None).count() == len(KeyPurpose)


def test_achievement_says_nothing_of_a_holder(now: datetime, client: Client) -> None:
    one = signed(now)
    document = json.loads(one.json_text)["credentialSubject"]["achievement"]
    answer = client.get(document["id"])

    assert answer.json() == document
    assert one.certificate.typed_facts.full_name not in answer.content.decode()
    for odd in ("x-es", "999999-es", "1", "-es", "1" * 30 + "-es"):
        assert client.get(f"/ob/achievements/{odd}").status_code == 404
