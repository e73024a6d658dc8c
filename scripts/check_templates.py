"""House rules of templates that no linter knows.

Nothing inline (a strict Content-Security-Policy holds), nothing untranslated, nothing marked safe,
and the format of djade.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "templates"

INLINE = {
    r"<style[\s>]": "inline <style>",
    r"\sstyle\s*=": "inline style attribute",
    r"\son[a-z]+\s*=\s*[\"']": "inline event handler",
    r"<script(?![^>]*\ssrc=)[^>]*>": "inline script",
    r"\|\s*safe\b|\{%\s*autoescape\s+off": "text marked as safe",
    r"javascript:": "javascript: address",
}
PRINT = ("certificates/print/",)  # rendered by WeasyPrint, never by a browser
TRANSLATED = re.compile(
    r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL
)
COMMENTS = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->", re.DOTALL)
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
MARKUP = re.compile(r"<(?:\"[^\"]*\"|[^\">])*>", re.DOTALL)
CLASSES = re.compile(r"\{%\s*block body_?class\s*%\}.*?\{%\s*endblock.*?%\}", re.DOTALL)
SAMPLES = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)
WORDS = re.compile(r"[^\W\d_]{3,}")
NAMES = {"Amparo", "html", "Español", "English", "PDF", "JSON", "DOCTYPE", "nbsp", "copy", "middot"}
SAYING = re.compile(r"\s(?:aria-label|title|alt|placeholder)\s*=\s*\"([^\"]*)\"")


def blank(pattern: "re.Pattern[str]", text: str) -> str:
    """Return the text with every match replaced by spaces, so that line numbers stay."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def problems(path: Path) -> Iterator[str]:
    """Yield what is wrong with one template."""
    name = str(path.relative_to(TEMPLATES))
    text = blank(COMMENTS, path.read_text())
    if not name.startswith(PRINT):
        for pattern, what in INLINE.items():
            for match in re.finditer(pattern, text):
                yield f"{path.relative_to(ROOT)}:{text[: match.start()].count(chr(10)) + 1}: {what}"
    if name in {"core/style_guide.html", "500.html"} or path.suffix == ".css":
        return  # the guide is for staff and shows specimens; 500 is static and bilingual
    for pattern in (CLASSES, SAMPLES, TRANSLATED, TAGS):
        text = blank(pattern, text)
    plain = text
    said = [(match.start(1), match.group(1)) for match in SAYING.finditer(plain)]
    visible = blank(MARKUP, plain)
    said += [(match.start(), match.group()) for match in re.finditer(r"[^\n]+", visible)]
    for start, words in said:
        odd = [word for word in WORDS.findall(words) if word not in NAMES]
        if odd:
            line = text[:start].count("\n") + 1
            yield f"{path.relative_to(ROOT)}:{line}: not translated: {' '.join(odd)[:60]}"


def main() -> int:
    """Print every problem; return 1 if there is one."""
    files = sorted(TEMPLATES.rglob("*.html")) + sorted(TEMPLATES.rglob("*.txt"))
    found = [problem for path in files for problem in problems(path)]
    print(
        "\n".join(found) or f"templates: {len(files)} files, nothing inline, nothing untranslated"
    )
    pages = [str(path) for path in files if path.suffix == ".html"]
    formatted = subprocess.run([str(ROOT / ".venv/bin/djade"), "--check", *pages], check=False)
    return 1 if found or formatted.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
