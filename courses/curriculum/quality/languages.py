"""Both languages: no text of any length stands untranslated."""

from collections.abc import Iterator, Mapping
from typing import Any

from courses.curriculum.quality.scope import Scope
from courses.curriculum.quality.words import prose
from courses.reading_aids.readability import words_of
from courses.texts import languages

FEWEST_WORDS = 6
"""Names, numbers and a few words may well be the same in two languages."""


def check_languages(scope: Scope) -> None:
    """Look at pages, questions, cases, the glossary, helplines, and the library."""
    for page in scope.curriculum.pages.values():
        first, *others = (page.texts[code] for code in languages())
        for other in others:
            for name, value in first.values.items():
                if _is_same(value, other.values[name]):
                    _note(scope, other.path, other.path, str(value))
            for name, blocks in first.streams.items():
                for block, twin in zip(blocks, other.streams[name], strict=False):
                    for part in set(prose([block])) & set(prose([twin])):
                        if _is_long(part):
                            message = f"“{_short(part)}” is not translated"
                            scope.note(other.path_of(name), twin.line, message)
    for path, content in _contents(scope):
        for text in _same_in(content):
            _note(scope, path, path, text)


def _contents(scope: Scope) -> Iterator[tuple[str, Any]]:
    for question in scope.curriculum.questions.values():
        yield question.path, dict(question.content)
    for case in scope.curriculum.cases.values():
        yield case.path, dict(case.content)
    for snippet in (*scope.curriculum.glossary, *scope.curriculum.helplines):
        first, *others = (snippet.texts[code] for code in languages())
        for name, value in first.items():
            yield snippet.path, {"es": value, "en": others[0][name]}


def _same_in(value: Any) -> Iterator[str]:
    """Yield every text that both languages have alike, however deep it stands."""
    if isinstance(value, Mapping):
        if set(value) == set(languages()):
            first, *others = (value[code] for code in languages())
            if any(_is_same(first, other) for other in others):
                yield str(first)
        else:
            for inner in value.values():
                yield from _same_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _same_in(inner)


def _is_same(first: Any, other: Any) -> bool:
    return isinstance(first, str) and first == other and _is_long(first)


def _is_long(text: str) -> bool:
    return len(words_of(text)) >= FEWEST_WORDS


def _note(scope: Scope, path: str, place: str, text: str) -> None:
    """Note a text at the last line that has its beginning: the translation stands behind."""
    beginning = " ".join(text.split())[:30]
    lines = scope.files[place].lines
    found = [number for number, line in enumerate(lines, 1) if beginning in line]
    scope.note(path, found[-1] if found else 1, f"“{_short(text)}” is not translated")


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else f"{flat[:59]}…"
