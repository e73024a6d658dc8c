"""Modules that several courses share: read from files, loaded, changed, and followed in the admin."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from courses.curriculum.folder import read_curriculum
from courses.curriculum.problems import CurriculumError
from courses.models import CoursePage, CourseRelease, LessonPage, ModulePage, QuizPage
from courses.queries import build_promise, promised_titles
from courses.sharing import SharingRefused, share_module
from tests.courses.curriculum.conftest import Load
from tests.courses.curriculum.records import edit, rows, spanish
from tests.factories import UserFactory
from tests.factories.curriculum import change

pytestmark = pytest.mark.django_db

COURSE = "courses/corto/course.yaml"
LESSON = "courses/curso/modulo-1/leccion-1.es.md"
MODULE = "courses/curso/modulo-1/module.yaml"


@pytest.fixture
def folder(folder: Path) -> Path:
    """Return the small curriculum with a second course that has nothing but the module of the first."""
    (folder / "courses/corto").mkdir()
    for code in ("es", "en"):
        text = (folder / f"courses/curso/course.{code}.md").read_text(encoding="utf-8")
        (folder / f"courses/corto/course.{code}.md").write_text(text, encoding="utf-8")
    text = (folder / "courses/curso/course.yaml").read_text(encoding="utf-8")
    (folder / COURSE).write_text(text.replace("[modulo-1]", "[curso/modulo-1]"), encoding="utf-8")
    return folder


def short(language: str = "es") -> CoursePage:
    course: CoursePage = CoursePage.objects.get(slug="corto", locale__language_code=language)
    return course


def below(course: CoursePage) -> list[tuple[str, bool, str]]:
    """Return what stands below a course: slug, whether it is live, title."""
    rows = course.get_descendants().order_by("path")
    return list(rows.values_list("slug", "live", "title"))


def test_shared_module_stands_in_both_courses_and_is_written_once(load: Load) -> None:
    load()

    original, copy = (
        CoursePage.objects.get(slug=s, locale__language_code="es") for s in ("curso", "corto")
    )
    assert below(copy) == below(original)
    assert [slug for slug, _live, _title in below(copy)] == [
        "modulo-1", "leccion-1", "leccion-2", "prueba",
    ]  # fmt: skip
    assert (
        QuizPage.objects.filter(locale__language_code="es").values("quiz").distinct().count() == 1
    )
    assert LessonPage.objects.child_of(copy.get_first_child()).exclude(alias_of=None).count() == 2


def test_promise_of_the_second_course_has_keys_of_its_own_in_both_languages(load: Load) -> None:
    load()

    first, second = (
        CourseRelease.objects.get(course_key=course.translation_key).typed_promise
        for course in CoursePage.objects.filter(locale__language_code="es").order_by("-slug")
    )
    assert [item.titles for item in first.items()] == [item.titles for item in second.items()]
    assert all(set(item.titles) == {"es", "en"} for item in second.items())
    assert (first.minutes, first.languages) == (second.minutes, second.languages)
    assert {item.key for item in first.items()}.isdisjoint(item.key for item in second.items())
    quiz = list(second.items())[-1]
    assert quiz.requires == tuple(item.key for item in second.items())[:2]


def test_second_load_writes_nothing(load: Load) -> None:
    load()
    before = rows()

    assert not load().has_changes
    assert rows() == before


def test_what_changes_in_the_original_changes_in_the_copy(folder: Path, load: Load) -> None:
    load()
    change(folder, LESSON, "title: Primera", "title: Renovada")
    load()

    assert [title for _slug, _live, title in below(short())][1] == "Renovada"
    edit(
        LessonPage.objects.get(slug="leccion-1", alias_of=None, locale__language_code="en"),
        title="New",
    )
    assert below(short("en"))[1][2] == "New"


def test_new_lesson_and_another_order_come_to_the_copy(folder: Path, load: Load) -> None:
    load()
    for code in ("es", "en"):
        text = (folder / LESSON.replace(".es.", f".{code}.")).read_text(encoding="utf-8")
        (folder / f"courses/curso/modulo-1/leccion-3.{code}.md").write_text(text, encoding="utf-8")
    change(folder, MODULE, "leccion-1, leccion-2", "leccion-3, leccion-2, leccion-1")
    load()

    for language in ("es", "en"):
        assert [slug for slug, _live, _title in below(short(language))] == [
            "modulo-1", "leccion-3", "leccion-2", "leccion-1", "prueba",
        ]  # fmt: skip
    keys = {
        page.locale.language_code: page.translation_key
        for page in LessonPage.objects.filter(slug="leccion-3").exclude(alias_of=None)
    }
    assert keys["es"] == keys["en"]
    assert len(build_promise(short()).modules[0].items) == 4


def test_module_that_a_trainer_took_out_stays_out_until_the_list_changes(
    folder: Path, load: Load
) -> None:
    load()
    ModulePage.objects.child_of(short()).get().delete()
    load()
    is_out = short().get_children().exists()
    change(folder, COURSE, "validity_months: 24", "validity_months: 12")
    load()

    assert not is_out
    assert short().get_children().exists()


def test_original_is_deleted_with_its_copies_and_never_once_one_was_promised(load: Load) -> None:
    load(with_release=False)
    lesson = LessonPage.objects.get(slug="leccion-2", alias_of=None, locale__language_code="es")
    was_promised = promised_titles([lesson])
    load(with_release=True)
    CourseRelease.objects.filter(course_key=spanish(CoursePage, "curso").translation_key).delete()

    lesson.delete()

    assert was_promised == []
    assert [slug for slug, _live, _title in below(short())] == ["modulo-1", "leccion-1", "prueba"]


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ("[curso/modulo-9]", "`modules` names `curso/modulo-9`, which is no module of another course"),
        ("[corto/modulo-1]", "`corto/modulo-1` is a module of this course: `modulo-1`"),
        ("[curso/modulo-1, curso/modulo-1]", "`modulo-1` is listed twice"),
        ("[curso/modulo-1/leccion-1]", "`curso/modulo-1/leccion-1` is no module: its folder, or another course and its folder"),
    ],
)  # fmt: skip
def test_wrong_list_of_modules_is_a_mistake(folder: Path, modules: str, message: str) -> None:
    change(folder, COURSE, "[curso/modulo-1]", modules)

    with pytest.raises(CurriculumError) as caught:
        read_curriculum(folder)
    assert f"{COURSE}:5: {message}" in [str(problem) for problem in caught.value.problems]


def test_sharing_is_refused_where_it_makes_no_sense(load: Load) -> None:
    load()
    original = ModulePage.objects.get(slug="modulo-1", alias_of=None, locale__language_code="es")
    copy = ModulePage.objects.child_of(short()).get()
    course = spanish(CoursePage, "curso")

    with translation.override("en"):
        with pytest.raises(SharingRefused, match="stands in this course already"):
            share_module(module=original, course=course)
        with pytest.raises(SharingRefused, match="in which it was written"):
            share_module(module=copy, course=course)
    assert share_module(module=original, course=short()) == copy


def test_lesson_that_is_written_in_the_admin_comes_to_the_copy(client: Client, load: Load) -> None:
    load()
    client.force_login(UserFactory(is_superuser=True))
    module = ModulePage.objects.get(slug="modulo-1", alias_of=None, locale__language_code="es")
    lesson = LessonPage.objects.get(slug="leccion-1", alias_of=None, locale__language_code="es")

    client.post(
        reverse("wagtailadmin_pages:copy", args=[lesson.pk]),
        {"new_title": "Otra", "new_slug": "leccion-4", "new_parent_page": module.pk},
    )

    assert "leccion-4" in [slug for slug, _live, _title in below(short())]


def test_own_module_waits_for_a_shared_lesson(folder: Path, load: Load) -> None:
    own = folder / "courses/corto/cierre"
    own.mkdir()
    for code in ("es", "en"):
        text = (folder / f"courses/curso/modulo-1/module.{code}.md").read_text(encoding="utf-8")
        (own / f"module.{code}.md").write_text(text, encoding="utf-8")
        text = (folder / LESSON.replace(".es.", f".{code}.")).read_text(encoding="utf-8")
        (own / f"leccion-1.{code}.md").write_text(text, encoding="utf-8")
    (own / "module.yaml").write_text(
        "items: [leccion-1]\nrequires: [modulo-1/leccion-2]\n", encoding="utf-8"
    )
    change(folder, COURSE, "[curso/modulo-1]", "[cierre, curso/modulo-1]")
    load()

    closing, shared = build_promise(short()).modules
    assert closing.requires == (shared.items[1].key,)
    assert [slug for slug, _live, _title in below(short())][::2] == [
        "cierre",
        "modulo-1",
        "leccion-2",
    ]
