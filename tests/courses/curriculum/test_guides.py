"""The trainer's guide of a module is read from two files and kept on the module's page."""

from pathlib import Path

import pytest

from courses.curriculum.folder import read_curriculum
from courses.curriculum.ledger import Decision
from courses.curriculum.problems import CurriculumError
from courses.models import CourseRelease, LessonPage, ModulePage
from courses.publication import publication_problems
from tests.courses.curriculum.conftest import Load
from tests.courses.curriculum.records import edit, english, spanish, totals

FOLDER = "courses/curso/modulo-1"
SPANISH = f"{FOLDER}/guia.es.md"
ENGLISH = f"{FOLDER}/guia.en.md"
ES = """---
title: Guía del módulo 1
---

Antes de la sesión.

::: checklist La sala
- Sillas en círculo
:::

::: term enganche
:::
"""
EN = """---
title: Guide to module 1
---

Before the session.

::: checklist The room
- Chairs in a circle
:::

::: term enganche
:::
"""


def write_guide(folder: Path, es: str = ES, en: str = EN) -> None:
    """Write a guide beside the module of the small curriculum."""
    (folder / SPANISH).write_text(es, encoding="utf-8")
    (folder / ENGLISH).write_text(en, encoding="utf-8")


def problems_of(folder: Path) -> list[str]:
    """Return every problem of a folder as text."""
    with pytest.raises(CurriculumError) as caught:
        read_curriculum(folder)
    return [str(problem) for problem in caught.value.problems]


def test_read_curriculum_puts_a_guide_beside_its_module(folder: Path) -> None:
    write_guide(folder)
    text = read_curriculum(folder).pages["curso/modulo-1"].texts["en"]
    assert text.values["guide_title"] == "Guide to module 1"
    shapes = [block.shape for block in text.streams["guide"]]
    assert shapes == ["text", "checklist of 1", "term enganche"]
    assert text.path_of("guide") == ENGLISH
    assert text.path_of("objectives") == f"{FOLDER}/module.en.md"


def test_module_without_a_guide_keeps_its_digest(folder: Path) -> None:
    text = read_curriculum(folder).pages["curso/modulo-1"].texts["es"]
    assert "guide" not in text.streams
    assert "guide_title" not in text.values


@pytest.mark.parametrize(
    ("es", "en", "problem"),
    [
        (ES.replace("title: Guía del módulo 1", "titulo: x"), EN, f"{SPANISH}:2: the field `title` is missing"),
        (ES, EN.replace("- Chairs in a circle", "- Chairs\n- Water"), f"{ENGLISH}:7: both languages have the same blocks: the source has checklist of 1 ({SPANISH}:7), here is checklist of 2"),
        (ES.replace("term enganche", "term nada"), EN.replace("term enganche", "term nada"), f"{SPANISH}:11: the glossary has no term `nada`"),
        (ES + "\n+++ brief\n\nMenos.\n", EN, f"{SPANISH}:14: a guide has no brief way"),
        ("---\ntitle: Nada\n---\n", EN, f"{SPANISH}:2: the guide has no text"),
        (ES + "\n::: image foto.jpg\nalt: Una sala\n:::\n", EN + "\n::: image foto.jpg\nalt: A room\n:::\n", f"{SPANISH}:14: there is no file “foto.jpg” beside this one"),
    ],
)  # fmt: skip
def test_read_curriculum_reports_each_mistake_of_a_guide_in_its_own_file(
    folder: Path, es: str, en: str, problem: str
) -> None:
    write_guide(folder, es, en)
    assert problem in problems_of(folder)


def test_read_curriculum_asks_for_a_guide_in_both_languages(folder: Path) -> None:
    write_guide(folder)
    (folder / ENGLISH).unlink()
    message = f"{ENGLISH}:1: this file is missing: a guide has all languages"
    assert problems_of(folder) == [message]


def test_read_curriculum_takes_guides_only_beside_modules(folder: Path) -> None:
    (folder / "courses/curso/guia.es.md").write_text(ES, encoding="utf-8")
    message = "nothing reads this file: is its name right, and does a list name it?"
    assert problems_of(folder) == [f"courses/curso/guia.es.md:1: {message}"]


@pytest.mark.django_db
def test_load_keeps_a_guide_on_the_pages_of_its_module(folder: Path, load: Load) -> None:
    write_guide(folder)
    load()
    page = spanish(ModulePage, "modulo-1")
    assert page.guide_title == "Guía del módulo 1"
    assert [block.block_type for block in page.guide] == ["text", "checklist", "term"]
    assert english(ModulePage, "modulo-1").guide[2].value["term"].term == "Hook"
    assert totals(load()).keys() == {Decision.UNCHANGED}


@pytest.mark.django_db
def test_load_rewrites_only_the_page_of_a_changed_guide(folder: Path, load: Load) -> None:
    write_guide(folder)
    load()
    release = CourseRelease.objects.get()
    lesson = spanish(LessonPage, "leccion-1").latest_revision_id
    write_guide(folder, ES.replace("Antes de", "Un día antes de"))
    assert totals(load())[Decision.UPDATE] == 1
    assert "Un día antes" in spanish(ModulePage, "modulo-1").guide[0].value.source
    assert spanish(LessonPage, "leccion-1").latest_revision_id == lesson
    assert CourseRelease.objects.get() == release


@pytest.mark.django_db
def test_load_adds_and_takes_away_a_guide(folder: Path, load: Load) -> None:
    load()
    assert not spanish(ModulePage, "modulo-1").guide
    write_guide(folder)
    assert totals(load())[Decision.UPDATE] == 2
    (folder / SPANISH).unlink()
    (folder / ENGLISH).unlink()
    load()
    page = spanish(ModulePage, "modulo-1")
    assert (page.guide_title, list(page.guide)) == ("", [])


@pytest.mark.django_db
def test_load_keeps_what_a_trainer_wrote_into_a_guide(folder: Path, load: Load) -> None:
    write_guide(folder)
    load()
    edit(spanish(ModulePage, "modulo-1"), guide_title="Mi guía")
    write_guide(folder, ES.replace("Antes de", "Un día antes de"))
    report = load()
    assert len(report.kept) == 1
    assert spanish(ModulePage, "modulo-1").guide_title == "Mi guía"


@pytest.mark.django_db
def test_guide_without_a_title_is_not_published(folder: Path, load: Load) -> None:
    write_guide(folder)
    load()
    page = spanish(ModulePage, "modulo-1")
    page.guide_title = " "
    assert [problem.place for problem in publication_problems(page)] == ["guide_title"]
