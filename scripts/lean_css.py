"""Write static/css/lean.css: the one style sheet of the pages that a stranger opens once.

A check of a certificate may take three requests: the page, its styles, its script. So tokens.css,
base.css and what only these pages have (check.css) stand in one file there. Run it after a change
of one of the three; a test compares.
"""

import re
from pathlib import Path

CSS = Path(__file__).resolve().parents[1] / "static" / "css"
SOURCES = ("tokens.css", "base.css", "check.css")
HEAD = "/* Made by scripts/lean_css.py from tokens.css, base.css and check.css: change those. */\n"


def lean_css() -> str:
    """Return the three sheets as one, without comments, indents and the face that they do without."""
    text = "\n".join((CSS / name).read_text() for name in SOURCES)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"@font-face\s*\{[^}]*\}", "", text)
    lines = (line.strip() for line in text.splitlines())
    return HEAD + "\n".join(line for line in lines if line) + "\n"


if __name__ == "__main__":
    (CSS / "lean.css").write_text(lean_css())
