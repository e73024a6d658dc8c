"""What a telephone keeps, and how it checks without a network; the journey is in tests/journeys."""

import json
import os
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from certificates import services
from certificates.enums import CertificateState
from certificates.models import Certificate, StatusList
from certificates.wording import number_words
from lms.core.models import SiteSettings
from tests.factories.certificates import make_certificate

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ROOT = Path(__file__).resolve().parents[2]
JS_TESTS = ROOT / "tests" / "js"


def signed(state: CertificateState, now: datetime, **enrolment: Any) -> Certificate:
    certificate = make_certificate(state, now=now, **enrolment)
    assert services.sign_certificate(certificate=certificate, now=now) is not None
    return certificate


def vectors(client: Client, now: datetime) -> dict[str, object]:
    """Return what a telephone would have: a fragment of ours, the keys, and the list."""
    valid = signed(CertificateState.VALID, now)
    release = valid.enrolment.release
    taken_back = [
        signed(state, now, release=release)
        for state in (CertificateState.REVOKED, CertificateState.REPLACED)
    ]
    facts = valid.typed_facts
    return {
        "code": valid.code,
        "otherCode": taken_back[0].code,
        "fragment": valid.signed.fragment,
        "jwks": client.get("/.well-known/jwks.json").json(),
        "list": json.loads(client.get("/ob/status/1").content),
        "takenBack": sorted(one.status_entry.index for one in taken_back),
        "facts": {
            "name": facts.full_name,
            "course": facts.course_title,
            "hours": number_words(facts.hours, valid.language),
            "score": facts.score,
            "start": facts.start_date.isoformat(),
            "end": facts.end_date.isoformat(),
            "issued": facts.issue_date.isoformat(),
            "until": facts.valid_until_date.isoformat(),
            "isPilot": facts.is_pilot,
            "list": valid.status_entry.status_list.number,
            "index": valid.status_entry.index,
        },
    }


def run_node(script: Path, **environment: str) -> None:
    """Run the tests of a script; fail if one of them failed or did not run."""
    node = shutil.which("node")
    assert node, "node runs these tests: install nodejs"
    done = subprocess.run(
        [node, "--test", str(script)],
        env={**os.environ, **environment, "NODE_NO_WARNINGS": "1"},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    passed = re.findall(r"^# pass (\d+)", done.stdout, re.MULTILINE)
    assert passed == [str(script.read_text().count("\ntest("))]


def test_script_of_the_offline_check_against_real_signatures(
    client: Client, now: datetime, tmp_path: Path
) -> None:
    path = tmp_path / "vectors.json"
    path.write_text(json.dumps(vectors(client, now)))

    run_node(JS_TESTS / "offline_facts.test.mjs", VECTORS=str(path))


def test_service_worker_answers_for_its_pages_alone() -> None:
    run_node(JS_TESTS / "check_worker.test.mjs")


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_worker_has_the_scope_of_its_folder_and_no_wider_one(client: Client, prefix: str) -> None:
    response = client.get(f"{prefix}/v/sw.js")

    assert response.status_code == 200
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    assert not response.has_header("Service-Worker-Allowed")
    assert response.content == client.get("/v/sw.js").content
    assert response.cookies == {}


def test_worker_changes_with_the_words_of_the_kept_page(client: Client) -> None:
    before = client.get("/v/sw.js").content
    site_settings = SiteSettings.load()
    site_settings.quick_exit_url = "https://www.example.com/"
    site_settings.save()
    cache.clear()

    assert client.get("/v/sw.js").content != before
    assert client.get("/en/v/sw.js").content == client.get("/v/sw.js").content


def test_worker_keeps_what_the_kept_page_needs(client: Client) -> None:
    text = client.get("/v/sw.js").content.decode()
    plan = json.loads(text.split("const PLAN = ", 1)[1].split("};", 1)[0] + "}")
    assert plan["pages"] == {"es": "/v/sin-red.html", "en": "/en/v/sin-red.html"}

    for address in plan["pages"].values():
        page = client.get(address).content.decode()
        needed = re.findall(r'(?:src|href|data-offline)="(/static/[^"]+\.(?:js|css))"', page)
        assert set(needed) - set(plan["assets"]) == set()
        assert len(needed) == 3


def test_kept_page_knows_no_certificate(client: Client) -> None:
    certificate = make_certificate(now=timezone.now())

    for address in ("/v/sin-red.html", "/en/v/sin-red.html"):
        response = client.get(address)
        assert (response.status_code, response.cookies) == (200, {})
        assert certificate.typed_facts.full_name not in response.content.decode()


def test_data_for_the_phone_name_the_keys_and_every_list(client: Client, now: datetime) -> None:
    StatusList.objects.create(number=1, created_at=now)
    StatusList.objects.create(number=2, created_at=now)

    data = client.get("/v/sin-red.json").json()

    assert data == {
        "keys": "/.well-known/jwks.json",
        "lists": {"1": "/ob/status/1", "2": "/ob/status/2"},
    }


def test_policy_allows_the_worker_and_no_other(client: Client) -> None:
    policy = client.get("/v/")["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "worker-src" not in policy or "worker-src 'self'" in policy
