"""What a folder of curriculum says, typed, before anything of it is written.

Every structure carries the file and line it was read from, and a digest of all that it says, so
that a second load can tell what has changed.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from courses.curriculum.assets import Asset
from courses.curriculum.body import Block
from courses.enums import QuizMode
from courses.models import (
    CasePage,
    CoursePage,
    HomePage,
    LessonPage,
    ModulePage,
    PracticePage,
    QuizPage,
)

PAGE_MODELS: dict[str, Any] = {
    "home": HomePage,
    "course": CoursePage,
    "module": ModulePage,
    "lesson": LessonPage,
    "quiz": QuizPage,
    "case": CasePage,
    "practice": PracticePage,
}
ITEM_KINDS = ("lesson", "quiz", "case", "practice")
"""The kinds of page that stand in a module."""


def digest(value: Any) -> str:
    """Return a digest of plain values that does not depend on the order of names."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Requirement:
    """An item to be done first, by its address."""

    address: str
    line: int


@dataclass(frozen=True)
class PageText:
    """What one language says of a page: fields, and streams of blocks.

    `elsewhere` names the file of each stream that does not stand in `path`.
    """

    path: str
    language: str
    values: Mapping[str, Any]
    streams: Mapping[str, tuple[Block, ...]]
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def path_of(self, stream: str) -> str:
        """Return the file in which a stream stands."""
        return self.elsewhere.get(stream, self.path)

    def digest(self, assets: Mapping[str, Asset]) -> str:
        """Return a digest of this text, of the files that it shows too."""
        said = {
            name: [[block.kind, block.value, _resolved(block, assets)] for block in blocks]
            for name, blocks in self.streams.items()
        }
        return digest([dict(self.values), said])


def _resolved(block: Block, assets: Mapping[str, Asset]) -> dict[str, str]:
    return {
        name: f"{key} {assets[key].digest}" if key in assets else key
        for name, key in block.references.items()
    }


@dataclass(frozen=True)
class QuizSourceSpec:
    """A fixed question by its key, or a number drawn from a category by its path."""

    line: int
    question: str = ""
    category: str = ""
    count: int = 0
    tag: str = ""
    difficulty: str = ""
    level: str = ""
    marks: Decimal = Decimal(1)
    section: int | None = None

    def said(self) -> list[Any]:
        """Return what the digest covers; what a file may leave out only where it is said."""
        more = {
            name: str(value)
            for name, value in (
                ("tag", self.tag),
                ("difficulty", self.difficulty),
                ("level", self.level),
                ("marks", "" if self.marks == 1 else self.marks.normalize()),
                ("section", self.section),
            )
            if value
        }
        return [self.question, self.category, self.count, *([more] if more else [])]


@dataclass(frozen=True)
class QuizSectionSpec:
    """A section with its titles and, perhaps, its own pass mark."""

    line: int
    number: int
    title_es: str
    title_en: str
    pass_mark: Decimal | None

    def said(self) -> list[Any]:
        """Return what the digest covers."""
        mark = None if self.pass_mark is None else str(self.pass_mark.normalize())
        return [self.number, self.title_es, self.title_en, mark]


@dataclass(frozen=True)
class QuizSpec:
    """The rules of a quiz; `values` holds what the file says, `compared_with` the address of a quiz.

    `lines` are those of the settings, for what can only be checked in the whole.
    """

    path: str
    slug: str
    values: Mapping[str, Any]
    sources: tuple[QuizSourceSpec, ...]
    sections: tuple[QuizSectionSpec, ...] = ()
    compared_with: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def mode(self) -> str:
        """What it is for."""
        return str(self.values.get("mode", QuizMode.GRADED))

    @property
    def digest(self) -> str:
        """A digest of the rules and the sources.

        A file that uses nothing of what came later keeps the digest that it had before.
        """
        said: list[Any] = [
            self.slug,
            dict(self.values),
            [source.said() for source in self.sources],
        ]
        if self.sections or self.compared_with:
            said += [[section.said() for section in self.sections], self.compared_with]
        return digest(said)


@dataclass(frozen=True)
class PageSpec:
    """A page in both languages; `address` is its path below the catalogue, empty for the home page."""

    kind: str
    address: str
    texts: Mapping[str, PageText]
    shared: Mapping[str, Any] = field(default_factory=dict)
    shared_streams: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)
    requires: tuple[Requirement, ...] = ()
    requires_path: str = ""
    children: tuple[str, ...] = ()
    shares: tuple[Requirement, ...] = ()
    """Modules of other courses that this course uses, by their addresses."""
    order: tuple[str, ...] = ()
    """The addresses of a course's modules, own and shared, in their order."""
    quiz: QuizSpec | None = None
    case: str = ""
    case_line: int = 1
    renews: str = ""
    renews_line: int = 1

    @property
    def slug(self) -> str:
        """The last part of the address."""
        return self.address.rpartition("/")[2]

    @property
    def parent(self) -> str:
        """The address of the page above."""
        return self.address.rpartition("/")[0]

    def shared_digest(self) -> str:
        """Return a digest of what both languages share."""
        streams = {
            name: [block.value for block in blocks] for name, blocks in self.shared_streams.items()
        }
        requires = [requirement.address for requirement in self.requires]
        quiz = self.quiz.slug if self.quiz else ""
        said = [dict(self.shared), streams, requires, self.children, quiz]
        said += [self.order] if self.shares else []
        said += [self.case] if self.case else []
        said += [{"renews": self.renews}] if self.renews else []
        return digest(said)


