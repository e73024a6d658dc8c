"""Settings: safe without any variable, and described in docs/settings.md."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD_SECRET = "k3" * 8 + "Zq9-wX7_" * 6


def run_check(
    tmp_path: Path, *arguments: str, **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Run `manage.py check` in a clean environment."""
    environment = {
        "PATH": os.environ["PATH"],
        "AMPARO_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "lms.settings.base",
        **variables,
    }
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "check", *arguments],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    "secret", ["", "short", "a" * 80, "change-me-" + GOOD_SECRET, "django-insecure-" + GOOD_SECRET]
)
def test_site_refuses_to_start_with_a_placeholder_secret(tmp_path: Path, secret: str) -> None:
    done = run_check(tmp_path, SECRET_KEY=secret)

    assert done.returncode == 1
    assert "SECRET_KEY is missing, too short or a placeholder" in done.stderr


def test_deployment_check_is_clean_by_default(tmp_path: Path) -> None:
    done = run_check(
        tmp_path,
        "--deploy",
        "--fail-level",
        "WARNING",
        SECRET_KEY=GOOD_SECRET,
        ALLOWED_HOSTS="aula.example.pe",
        BASE_URL="https://aula.example.pe",
    )

    assert (done.returncode, done.stdout) == (
        0,
        "System check identified no issues (0 silenced).\n",
    )


def test_development_secret_is_private_and_stays(tmp_path: Path) -> None:
    run_check(tmp_path, DEBUG="1")
    secret = tmp_path / "development-secret"
    first = secret.read_text()
    run_check(tmp_path, DEBUG="1")

    assert secret.stat().st_mode & 0o777 == 0o600
    assert (secret.read_text(), len(first)) == (first, 86)


def test_settings_page_lists_every_variable() -> None:
    code = (ROOT / "lms/settings/base.py").read_text()
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", code))
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/settings.md").read_text(), re.M))

    assert told == read
