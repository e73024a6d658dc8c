"""A real worker is killed while it renders: every certificate still arrives, exactly once."""

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.databases import template_path

ROOT = Path(__file__).resolve().parents[2]
CERTIFICATES = 8
PATIENCE_SECONDS = 60
LOOK_SECONDS = 0.01


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a product in a folder of its own."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return {
        **kept,
        "DEBUG": "1",
        "AMPARO_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tests.certificates.worker_settings",
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def database(tmp_path: Path, environment: dict[str, str]) -> Path:
    """Return a migrated SQLite database with completed enrolments, whose tasks were sent."""
    path = tmp_path / "amparo.sqlite3"
    if template_path().exists():
        shutil.copy(template_path(), path)
    run(environment, "manage.py", "migrate", "--verbosity", "0")
    run(environment, "-m", "tests.certificates.worker_scene", str(CERTIFICATES))
    return path


def run(environment: dict[str, str], *arguments: str) -> None:
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


class Worker:
    """A Celery worker with two processes and its beat, in a process group of its own."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.log = (folder / "worker.log").open("ab")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "--app", "lms", "worker", "--beat"),
                *("--pool", "prefork", "--concurrency", "2", "--loglevel", "warning"),
                *("--without-gossip", "--without-mingle"),
                *("--schedule", str(folder / "beat-schedule")),
            ],
            env=environment,
            cwd=ROOT,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill(self) -> None:
        """End the whole group at once, with the signal that nobody can catch."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=PATIENCE_SECONDS)
        self.log.close()


@pytest.fixture
def workers(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    """Start workers, and end what is left of them."""
    started: list[Worker] = []

    def start() -> Worker:
        started.append(Worker(environment, tmp_path))
        return started[-1]

    yield start
    for worker in started:
        if worker.process.poll() is None:
            worker.kill()


def rows(database: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        connection.row_factory = sqlite3.Row
        found = connection.execute(
            "SELECT state, claimed_until, tries, file, digest, failure, certificate_id"
            " FROM certificates_issuance ORDER BY id"
        ).fetchall()
    return [dict(row) for row in found]


def wait_for(condition: Callable[[], bool], what: str, folder: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"{what}\n{(folder / 'worker.log').read_text()}")
        time.sleep(LOOK_SECONDS)


@pytest.mark.worker
def test_certificates_survive_a_killed_worker(
    database: Path, workers: Callable[[], Worker], tmp_path: Path
) -> None:
    def held() -> int:
        return sum(row["state"] == "pending" and bool(row["tries"]) for row in rows(database))

    def done() -> int:
        return sum(row["state"] == "done" for row in rows(database))

    assert [row["state"] for row in rows(database)] == ["pending"] * CERTIFICATES

    worker = workers()
    wait_for(lambda: held() > 0, "no worker claimed a certificate", tmp_path)
    worker.kill()
    killed_over = held()
    assert killed_over > 0
    assert done() < CERTIFICATES

    workers()
    wait_for(lambda: done() == CERTIFICATES, "not every certificate arrived", tmp_path)

    found = rows(database)
    folder = tmp_path / "media" / "certificates"
    stored = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len({row["certificate_id"] for row in found}) == CERTIFICATES
    assert {row["file"].split("/")[1] for row in found} == set(stored)
    assert sum(row["tries"] > 1 for row in found) >= killed_over
    for row in found:
        content = stored[row["file"].split("/")[1]]
        assert content.startswith(b"%PDF-")
        assert hashlib.sha256(content).hexdigest() == row["digest"]
