"""The file of a question: a header, then a section for each language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from courses.curriculum.assets import beside
from courses.curriculum.documents import Document, Source, read_document
from courses.curriculum.pagefiles import read_sources
from courses.curriculum.plaintext import plain_text_problem
from courses.curriculum.problems import Problems
from courses.curriculum.richtext import Lines
from courses.curriculum.structures import QuestionSpec
from courses.enums import ThinkingLevel
from courses.question_types import InvalidContent, Problem, question_type, question_types
from courses.question_types.choice import ChoiceType
from courses.question_types.multiple_choice import equal_weights
from courses.texts import languages

_OPTION = re.compile(r"- \[\s*([^\]]*?)\s*\]\s*([^\s:]*)\s*:\s*(.*)")
_ID = re.compile(r"[a-z][a-z0-9]{0,9}", re.ASCII)
_PER_CENT = re.compile(r"(-?\d{1,3}(?:\.\d{1,3})?)\s*%", re.ASCII)


@dataclass
class _Option:
    id: str
    mark: str
    line: int
    text: str
    feedback: str = ""


@dataclass
class _Section:
    """What one language says."""

    line: int
    stem: list[str] = field(default_factory=list)
    options: list[_Option] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)
    explanation_line: int = 0
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
    # the files write options as a list: the types without them are authored in the admin
    kinds = [kind.name for kind in question_types() if isinstance(kind, ChoiceType)]
    kind = header.choice("type", kinds)
    content: dict[str, Any] = {
        "level": header.choice("level", ThinkingLevel.values),
        "lesson": header.text("lesson"),
        "sources": read_sources(header),
        "needs_legal_review": header.truth("needs_legal_review"),
        "figure": None,
    }
    figure = beside(path, header.text("figure", is_required=False))
    header.finish()
    sections = _read_sections(document.body, problems)
    if len(sections) < len(languages()):
        return None
    before = len(problems)
    _compare(sections, path, problems)
    content |= _texts(sections)
    content["options"] = _options(kind, sections, path, problems)
    _check_figure(document, figure, content, sections)
    if len(problems) == before:
        _check_type(document, kind, content, sections)
    return QuestionSpec(path, key, kind, category, content, figure, header.line_of("lesson"))


def _read_sections(source: Lines, problems: Problems) -> dict[str, _Section]:
    sections: dict[str, _Section] = {}
    reader: _SectionReader | None = None
    for number, line in enumerate(source.lines, source.first):
        code = line.removeprefix("# ").strip() if line.startswith("# ") else ""
        if code:
            if code not in languages() or code in sections:
                problems.add(source.path, number, f"unexpected section “# {code}”")
            sections[code] = _Section(number)
            reader = _SectionReader(sections[code], source.path, problems)
        elif reader is not None:
            reader.read(number, line)
        elif line.strip():
            problems.add(source.path, number, "text before the first section `# es`")
    for code in languages():
        if code not in sections:
            problems.add(source.path, source.first, f"the section `# {code}` is missing")
    return {code: sections[code] for code in languages() if code in sections}


class _SectionReader:
    """Reads one language's section line by line."""

    def __init__(self, section: _Section, path: str, problems: Problems) -> None:
        self.section = section
        self.path = path
        self.problems = problems
        self.is_explanation = False

    def read(self, number: int, line: str) -> None:
        """Take one line into its place."""
        section = self.section
        trouble = plain_text_problem(line)
        if trouble:
            self.problems.add(self.path, number, f"this line {trouble}")
        if line.startswith("#"):
            self._heading(number, line)
        elif line.startswith("figure_alt:") and not (section.options or self.is_explanation):
            section.figure_alt = line.removeprefix("figure_alt:").strip()
        elif self.is_explanation:
            section.explanation.append(line.strip())
        elif line.startswith("- ["):
            self._option(number, line)
        elif section.options:
            self._below_option(number, line)
        elif line.startswith(("- ", "> ", "* ")):
            self.problems.add(self.path, number, "an option is written `- [x] a: text`")
        else:
            section.stem.append(line.strip())

    def _heading(self, number: int, line: str) -> None:
        if line.strip() != "## explanation" or self.is_explanation:
            message = f"unexpected heading “{line.strip()}”; only one `## explanation` stands here"
            self.problems.add(self.path, number, message)
        self.is_explanation = True
        self.section.explanation_line = number

    def _option(self, number: int, line: str) -> None:
        match = _OPTION.fullmatch(line.rstrip())
        if match is None or not _ID.fullmatch(match[2]):
            message = "an option is written `- [x] a: text`, with a letter of its own"
            self.problems.add(self.path, number, message)
            return
        if any(option.id == match[2] for option in self.section.options):
            self.problems.add(self.path, number, f"the option `{match[2]}` is given twice")
        self.section.options.append(_Option(match[2], match[1], number, match[3].strip()))

    def _below_option(self, number: int, line: str) -> None:
        text, option = line.strip(), self.section.options[-1]
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


