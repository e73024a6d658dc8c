"""The only road from a trainer's request to an answer, a question of a quiz, or an appeal."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from courses.models import QuestionVersion
from courses.permissions import course_keys, is_administrator, is_trainer, may_follow, may_release
from lms.accounts.models import User
from lms.learning.booster_keys import is_booster
from lms.learning.enums import CLOSED_STATES
from lms.learning.marking.markers import AskedQuestion, Marker
from lms.learning.models import Appeal, AttemptItem, Regrade

ITEM_WITH = ("attempt__enrolment__learner", "question_version", "response")


def access_marking(user: Any) -> Marker:
    """Return who marks and where; to people who do not teach there is no such page (404)."""
    if not isinstance(user, User) or not is_trainer(user):
        raise Http404
    if is_administrator(user):
        return Marker(user, None)
    return Marker(user, frozenset(course_keys(user)))


def access_item(user: User, item_id: int) -> AttemptItem:
    """Return an answer of an attempt that was handed in, in a course that the user follows.

    404 to strangers, and to the one who gave it: nobody marks her own attempt. What was answered in
    a booster is the learner's alone.
    """
    item = (
        AttemptItem.objects.filter(pk=item_id, attempt__state__in=CLOSED_STATES)
        .select_related(*ITEM_WITH)
        .first()
    )
    if item is None or is_booster(item.attempt.quiz_key):
        raise Http404
    if not may_follow(user, item.attempt.enrolment.course_key):
        raise Http404
    if item.attempt.enrolment.learner_id == user.pk:
        raise Http404
    return item


def access_item_to_settle(user: User, item_id: int) -> AttemptItem:
    """Return an answer whose two marks the user may settle; 403 to the rest of the course's staff."""
    item = access_item(user, item_id)
    if not may_release(user, item.attempt.enrolment.course_key):
        raise PermissionDenied
    return item


def access_quiz(user: User, quiz_key: UUID) -> UUID:
    """Return the course of a quiz in which somebody handed in; 404 unless the user follows it."""
    keys = set(
        AttemptItem.objects.filter(attempt__quiz_key=quiz_key, attempt__state__in=CLOSED_STATES)
        .values_list("attempt__enrolment__course_key", flat=True)
        .distinct()
    )
    if is_booster(quiz_key) or not keys or not all(may_follow(user, key) for key in keys):
        raise Http404
    return min(keys)


def access_question(user: User, quiz_key: UUID, version_id: int) -> AskedQuestion:
    """Return a question as it was asked in a quiz of a course that the user follows; else 404."""
    course_key = access_quiz(user, quiz_key)
    version = QuestionVersion.objects.filter(pk=version_id).select_related("question").first()
    was_asked = AttemptItem.objects.filter(
        attempt__quiz_key=quiz_key,
        attempt__state__in=CLOSED_STATES,
        question_version=version_id,
    ).exists()
    if version is None or not was_asked:
        raise Http404
    return AskedQuestion(quiz_key, version, course_key)


def access_regrade(user: User, pk: int) -> Regrade:
    """Return a regrade of a quiz that the user follows; else 404."""
    regrade = Regrade.objects.filter(pk=pk).select_related("question_version", "work").first()
    if regrade is None:
        raise Http404
    access_quiz(user, regrade.quiz_key)
    return regrade


def access_appeal(user: User, pk: int) -> Appeal:
    """Return an appeal of somebody else in a course that the user follows; else 404."""
    appeal = Appeal.objects.filter(pk=pk).select_related("attempt__enrolment__learner").first()
    if appeal is None or not may_follow(user, appeal.attempt.enrolment.course_key):
        raise Http404
    if appeal.attempt.enrolment.learner_id == user.pk:
        raise Http404
    return appeal
