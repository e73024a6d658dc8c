"""What may stand in a text that is shown as it is, without Markdown."""

import re

from lms.core.terms import known_terms, unknown_terms

HTML = re.compile(r"<(?:[a-zA-Z/!?])[^<>]*>?")
_BUT_STARS = r"\*\*|__|\]\(|`"
_MARKUP_BUT_STARS = re.compile(_BUT_STARS)
_MARKUP = re.compile(_BUT_STARS + r"|(?<![\w*])\*\w")


def plain_text_problem(text: str, *, takes_stars: bool = False) -> str | None:
    """Return what a plain text must not hold, if it does.

    `takes_stars` is for accepted answers, where one star stands for any letters.
    """
    if HTML.search(text):
        return "holds HTML, which is not taken"
    if (_MARKUP_BUT_STARS if takes_stars else _MARKUP).search(text):
        return "is plain text: no bold, italics, links or code here"
    return term_problem(text)


def term_problem(text: str) -> str | None:
    """Return which placeholder of a text no term of the site is named like, if there is one."""
    found = unknown_terms(text)
    if not found:
        return None
    known = ", ".join(f"{{{{{key}}}}}" for key in sorted(known_terms()))
    return f"holds {found[0]}, which is no term of the site; the terms are: {known}"