def _compare(sections: Mapping[str, _Section], path: str, problems: Problems) -> None:
    first, *others = sections.items()
    expected = [(option.id, option.mark) for option in first[1].options]
    for code, section in others:
        found = [(option.id, option.mark) for option in section.options]
        if found != expected:
            place = next(
                (
                    n
                    for n, pair in enumerate(zip(expected, found, strict=False))
                    if pair[0] != pair[1]
                ),
                min(len(expected), len(found)),
            )
            line = section.options[place].line if place < len(found) else section.line
            message = f"the options of `# {code}` have other letters or marks than `# {first[0]}`"
            problems.add(path, line, message)


def _texts(sections: Mapping[str, _Section]) -> dict[str, Any]:
    return {
        "stems": {code: _paragraphs(section.stem) for code, section in sections.items()},
        "explanations": {
            code: _paragraphs(section.explanation) for code, section in sections.items()
        },
    }


def _options(
    kind: str, sections: Mapping[str, _Section], path: str, problems: Problems
) -> list[dict[str, Any]]:
    first = next(iter(sections.values()))
    weights = _weights(kind, first.options, path, problems)
    by_language = {
        code: {option.id: option for option in section.options}
        for code, section in sections.items()
    }
    return [
        {
            "id": option.id,
            "texts": {
                c: found[option.id].text for c, found in by_language.items() if option.id in found
            },
            "feedback": {
                c: found[option.id].feedback
                for c, found in by_language.items()
                if option.id in found
            },
            "weight": str(weight),
        }
        for option, weight in zip(first.options, weights, strict=True)
    ]


def _weights(kind: str, options: list[_Option], path: str, problems: Problems) -> list[Decimal]:
    """Return the weight of each option, from its mark: `x`, nothing, or a per cent."""
    has_per_cent = any(_PER_CENT.fullmatch(option.mark) for option in options)
    if kind == "multiple_choice" and not has_per_cent:
        weights = equal_weights([option.mark == "x" for option in options])
    else:
        weights = [Decimal(option.mark == "x") for option in options]
    for number, option in enumerate(options):
        match = _PER_CENT.fullmatch(option.mark)
        if match:
            weights[number] = Decimal(match[1]) / 100
        elif option.mark not in ("x", ""):
            message = f"`[{option.mark}]` is no mark: write `[x]`, `[ ]`, `[50%]` or `[-25%]`"
            problems.add(path, option.line, message)
        elif option.mark == "x" and has_per_cent and kind == "multiple_choice":
            problems.add(path, option.line, "write per cent for every right option, or for none")
    return weights


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
    if parts[0] == "options" and len(parts) > 1 and parts[1].isdigit():
        number = int(parts[1])
        return section.options[number].line if number < len(section.options) else section.line
    if parts[0] == "explanations":
        return section.explanation_line or section.line
    if parts[0] in ("stems", "options", "figure"):
        return section.line
    return document.header.line_of(parts[0])
