"""Records for tests, one module per app."""

from tests.factories.accounts import AgencyFactory, MembershipFactory, UserFactory
from tests.factories.courses import make_course, make_question
from tests.factories.learning import EnrolmentFactory, release_course_for_tests

__all__ = [
    "AgencyFactory",
    "EnrolmentFactory",
    "MembershipFactory",
    "UserFactory",
    "make_course",
    "make_question",
    "release_course_for_tests",
]
