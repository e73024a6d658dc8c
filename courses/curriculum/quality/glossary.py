"""The glossary: large enough, and linked from the lessons."""

from courses.curriculum.quality.scope import Scope
from courses.curriculum.snippetfiles import GLOSSARY
from courses.texts import languages

FEWEST_TERMS = 60


def check_glossary(scope: Scope) -> None:
    """Look at the terms, and at the lessons that link them."""
    terms = scope.curriculum.glossary
    if len(terms) < FEWEST_TERMS:
        message = f"the glossary has {len(terms)} terms; {FEWEST_TERMS} are the fewest"
        scope.note(GLOSSARY, 1, message)
    linked: set[str] = set()
    for lesson in scope.curriculum.of_kind("lesson"):
        text = lesson.texts[languages()[0]]
        found = {
            block.references["term"]
            for blocks in text.streams.values()
            for block in blocks
            if block.kind == "term"
        }
        linked |= found
        if not found:
            scope.note(text.path, 1, "the lesson links no term of the glossary")
    for term in terms:
        if term.key not in linked:
            scope.note(GLOSSARY, term.line, f"no lesson links the term `{term.key}`")
