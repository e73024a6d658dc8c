"""What the first release left in a database, after the migrations of assessment.

It runs in a process and a database of its own: no other test sees half-migrated tables.
"""

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from tests.support.databases import copy_of_template

pytestmark = [pytest.mark.any_database, pytest.mark.xdist_group("first_release")]
SCRIPT = settings.BASE_DIR / "tests" / "support" / "first_release.py"
IS_SQLITE = settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"


@pytest.fixture(scope="module")
def found() -> Any:
    """Return what the script found on its way there and back again.

    On SQLite it begins with a copy of the migrated template, which is quicker than an empty file.
    """
    name = f"amparo_first_release_{os.getpid()}"
    file = copy_of_template(name) if IS_SQLITE else None
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(file or name)],
        env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR)},
        check=False,
        capture_output=True,
        text=True,
        timeout=900,
    )
    if file is not None:
        shutil.rmtree(file.parent)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def attempt(quiz: int, number: int, *marks: str, counts: bool, passed: bool) -> dict[str, Any]:
    return {
        "quiz": quiz,
        "number": number,
        "state": "marked",
        "mode": "graded",
        "score": "50.0000",
        "is_passed": passed,
        "counts": counts,
        "is_marked_when_handed_in": True,
        "marks": list(marks),
        "slots": [1, 2],
    }


UNDER_WAY = {
    "quiz": 12,
    "number": 3,
    "state": "in_progress",
    "mode": "graded",
    "score": None,
    "is_passed": None,
    "counts": False,
    "is_marked_when_handed_in": True,
    "marks": [None, None],
    "slots": [1, 2],
}
AFTER = [
    attempt(11, 1, "1.0000", "0.0000", counts=False, passed=False),
    attempt(11, 2, "1.0000", "0.0000", counts=True, passed=True),
    attempt(11, 3, "0.0000", "1.0000", counts=False, passed=False),
    attempt(12, 1, "1.0000", "0.0000", counts=True, passed=False),
    attempt(12, 2, "0.0000", "1.0000", counts=False, passed=False),
    UNDER_WAY,
]


def test_results_of_the_first_release_are_carried_to_the_questions(found):
    assert found["read"] == {"attempts": AFTER}


def test_what_was_passed_stays_passed(found):
    """One passed attempt was enough, whatever the others earned; of equal ones the earlier counts."""
    assert found["known"] == {
        "done": [11],
        "scores": {"11": "50.0000", "12": "50.0000"},
        "is_passed": [True, False],
    }


def test_old_attempts_open_in_the_new_pages(found):
    assert found["pages"] == [[200, True]] * 6


def test_migrations_go_back_and_forth_again(found):
    assert found["back"] == {
        "states": [*["submitted"] * 5, "in_progress"],
        "marks": [*(f"{mark}.0000" for mark in (1, 0, 1, 0, 1, 1, 0, 0, 1)), None],
    }
    assert found["again"] == {"attempts": AFTER}
    assert found["responses"] == 10


def test_an_attempt_under_way_goes_on(found):
    assert found["finished"] == ["marked", "100.0000", True]
