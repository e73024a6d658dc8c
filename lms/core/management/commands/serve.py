"""Serve the site and do the background work, together, until one is told to stop."""

import os
import signal
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

GRACE_SECONDS = 15.0
POLL_SECONDS = 0.2
ROOMY_MEMORY = 1_800_000_000
"""Bytes of a machine that is sold with 2 GB: a second process of work takes 140 MB of its own."""


def default_tasks(*, cores: int, memory: int) -> int:
    """Return how many processes do background work where nobody says it."""
    return 2 if cores >= 2 and memory >= ROOMY_MEMORY else 1


def memory_of_machine() -> int:
    """Return the bytes of memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


class Command(BaseCommand):
    """Starts the web server and the worker in one process group; the end of one ends the other."""

    help = (
        "Serve the site (gunicorn) and run the Celery worker with its beat, in one process group."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the sizes of both, and what to do before."""
        parser.add_argument(
            "--prepare-demo",
            action="store_true",
            help="first do what `prepare --demo` does, in this process, which starts sooner",
        )
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--web-workers", type=int, default=2)
        parser.add_argument("--threads", type=int, default=4)
        parser.add_argument(
            "--tasks",
            type=int,
            default=default_tasks(cores=os.cpu_count() or 1, memory=memory_of_machine()),
            help="processes that do background work; by default two, on a small machine one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Start both, wait, and stop both."""
        if options["prepare_demo"]:
            call_command("prepare", demo=True, stdout=self.stdout)
        call_command("ensure_keys", stdout=self.stdout)
        self.is_stopping = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        children = [
            subprocess.Popen(command)  # noqa: S603 (our own commands, no text from outside)
            for command in (self._web(options), self._worker(options))
        ]
        self._announce(options["host"])
        status = self._wait(children)
        self._end(children)
        sys.exit(status)

    def _web(self, options: dict[str, Any]) -> list[str]:
        return [
            *(sys.executable, "-m", "gunicorn", "lms.wsgi:application"),
            *("--bind", f"{options['host']}:{settings.PORT}"),
            *("--worker-class", "gthread", "--workers", str(options["web_workers"])),
            *("--threads", str(options["threads"]), "--log-level", "warning"),
            *("--worker-tmp-dir", str(settings.VAR_DIR), "--preload"),
            # Whose headers count is TRUSTED_PROXIES' to say, not gunicorn's, which trusts localhost.
            *("--forwarded-allow-ips", ""),
        ]

    def _worker(self, options: dict[str, Any]) -> list[str]:
        return [
            *(sys.executable, "-m", "celery", "--app", "lms", "worker", "--beat"),
            *("--pool", "prefork", "--concurrency", str(options["tasks"])),
            *("--loglevel", "warning", "--without-gossip", "--without-mingle"),
        ]

    def _announce(self, host: str) -> None:
        self.stdout.write(f"\nAmparo: http://{host}:{settings.PORT}  (Ctrl-C stops it)")
        if settings.DEBUG:
            self.stdout.write(
                "Demo accounts, all with the password amparo-demo:\n"
                "  ana@demo.test      operator, enrolled in the starter course\n"
                "  beto@demo.test     trainer of that course\n"
                "  carla@demo.test    operator of another agency\n"
                "  delia@demo.test    coordinator of Ana's agency\n"
                "  emilio@demo.test   legal reviewer\n"
                "  fiorella@demo.test protection reviewer\n"
                "  gina@demo.test     administrator"
            )
        self.stdout.flush()

    def _stop(self, number: int, frame: Any) -> None:
        self.is_stopping = True

    def _wait(self, children: list["subprocess.Popen[bytes]"]) -> int:
        """Wait for a signal (0) or for the first child that ends by itself (its status or 1)."""
        while not self.is_stopping:
            for child in children:
                if (status := child.poll()) is not None:
                    return status or 1
            time.sleep(POLL_SECONDS)
        return 0

    def _end(self, children: list["subprocess.Popen[bytes]"]) -> None:
        """Ask every child to end, and end whoever has not after the grace."""
        deadline = time.monotonic() + GRACE_SECONDS
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.kill(child.pid, signal.SIGKILL)
                child.wait()
