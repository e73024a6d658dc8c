"""docs/threat-model.md promises only what a test holds, and names it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGES = ("docs/threat-model.md", "docs/keys.md")
NAMED = re.compile(r"`(tests/[\w/.]+\.(?:py|mjs))(?:::(\w+))?`")


def named_tests() -> list[tuple[str, str]]:
    """Return the files and the functions that the pages name."""
    text = "\n".join((ROOT / page).read_text() for page in PAGES)
    return sorted(set(NAMED.findall(text)))


@pytest.mark.parametrize(("path", "function"), named_tests())
def test_named_test_exists(path: str, function: str) -> None:
    text = (ROOT / path).read_text()
    assert not function or f"def {function}(" in text


def test_bare_names_of_tests_exist() -> None:
    """A drill is named by its function alone."""
    suite = (ROOT / "tests/certificates/test_key_handling.py").read_text()
    text = (ROOT / "docs/keys.md").read_text()
    found = re.findall(r"`(test_\w+)`", text)
    assert len(found) == 3
    assert [name for name in found if f"def {name}(" not in suite] == []


@pytest.mark.parametrize("heading", ["Forged and altered certificates", "Keys", "People"])
def test_every_promise_names_its_test(heading: str) -> None:
    text = (ROOT / PAGES[0]).read_text()
    part = text.partition(f"### {heading}\n")[2].partition("\n#")[0]
    rows = [row for row in part.splitlines() if row.startswith("| ")][1:]
    rows = [row for row in rows if not row.startswith("| ---")]
    assert len(rows) >= 5
    assert [row for row in rows if not NAMED.search(row)] == []
