"""A course that renews the certificates of another: promise, rules, rights, files."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from courses.curriculum.folder import read_curriculum
from courses.curriculum.ledger import Decision
from courses.curriculum.loader import load_curriculum
from courses.curriculum.problems import CurriculumError
from courses.enums import StaffPart
from courses.models import CoursePage, CourseRelease
from courses.promise_changes import promise_changes
from courses.promises import CoursePromise
from courses.publication import publication_problems
from courses.queries import build_promise
from courses.services import ReleaseRefused, release_course
from lms.accounts.enums import StaffRole
from lms.learning.models import Enrolment
from lms.learning.services import TAKEN_AGAIN_AFTER, enrol_learner
from tests.courses.authoring import client_of, make_trainer, translate
from tests.factories import EnrolmentFactory, UserFactory, make_course, release_course_for_tests
from tests.factories.certificates import complete
from tests.factories.courses import MadeCourse
from tests.factories.curriculum import change, write_curriculum
from tests.learning.cast import serve_home

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> MadeCourse:
    return make_course(slug="curso-vida", title="Curso vida")


@pytest.fixture
def refresher(course: MadeCourse) -> MadeCourse:
    return make_course(slug="repaso", title="Repaso", renews=course.course)


def test_promise_keeps_the_renewed_course(course: MadeCourse, refresher: MadeCourse) -> None:
    promise = build_promise(refresher.course)

    assert promise.renews == course.course.translation_key
    assert CoursePromise.from_json(promise.to_json()) == promise
    assert build_promise(translate(refresher)).renews == promise.renews
    assert build_promise(course.course).renews is None


def test_older_release_reads_as_renewing_nothing(refresher: MadeCourse) -> None:
    data = build_promise(refresher.course).to_json()
    del data["renews"]

    assert CoursePromise.from_json(data).renews is None


def test_change_of_the_renewed_course_is_said(refresher: MadeCourse) -> None:
    new = build_promise(refresher.course)
    old = CoursePromise.from_json({**new.to_json(), "renews": None})

    assert len(promise_changes(old, new)) == 1
    assert promise_changes(new, new) == []


def test_circles_are_not_published(course: MadeCourse, refresher: MadeCourse) -> None:
    third = make_course(slug="tercero", renews=refresher.course)

    def places(page: CoursePage) -> list[str]:
        return [problem.place for problem in publication_problems(page)]

    assert (places(refresher.course), places(third.course)) == ([], ["renews"])
    course.course.renews = course.course
    assert places(course.course) == ["renews"]


@pytest.mark.parametrize(
    ("part", "may"), [(None, False), (StaffPart.TRAINER, False), (StaffPart.LEAD, True)]
)
def test_only_who_leads_both_courses_may_release_the_refresher(
    course: MadeCourse, refresher: MadeCourse, now: datetime, part: StaffPart | None, may: bool
) -> None:
    lead = make_trainer(refresher.course)
    if part is not None:
        course.course.refresh_from_db()
        lead.course_staff.create(course_key=course.course.translation_key, part=part)
    path = reverse("ediciones:detail", args=[refresher.course.pk])

    shown = client_of(lead).get(path).context["problems"]
    if may:
        release_course(course_page=refresher.course, acting_user=lead, now=now)
    else:
        with pytest.raises(ReleaseRefused):
            release_course(course_page=refresher.course, acting_user=lead, now=now)

    assert (shown == []) == may
    assert CourseRelease.objects.count() == may


def test_administrator_chooses_the_renewed_course_in_the_editor(
    course: MadeCourse, refresher: MadeCourse
) -> None:
    administrator = UserFactory(role=StaffRole.ADMINISTRATOR)

    page = client_of(administrator).get(
        reverse("wagtailadmin_pages:edit", args=[refresher.course.pk])
    )

    assert page.context["form"].initial["renews"] == course.course.pk


def test_course_page_says_what_it_renews(course: MadeCourse, refresher: MadeCourse) -> None:
    serve_home(course)
    release_course_for_tests(refresher)

    shown, other = (
        Client().get(f"/cursos/{slug}/").content.decode() for slug in ("repaso", "curso-vida")
    )

    assert "<dd>Curso vida</dd>" in shown
    assert "<dd>Curso vida</dd>" not in other


def take_again(refresher: MadeCourse, done_at: datetime, now: datetime) -> tuple[Enrolment, bool]:
    enrolment = complete(EnrolmentFactory(release=release_course_for_tests(refresher)), now=done_at)
    found = enrol_learner(
        learner=enrolment.learner,
        course_key=enrolment.course_key,
        acting_user=enrolment.learner,
        now=now,
    )
    return found, found.pk == enrolment.pk


@pytest.mark.parametrize(("is_early", "is_same"), [(True, True), (False, False)])
def test_refresher_is_taken_again_when_half_a_year_has_passed(
    refresher: MadeCourse, now: datetime, is_early: bool, is_same: bool
) -> None:
    done_at = now - TAKEN_AGAIN_AFTER + timedelta(seconds=1 if is_early else 0)

    found, was_standing = take_again(refresher, done_at, now)

    assert was_standing == is_same
    again = enrol_learner(
        learner=found.learner, course_key=found.course_key, acting_user=found.learner, now=now
    )
    assert again == found


def test_other_courses_are_not_taken_again(course: MadeCourse, now: datetime) -> None:
    assert take_again(course, now - 3 * TAKEN_AGAIN_AFTER, now)[1]


COURSE = "courses/curso/course.yaml"
REFRESHER = "courses/repaso/course.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the small curriculum with a second course that renews the first one."""
    found = write_curriculum(tmp_path)
    shutil.copytree(found / "courses/curso", found / "courses/repaso")
    change(found, REFRESHER, "scale:", "renews: curso\nscale:")
    return found


def test_file_says_which_course_is_renewed(folder: Path, now: datetime) -> None:
    load_curriculum(read_curriculum(folder), now=now)

    renewed = CoursePage.objects.get(slug="curso", locale__language_code="es")
    pages = CoursePage.objects.filter(slug="repaso")
    assert [page.renews for page in pages] == [renewed, renewed]
    release = CourseRelease.objects.get(course_key=pages[0].translation_key)
    assert release.typed_promise.renews == renewed.translation_key
    again = load_curriculum(read_curriculum(folder), now=now)
    assert (again.total(Decision.UNCHANGED) > 0, again.has_changes) == (True, False)


@pytest.mark.parametrize("named", ["nada", "repaso", "curso/modulo-1"])
def test_file_names_another_course_of_the_folder(folder: Path, named: str) -> None:
    change(folder, REFRESHER, "renews: curso", f"renews: {named}")

    with pytest.raises(CurriculumError) as refused:
        read_curriculum(folder)

    assert any("renews" in str(problem) for problem in refused.value.problems)


def test_file_makes_no_circle(folder: Path) -> None:
    change(folder, COURSE, "scale:", "renews: repaso\nscale:")

    with pytest.raises(CurriculumError):
        read_curriculum(folder)
