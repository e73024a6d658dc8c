"""Where the secret key comes from: the environment, or a private file on a developer's machine."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SHORTEST = 50
LEAST_DIFFERENT = 10
PLACEHOLDER_WORDS = ("change", "insecure", "placeholder", "secret-key", "example")


def check_secret(secret: str) -> str:
    """Return the secret of a production site; raise ImproperlyConfigured if it is none.

    The lengths are those of Django's own deployment check (security.W009).
    """
    lowered = secret.lower()
    if (
        len(secret) < SHORTEST
        or len(set(secret)) < LEAST_DIFFERENT
        or any(word in lowered for word in PLACEHOLDER_WORDS)
    ):
        raise ImproperlyConfigured(
            "SECRET_KEY is missing, too short or a placeholder. Set it to a random text of at "
            "least 50 characters, or set DEBUG=1 on a developer's machine."
        )
    return secret


def development_secret(folder: Path) -> str:
    """Return this machine's development secret, made at the first start with mode 600."""
    path = folder / "development-secret"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        draft.replace(path)
    return path.read_text()
