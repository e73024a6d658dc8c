"""Check that the lock files cover pyproject.toml, pin with hashes and name no address."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def names(requirements: list[str]) -> set[str]:
    """Return the normalised names of a list of requirements."""
    found = {re.split(r"[\s\[<>=~!;]", text, maxsplit=1)[0] for text in requirements}
    return {re.sub(r"[-_.]+", "-", name).lower() for name in found}


def problems(lock: Path, wanted: set[str]) -> list[str]:
    """Return what is wrong with one lock file."""
    text = lock.read_text()
    pinned = names(re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE))
    entries = re.split(r"\n(?=\S)", text.strip())
    return [
        *(f"{lock.name}: {name} is missing; run `make lock`" for name in sorted(wanted - pinned)),
        *(f"{lock.name}: no hash: {entry[:60]}" for entry in entries if "--hash=" not in entry),
        *(f"{lock.name}: holds an address" for _ in re.findall(r"https?://|file://", text)[:1]),
    ]


def main() -> int:
    """Print every problem; return 1 if there is one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = names(project["dependencies"])
    development = wanted | names(project["optional-dependencies"]["dev"])
    found = [
        *problems(ROOT / "requirements.lock", wanted),
        *problems(ROOT / "requirements-dev.lock", development),
    ]
    print("\n".join(found) or "locks: complete, hashed, without addresses")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
