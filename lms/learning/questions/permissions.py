"""The only road from a request to a question: its learner's, or that of the course's staff."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from courses.permissions import course_keys, is_administrator, is_trainer
from lms.accounts.models import User
from lms.learning.models import LearnerQuestion


def access_own_question(user: User, pk: int) -> LearnerQuestion:
    """Return a question that the user asked herself; 404 for anybody else's."""
    rows = LearnerQuestion.objects.select_related("enrolment__release", "answered_by")
    found = rows.filter(pk=pk, enrolment__learner=user).first()
    if found is None:
        raise Http404
    return found


def access_questions(user: Any) -> QuerySet[LearnerQuestion]:
    """Return the questions of all courses that the user follows; 404 to people who do not teach.

    What she asked herself as a learner is not among them: others answer it.
    """
    if not isinstance(user, User) or not is_trainer(user):
        raise Http404
    rows: QuerySet[LearnerQuestion] = LearnerQuestion.objects.exclude(enrolment__learner=user)
    if not is_administrator(user):
        rows = rows.filter(enrolment__course_key__in=course_keys(user))
    return rows.select_related("enrolment__learner", "enrolment__release", "enrolment__cohort")


def access_question(user: User, pk: int) -> LearnerQuestion:
    """Return a question of a course that the user follows; to anybody else it does not exist."""
    found = access_questions(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
