"""Check that both catalogues hold every message of the code, translated, with its placeholders."""

import re
import sys

from babel.messages.catalog import Message
from catalogues import catalogue_path, extract, is_translated, read

PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}")


def forms(text: "str | tuple[str, ...] | list[str]") -> list[str]:
    """Return a message's singular and plural, or its one form."""
    return list(text) if isinstance(text, (tuple, list)) else [text]


def lost_placeholders(message: Message) -> bool:
    """Return whether a translation names other placeholders than the message does."""
    allowed = {name for text in forms(message.id) for name in PLACEHOLDER.findall(text)}
    plural = forms(message.id)[-1]
    translated = forms(message.string)[-1]
    return (
        set(PLACEHOLDER.findall(plural)) != set(PLACEHOLDER.findall(translated))
        or not {n for t in forms(message.string) for n in PLACEHOLDER.findall(t)} <= allowed
    )


def main() -> int:
    """Print every problem; return 1 if there is one."""
    wanted = {(m.id, m.context) for m in extract() if m.id and isinstance(m.id, str)}
    found: list[str] = []
    for language in ("es", "en"):
        catalogue = read(catalogue_path(language), language)
        kept = {(m.id, m.context) for m in catalogue if m.id and isinstance(m.id, str)}
        found += [f"{language}: missing: {text!r}" for text, _ in sorted(wanted - kept, key=str)]
        found += [f"{language}: obsolete: {text!r}" for text, _ in sorted(kept - wanted, key=str)]
        for message in catalogue:
            if not message.id:
                continue
            if message.fuzzy or not is_translated(message.string):
                found.append(f"{language}: not translated: {message.id!r}")
            elif lost_placeholders(message):
                found.append(f"{language}: other placeholders: {message.id!r}")
            elif any("!" in text or "¡" in text for text in forms(message.string)):
                found.append(f"{language}: exclamation mark: {message.id!r}")
    print("\n".join(found) or f"catalogues: {len(wanted)} messages, complete in es and en")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
