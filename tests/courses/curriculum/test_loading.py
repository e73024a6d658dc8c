"""A load writes both languages, publishes, releases, and writes all or nothing."""

from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from PIL import Image as PillowImage
from wagtail.images import get_image_model
from wagtail.models import Page, Site

from courses.curriculum.folder import read_curriculum
from courses.curriculum.ledger import Decision
from courses.curriculum.loader import load_curriculum
from courses.curriculum.problems import CurriculumError
from courses.models import (
    CourseIndexPage,
    CoursePage,
    CourseRelease,
    GlossaryTerm,
    Helpline,
    HomePage,
    LessonPage,
    ModulePage,
    Question,
    Quiz,
    QuizPage,
)
from tests.courses.curriculum.conftest import Load
from tests.courses.curriculum.records import edit, english, rows, spanish, totals
from tests.factories.curriculum import change

pytestmark = pytest.mark.django_db

LESSON = "courses/curso/modulo-1/leccion-1.es.md"
ENGLISH = "courses/curso/modulo-1/leccion-1.en.md"
MODULE = "courses/curso/modulo-1/module.yaml"
QUIZ = "courses/curso/modulo-1/prueba.yaml"
QUESTION = "questions/modulo-1/q-1.md"


def test_load_makes_both_trees_live_below_the_site(load: Load) -> None:
    load()
    paths = Page.objects.filter(depth__gt=1, live=True, has_unpublished_changes=False)
    below = [
        "cursos/",
        "cursos/curso/",
        "cursos/curso/modulo-1/",
        "cursos/curso/modulo-1/leccion-1/",
        "cursos/curso/modulo-1/leccion-2/",
        "cursos/curso/modulo-1/prueba/",
    ]
    expected = ["/inicio/", *(f"/inicio/{path}" for path in below)]
    expected += ["/home/", *(f"/home/{path}" for path in below)]
    assert list(paths.order_by("path").values_list("url_path", flat=True)) == expected
    site = Site.objects.get()
    assert site.root_page.specific == HomePage.objects.get(locale__language_code="es")
    assert (site.hostname, site.port, site.is_default_site) == ("testserver", 443, True)
    assert not Page.objects.filter(title__startswith="Welcome").exists()


def test_load_leaves_the_site_of_an_administrator(load: Load) -> None:
    load()
    Site.objects.update(hostname="amparo.example")
    load()
    assert Site.objects.get().hostname == "amparo.example"


def test_load_ties_translations_to_their_source(load: Load) -> None:
    load()
    for model in (HomePage, CourseIndexPage, CoursePage, ModulePage, LessonPage, QuizPage):
        for page in model.objects.filter(locale__language_code="es"):
            translated = model.objects.get(
                translation_key=page.translation_key, locale__language_code="en"
            )
            assert translated.translated_from_revision == page.live_revision_id
            assert translated.alias_of is None
    for snippet in (Helpline, GlossaryTerm):
        assert snippet.objects.values("translation_key").distinct().count() == 1
        assert snippet.objects.count() == 2

    ids = [
        [block.id for block in page.body]
        for page in LessonPage.objects.filter(slug="leccion-1").order_by("locale__language_code")
    ]
    assert len(ids[0]) == 8
    assert ids[0] == ids[1]


def test_load_resolves_what_pages_name_in_their_own_language(load: Load) -> None:
    load()
    for code in ("es", "en"):
        lesson = LessonPage.objects.get(slug="leccion-1", locale__language_code=code)
        terms = [block.value["term"] for block in lesson.body if block.block_type == "term"]
        assert terms == [GlossaryTerm.objects.get(locale__language_code=code)]
        quiz_page = QuizPage.objects.get(slug="prueba", locale__language_code=code)
        required = [(block.value.slug, block.value.locale) for block in quiz_page.requires]
        assert required == [("leccion-1", lesson.locale), ("leccion-2", lesson.locale)]
        assert quiz_page.quiz == Quiz.objects.get(slug="curso-modulo-1-prueba")


def test_load_publishes_questions_fills_the_quiz_and_stores_valid_lessons(load: Load) -> None:
    load()
    assert sorted(Question.objects.values_list("key", "live_version__number")) == [
        ("q-1", 1),
        ("q-2", 1),
        ("q-3", 1),
    ]
    sources = Quiz.objects.get().sources.order_by("sort_order")
    assert list(sources.values_list("question__key", "category__path", "count")) == [
        ("q-1", None, None),
        (None, "modulo-1", 2),
    ]
    for lesson in LessonPage.objects.all():
        lesson.full_clean()
        for stream in (lesson.body, lesson.brief_body, lesson.sources):
            stream.stream_block.clean(stream)


