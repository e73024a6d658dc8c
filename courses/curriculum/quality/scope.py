"""What every rule is given, and what of a curriculum it is about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.curriculum.problems import Problems
from courses.curriculum.quality.files import Files
from courses.curriculum.structures import Curriculum, PageSpec, QuestionSpec
from courses.enums import UNCOUNTED_MODES
from courses.texts import languages


@dataclass(frozen=True)
class Scope:
    """A curriculum, its files, and where findings go."""

    curriculum: Curriculum
    files: Files
    problems: Problems

    def note(self, path: str, line: int, message: str) -> None:
        """Note a finding at its place."""
        self.problems.add(path, line, message)

    def note_field(self, path: str, name: str, message: str) -> None:
        """Note a finding at the line of a field."""
        self.note(path, self.files[path].field_line(name), message)

    def children(self, module: PageSpec) -> Iterator[PageSpec]:
        """Yield the items of a module that could be read."""
        for slug in module.children:
            page = self.curriculum.pages.get(f"{module.address}/{slug}")
            if page is not None:
                yield page

    def taught_modules(self) -> Iterator[PageSpec]:
        """Yield the modules that a trainer may teach in a room: lessons, and a quiz that counts."""
        for module in self.curriculum.of_kind("module"):
            items = list(self.children(module))
            has_lesson = any(item.kind == "lesson" for item in items)
            if has_lesson and any(_counts(item) for item in items):
                yield module

    def cited(self) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:
        """Yield file and sources of every lesson and question, and of every ending of a case."""
        for page in self.curriculum.of_kind("lesson"):
            path = page.texts[languages()[0]].path
            yield path, [block.value for block in page.shared_streams["sources"]]
        for question in self.curriculum.questions.values():
            yield question.path, question.content["sources"]
        for case in self.curriculum.cases.values():
            for scene in case.content["scenes"]:
                if scene["ending"]:
                    yield case.path, scene["ending"]["sources"]


def _counts(page: PageSpec) -> bool:
    return page.quiz is not None and page.quiz.mode not in UNCOUNTED_MODES


def options_of(question: QuestionSpec) -> list[Mapping[str, Any]]:
    """Return the options that learners choose from; other kinds of questions have none."""
    kinds = ("single_choice", "multiple_choice", "true_false")
    return list(question.content.get("options", ())) if question.kind in kinds else []


def is_right(option: Mapping[str, Any]) -> bool:
    """Return whether an option earns marks."""
    return float(option["weight"]) > 0
