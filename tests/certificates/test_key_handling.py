"""Row 22 of the attack table: where keys lie, who may read them, what a lost or stolen one costs."""

import json
import os
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings as site_settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from certificates import key_files, services
from certificates.credential_checking import check_credential
from certificates.enums import KeyPurpose
from certificates.key_files import KeyFileError
from certificates.keyring import active_key, fragment_keys
from certificates.models import Certificate, SignedCredential, SigningKey
from lms.core.models import AuditEvent
from lms.core.queries import read_reason
from tests.factories import make_course, release_course_for_tests
from tests.factories.certificates import make_certificate
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path, settings: Any, _made_once: Path) -> Path:
    """A folder of keys of this test alone: copies, since RSA keys take their time to be made."""
    settings.SIGNING_KEYS_DIR = tmp_path / "keys"
    shutil.copytree(_made_once, settings.SIGNING_KEYS_DIR)
    key_files.check_folder()
    services.ensure_keys(now=NOW)
    return Path(settings.SIGNING_KEYS_DIR)


@pytest.fixture(scope="module")
def _made_once(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Path:
    """Make one set of keys."""
    folder = tmp_path_factory.mktemp("made") / "keys"
    before, site_settings.SIGNING_KEYS_DIR = site_settings.SIGNING_KEYS_DIR, folder
    with django_db_blocker.unblock(), transaction.atomic():
        services.ensure_keys(now=NOW)
        transaction.set_rollback(True)  # the files stay, and no row
    site_settings.SIGNING_KEYS_DIR = before
    return folder


def signed(now: datetime = NOW, **enrolment: Any) -> SignedCredential:
    """Return what was signed for a new certificate."""
    found = services.sign_certificate(certificate=make_certificate(now=now, **enrolment), now=now)
    assert found is not None
    return found


def leaked(text: str, folder: Path) -> list[str]:
    """Return what of the private keys of a folder stands in a text, as PEM, hex or a number."""
    flat = "".join(text.split())
    found = ["PRIVATE KEY"] if "PRIVATEKEY" in flat else []
    for path in folder.glob("*.pem"):
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        body = "".join(path.read_text().split("-----")[2].split())
        if isinstance(key, Ed25519PrivateKey):
            texts = [body[-40:], key.private_bytes_raw().hex()]
        else:
            assert isinstance(key, RSAPrivateKey)
            number = key.private_numbers().d
            texts = [body[-100:-40], str(number)[:60], f"{number:x}"[:60]]
        found += [path.name] if any(one in flat for one in texts) else []
    return found


def modes(folder: Path) -> dict[str, int]:
    """Return the modes of the folder and of all in it."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}


def test_keys_are_for_their_owner_alone(place: Path) -> None:
    before = os.umask(0)
    try:
        services.rotate_keys(now=NOW + timedelta(days=1))
    finally:
        os.umask(before)
    found = modes(place)

    assert found.pop("keys") == 0o700
    assert len(found) >= 2 * 2 * len(KeyPurpose)
    assert set(found.values()) == {0o600}


def start(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Start the program with this folder of keys, as every command does."""
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env={
            **os.environ,
            "SIGNING_KEYS_DIR": str(folder),
            "PYTHONPATH": str(site_settings.BASE_DIR),
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_program_does_not_start_while_others_may_read_a_key(place: Path) -> None:
    path = next(place.glob("*.pem"))
    path.chmod(0o640)
    refused = start(place)

    assert refused.returncode != 0
    assert f"Others may read the signing keys: {path} has mode 640" in refused.stderr
    assert "set it to 600" in refused.stderr


def test_folder_that_others_may_read_is_refused(place: Path) -> None:
    place.chmod(0o750)
    with pytest.raises(KeyFileError, match="then set it to 700"):
        key_files.check_folder()


@pytest.mark.parametrize("mode", [0o604, 0o660, 0o620, 0o601])
def test_every_bit_for_others_is_refused(place: Path, mode: int) -> None:
    next(place.glob("*.json")).chmod(mode)
    with pytest.raises(KeyFileError, match="Others may read the signing keys"):
        key_files.check_folder()


def test_key_that_is_a_link_is_refused(place: Path) -> None:
    path = next(place.glob("*.pem"))
    moved = place.parent / "elsewhere.pem"
    path.rename(moved)
    path.symlink_to(moved)
    with pytest.raises(KeyFileError, match="Others may read"):
        key_files.check_folder()


def break_missing(path: Path) -> None:
    path.unlink()


def break_truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def break_empty(path: Path) -> None:
    path.write_bytes(b"")


def break_unreadable(path: Path) -> None:
    """No mode keeps root from reading; a folder in the file's place does."""
    path.unlink()
    path.mkdir(mode=0o700)


def break_swapped(path: Path) -> None:
    """Put somebody else's key in its place."""
    other = Ed25519PrivateKey.generate()
    pem = other.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(pem)


BREAKS = [
    (break_missing, "is missing"),
    (break_truncated, "is damaged"),
    (break_empty, "is damaged"),
    (break_unreadable, "cannot be read"),
    (break_swapped, "holds another key"),
]


@pytest.mark.parametrize(("harm", "words"), BREAKS, ids=lambda one: getattr(one, "__name__", ""))
def test_broken_key_is_told_clearly_and_signs_nothing(
    place: Path, client: Client, harm: Any, words: str
) -> None:
    row = SigningKey.objects.get(purpose=KeyPurpose.CREDENTIAL, signs_until=None)
    certificate = make_certificate(now=NOW)
    harm(place / f"{row.name}.pem")

    with pytest.raises(KeyFileError, match=words) as told:
        services.sign_certificate(certificate=certificate, now=NOW)
    assert row.name in str(told.value)
    assert SignedCredential.objects.count() == 0
    assert client.get("/readyz").json()["keys"] == "down"
    assert client.get(f"/v/{certificate.code}/").status_code == 200
    assert (
        client.get(f"/ob/status/{certificate.status_entry.status_list.number}").status_code == 503
    )


def test_damaged_particulars_are_told_clearly(place: Path) -> None:
    path = next(place.glob("*.json"))
    path.write_text(path.read_text()[:40])
    SigningKey.objects.all().delete()

    with pytest.raises(KeyFileError, match="particulars of a signing key are damaged"):
        services.ensure_keys(now=NOW)
    with pytest.raises(CommandError, match="particulars of a signing key are damaged"):
        call_command("ensure_keys", stdout=StringIO())


def test_failed_signing_is_written_on_the_row_without_a_secret(place: Path) -> None:
    certificate = make_certificate(now=NOW)
    row = SigningKey.objects.get(purpose=KeyPurpose.CREDENTIAL, signs_until=None)
    break_truncated(place / f"{row.name}.pem")
    with pytest.raises(KeyFileError):
        services.render_issuance(issuance_id=certificate.issuance.pk, now=NOW)
    failure = Certificate.objects.get().issuance.failure

    assert "is damaged" in failure
    assert "PRIVATE" not in failure


def test_private_keys_are_nowhere_in_the_database(place: Path) -> None:
    signed()
    services.rotate_keys(now=NOW + timedelta(days=1))
    dump = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            dump += [str(value) for row in cursor.fetchall() for value in row]
    text = "\n".join(dump)

    assert "BEGIN PUBLIC KEY" in text
    assert leaked(text, place) == []


def test_check_for_private_keys_would_find_one(place: Path) -> None:
    for path in place.glob("*.pem"):
        assert leaked(path.read_text(), place) == ["PRIVATE KEY", path.name]


def test_private_keys_are_in_no_log(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    one = signed()
    services.render_issuance(issuance_id=one.certificate.issuance.pk, now=NOW)
    call_command("ensure_keys", stdout=(out := StringIO()))
    call_command("rotate_keys", stdout=out)
    Client().get("/readyz")

    assert leaked(caplog.text + out.getvalue(), place) == []


def admin_pages() -> list[str]:
    """Return the pages of the admin on which a careless change might show a key."""
    return [
        reverse("wagtailadmin_home"),
        reverse("wagtailsettings:edit", args=["certificates", "issuersettings"]),
        reverse("wagtailsettings:edit", args=["core", "sitesettings"]),
        reverse("certificados:index"),
        reverse("certificados:issuances"),
        reverse("wagtailadmin_reports:site_history"),
    ]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_private_keys_and_their_folder_are_on_no_page(place: Path, cast: Cast) -> None:
    release = release_course_for_tests(make_course(slug="otro"))
    one = signed(release=release)
    administrator = client_of(cast.administrator)
    paths = [
        *admin_pages(),
        reverse("certificados:detail", args=[one.certificate.pk]),
        f"/v/{one.certificate.code}/",
        f"/v/{one.certificate.code}/credential.json",
        "/.well-known/did.json",
        "/.well-known/jwks.json",
        f"/ob/keys/{one.jwt_key.name}",
        f"/ob/status/{one.certificate.status_entry.status_list.number}",
        "/readyz",
        "/api/v1/openapi.json",
    ]
    for path in paths:
        answer = administrator.get(path, follow=True)
        assert answer.status_code == 200, path
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode()
        assert leaked(text, place) == [], path
        assert str(place) not in text, path
        assert not {'"d":', '"p":', '"dp":'} & set(text.split()), path


def test_published_keys_have_no_private_member(place: Path, client: Client) -> None:
    private = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
    for key in client.get("/.well-known/jwks.json").json()["keys"]:
        assert not private & set(key)
    for method in client.get("/.well-known/did.json").json()["verificationMethod"]:
        assert not private & set(method.get("publicKeyJwk", {}))
        assert "secretKeyMultibase" not in method


def test_no_private_key_lies_in_the_repository() -> None:
    """Read every file that git knows; without git, every file outside of what is ignored."""
    root = Path(site_settings.BASE_DIR)
    known = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - git of the machine
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
    )
    names = known.stdout.split("\0")[:-1] if known.returncode == 0 else []
    marker = b"-----BEGIN " + b"PRIVATE KEY"
    others = b"-----BEGIN RSA " + b"PRIVATE KEY"
    found = [
        name
        for name in names
        if (root / name).is_file()
        and any(one in (root / name).read_bytes() for one in (marker, others))
    ]
    assert found == []
    assert not any(name.startswith("var/") or name.endswith((".p12", ".pfx")) for name in names)


def test_rotation_keeps_what_was_signed_before(place: Path, client: Client) -> None:
    release = release_course_for_tests(make_course())
    ones = []
    for number in range(3):
        at = NOW + timedelta(days=number)
        ones.append(signed(at, release=release))
        services.rotate_keys(now=at + timedelta(hours=1))
    published = {key["name"] for key in client.get("/.well-known/jwks.json").json()["keys"]}

    assert len({one.credential_key_id for one in ones}) == 3
    for one in ones:
        assert check_credential(one.json_text).certificate == one.certificate
        assert check_credential(one.jwt_text).certificate == one.certificate
        assert {one.credential_key.name, one.jwt_key.name} < published
    assert SigningKey.objects.count() == 4 * len(KeyPurpose)
    assert SigningKey.objects.filter(signs_until=None).count() == len(KeyPurpose)


def test_drill_for_a_lost_key(place: Path, client: Client) -> None:
    """docs/keys.md, step by step: every private file is gone, and nothing else is."""
    release = release_course_for_tests(make_course())
    old = signed(release=release)
    services.render_issuance(issuance_id=old.certificate.issuance.pk, now=NOW)
    before = default_storage.open(old.certificate.issuance.file.name).read()
    shutil.rmtree(place)
    waiting = make_certificate(now=NOW, release=release)
    with pytest.raises(KeyFileError, match="is missing"):
        services.render_issuance(issuance_id=waiting.issuance.pk, now=NOW)

    call_command("rotate_keys", stdout=StringIO())
    later = NOW + timedelta(days=1)
    services.render_issuance(issuance_id=waiting.issuance.pk, now=later)

    assert check_credential(old.json_text).certificate == old.certificate
    assert check_credential(old.jwt_text).certificate == old.certificate
    stored = Certificate.objects.get(pk=old.certificate.pk)
    assert services.stored_pdf(certificate=stored, now=later) == before
    new = SignedCredential.objects.get(certificate=waiting)
    assert new.credential_key_id != old.credential_key_id
    assert check_credential(new.json_text).certificate == waiting
    document = client.get("/.well-known/did.json").json()
    assert len(document["assertionMethod"]) == len(document["verificationMethod"])
    status = client.get(f"/ob/status/{old.certificate.status_entry.status_list.number}")
    assert status.json()["proof"][0]["verificationMethod"].endswith(new.credential_key.name)
    assert modes(place)["keys"] == 0o700


def test_drill_for_a_stolen_key(place: Path, client: Client) -> None:
    """Rotate, then distrust: others are told, and we believe it only where our record agrees."""
    release = release_course_for_tests(make_course())
    old = signed(release=release)
    stolen = old.credential_key.name
    address = f"/ob/status/{old.certificate.status_entry.status_list.number}"
    assert client.get(address).json()["proof"][0]["verificationMethod"].endswith(stolen)
    with pytest.raises(CommandError, match="still signs"):
        call_command("rotate_keys", stolen=stolen, reason="copiada", stdout=StringIO())
    call_command("rotate_keys", stdout=StringIO())
    call_command("rotate_keys", stolen=stolen, reason="copiada", stdout=StringIO())
    new = signed(NOW + timedelta(days=1), release=release)

    assert stolen not in fragment_keys()
    assert check_credential(old.json_text).certificate == old.certificate
    assert check_credential(old.jwt_text).certificate == old.certificate
    assert check_credential(new.json_text).certificate == new.certificate
    assert client.get(f"/v/{old.certificate.code}/").status_code == 200
    method = client.get(address).json()["proof"][0]["verificationMethod"]
    assert method.endswith(new.credential_key.name)
    told = {
        key["name"]: key["compromised_at"]
        for key in client.get("/.well-known/jwks.json").json()["keys"]
    }
    assert [name for name, at in told.items() if at] == [stolen]
    event = AuditEvent.objects.get(action="signing_key_distrusted")
    assert read_reason(event) == "copiada"


def test_move_to_another_host_keeps_both_names(place: Path, settings: Any) -> None:
    """The DID lies with each key: the old host goes on answering for what it signed."""
    release = release_course_for_tests(make_course())
    old = signed(release=release)
    settings.BASE_URL = "https://nueva.example.test:8443"
    settings.ALLOWED_HOSTS = ["testserver", "nueva.example.test", "otra.example.test"]
    services.rotate_keys(now=NOW + timedelta(days=1))
    new = signed(NOW + timedelta(days=1), release=release)
    names = {
        host: Client(headers={"host": host}).get("/.well-known/did.json").json()["id"]
        for host in ("testserver", "nueva.example.test:8443", "otra.example.test")
    }

    assert names == {
        "testserver": "did:web:testserver",
        "nueva.example.test:8443": "did:web:nueva.example.test%3A8443",
        "otra.example.test": "did:web:nueva.example.test%3A8443",
    }
    assert json.loads(old.json_text)["issuer"]["id"] == names["testserver"]
    assert json.loads(new.json_text)["issuer"]["id"] == names["otra.example.test"]
    for one in (old, new):
        assert check_credential(one.json_text).certificate == one.certificate


def test_keys_are_made_once_however_often_they_are_asked_for(place: Path) -> None:
    before = sorted(place.iterdir())
    for _number in range(3):
        assert services.ensure_keys(now=NOW) == []
    active = {purpose: active_key(purpose).row.name for purpose in KeyPurpose}

    assert sorted(place.iterdir()) == before
    assert len(set(active.values())) == len(KeyPurpose)
    assert {json.loads(path.read_text())["name"] for path in place.glob("*.json")} == set(
        active.values()
    )
