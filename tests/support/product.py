"""The real product in a folder of its own: `prepare --demo`, then `serve`, as `make run` does."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SHORT_COURSE = "primera-respuesta"


def find_browser() -> str | None:
    """Return the path of the system's Chromium, or None to let Playwright use its own."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def free_port() -> int:
    """Return a port of the loopback address that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Product:
    """A running Amparo."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """The address that a browser opens."""
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every command of this product."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "SECRET_KEY", "BASE_URL", "ALLOWED_HOSTS", "CACHE_URL")
        }
        return {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "lms.settings.base",
            "PYTHONPATH": str(ROOT),
            "DEBUG": "1",
            "PORT": str(self.port),
            "AMPARO_VAR": str(self.folder),
            "EMAIL_URL": f"filemail:///{self.folder / 'mail'}",
            "REQUIRE_STAFF_MFA": "0",
        }

    def manage(self, *arguments: str) -> str:
        """Run one management command and return what it printed; raise if it failed."""
        return self._run("manage.py", *arguments)

    def make_learner(self, email: str, *, until: str = "", course: str = SHORT_COURSE) -> None:
        """Enrol a new learner, with the password of the demo people, and walk up to an item."""
        self._run("tests/support/make_learner.py", email, course)
        if until:
            self.walk(email, until=until, course=course)

    def walk(self, email: str, *, until: str, course: str = SHORT_COURSE) -> None:
        """Do everything that a course asks of a learner before an item (`cierre/examen`)."""
        self._run("tests/support/walk_learner.py", email, course, until)

    def follow_up(self, email: str) -> None:
        """Let half a year go by since somebody's course, which many others took too."""
        self._run("tests/support/after_course_scene.py", email)

    def make_assessment(self, *emails: str) -> None:
        """Make the course with a question of every type; enrol Ana and a new learner for each."""
        self._run("tests/support/assessment_scene.py", *emails)

    def make_answers(self, slug: str) -> str:
        """Make a course of the trainer's whose learners have handed in; return its keys as JSON."""
        return self._run("tests/support/assessment_answers.py", slug)

    def make_cohort(self, number: int) -> int:
        """Let so many people of a cohort wait for their certificates; return the cohort's number."""
        return int(self._run("tests/support/cohort_scene.py", str(number)).split()[-1])

    def play(self, step: str, *arguments: object) -> Any:
        """Play one step of a programme for its many people; return what it says."""
        said = self._run("tests/support/programme_scene.py", step, *map(str, arguments))
        return json.loads(said.splitlines()[-1])

    def letters(self) -> list[str]:
        """Return the mails that the product has sent, each as it was written to its folder."""
        return [path.read_text() for path in sorted((self.folder / "mail").glob("*"))]

    def make_offline(self) -> str:
        """Make the demo certificates and return code and fragment of each state as JSON."""
        return self._run("tests/support/offline_scene.py")

    def revoke(self, code: str) -> None:
        """Revoke one certificate."""
        self._run("tests/support/offline_scene.py", code)

    def _run(self, script: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, str(ROOT / script), *arguments],
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS * 2,
        )
        if done.returncode:
            raise RuntimeError(f"{arguments}: {done.stdout}\n{done.stderr}")
        return done.stdout

    def prepare(self, *, migrated: Path | None = None) -> None:
        """Fill the folder from nothing, as a new machine does, or from a database that is migrated."""
        if migrated is not None:
            shutil.copy(migrated, self.folder / "amparo.sqlite3")
        self.manage("prepare", "--demo")

    def begin_with(self, prepared: Path) -> None:
        """Fill the folder with a copy of one that was prepared, under this address."""
        shutil.copytree(prepared, self.folder, dirs_exist_ok=True)
        with closing(sqlite3.connect(self.folder / "amparo.sqlite3")) as database, database:
            database.execute("UPDATE wagtailcore_site SET port = ?", [self.port])

    def start(self) -> None:
        """Serve the folder; return when it answers."""
        with (self.folder / "serve.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "serve", "--web-workers", "1"],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        raise RuntimeError((self.folder / "serve.log").read_text())

    def stop(self) -> None:
        """Stop what was started, by its id."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)

    def mails(self) -> list[str]:
        """Return the mails sent so far, oldest first."""
        folder = self.folder / "mail"
        if not folder.exists():
            return []
        files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        return [path.read_text() for path in files]
