import pytest

from tests.factories import EnrolmentFactory


@pytest.mark.django_db
def test_enrolment_factory_makes_a_course_with_its_promise() -> None:
    enrolment = EnrolmentFactory()

    assert enrolment.release.typed_promise.minutes == 30
