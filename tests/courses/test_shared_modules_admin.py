"""The page on which a course takes a module of another one."""

import pytest
from django.urls import reverse

from courses.enums import StaffPart
from courses.models import CourseStaff, ModulePage
from tests.courses.authoring import client_of, make_trainer
from tests.factories import make_course
from tests.factories.courses import MadeCourse

pytestmark = pytest.mark.django_db


@pytest.fixture
def both() -> tuple[MadeCourse, MadeCourse]:
    """Return the course that shares its module, and the one that takes it."""
    return make_course(slug="uno", questions=0, title="Uno"), make_course(
        slug="dos", lessons=0, questions=0, title="Dos"
    )


def address(made: MadeCourse) -> str:
    return reverse("compartidos:detail", args=[made.course.pk])


def free(made: MadeCourse) -> None:
    """Take the module away that every made course has."""
    made.modules[0].delete()
    made.course.refresh_from_db()


def test_trainer_of_both_courses_shares_a_module(both: tuple[MadeCourse, MadeCourse]) -> None:
    source, target = both
    free(target)
    trainer = make_trainer(source.course)
    CourseStaff.objects.create(
        user=trainer, course_key=target.course.translation_key, part=StaffPart.TRAINER
    )
    client = client_of(trainer)

    offered = client.get(address(target)).context["form"].fields["module"].choices
    client.post(address(target), {"module": str(source.modules[0].pk)})
    page = client.get(address(target))

    assert [label for _pk, label in offered][1:] == ["Uno: Módulo"]
    copy = ModulePage.objects.child_of(target.course).get()
    assert (copy.alias_of_id, copy.live, copy.get_children().count()) == (
        source.modules[0].pk,
        True,
        2,
    )
    assert [(module.pk, title) for module, title in page.context["modules"]] == [(copy.pk, "Uno")]
    assert not page.context["form"].modules


def test_stranger_s_module_is_not_offered_and_not_taken(
    both: tuple[MadeCourse, MadeCourse],
) -> None:
    source, target = both
    free(target)
    client = client_of(make_trainer(target.course))

    answer = client.post(address(target), {"module": str(source.modules[0].pk)})

    assert list(answer.context["form"].errors) == ["module"]
    assert "Your other courses have no published module" in answer.content.decode()
    assert not ModulePage.objects.child_of(target.course).exists()
    assert client.get(address(source)).status_code == 404


def test_address_that_is_taken_is_said_at_the_field(both: tuple[MadeCourse, MadeCourse]) -> None:
    source, target = both
    trainer = make_trainer(source.course)
    CourseStaff.objects.create(
        user=trainer, course_key=target.course.translation_key, part=StaffPart.TRAINER
    )

    answer = client_of(trainer).post(address(target), {"module": str(source.modules[0].pk)})

    assert answer.context["form"].errors == {
        "module": ["The course has a module with the address “modulo-1” already."]
    }