def test_load_releases_the_course_once(load: Load) -> None:
    assert load().notes == ["released: curso, release 1"]
    assert load().notes == []
    release = CourseRelease.objects.get()
    assert release.is_pilot
    assert release.typed_promise.minutes == 21
    assert release.typed_promise.languages == ("es", "en")


def test_load_releases_again_when_a_file_changes_the_promise(folder: Path, load: Load) -> None:
    load()
    change(folder, LESSON, "minutes: 5", "minutes: 7")
    assert load().notes == ["released: curso, release 2"]
    change(folder, LESSON, "Primero la seguridad.", "Primero, la seguridad.")
    assert load().notes == []


def test_load_without_release_makes_none(load: Load) -> None:
    load(with_release=False)
    assert not CourseRelease.objects.exists()


def test_load_does_not_release_what_a_trainer_changed(load: Load) -> None:
    load()
    edit(spanish(LessonPage, "leccion-1"), minutes=9)
    assert load().notes == []
    assert CourseRelease.objects.count() == 1


def put_image(folder: Path, colour: str = "green") -> None:
    """Put a small picture beside the first lesson."""
    path = folder / "courses/curso/modulo-1/dibujo.png"
    PillowImage.new("RGB", (40, 30), colour).save(path)


def name_image(folder: Path) -> None:
    for path, heading in ((LESSON, "## Un título"), (ENGLISH, "## A heading")):
        change(folder, path, heading, f"::: image dibujo.png\nalt: Un mapa.\n:::\n\n{heading}")


def test_load_files_a_picture_and_renews_it(folder: Path, load: Load) -> None:
    put_image(folder)
    name_image(folder)
    load()
    first = get_image_model().objects.get()
    assert spanish(LessonPage, "leccion-1").body[1].value["image"] == first
    assert not load().has_changes
    put_image(folder, "red")
    assert totals(load())[Decision.UPDATE] == 3
    second = get_image_model().objects.exclude(pk=first.pk).get()
    assert english(LessonPage, "leccion-1").body[1].value["image"] == second


def test_load_leaves_no_file_behind_after_an_error(folder: Path, load: Load, now: datetime) -> None:
    load()
    put_image(folder)
    name_image(folder)
    change(folder, QUESTION, "type: single_choice", "type: multiple_choice")
    before = rows(), stored_files()
    with pytest.raises(CurriculumError):
        load()
    assert (rows(), stored_files()) == before


def stored_files() -> list[str]:
    folder = "original_images"
    return sorted(default_storage.listdir(folder)[1]) if default_storage.exists(folder) else []


def test_command_writes_nothing_with_one_mistake(folder: Path) -> None:
    line = change(folder, LESSON, "minutes: 5", "minutes: x")
    before, errors = rows(), StringIO()
    with pytest.raises(CommandError, match=r"^1 mistake; nothing was written$"):
        call_command("load_curriculum", folder, stderr=errors)
    message = "`minutes` must be a whole number from 1 to 240, not “x”"
    assert errors.getvalue() == f"{LESSON}:{line}: {message}\n"
    assert rows() == before


def test_command_only_checks_on_demand(folder: Path) -> None:
    before, out = rows(), StringIO()
    call_command("load_curriculum", folder, check=True, stdout=out)
    assert out.getvalue() == "no mistakes found; nothing was written\n"
    assert rows() == before


def test_command_reports_what_it_did(folder: Path) -> None:
    out = StringIO()
    call_command("load_curriculum", folder, stdout=out)
    assert out.getvalue().splitlines() == [
        "glossary term: 2 created, 0 updated, 0 unchanged, 0 kept",
        "helpline: 2 created, 0 updated, 0 unchanged, 0 kept",
        "categories: 2 created, 0 updated, 0 unchanged, 0 kept",
        "questions: 3 created, 0 updated, 0 unchanged, 0 kept",
        "quizzes: 1 created, 0 updated, 0 unchanged, 0 kept",
        "pages: 12 created, 0 updated, 0 unchanged, 0 kept",
        "released: curso, release 1",
    ]


def test_the_starter_curriculum_loads_and_loads_again(now: datetime) -> None:
    starter = Path(settings.BASE_DIR) / "fixtures" / "curriculum"
    first = load_curriculum(read_curriculum(starter), now=now)
    assert first.notes == [
        "released: curso-inicial, release 1",
        "released: practica-primer-contacto, release 1",
        "released: primera-respuesta, release 1",
    ]
    assert Question.objects.filter(live_version__isnull=False).count() >= 129
    before = rows()
    second = load_curriculum(read_curriculum(starter), now=now)
    assert totals(second) == {Decision.UNCHANGED: first.total(Decision.CREATE)}
    assert rows() == before
