"""A real worker checks an uploaded file and writes it on the trainer's word."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.databases import ensure_template, template_path

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 90


def run(environment: dict[str, str], *arguments: str) -> None:
    """Run a program of the product to its end."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stderr


def wait_for(database: Path, state: str) -> None:
    """Wait until the import is in this state."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with closing(sqlite3.connect(database, timeout=20)) as connection:
            (found,) = connection.execute("SELECT state FROM courses_questionimport").fetchone()
        if found == state:
            return
        time.sleep(0.02)
    pytest.fail(f"The import never came to {state}.")


@pytest.mark.worker
def test_worker_checks_and_writes(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    environment = {
        **kept,
        "DEBUG": "1",
        "AMPARO_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tests.certificates.worker_settings",
        "PYTHONPATH": str(ROOT),
    }
    database = tmp_path / "amparo.sqlite3"
    ensure_template()
    shutil.copy(template_path(), database)
    run(environment, "-m", "tests.courses.importing.worker_scene")
    with (tmp_path / "worker.log").open("ab") as log:
        worker = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "--app", "lms", "worker"),
                *("--pool", "solo", "--loglevel", "warning"),
                *("--without-gossip", "--without-mingle"),
            ],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_for(database, "checked")
        run(environment, "-m", "tests.courses.importing.worker_scene")
        wait_for(database, "done")
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM courses_question").fetchone()
    assert count == 50
