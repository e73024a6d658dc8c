"""Reads a whole folder of curriculum and checks it, file by file and as a whole."""

from collections.abc import Iterator
from pathlib import Path

from courses.curriculum.assets import DOCUMENT, IMAGE, read_asset
from courses.curriculum.body import Block
from courses.curriculum.casefiles import read_case_file
from courses.curriculum.checks import check_curriculum
from courses.curriculum.documents import Source, read_fields
from courses.curriculum.fields import KEY
from courses.curriculum.guidefiles import guide_path
from courses.curriculum.libraryfiles import CARDS, FIGURES, SERVICES, read_library
from courses.curriculum.pagefiles import (
    read_course,
    read_home,
    read_item_page,
    read_module,
)
from courses.curriculum.problems import CurriculumError, Problems
from courses.curriculum.questionfiles import read_question
from courses.curriculum.snippetfiles import GLOSSARY, HELPLINES, read_glossary, read_helplines
from courses.curriculum.sourcefiles import SOURCES, read_source_records
from courses.curriculum.structures import Curriculum, PageSpec, PageText
from courses.texts import languages

_ASIDE = ("README.md", "LICENSE.md")
CATEGORY = "category.yaml"
CASES = "cases"
ALLOWED = "allowed.yaml"
"""Exceptions from the list of forbidden words; only `check_curriculum` reads it."""


def read_curriculum(folder: Path) -> Curriculum:
    """Return all that a folder says; raise CurriculumError with every mistake that it holds."""
    problems = Problems()
    if not folder.is_dir():
        problems.add(str(folder), 1, "there is no such folder")
        raise CurriculumError(problems.sorted())
    source = Source(folder, problems)
    curriculum = Curriculum(folder)
    curriculum.pages[""] = read_home(source)
    for path in _folders(source, "courses"):
        _read_pages(source, curriculum, read_course(source, path.rpartition("/")[2]))
    curriculum.helplines = read_helplines(source)
    curriculum.glossary = read_glossary(source)
    curriculum.source_records = read_source_records(source)
    read_library(source, curriculum)
    for path in _folders(source, "questions"):
        _read_category(source, curriculum, path)
    _read_cases(source, curriculum)
    _read_assets(source, curriculum)
    check_curriculum(curriculum, source)
    _check_strays(source, curriculum)
    if problems:
        raise CurriculumError(problems.sorted())
    return curriculum


def _folders(source: Source, path: str) -> Iterator[str]:
    """Yield the folders inside one, by name; a file there is a mistake."""
    folder = source.folder / path
    if not folder.is_dir():
        return
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or not entry.is_dir():
            continue
        if not KEY.fullmatch(entry.name):
            message = "a folder's name takes small letters, digits and hyphens only"
            source.problems.add(f"{path}/{entry.name}", 1, message)
        else:
            yield f"{path}/{entry.name}"


def _read_pages(source: Source, curriculum: Curriculum, course: PageSpec) -> None:
    curriculum.pages[course.address] = course
    for slug in course.children:
        address = f"{course.address}/{slug}"
        if not (source.folder / "courses" / address).is_dir():
            path = f"courses/{course.address}/course.yaml"
            source.problems.add(path, 1, f"there is no folder for the module `{slug}`")
            continue
        module = read_module(source, address)
        curriculum.pages[address] = module
        for item in module.children:
            item_address = f"{address}/{item}"
            curriculum.pages[item_address] = read_item_page(source, item_address)


def _read_category(source: Source, curriculum: Curriculum, path: str) -> None:
    category = path.removeprefix("questions/")
    if len(category) > 200:
        source.problems.add(path, 1, "the path of this category is too long")
    curriculum.categories[category] = _category_name(source, path)
    for file in sorted((source.folder / path).glob("*.md")):
        name = f"{path}/{file.name}"
        if file.name in _ASIDE:
            continue
        question = read_question(source, name, category)
        if question is None:
            continue
        other = curriculum.questions.get(question.key)
        if other is not None:
            source.problems.add(name, 1, f"the key `{question.key}` is taken by {other.path}")
        else:
            curriculum.questions[question.key] = question
    for below in _folders(source, path):
        _read_category(source, curriculum, below)


def _category_name(source: Source, path: str) -> str:
    file = f"{path}/{CATEGORY}"
    fields = read_fields(source, file) if source.has(file) else None
    if fields is None:
        return path.rpartition("/")[2].replace("-", " ").capitalize()
    name = fields.text("name", longest=120)
    fields.finish()
    return name


def _read_cases(source: Source, curriculum: Curriculum) -> None:
    for file in sorted((source.folder / CASES).glob("*.yaml")):
        case = read_case_file(source, f"{CASES}/{file.name}")
        if case is not None and case.key:
            curriculum.cases[case.key] = case


def _read_assets(source: Source, curriculum: Curriculum) -> None:
    """Read every picture and document that a text names."""
    for page in curriculum.pages.values():
        for text in page.texts.values():
            for name, block in _blocks(text):
                for kind in (IMAGE, DOCUMENT):
                    if block.references.get(kind):
                        asset, path = block.references[kind], text.path_of(name)
                        _read_asset(source, curriculum, kind, asset, path, block.line)
    for question in curriculum.questions.values():
        if question.figure:
            _read_asset(source, curriculum, IMAGE, question.figure, question.path, 1)


def _blocks(text: PageText) -> Iterator[tuple[str, Block]]:
    """Yield every block of a text with the name of its stream."""
    return ((name, block) for name, blocks in text.streams.items() for block in blocks)


def _read_asset(
    source: Source, curriculum: Curriculum, kind: str, asset: str, path: str, line: int
) -> None:
    found = read_asset(source.folder, source.problems, kind=kind, asset=asset, path=path, line=line)
    if found is not None:
        curriculum.assets[found.path] = found


def _check_strays(source: Source, curriculum: Curriculum) -> None:
    """Note every text that nothing reads: most likely a name is misspelt or a list forgets it."""
    known = {f"site.{code}.md" for code in languages()} | {HELPLINES, GLOSSARY, SOURCES, *_ASIDE}
    known |= {SERVICES, FIGURES, ALLOWED}
    known |= {f"{CARDS}/{card.key}.{code}.md" for card in curriculum.cards for code in languages()}
    for page in curriculum.pages.values():
        stem = f"courses/{page.address}"
        stem = f"{stem}/{page.kind}" if page.kind in ("course", "module") else stem
        known |= {f"{stem}.yaml", *(f"{stem}.{code}.md" for code in languages())}
        if page.kind == "module":
            known |= {guide_path(page.address, code) for code in languages()}
    for file in sorted(source.folder.rglob("*")):
        path = file.relative_to(source.folder).as_posix()
        if file.suffix not in (".md", ".yaml", ".yml") or "/." in f"/{path}":
            continue
        is_question = path.startswith("questions/") and file.suffix == ".md" and path.count("/") > 1
        is_case = path.startswith(f"{CASES}/") and file.suffix == ".yaml" and path.count("/") == 1
        is_read = is_question or is_case or path in known or file.name in (*_ASIDE, CATEGORY)
        if not is_read:
            message = "nothing reads this file: is its name right, and does a list name it?"
            source.problems.add(path, 1, message)