@dataclass(frozen=True)
class SnippetSpec:
    """A helpline or a glossary term in both languages."""

    path: str
    key: str
    line: int
    shared: Mapping[str, Any]
    texts: Mapping[str, Mapping[str, str]]

    def digest(self, language: str) -> str:
        """Return a digest of what is said in a language."""
        return digest([dict(self.shared), dict(self.texts[language])])


@dataclass(frozen=True)
class SourceSpec:
    """A source of the list; `values` are fields of its record, `replaced_by` is another's key."""

    path: str
    key: str
    line: int
    values: Mapping[str, Any]
    replaced_by: str = ""

    @property
    def digest(self) -> str:
        """A digest of all that is said of the source."""
        return digest([self.key, dict(self.values), self.replaced_by])


@dataclass(frozen=True)
class RecordSpec:
    """A service or a figure, with both languages in one record; `source` is the key of a source."""

    path: str
    key: str
    line: int
    values: Mapping[str, Any]
    source: str = ""

    @property
    def record_path(self) -> str:
        """The path under which the record is remembered."""
        return f"{self.path}#{self.key}"

    @property
    def digest(self) -> str:
        """A digest of all that the record says."""
        return digest([dict(self.values), self.source])


@dataclass(frozen=True)
class CardText:
    """What one language says of a card."""

    path: str
    values: Mapping[str, str]
    body: tuple[Block, ...]


@dataclass(frozen=True)
class CardSpec:
    """A card in both languages, with the keys of its sources and their lines."""

    key: str
    shared: Mapping[str, Any]
    sources: tuple[tuple[str, int], ...]
    texts: Mapping[str, CardText]

    def digest(self, language: str) -> str:
        """Return a digest of what is said in a language."""
        text = self.texts[language]
        body = [[block.kind, block.value] for block in text.body]
        keys = [key for key, _line in self.sources]
        return digest([dict(self.shared), keys, dict(text.values), body])


@dataclass(frozen=True)
class QuestionSpec:
    """A question in its languages; the figure is a file until it is in the library.

    Tags and difficulty that the file does not name (None) are left as they are.
    """

    path: str
    key: str
    kind: str
    category: str
    content: Mapping[str, Any]
    figure: str = ""
    lesson_line: int = 1
    tags: tuple[str, ...] | None = None
    difficulty: str | None = None

    def digest(self, assets: Mapping[str, Asset]) -> str:
        """Return a digest of the question, of its figure too."""
        figure = assets[self.figure].digest if self.figure in assets else ""
        said: list[Any] = [self.key, self.kind, self.category, dict(self.content), figure]
        if self.tags is not None or self.difficulty is not None:
            said.append([list(self.tags or ()), self.difficulty])
        return digest(said)


@dataclass(frozen=True)
class CaseSpec:
    """A case in both languages, checked as every other door checks it."""

    path: str
    key: str
    name: str
    content: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """A digest of all that the case says."""
        return digest([self.key, self.name, dict(self.content)])


@dataclass
class Curriculum:
    """All that a folder says; pages stand after the page above them."""

    folder: Path
    pages: dict[str, PageSpec] = field(default_factory=dict)
    helplines: list[SnippetSpec] = field(default_factory=list)
    glossary: list[SnippetSpec] = field(default_factory=list)
    source_records: list[SourceSpec] = field(default_factory=list)
    categories: dict[str, str] = field(default_factory=dict)
    questions: dict[str, QuestionSpec] = field(default_factory=dict)
    assets: dict[str, Asset] = field(default_factory=dict)
    cases: dict[str, CaseSpec] = field(default_factory=dict)
    services: list[RecordSpec] = field(default_factory=list)
    figures: list[RecordSpec] = field(default_factory=list)
    cards: list[CardSpec] = field(default_factory=list)

    def of_kind(self, *kinds: str) -> Iterator[PageSpec]:
        """Yield the pages of some kinds in their order."""
        return (page for page in self.pages.values() if page.kind in kinds)

    def written_at(self, address: str) -> str:
        """Return where the page of an address is written: in another course, if it is shared."""
        course, _slash, rest = address.partition("/")
        if address in self.pages or course not in self.pages:
            return address
        for share in self.pages[course].shares:
            module = share.address.partition("/")[2]
            if rest == module or rest.startswith(f"{module}/"):
                return f"{share.address.partition('/')[0]}/{rest}"
        return address

    def questions_within(self, category: str) -> list[str]:
        """Return the keys of the questions of a category and those below it."""
        return [
            question.key
            for question in self.questions.values()
            if question.category == category or question.category.startswith(f"{category}/")
        ]
