"""Two real worker processes are killed in the middle of a batch: each certificate comes once."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.workers import Worker, database_with, environment_in, wait_for, workers_in

PEOPLE = 8
TABLES = {
    "batch": "SELECT finished_at FROM certificates_issuebatch",
    "item": "SELECT id, state, tries, enrolment_id, certificate_id FROM certificates_issueitem",
    "certificate": "SELECT id, enrolment_id FROM certificates_certificate",
    "issuance": "SELECT state, file, digest FROM certificates_issuance",
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a product in a folder of its own."""
    return environment_in(tmp_path, "tests.certificates.worker_settings")


@pytest.fixture
def database(tmp_path: Path, environment: dict[str, str]) -> Path:
    """Return a SQLite database with a batch that was started, and nothing done."""
    return database_with(tmp_path, environment, "tests.certificates.batch_scene", PEOPLE)


@pytest.fixture
def workers(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    """Start workers, and end what is left of them."""
    with workers_in(environment, tmp_path) as start:
        yield start


def rows(database: Path, table: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        connection.row_factory = sqlite3.Row
        found = connection.execute(TABLES[table]).fetchall()
    return [dict(row) for row in found]


@pytest.mark.worker
def test_batch_survives_killed_workers_and_issues_each_once(
    database: Path, workers: Callable[[], Worker], tmp_path: Path
) -> None:
    def items(state: str) -> list[dict[str, Any]]:
        return [row for row in rows(database, "item") if row["state"] == state]

    def is_finished() -> bool:
        return rows(database, "batch")[0]["finished_at"] is not None

    assert len(items("pending")) == PEOPLE
    assert rows(database, "certificate") == []

    worker = workers()
    wait_for(lambda: bool(items("done")), "no certificate was issued", tmp_path)
    wait_for(
        lambda: any(row["tries"] for row in items("pending")) or is_finished(),
        "no second row was taken",
        tmp_path,
    )
    worker.kill()
    held = {row["id"] for row in items("pending") if row["tries"]}
    assert held
    assert len(items("done")) < PEOPLE

    workers()
    wait_for(is_finished, "the batch did not finish", tmp_path)

    done = items("done")
    certificates = rows(database, "certificate")
    assert sorted(row["enrolment_id"] for row in certificates) == sorted(
        row["enrolment_id"] for row in done
    )
    assert len(certificates) == len(done) == PEOPLE
    assert {row["certificate_id"] for row in done} == {row["id"] for row in certificates}
    assert {row["id"] for row in done if row["tries"] > 1} >= held
    files = {path.name: path for path in (tmp_path / "media" / "certificates").iterdir()}
    issuances = rows(database, "issuance")
    assert {row["file"].split("/")[1] for row in issuances} == set(files)
    for row in issuances:
        content = files[row["file"].split("/")[1]].read_bytes()
        assert (row["state"], content[:5]) == ("done", b"%PDF-")
        assert hashlib.sha256(content).hexdigest() == row["digest"]
