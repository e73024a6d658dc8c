"""The file of a question: a header, then a section for each language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from courses.curriculum.assets import beside
from courses.curriculum.citations import read_sources
from courses.curriculum.documents import Document, Source, read_document
from courses.curriculum.fields import Fields
from courses.curriculum.plaintext import plain_text_problem
from courses.curriculum.problems import Problems
from courses.curriculum.questionparts import (
    FILED_KINDS,
    NESTED_KINDS,
    PATTERN_KINDS,
    Entry,
    EntryList,
    entry_at,
    own_content,
)
from courses.curriculum.richtext import Lines
from courses.curriculum.structures import QuestionSpec
from courses.enums import Difficulty, ThinkingLevel
from courses.question_types import InvalidContent, Problem, question_type
from courses.question_types.open import MOST_WORDS
from courses.question_types.typed import RULE_NAMES
from courses.texts import languages

_OPTION = re.compile(r"- \[\s*([^\]]*?)\s*\]\s*([^\s:]*)\s*:\s*(.*)")
_ID = re.compile(r"[a-z][a-z0-9]{0,9}", re.ASCII)

HEADINGS = {
    "explanation": "explanations",
    "hint": "hints",
    "safety": "safety_rules",
    "right": "feedback_right",
    "partly": "feedback_partly",
    "wrong": "feedback_wrong",
    "model": "model_answers",
}
"""What stands below a heading `## hint`, and how the question calls it."""


@dataclass
class _Section:
    """What one language says; `below` holds lines by the heading above them, and its line."""

    line: int
    stem: list[str] = field(default_factory=list)
    options: list[Entry] = field(default_factory=list)
    below: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    figure_alt: str = ""


def read_question(source: Source, path: str, category: str) -> QuestionSpec | None:
    """Return a question after its type has checked it, or None after noting why it is none."""
    document = read_document(source, path)
    if document is None:
        return None
    header, problems = document.header, source.problems
    key = header.key("key")
    if key and f"{key}.md" != path.rpartition("/")[2]:
        header.note(f"`key` and the name of the file differ: “{key}”", "key")
    kind = header.choice("type", FILED_KINDS)
    content: dict[str, Any] = {
        "level": header.choice("level", ThinkingLevel.values),
        "lesson": header.text("lesson"),
        "sources": read_sources(header),
        "needs_legal_review": header.truth("needs_legal_review"),
        "figure": None,
    }
    figure = beside(path, header.text("figure", is_required=False))
    content |= _optional(header, kind)
    tags = tuple(text for text, _line in header.texts("tags", is_required=False))
    difficulty = (
        header.choice("difficulty", Difficulty.values) if header.has("difficulty") else None
    )
    header.finish()
    codes = content.get("languages") or languages()
    sections = _read_sections(document.body, codes, kind, problems)
    if len(sections) < len(codes):
        return None
    before = len(problems)
    _compare(sections, path, problems)
    content |= _texts(sections)
    lists = {code: section.options for code, section in sections.items()}
    content |= own_content(EntryList(kind, path, lists, problems))
    _check_figure(document, figure, content, sections)
    if len(problems) == before:
        _check_type(document, kind, content, sections)
    return QuestionSpec(
        path=path,
        key=key,
        kind=kind,
        category=category,
        content=content,
        figure=figure,
        lesson_line=header.line_of("lesson"),
        tags=tags if header.has("tags") else None,
        difficulty=difficulty,
    )


def _optional(header: Fields, kind: str) -> dict[str, Any]:
    """Return what a header may say; what it leaves out is not in the content at all."""
    found: dict[str, Any] = {}
    if header.has("languages"):
        given = [text for text, _line in header.texts("languages")]
        if not given or given != [code for code in languages() if code in given]:
            header.note(f"`languages` takes some of {', '.join(languages())}", "languages")
        else:
            found["languages"] = given
    if header.has("opinion"):
        found["is_opinion"] = header.truth("opinion")
    if kind == "hotspots" and header.has("choose"):
        found["is_multiple"] = header.choice("choose", ("one", "several")) == "several"
    if kind == "open":
        found["most_words"] = header.whole("words", 0, MOST_WORDS) if header.has("words") else 0
    if kind in PATTERN_KINDS and header.has("heeds"):
        for name, _line in header.texts("heeds"):
            if f"heeds_{name}" not in RULE_NAMES:
                message = "`heeds` takes some of case, accents, punctuation"
                header.note(message, "heeds")
            found[f"heeds_{name}"] = True
    return found


def _read_sections(
    source: Lines, codes: Sequence[str], kind: str, problems: Problems
) -> dict[str, _Section]:
    sections: dict[str, _Section] = {}
    reader: _SectionReader | None = None
    for number, line in enumerate(source.lines, source.first):
        code = line.removeprefix("# ").strip() if line.startswith("# ") else ""
        if code:
            if code not in codes or code in sections:
                problems.add(source.path, number, f"unexpected section “# {code}”")
            sections[code] = _Section(number)
            reader = _SectionReader(sections[code], kind, source.path, problems)
        elif reader is not None:
            reader.read(number, line)
        elif line.strip():
            problems.add(source.path, number, "text before the first section `# es`")
    for code in codes:
        if code not in sections:
            problems.add(source.path, source.first, f"the section `# {code}` is missing")
    return {code: sections[code] for code in codes if code in sections}


class _SectionReader:
    """Reads one language's section line by line."""

    def __init__(self, section: _Section, kind: str, path: str, problems: Problems) -> None:
        self.section = section
        self.kind = kind
        self.path = path
        self.problems = problems
        self.heading = ""

    def read(self, number: int, line: str) -> None:
        """Take one line into its place."""
        section = self.section
        is_answer = line.lstrip().startswith("- [") and self.kind in PATTERN_KINDS
        trouble = plain_text_problem(line, takes_stars=is_answer)
        if trouble:
            self.problems.add(self.path, number, f"this line {trouble}")
        if line.startswith("#"):
            self._heading(number, line)
        elif line.startswith("figure_alt:") and not (section.options or self.heading):
            section.figure_alt = line.removeprefix("figure_alt:").strip()
        elif self.heading:
            section.below[self.heading][1].append(line.strip())
        elif line.startswith("- ["):
            self._option(number, line, section.options)
        elif section.options and line.startswith("  - ["):
            if self.kind not in NESTED_KINDS:
                self.problems.add(self.path, number, "a list below a line is not for this type")
            self._option(number, line.strip(), section.options[-1].below)
        elif section.options:
            self._below_option(number, line)
        elif line.startswith(("- ", "> ", "* ")):
            self.problems.add(self.path, number, "an option is written `- [x] a: text`")
        else:
            section.stem.append(line.strip())

    def _heading(self, number: int, line: str) -> None:
        name = line.removeprefix("## ").strip() if line.startswith("## ") else ""
        names = [one for one in HEADINGS if one != "model" or self.kind == "open"]
        if name not in names or name in self.section.below:
            known = ", ".join(f"`## {one}`" for one in names)
            message = f"unexpected heading “{line.strip()}”; once each may stand here: {known}"
            self.problems.add(self.path, number, message)
        self.heading = name if name in HEADINGS else "explanation"
        self.section.below.setdefault(self.heading, (number, []))

    def _option(self, number: int, line: str, options: list[Entry]) -> None:
        match = _OPTION.fullmatch(line.rstrip())
        if match is None or not _ID.fullmatch(match[2]):
            message = "an option is written `- [x] a: text`, with a letter of its own"
            self.problems.add(self.path, number, message)
            return
        if any(option.id == match[2] for option in options):
            self.problems.add(self.path, number, f"the option `{match[2]}` is given twice")
        options.append(Entry(match[2], match[1], number, match[3].strip()))

    def _below_option(self, number: int, line: str) -> None:
        text, option = line.strip(), self.section.options[-1]
        if option.below:
            option = option.below[-1]
        if not text:
            return
        if not line.startswith("  "):
            self.problems.add(
                self.path, number, "expected an option, its feedback or `## explanation`"
            )
        elif text.startswith(">"):
            option.feedback = f"{option.feedback} {text.removeprefix('>').strip()}".strip()
        elif option.feedback:
            self.problems.add(self.path, number, "a line of feedback begins with `>`")
        else:
            option.text = f"{option.text} {text}"


