"""Who may touch what in the admin, asked of the fixed cast."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.admin.menu import admin_menu

from courses.enums import StaffPart
from courses.models import CourseRelease, CourseStaff, Quiz, QuizPage
from lms.accounts.enums import MembershipRole, StaffRole
from lms.core.models import AuditEvent
from tests.courses.authoring import client_of, make_trainer
from tests.factories import AgencyFactory, MembershipFactory, UserFactory, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> dict[str, Any]:
    """The course, and everybody who may come to the door."""
    made = make_course()
    agency = AgencyFactory()
    learner = MembershipFactory(agency=agency).user
    coordinator = MembershipFactory(agency=agency, role=MembershipRole.COORDINATOR).user
    stranger = MembershipFactory().user
    return {
        "made": made,
        "learner": client_of(learner),
        "lead": client_of(make_trainer(made.course)),
        "trainer": client_of(make_trainer(made.course, StaffPart.TRAINER)),
        "coordinator": client_of(coordinator),
        "stranger": client_of(stranger),
        "other_trainer": client_of(make_trainer()),
        "administrator": client_of(UserFactory(role=StaffRole.ADMINISTRATOR)),
        "nobody": Client(),
    }


WHO = (
    "learner",
    "lead",
    "trainer",
    "coordinator",
    "stranger",
    "other_trainer",
    "administrator",
    "nobody",
)
STAFF_ONLY = [302, 200, 200, 302, 302, 302, 200, 302]
ANY_TRAINER = [302, 200, 200, 302, 302, 200, 200, 302]


def answers(cast: dict[str, Any], url: str) -> list[int]:
    return [cast[who].get(url).status_code for who in WHO]


@pytest.mark.parametrize("name", ["edit", "unpublish", "delete", "copy", "move", "history"])
def test_pages_of_a_course_are_for_its_staff(cast: dict[str, Any], name: str) -> None:
    url = reverse(f"wagtailadmin_pages:{name}", args=[cast["made"].lessons[0].pk])

    assert answers(cast, url) == STAFF_ONLY


def test_lessons_are_added_by_the_staff_of_the_course(cast: dict[str, Any]) -> None:
    module = cast["made"].modules[0]
    url = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", module.pk])

    assert answers(cast, url) == STAFF_ONLY


def test_any_trainer_may_begin_a_course(cast: dict[str, Any]) -> None:
    index = cast["made"].course.get_parent()
    url = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", index.pk])

    assert answers(cast, url) == ANY_TRAINER


def test_release_page_is_for_the_staff_and_unknown_to_others(cast: dict[str, Any]) -> None:
    url = reverse("ediciones:detail", args=[cast["made"].course.pk])

    assert answers(cast, url) == [302, 200, 200, 302, 302, 404, 200, 302]
    posts = [cast[who].post(url).status_code for who in ("trainer", "other_trainer", "lead")]
    assert posts == [302, 404, 302]
    lead = CourseStaff.objects.get(part=StaffPart.LEAD).user
    assert [release.created_by for release in CourseRelease.objects.all()] == [lead]


@pytest.mark.parametrize(
    "name", ["preguntas:index", "preguntas:add", "pruebas:index", "ediciones:index"]
)
def test_bank_and_quizzes_are_for_trainers(cast: dict[str, Any], name: str) -> None:
    assert answers(cast, reverse(name)) == ANY_TRAINER


@pytest.mark.parametrize("name", ["edit", "history"])
def test_questions_are_for_trainers(cast: dict[str, Any], name: str) -> None:
    url = reverse(f"preguntas:{name}", args=[cast["made"].questions[0].pk])

    assert answers(cast, url) == ANY_TRAINER


def test_quiz_of_a_course_is_for_its_staff(cast: dict[str, Any]) -> None:
    url = reverse("pruebas:edit", args=[cast["made"].quiz.pk])

    assert answers(cast, url) == STAFF_ONLY


def test_unused_quiz_is_for_any_trainer(cast: dict[str, Any]) -> None:
    quiz = Quiz.objects.create(name="Nueva", slug="nueva")

    assert QuizPage.objects.filter(quiz=quiz).count() == 0
    assert answers(cast, reverse("pruebas:edit", args=[quiz.pk])) == ANY_TRAINER


def test_course_staff_is_for_leads_and_administrators(cast: dict[str, Any]) -> None:
    assert answers(cast, reverse("equipo:index")) == [302, 200, 302, 302, 302, 302, 200, 302]


def test_lead_adds_and_removes_staff_with_an_audit_row(cast: dict[str, Any]) -> None:
    made, person = cast["made"], make_trainer()
    data = {
        "user": person.pk,
        "course_key": str(made.course.translation_key),
        "part": "trainer",
    }

    cast["lead"].post(reverse("equipo:add"), data)
    row = CourseStaff.objects.get(user=person)
    cast["lead"].post(reverse("equipo:delete", args=[row.pk]))

    actions = AuditEvent.objects.filter(target_type="courses.coursestaff").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "course_staff_added",
        "course_staff_removed",
    ]
    assert not CourseStaff.objects.filter(user=person).exists()


def test_lead_cannot_touch_the_staff_of_another_course(cast: dict[str, Any]) -> None:
    other = make_course(slug="otro", questions=0)
    row = CourseStaff.objects.get(user=make_trainer(other.course))
    data = {
        "user": make_trainer().pk,
        "course_key": str(other.course.translation_key),
        "part": "lead",
    }

    statuses = [
        cast["lead"].get(reverse("equipo:edit", args=[row.pk])).status_code,
        cast["lead"].post(reverse("equipo:delete", args=[row.pk])).status_code,
    ]
    response = cast["lead"].post(reverse("equipo:add"), data)

    assert statuses == [302, 302]
    assert list(response.context["form"].errors) == ["course_key"]
    assert CourseStaff.objects.filter(course_key=other.course.translation_key).count() == 1


def test_explorer_shows_only_the_trainers_courses(cast: dict[str, Any]) -> None:
    make_course(slug="ajeno", questions=0, title="Curso ajeno")
    index = cast["made"].course.get_parent()
    url = reverse("wagtailadmin_explore", args=[index.pk])

    listed = {
        who: [page.title for page in cast[who].get(url).context["object_list"]]
        for who in ("lead", "other_trainer", "administrator")
    }

    assert listed == {
        "lead": ["Curso de prueba"],
        "other_trainer": [],
        "administrator": ["Curso de prueba", "Curso ajeno"],
    }


def test_bulk_actions_leave_out_other_peoples_pages(cast: dict[str, Any]) -> None:
    lesson = cast["made"].lessons[0]
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])

    cast["other_trainer"].post(f"{url}?id={lesson.pk}&next=/admin/", {"include_descendants": ""})

    lesson.refresh_from_db()
    assert lesson.live


def test_position_of_a_page_is_changed_by_the_staff_only(cast: dict[str, Any]) -> None:
    made = cast["made"]
    url = reverse("wagtailadmin_pages:set_page_position", args=[made.lessons[1].pk])

    statuses = [
        cast[who].post(f"{url}?position=0").status_code for who in ("other_trainer", "lead")
    ]

    assert statuses == [302, 200]
    titles = made.modules[0].get_children().values_list("title", flat=True)
    assert list(titles) == ["Lección 2", "Lección 1", "Prueba"]


def test_menu_of_a_trainer_has_what_she_needs(cast: dict[str, Any]) -> None:
    response = cast["lead"].get(reverse("wagtailadmin_home"))
    names = [item.name for item in admin_menu.menu_items_for_request(response.wsgi_request)]

    assert sorted(names) == sorted(
        [
            "cursos",
            "banco",
            "casos",
            "pruebas",
            "ediciones",
            "revisiones",
            "disenos",
            "biblioteca",
            "fuentes",
            "fuentes-cambios",
            "glosario",
            "lineas",
            "ensenar",
            "equipo",
            "images",
            "media",
            "documents",
        ]
    )


@pytest.mark.parametrize("role", [StaffRole.TRAINER, StaffRole.ADMINISTRATOR])
def test_first_page_of_the_admin_asks_the_same_queries_for_more_courses(
    role: StaffRole,
) -> None:
    user = UserFactory(role=role)
    made = [make_course(slug=f"curso-{n}", questions=0) for n in range(3)]
    client = client_of(user)
    counts = []
    for number in (1, 3):
        for course in made[:number]:
            CourseStaff.objects.get_or_create(user=user, course_key=course.course.translation_key)
        client.get(reverse("wagtailadmin_home"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("wagtailadmin_home"))
        counts.append(len(queries))

    assert counts[0] == counts[1]
