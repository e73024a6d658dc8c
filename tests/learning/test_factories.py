import pytest

from tests.factories import EnrolmentFactory, UserFactory
from tests.factories.practice import make_blended_course, observe


@pytest.mark.django_db
def test_enrolment_factory_makes_a_course_with_its_promise() -> None:
    enrolment = EnrolmentFactory()

    assert enrolment.release.typed_promise.minutes == 30


@pytest.mark.django_db
def test_blended_course_promises_its_practice() -> None:
    course = make_blended_course()
    enrolment = EnrolmentFactory(release=course.release)

    assert [criterion.is_essential for criterion in course.practice.criteria] == [True, True, False]
    assert observe(enrolment, course.practice, by=UserFactory()).is_passed
    assert not observe(
        enrolment, course.practice, by=UserFactory(), met=course.keys(0, 2)
    ).is_passed