def _paragraphs(lines: list[str]) -> str:
    """Return lines as paragraphs: an empty line divides them, other lines are joined."""
    parts = "\n".join(lines).strip().split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in parts if part.strip())


def _all_entries(section: _Section) -> list[Entry]:
    """Return the lines of the list, each with those below it."""
    return [one for option in section.options for one in (option, *option.below)]


def _compare(sections: Mapping[str, _Section], path: str, problems: Problems) -> None:
    first, *others = sections.items()
    expected = [(option.id, option.mark) for option in _all_entries(first[1])]
    for code, section in others:
        entries = _all_entries(section)
        found = [(option.id, option.mark) for option in entries]
        if found != expected:
            place = next(
                (
                    n
                    for n, pair in enumerate(zip(expected, found, strict=False))
                    if pair[0] != pair[1]
                ),
                min(len(expected), len(found)),
            )
            line = entries[place].line if place < len(found) else section.line
            message = f"the options of `# {code}` have other letters or marks than `# {first[0]}`"
            problems.add(path, line, message)


def _texts(sections: Mapping[str, _Section]) -> dict[str, Any]:
    found = {"stems": {code: _paragraphs(section.stem) for code, section in sections.items()}}
    for heading, name in HEADINGS.items():
        texts = {
            code: _paragraphs(section.below.get(heading, (0, []))[1])
            for code, section in sections.items()
        }
        if heading == "explanation" or any(texts.values()):
            found[name] = texts
    return found


def _check_figure(
    document: Document, figure: str, content: dict[str, Any], sections: Mapping[str, _Section]
) -> None:
    alts = {code: section.figure_alt for code, section in sections.items()}
    if figure:
        content["figure"] = {"image_id": 0, "alts": alts, "is_decorative": False}
        return
    for section in sections.values():
        if section.figure_alt:
            document.header.problems.add(
                document.path, section.line, "`figure_alt` without a `figure`"
            )


def _check_type(
    document: Document, kind: str, content: dict[str, Any], sections: Mapping[str, _Section]
) -> None:
    """Ask the type itself, as every other door does, and note what it says at its line."""
    of_kind = question_type(kind)
    found: tuple[Problem, ...]
    try:
        typed = of_kind.read(content)
    except InvalidContent as error:
        found = error.problems
    else:
        found = tuple(of_kind.publication_problems(typed))
    for problem in found:
        line = _line_of(problem.place, document, sections)
        document.header.problems.add(document.path, line, problem.message)


def _line_of(place: str, document: Document, sections: Mapping[str, _Section]) -> int:
    parts = place.split(".")
    section = sections.get(parts[-1]) or next(iter(sections.values()))
    entry = entry_at(section.options, parts)
    if entry is not None:
        return entry.line
    heading = next((one for one, name in HEADINGS.items() if name == parts[0]), "")
    if heading in section.below:
        return section.below[heading][0]
    header_line = document.header.line_of(parts[0])
    is_in_header = parts[0] in ("sources", "lesson", "level", "languages")
    return header_line if is_in_header else section.line
