"""Private keys as files: who may read them, how they are written, read and found broken.

A key is two files under SIGNING_KEYS_DIR: `<name>.pem` with the private key (and, for PDF files,
its X.509 certificate), and `<name>.json` with what its public half is published with. The folder
has mode 700 and the files 600; whoever else may read one stops the start.
"""

import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings

FOLDER_MODE = 0o700
FILE_MODE = 0o600

PrivateKey = Ed25519PrivateKey | RSAPrivateKey


class KeyFileError(Exception):
    """A key's file is missing, damaged, or open to others; the message says what to do."""


@dataclass(frozen=True)
class KeyFile:
    """What stands beside a private key in its file of particulars."""

    name: str
    purpose: str
    did: str
    key_address: str
    signs_from: datetime
    public_pem: str
    certificate_pem: str


def folder() -> Path:
    """Return where the keys lie."""
    return settings.SIGNING_KEYS_DIR


def check_folder() -> None:
    """Return quietly if nobody else may read the keys, or if there are none yet.

    Raises:
        KeyFileError: the folder or a file in it is open to the group or to others.
    """
    place = folder()
    if not place.exists():
        return
    if not place.is_dir():
        raise KeyFileError(f"SIGNING_KEYS_DIR is not a folder: {place}")
    for path in (place, *sorted(place.iterdir())):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if path.is_symlink() or mode & 0o077:
            wanted = FOLDER_MODE if path == place else FILE_MODE
            raise KeyFileError(
                f"Others may read the signing keys: {path} has mode {mode:o}. Find out who did, "
                f"then set it to {wanted:o}. If somebody may have copied a key, follow the drill "
                "for a stolen key in docs/keys.md."
            )


@contextmanager
def locked_folder() -> Iterator[Path]:
    """Make the folder if need be, and let one process at a time make keys in it."""
    place = folder()
    place.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    check_folder()
    with open(os.open(place / ".lock", os.O_CREAT | os.O_RDWR, FILE_MODE), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


def write_key(particulars: KeyFile, private: PrivateKey) -> None:
    """Write both files; the particulars last, so that a half-written key is never found."""
    place = folder()
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(place / f"{particulars.name}.pem", pem + particulars.certificate_pem.encode())
    data = {**asdict(particulars), "signs_from": particulars.signs_from.isoformat()}
    _write(place / f"{particulars.name}.json", json.dumps(data, indent=1).encode())


def _write(path: Path, content: bytes) -> None:
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def key_files() -> list[KeyFile]:
    """Return the particulars of every key in the folder, oldest first.

    Raises:
        KeyFileError: one of them cannot be read.
    """
    place = folder()
    found = []
    for path in sorted(place.glob("*.json")) if place.is_dir() else []:
        try:
            data = json.loads(path.read_text())
            data["signs_from"] = datetime.fromisoformat(data["signs_from"])
            found.append(KeyFile(**data))
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise KeyFileError(f"The particulars of a signing key are damaged: {path}") from error
    return sorted(found, key=lambda one: (one.signs_from, one.name))


def load_private(name: str) -> PrivateKey:
    """Return a private key, read once per process for as long as its file stays the same.

    Raises:
        KeyFileError: the file is missing, unreadable or damaged.
    """
    path = folder() / f"{name}.pem"
    try:
        changed_at = path.stat().st_mtime_ns
    except FileNotFoundError as error:
        raise KeyFileError(
            f"The private half of the signing key {name} is missing in {folder()}. Bring it back "
            "from its backup, or run `manage.py rotate_keys` to sign with a new one (docs/keys.md)."
        ) from error
    except OSError as error:
        raise KeyFileError(f"The signing key {path} cannot be read: {error.strerror}.") from error
    return _load(path, changed_at)


@lru_cache(maxsize=16)
def _load(path: Path, changed_at: int) -> PrivateKey:
    """Load a key; an RSA key takes up to 90 ms, so it is kept."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise KeyFileError(f"The signing key {path} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError) as error:
        raise KeyFileError(
            f"The signing key {path} is damaged. Bring it back from its backup, or run "
            "`manage.py rotate_keys` to sign with a new one (docs/keys.md)."
        ) from error
    if not isinstance(key, Ed25519PrivateKey | RSAPrivateKey):
        raise KeyFileError(f"The signing key {path} is of a kind that is not used here.")
    return key
