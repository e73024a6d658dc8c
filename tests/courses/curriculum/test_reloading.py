"""A later load changes what the files changed, and respects what trainers did."""

from datetime import datetime
from pathlib import Path

import pytest
from wagtail.models import Page, Revision

from courses.curriculum.ledger import Decision
from courses.curriculum.problems import CurriculumError
from courses.models import (
    Helpline,
    LessonPage,
    LoadedItem,
    ModulePage,
    Question,
    Quiz,
    QuizPage,
)
from courses.services import publish_question, save_question
from tests.courses.curriculum.conftest import Load
from tests.courses.curriculum.records import edit, english, rows, spanish, totals
from tests.factories.curriculum import change

pytestmark = pytest.mark.django_db

LESSON = "courses/curso/modulo-1/leccion-1.es.md"
ENGLISH = "courses/curso/modulo-1/leccion-1.en.md"
MODULE = "courses/curso/modulo-1/module.yaml"
QUIZ = "courses/curso/modulo-1/prueba.yaml"
QUESTION = "questions/modulo-1/q-1.md"


def test_load_twice_changes_nothing(load: Load) -> None:
    first = load()
    before = rows(), list(Revision.objects.order_by("pk").values_list("pk", "created_at"))
    items = list(LoadedItem.objects.order_by("pk").values())
    second = load()
    assert totals(second) == {Decision.UNCHANGED: first.total(Decision.CREATE)}
    assert second.kept == second.vanished == []
    after = rows(), list(Revision.objects.order_by("pk").values_list("pk", "created_at"))
    assert after == before
    assert list(LoadedItem.objects.order_by("pk").values()) == items


def test_load_updates_only_what_a_changed_file_made(folder: Path, load: Load) -> None:
    load()
    other = spanish(LessonPage, "leccion-2").latest_revision_id
    translated_from = english(LessonPage, "leccion-1").translated_from_revision
    change(folder, LESSON, "Primero la seguridad.", "Antes que nada, la seguridad.")
    assert totals(load())[Decision.UPDATE] == 1
    lesson = spanish(LessonPage, "leccion-1")
    assert lesson.body[2].value.source == "<p>Antes que nada, la seguridad.</p>"
    assert lesson.revisions.count() == 2
    assert not lesson.has_unpublished_changes
    assert spanish(LessonPage, "leccion-2").latest_revision_id == other
    # the translation still says which revision it translates: an older one
    assert english(LessonPage, "leccion-1").translated_from_revision == translated_from
    assert translated_from != lesson.live_revision_id


def test_load_carries_shared_fields_without_calling_the_translation_new(
    folder: Path, load: Load
) -> None:
    load()
    translated_from = english(LessonPage, "leccion-1").translated_from_revision
    change(folder, LESSON, "minutes: 5", "minutes: 8")
    load()
    assert english(LessonPage, "leccion-1").minutes == 8
    assert english(LessonPage, "leccion-1").translated_from_revision == translated_from
    change(folder, ENGLISH, "Safety first.", "Safety comes first.")
    load()
    lesson = spanish(LessonPage, "leccion-1")
    assert english(LessonPage, "leccion-1").translated_from_revision == lesson.live_revision_id


def test_load_makes_a_new_version_of_a_changed_question(folder: Path, load: Load) -> None:
    load()
    change(folder, QUESTION, "> Bien.", "> Muy bien.")
    assert totals(load())[Decision.UPDATE] == 1
    question = Question.objects.get(key="q-1")
    assert question.versions.count() == 2
    assert question.live_version is not None
    assert question.live_version.typed_content.options[0].feedback["es"] == "Muy bien."


def test_load_refuses_another_type_for_a_known_question(folder: Path, load: Load) -> None:
    load()
    change(folder, QUESTION, "type: single_choice", "type: multiple_choice")
    with pytest.raises(CurriculumError) as caught:
        load()
    message = "the type of `q-1` cannot change: give the new question a new key"
    assert [str(problem) for problem in caught.value.problems] == [f"{QUESTION}:1: {message}"]


def test_load_follows_a_question_to_another_category(folder: Path, load: Load) -> None:
    load()
    (folder / QUESTION).rename(folder / "questions/modulo-1/mitos/q-1.md")
    report = load()
    assert totals(report)[Decision.UPDATE] == 1
    assert report.vanished == []
    assert Question.objects.get(key="q-1").category.path == "modulo-1/mitos"
    assert not load().has_changes


def test_load_updates_the_quiz(folder: Path, load: Load) -> None:
    load()
    change(folder, QUIZ, "attempts: null", "attempts: 3")
    change(folder, QUIZ, "draw: 2", "draw: 1")
    assert totals(load())[Decision.UPDATE] == 1
    quiz = Quiz.objects.get()
    assert quiz.attempts == 3
    assert sorted(quiz.sources.values_list("count", flat=True), key=str) == [1, None]


def test_load_moves_the_items_of_a_module(folder: Path, load: Load) -> None:
    load()
    change(folder, MODULE, "[leccion-1, leccion-2, prueba]", "[leccion-2, prueba, leccion-1]")
    load()
    for code in ("es", "en"):
        module = ModulePage.objects.get(locale__language_code=code)
        slugs = list(module.get_children().order_by("path").values_list("slug", flat=True))
        assert slugs == ["leccion-2", "prueba", "leccion-1"]
    assert Page.find_problems() == ([], [], [], [], [])


