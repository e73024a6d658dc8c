"""Whether the time of an answer tells who has an account: python -m benchmarks.signing_in.

Login, sign-up and reset for an address that is known against one that is not, in turn, with real
password hashes and mails that go nowhere. Each request comes from a network of its own, and the
tallies are emptied, so that no limit answers in place of the page. Prints one line for each.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = int(os.environ.get("BENCH_SIGN_INS", "40"))
SIGN_UP = {
    "full_name": "Persona Inventada",
    "password1": "una-clave-nueva-y-larga",
    "password2": "una-clave-nueva-y-larga",
}
_numbers = count()


def _poster(name: str, form: dict[str, str], field: str, login: str) -> Callable[[], object]:
    """Return what posts a form for a login from a network of its own."""
    from django.core.cache import cache
    from django.test import Client
    from django.urls import reverse

    from lms.accounts.models import SignInTally

    def post() -> object:
        SignInTally.objects.all().delete()
        cache.clear()
        number = next(_numbers)
        address = f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"
        typed = {**form, field: login.format(number)}
        return Client().post(reverse(name), typed, secure=True, REMOTE_ADDR=address)

    return post


def measure() -> None:
    """Measure and print."""
    import django

    django.setup()
    from benchmarks.measure import Figure, machine, medians, table

    pages: list[tuple[str, str, dict[str, str], str]] = [
        ("a wrong password", "account_login", {"password": "no-es-esta-clave"}, "login"),
        ("a sign-up", "account_signup", SIGN_UP, "email"),
        ("a reset", "account_reset_password", {}, "email"),
    ]
    figures = []
    for words, name, form, field in pages:
        known, unknown = medians(
            _poster(name, form, field, "ana@demo.test"),
            _poster(name, form, field, "nadie{}@demo.test"),
            rounds=ROUNDS,
        )
        figures.append(Figure(f"{words}, known address", known, "unknown address", unknown))
    sys.stdout.write(f"{machine()}; {ROUNDS} rounds\n\n{table(figures)}\n")


def main() -> None:
    """Prepare a site of its own in a temporary folder, and measure on it."""
    with tempfile.TemporaryDirectory(prefix="amparo-bench-") as folder:
        os.environ.pop("DATABASE_URL", None)
        os.environ.update(
            AMPARO_VAR=folder,
            DEBUG="1",
            ALLOWED_HOSTS="testserver",
            DJANGO_SETTINGS_MODULE="lms.settings.base",
            EMAIL_URL="dummymail://",
        )
        prepare = [sys.executable, "manage.py", "prepare", "--demo"]
        subprocess.run(prepare, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        measure()


if __name__ == "__main__":
    main()
