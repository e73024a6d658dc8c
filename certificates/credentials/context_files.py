"""The JSON-LD contexts that a credential names, from our own pinned files and from nowhere else."""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "contexts"
VC_CONTEXT = "https://www.w3.org/ns/credentials/v2"
BADGES_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
DATA_INTEGRITY_CONTEXT = "https://w3id.org/security/data-integrity/v2"
FILES: Mapping[str, str] = {
    VC_CONTEXT: "credentials-v2.jsonld",
    DATA_INTEGRITY_CONTEXT: "data-integrity-v2.jsonld",
    BADGES_CONTEXT: "open-badges-context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": "open-badges-extensions.json",
}


class UnknownContextError(ValueError):
    """A document names a context that is not among our files; it is refused and never fetched."""


class ChangedContextError(ValueError):
    """A pinned file is missing or differs from its recorded SHA-256."""


def check_context_files(folder: Path = FOLDER) -> None:
    """Compare every pinned file with `SHA256SUMS`; raise ChangedContextError if one differs."""
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise ChangedContextError(f"{name} is not the file that was pinned")


@lru_cache(maxsize=len(FILES))
def _context(address: str) -> Any:
    return json.loads((FOLDER / FILES[address]).read_text())


def load_context(address: str, options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a context as PyLD asks for it; raise UnknownContextError for any other address."""
    if address not in FILES:
        raise UnknownContextError(f"unknown context: {address[:200]}")
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": address,
        "document": _context(address),
    }
