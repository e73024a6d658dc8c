"""Bring both translation catalogues up to the code: catalogues.py [EXTRA.po ...].

Extra files give Spanish for messages that the catalogue lacks. English is the language of the
message ids, so its catalogue repeats them.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("lms", "courses", "certificates", "templates")


def catalogue_path(language: str) -> Path:
    """Return where a catalogue is kept."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def extract() -> Catalog:
    """Return every message of the code and the templates, in a stable order."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for folder in FOLDERS:
            shutil.copytree(
                ROOT / folder, work / folder, ignore=shutil.ignore_patterns("migrations")
            )
        (work / "locale").mkdir()
        command = ["-m", "django", "makemessages", "-l", "es", "--no-location", "--no-wrap"]
        options = ["-e", "html,txt,py", "-v", "0"]
        done = subprocess.run(
            [sys.executable, *command, *options],
            cwd=work,
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        with (work / "locale/es/LC_MESSAGES/django.po").open("rb") as text:
            return read_po(text, locale="es")


def read(path: Path, language: str) -> Catalog:
    """Return a catalogue, empty if the file is missing."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as text:
        return read_po(text, locale=language)


def read_extra(path: Path) -> Catalog:
    """Return a helper's file, with a header put before it if it has none."""
    text = path.read_text()
    if not re.match(r'\s*(#.*\n\s*)*msgid ""\s*\nmsgstr ""\s*\n"', text):
        plural = '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
        text = (
            f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n{plural}\n' + text
        )
    return read_po(text.encode().splitlines(keepends=True), locale="es")


def merged(wanted: Catalog, language: str, known: list[Catalog]) -> Catalog:
    """Return the wanted messages with their translations, the first known one winning."""
    result = Catalog(
        locale=language,
        project="Amparo",
        header_comment="# Amparo's visible texts; licence: BSD-3-Clause, as the code.",
        fuzzy=False,
    )
    for message in wanted:
        if not message.id:
            continue
        string = message.id if language == "en" else ("", "") if message.pluralizable else ""
        if language != "en":
            for catalogue in known:
                found = catalogue.get(message.id, message.context)
                if found is not None and is_translated(found.string) and not found.fuzzy:
                    string = found.string[:2] if message.pluralizable else found.string
                    break
        flags = [flag for flag in message.flags if flag != "fuzzy"]
        result.add(message.id, string, context=message.context, flags=flags)
    return result


def is_translated(string: "str | tuple[str, ...] | list[str]") -> bool:
    """Return whether a message has all its forms."""
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def main() -> int:
    """Write both catalogues and print what still lacks Spanish."""
    wanted = extract()
    extras = [read_extra(Path(name)) for name in sys.argv[1:]]
    missing: list[str] = []
    for language in ("es", "en"):
        path = catalogue_path(language)
        catalogue = merged(wanted, language, [read(path, language), *extras])
        missing += [str(m.id) for m in catalogue if m.id and not is_translated(m.string)]
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as text:
            write_po(text, catalogue, width=0, sort_output=True, omit_header=False)
    print(f"messages: {len([m for m in wanted if m.id])}, without Spanish: {len(missing)}")
    print("\n".join(repr(text) for text in missing))
    return 0


if __name__ == "__main__":
    sys.exit(main())
