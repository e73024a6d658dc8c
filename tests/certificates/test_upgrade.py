"""Certificates of the previous release, after an upgrade: not one bit of them is another.

The rows, the answers and the files are that release's own (`tests/support/previous_release/dump.py`
made them from its commit). All runs in a process and a database of its own.
"""

import hashlib
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "tests" / "support" / "previous_release"
BEFORE = json.loads((FOLDER / "database.json").read_text())
IS_SQLITE = settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
OWN = ("core.", "certificates.", "learning.notice", "learning.enrolment", "learning.attempt")
pytestmark = [pytest.mark.any_database, pytest.mark.xdist_group("previous_release")]
BROUGHT = {
    "certificates.certificatedesign": 1,
    "certificates.certificatedesignversion": 1,
    "core.personkey": 2,
    "core.siteterm": 1,
}
"""The default design for certificates to come, a word of the site, the keys of two people."""
STATES = {
    "valid": "valid",
    "english": "valid",
    "expired": "expired",
    "revoked": "revoked",
    "replaced": "replaced",
    "successor": "valid",
    "unprinted": "valid",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return what the script found on its way; it begins with an empty database."""
    name = f"amparo_previous_release_{os.getpid()}"
    if IS_SQLITE:
        name = str(tmp_path_factory.mktemp("previous") / f"{name}.sqlite3")
    keys = tmp_path_factory.mktemp("keys")
    done = subprocess.run(
        [sys.executable, str(FOLDER / "upgrade.py"), name],
        env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR), "SIGNING_KEYS_DIR": str(keys)},
        check=False,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def expected_rows() -> dict[str, int]:
    """Return how many rows each table had, and those of the default design."""
    counts = dict(BROUGHT)
    for row in BEFORE["rows"]:
        counts[row["model"]] = counts.get(row["model"], 0) + 1
    return counts


def digests() -> dict[str, str]:
    """Return the digest of each file as the previous release had noted it."""
    names = {pk: name for name, pk in BEFORE["certificates"].items()}
    return {
        names[row["fields"]["certificate"]]: row["fields"]["digest"]
        for row in BEFORE["rows"]
        if row["model"] == "certificates.issuance"
    }


def own(counts: dict[str, int]) -> dict[str, int]:
    """Return the tables that a certificate, a mail or a notice would be written to."""
    return {name: count for name, count in counts.items() if name.startswith(OWN)}


def test_upgrade_changes_no_field_of_any_row(found: Any) -> None:
    assert found["forward"] == []


def test_upgrade_adds_no_row_but_the_default_design(found: Any) -> None:
    assert found["rows"] == expected_rows()


def test_upgrade_decides_nothing_for_what_was_there_before(found: Any) -> None:
    undecided = {
        name: values for name, values in found["new_fields"].items() if values not in ([None], [""])
    }
    assert undecided == {
        "certificates.certificate.has_offline_qr": [False],
        "certificates.certificate.tells_of_checks": [False],
        "certificates.apitoken.scope": ["facts"],
    }


def test_no_sweep_issues_sends_or_changes_anything(found: Any) -> None:
    assert "certificates.resend_stale_issuances" in found["sweeps"]
    assert found["after_sweeps"] == []
    seals = {"core.auditseal": expected_rows()["core.auditevent"], "core.sitekey": 1}
    assert own(found["rows_after_sweeps"]) == own(expected_rows()) | seals
    assert found["mails"] == 0


def test_old_audit_trail_is_put_under_keys_and_sealed(found: Any) -> None:
    assert found["trail"] == {
        "in_clear": [],
        "under_a_persons_key": 3,
        "concern_nobody": ["certificates.apitoken"],
        "sealed": expected_rows()["core.auditevent"],
        "faults": [],
    }


def test_check_shows_every_fact_as_before(found: Any) -> None:
    expected: dict[str, Any] = {}
    for name, state in STATES.items():
        for language in ("es", "en"):
            expected[f"{name} {language}"] = {"status": 200, "missing": []}
            assert BEFORE["answers"][name][language]["state"] == state
        expected[f"{name} api"] = [200, state]
    assert found["checks"] == expected


def test_old_certificate_says_that_it_has_no_credential(found: Any) -> None:
    assert set(map(tuple, found["credentials"].values())) == {
        (
            404,
            "application/json",
            "This certificate was issued before open credentials: it has none.",
        )
    }


def test_holder_still_fetches_the_very_same_file(found: Any) -> None:
    assert found["downloads"] == {name: digests()[name] for name in ("valid", "english")}
    for name, digest in found["downloads"].items():
        assert hashlib.sha256((FOLDER / f"{name}.pdf").read_bytes()).hexdigest() == digest


def test_lost_file_is_made_again_with_the_very_same_bytes(found: Any) -> None:
    """The bytes depend on the text library of the machine; on another one, equal words must do."""
    assert found["remade_words"] == found["kept_words"]
    if found["renderer"] == BEFORE["renderer"]:
        assert found["remade"] == digests()
