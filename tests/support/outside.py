"""Other people's software, run by node over a job of many cases: one process for all of them."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "tests" / "outside"
CONTEXTS = Path(settings.BASE_DIR) / "certificates" / "credentials" / "contexts"

Case = dict[str, Any]
Verdict = dict[str, Any]


def credential_case(document: Any, **more: Any) -> Case:
    """Ask whether a credential is genuine, in time and not taken back."""
    return {"kind": "credential", "document": document, **more}


def token_case(token: str, **more: Any) -> Case:
    """Ask whether the JWT form of a credential is genuine and in time."""
    return {"kind": "token", "token": token, **more}


def list_case(document: Any, **more: Any) -> Case:
    """Ask whether a status list is genuine, and which of its bits are set."""
    return {"kind": "list", "document": document, **more}


def shape_case(document: Any) -> Case:
    """Ask whether a document is valid under the JSON schema of 1EdTech."""
    return {"kind": "shape", "document": document}


def judge(
    cases: Sequence[Case],
    *,
    did: dict[str, Any],
    jwks: dict[str, Any],
    now: str,
    documents: dict[str, Any] | None = None,
) -> list[Verdict]:
    """Return what the outside software says of each case; it is given these documents only.

    Where node or its packages are missing the test is skipped, but never in CI.
    """
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        if os.environ.get("CI"):
            pytest.fail("node, or `npm ci` in tests/outside, is missing: scripts/setup.sh test")
        pytest.skip("needs node and `npm ci` in tests/outside")
    job = {
        "contexts": str(CONTEXTS),
        "did": did,
        "jwks": jwks,
        "now": now,
        "documents": documents or {},
        "cases": list(cases),
    }
    with tempfile.TemporaryDirectory(prefix="amparo-outside-") as folder:
        path = Path(folder) / "job.json"
        path.write_text(json.dumps(job, ensure_ascii=False))
        done = subprocess.run(
            [node, str(FOLDER / "verify.mjs"), str(path)],
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert done.returncode == 0, done.stderr
    verdicts: list[Verdict] = json.loads(done.stdout)
    assert len(verdicts) == len(cases)
    return verdicts
