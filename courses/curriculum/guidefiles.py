"""The trainer's guide of a module: two files beside the module's, which a folder may leave out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from courses.curriculum.body import Block, read_body, split_brief
from courses.curriculum.documents import Source, read_document
from courses.curriculum.structures import PageText
from courses.models import ModulePage
from courses.texts import languages

_TITLE_LONGEST: int = ModulePage._meta.get_field("guide_title").max_length


@dataclass(frozen=True)
class _Guide:
    """What one language says."""

    path: str
    title: str
    body: tuple[Block, ...]


def guide_path(address: str, language: str) -> str:
    """Return the file of a module's guide in a language."""
    return f"courses/{address}/guia.{language}.md"


def with_guides(source: Source, address: str, texts: Mapping[str, PageText]) -> dict[str, PageText]:
    """Return the texts of a module with its guide, in all languages or in none.

    A module without a guide says nothing of one, so that its digest stays what it was.
    """
    paths = {code: guide_path(address, code) for code in languages()}
    if not any(map(source.has, paths.values())):
        return dict(texts)
    guides = {code: guide for code, path in paths.items() if (guide := _read(source, path))}
    if any(code not in guides for code in texts):
        return dict(texts)
    return {code: _joined(text, guides[code]) for code, text in texts.items()}


def _joined(text: PageText, guide: _Guide) -> PageText:
    return replace(
        text,
        values={**text.values, "guide_title": guide.title},
        streams={**text.streams, "guide": guide.body},
        elsewhere={**text.elsewhere, "guide": guide.path},
    )


def _read(source: Source, path: str) -> _Guide | None:
    """Return a guide, or None after noting why there is none."""
    if not source.has(path):
        source.problems.add(path, 1, "this file is missing: a guide has all languages")
        return None
    document = read_document(source, path)
    if document is None:
        return None
    title = document.header.text("title", longest=_TITLE_LONGEST)
    document.header.finish()
    full, brief = split_brief(document.body, source.problems)
    if brief is not None:
        source.problems.add(path, brief.first - 1, "a guide has no brief way")
    body = read_body(full, source.problems)
    if not body:
        document.header.note("the guide has no text")
    return _Guide(path, title, body)
