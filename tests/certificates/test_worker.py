"""A real worker is killed while it renders: every certificate still arrives, exactly once."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.workers import Worker, database_with, environment_in, wait_for, workers_in

CERTIFICATES = 8


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a product in a folder of its own."""
    return environment_in(tmp_path, "tests.certificates.worker_settings")


@pytest.fixture
def database(tmp_path: Path, environment: dict[str, str]) -> Path:
    """Return a migrated SQLite database with completed enrolments, whose tasks were sent."""
    return database_with(tmp_path, environment, "tests.certificates.worker_scene", CERTIFICATES)


@pytest.fixture
def workers(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    """Start workers, and end what is left of them."""
    with workers_in(environment, tmp_path) as start:
        yield start


def rows(database: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        connection.row_factory = sqlite3.Row
        found = connection.execute(
            "SELECT state, claimed_until, tries, file, digest, failure, certificate_id"
            " FROM certificates_issuance ORDER BY id"
        ).fetchall()
    return [dict(row) for row in found]


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
