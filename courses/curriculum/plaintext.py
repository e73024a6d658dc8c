"""What may stand in a text that is shown as it is, without Markdown."""

import re

HTML = re.compile(r"<(?:[a-zA-Z/!?])[^<>]*>?")
_MARKUP = re.compile(r"\*\*|__|(?<![\w*])\*\w|\]\(|`")


def plain_text_problem(text: str) -> str | None:
    """Return what a plain text must not hold, if it does."""
    if HTML.search(text):
        return "holds HTML, which is not taken"
    if _MARKUP.search(text):
        return "is plain text: no bold, italics, links or code here"
    return None
