"""A trainer of another course changes nothing of this one."""

import pytest
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page
from wagtail_localize.models import Translation, TranslationSource

from courses.enums import StaffPart
from courses.models import CourseStaff, Question, QuizPage, QuizSource
from courses.permissions import may_write_question, may_write_quiz
from lms.accounts.enums import StaffRole
from lms.accounts.models import User
from tests.courses.test_questions_admin import complete, form_post
from tests.factories import UserFactory, make_course, make_question
from tests.factories.courses import MadeCourse, question_content
from tests.learning.cast import client_of, english

pytestmark = pytest.mark.django_db


def lead_of(made: MadeCourse) -> User:
    user = UserFactory(role=StaffRole.TRAINER)
    key = made.course.translation_key
    CourseStaff.objects.create(user=user, course_key=key, part=StaffPart.LEAD)
    return user


@pytest.fixture
def made() -> MadeCourse:
    return make_course()


@pytest.fixture
def stranger() -> User:
    return lead_of(make_course(slug="otro"))


def test_page_is_translated_by_those_who_write_it(made: MadeCourse, stranger: User) -> None:
    url = reverse("wagtail_localize:submit_page_translation", args=[made.course.pk])
    count = Page.objects.count()

    statuses = [
        client_of(user).post(url, {"locales": [english().pk]}).status_code
        for user in (stranger, None)
    ]

    assert (statuses, Page.objects.count()) == ([403, 302], count)
    assert client_of(lead_of(made)).get(url).status_code in (200, 302)


def test_translation_is_updated_by_those_who_write_the_page(
    made: MadeCourse, stranger: User
) -> None:
    source, _is_new = TranslationSource.update_or_create_from_instance(made.lessons[0])
    Translation.objects.create(source=source, target_locale=english())
    url = reverse("wagtail_localize:update_translations", args=[source.pk])

    client = client_of(stranger)

    assert [client.get(url).status_code, client.post(url).status_code] == [403, 403]


def test_files_are_changed_by_who_added_them(stranger: User) -> None:
    owner = UserFactory(role=StaffRole.TRAINER)
    image = get_image_model().objects.create(
        title="Dibujo", file=get_test_image_file(), uploaded_by_user=owner
    )
    url = reverse("wagtailimages:delete", args=[image.pk])

    refused = client_of(stranger).post(url)

    assert (refused.status_code, refused.url) == (302, reverse("wagtailadmin_home"))
    assert get_image_model().objects.count() == 1
    client_of(owner).post(url)
    assert get_image_model().objects.count() == 0


def test_exam_put_into_another_course_stays_its_makers(made: MadeCourse, stranger: User) -> None:
    assert made.quiz is not None
    assert [may_write_quiz(user, made.quiz) for user in (lead_of(made), stranger)] == [True, False]
    theirs = QuizPage.objects.exclude(quiz=made.quiz).get()
    theirs.quiz = made.quiz
    theirs.save()

    assert not may_write_quiz(stranger, made.quiz)


@pytest.mark.parametrize("is_drawn", [True, False])
def test_questions_of_an_exam_are_changed_by_the_staff_of_its_course(
    made: MadeCourse, stranger: User, *, is_drawn: bool
) -> None:
    question = made.questions[0]
    if is_drawn:
        QuizSource.objects.all().delete()
        QuizSource.objects.create(quiz=made.quiz, category=question.category, count=1)
    url = reverse("preguntas:edit", args=[question.pk])

    assert [may_write_question(user, question) for user in (lead_of(made), stranger)] == [
        True,
        False,
    ]
    assert client_of(stranger).post(url, {"publish": "1"}).url == reverse("wagtailadmin_home")
    assert question.versions.count() == 1


@pytest.mark.parametrize("is_new", [True, False])
def test_question_goes_live_for_a_strangers_exam_by_its_staff_only(
    made: MadeCourse, stranger: User, *, is_new: bool
) -> None:
    """Neither by publishing a new one into its category nor by moving a live one there."""
    category = made.questions[0].category
    QuizSource.objects.all().delete()
    QuizSource.objects.create(quiz=made.quiz, category=category, count=1)
    own = make_question("propia", category=category.bank.categories.create(path="libre", name="x"))
    url = (
        reverse("preguntas:create", args=["single_choice"])
        if is_new
        else reverse("preguntas:edit", args=[own.pk])
    )
    content = complete(question_content())
    here = Question.objects.filter(category=category, live_version__isnull=False)
    before = here.count()

    publish = form_post("single_choice", content, category.pk, publish="1")
    answer = client_of(stranger).post(url, publish)
    assert "category" in answer.context["form"].errors
    assert here.count() == before

    assert client_of(lead_of(made)).post(url, publish).status_code == 302
    assert here.count() == before + 1


def test_question_that_no_exam_asks_is_for_any_trainer(made: MadeCourse, stranger: User) -> None:
    QuizSource.objects.all().delete()

    assert may_write_question(stranger, made.questions[0])