def test_load_adds_a_lesson_to_a_module(folder: Path, load: Load) -> None:
    load()
    for code in ("es", "en"):
        source = folder / f"courses/curso/modulo-1/leccion-1.{code}.md"
        source.with_name(f"leccion-3.{code}.md").write_text(source.read_text("utf-8"), "utf-8")
    change(folder, MODULE, "[leccion-1,", "[leccion-3, leccion-1,")
    report = load()
    assert totals(report)[Decision.CREATE] == 2
    module = ModulePage.objects.get(locale__language_code="en")
    slugs = list(module.get_children().order_by("path").values_list("slug", flat=True))
    assert slugs == ["leccion-3", "leccion-1", "leccion-2", "prueba"]
    assert Page.find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize("is_published", [True, False])
def test_load_keeps_a_page_that_a_trainer_edited(
    folder: Path, load: Load, is_published: bool
) -> None:
    load()
    lesson = spanish(LessonPage, "leccion-1")
    lesson.title = "De la formadora"
    revision = lesson.save_revision()
    if is_published:
        revision.publish()
    change(folder, LESSON, "title: Primera", "title: Otra")
    report = load()
    assert report.kept == [f"{LESSON}: edited by a trainer"]
    lesson = spanish(LessonPage, "leccion-1")
    assert lesson.get_latest_revision_as_object().title == "De la formadora"
    assert lesson.title == ("De la formadora" if is_published else "Primera")


def test_load_overwrites_a_page_on_demand(folder: Path, load: Load) -> None:
    load()
    edit(spanish(LessonPage, "leccion-1"), title="De la formadora")
    report = load(overwrite=True)
    assert (report.kept, totals(report)[Decision.UPDATE]) == ([], 1)
    assert spanish(LessonPage, "leccion-1").title == "Primera"
    assert not load().has_changes


def test_load_keeps_what_a_trainer_edited_elsewhere(load: Load, now: datetime) -> None:
    load()
    Helpline.objects.filter(locale__language_code="es").update(number="911")
    Quiz.objects.update(pass_mark=80)
    question = Question.objects.get(key="q-2")
    assert question.live_version is not None
    content = {**question.live_version.content, "level": "remember"}
    save_question(content=content, acting_user=None, now=now, question=question)
    publish_question(question=question, acting_user=None, now=now)
    report = load()
    assert sorted(report.kept) == [
        f"{QUIZ}: edited by a trainer",
        "helplines.yaml#105.es: edited by a trainer",
        "questions/modulo-1/q-2.md: edited by a trainer",
    ]
    assert not report.has_changes
    load(overwrite=True)
    assert Helpline.objects.get(locale__language_code="es").number == "105"
    question.refresh_from_db()
    assert question.live_version is not None
    assert (question.live_version.number, question.live_version.content["level"]) == (3, "apply")


def test_load_does_not_bring_back_what_a_trainer_deleted(load: Load) -> None:
    load()
    for lesson in LessonPage.objects.filter(slug="leccion-2"):
        Page.objects.get(pk=lesson.pk).delete()
    report = load()
    assert sorted(report.kept) == [
        "courses/curso/modulo-1/leccion-2.en.md: deleted by a trainer",
        "courses/curso/modulo-1/leccion-2.es.md: deleted by a trainer",
    ]
    assert LessonPage.objects.filter(slug="leccion-2").count() == 0
    load(overwrite=True)
    assert LessonPage.objects.filter(slug="leccion-2", live=True).count() == 2


def test_load_takes_over_no_record_that_no_file_made(load: Load) -> None:
    load()
    LoadedItem.objects.filter(path=LESSON).delete()
    report = load()
    assert report.kept == [f"{LESSON}: such a record exists already, and no file made it"]


def test_load_names_files_that_vanished(folder: Path, load: Load) -> None:
    load()
    (folder / "helplines.yaml").unlink()
    report = load()
    assert report.vanished == ["helplines.yaml#105.en", "helplines.yaml#105.es"]
    assert Helpline.objects.count() == 2


def test_load_writes_nothing_when_publication_is_refused(
    folder: Path, load: Load, now: datetime
) -> None:
    load()
    lesson = spanish(LessonPage, "leccion-1")
    before = rows()
    for page in (*LessonPage.objects.all(), *QuizPage.objects.all()):
        page.unpublish()
    between = rows()
    change(folder, "courses/curso/modulo-1/module.es.md", "summary: Uno.", "summary: Otro.")
    change(folder, LESSON.replace("leccion-1", "leccion-2"), "minutes: 6", "minutes: 9")
    with pytest.raises(CurriculumError) as caught:
        load()
    assert [(problem.path, problem.line) for problem in caught.value.problems] == [
        ("courses/curso/modulo-1/module.es.md", 1)
    ]
    assert rows() == between
    assert before["courses.LessonPage"] == between["courses.LessonPage"]
    assert spanish(LessonPage, "leccion-1").latest_revision_id == lesson.latest_revision_id


def test_page_whose_file_vanished_stays_and_a_trainer_releases(folder: Path, load: Load) -> None:
    load()
    change(folder, "courses/curso/modulo-1/module.yaml", ", prueba", "")
    for name in ("prueba.yaml", "prueba.es.md", "prueba.en.md"):
        (folder / "courses/curso/modulo-1" / name).unlink()
    for path in (folder / "questions/modulo-1").rglob("q-*.md"):
        path.unlink()
    Question.objects.update(live_version=None)
    change(folder, LESSON, "minutes: 5", "minutes: 6")

    report = load()

    assert LessonPage.objects.filter(slug="leccion-1", minutes=6).count() == 2
    assert any("not released" in note for note in report.notes), report.notes
    assert QuizPage.objects.filter(live=True).count() == 2
