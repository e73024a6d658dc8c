"""A product of its own for tests with a real Celery worker: its folder, its database, its worker."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.databases import ensure_template, template_path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60
LOOK_SECONDS = 0.01


def environment_in(folder: Path, settings: str) -> dict[str, str]:
    """Return the environment of a product in a folder of its own, with these settings."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return {
        **kept,
        "DEBUG": "1",
        "AMPARO_VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONPATH": str(ROOT),
    }


def database_with(folder: Path, environment: dict[str, str], scene: str, number: int) -> Path:
    """Return a migrated SQLite database in which a scene was played, in a process of its own."""
    path = folder / "amparo.sqlite3"
    ensure_template()
    shutil.copy(template_path(), path)
    run(environment, "-m", scene, str(number))
    return path


def run(environment: dict[str, str], *arguments: str) -> None:
    """Run Python with these arguments to its good end."""
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


@contextmanager
def workers_in(environment: dict[str, str], folder: Path) -> Iterator[Callable[[], Worker]]:
    """Give what starts a worker, as often as it is called; end what is left of them."""
    started: list[Worker] = []

    def start() -> Worker:
        started.append(Worker(environment, folder))
        return started[-1]

    try:
        yield start
    finally:
        for worker in started:
            if worker.process.poll() is None:
                worker.kill()


def wait_for(condition: Callable[[], bool], what: str, folder: Path) -> None:
    """Wait until a condition holds; fail with the worker's log if it never does."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"{what}\n{(folder / 'worker.log').read_text()}")
        time.sleep(LOOK_SECONDS)
