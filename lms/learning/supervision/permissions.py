"""The only road from a trainer's request to the attempts in her courses."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from courses.models import CoursePage, QuizPage
from courses.page_links import PageLink, link_to, links_by_key
from courses.permissions import may_follow
from lms.accounts.models import User
from lms.learning.attempts.queries import quiz_page_of
from lms.learning.attempts.rules import AttemptRule
from lms.learning.models import Attempt, Enrolment
from lms.learning.permissions import seen_enrolments
from lms.learning.supervision.places import FollowedQuiz


def access_followed_quiz(user: User, quiz_key: UUID) -> FollowedQuiz:
    """Return a quiz with its course; to anybody but the course's staff it does not exist (404)."""
    page = quiz_page_of(quiz_key)
    if page is None:
        raise Http404
    return _followed(user, page)


def _followed(user: User, page: QuizPage) -> FollowedQuiz:
    course_path = "/".join(page.url_path.split("/")[:4]) + "/"
    course_key: UUID | None = (
        CoursePage.objects.filter(url_path=course_path)
        .values_list("translation_key", flat=True)
        .first()
    )
    if course_key is None or not may_follow(user, course_key):
        raise Http404
    course = links_by_key([course_key]).get(course_key) or PageLink("", "")
    return FollowedQuiz(page.translation_key, course_key, page.quiz, link_to(page), course)


def access_followed_attempt(user: User, public_id: UUID) -> tuple[FollowedQuiz, Attempt]:
    """Return somebody's attempt with its quiz; 404 to whoever is not on the course's staff.

    So is that of a learner in a cohort of another agency, see `seen_enrolments`. A sheet of an anonymous survey exists for nobody: neither its answers nor its times.
    """
    attempt = (
        Attempt.objects.filter(seen_enrolments(user, at="enrolment__"), public_id=public_id)
        .select_related("enrolment__release", "enrolment__learner", "annulled_by")
        .first()
    )
    if attempt is None or AttemptRule.from_json(attempt.rule).is_anonymous:
        raise Http404
    followed = access_followed_quiz(user, attempt.quiz_key)
    if attempt.enrolment.course_key != followed.course_key:
        raise Http404
    return followed, attempt


def access_followed_enrolment(
    user: User, quiz_key: UUID, pk: int
) -> tuple[FollowedQuiz, Enrolment]:
    """Return an enrolment whose release promised the quiz; 404 to all but the course's staff.

    So is one in a cohort of another agency.
    """
    followed = access_followed_quiz(user, quiz_key)
    enrolment = (
        Enrolment.objects.filter(seen_enrolments(user), pk=pk, course_key=followed.course_key)
        .select_related("release", "learner")
        .first()
    )
    if enrolment is None or enrolment.release.typed_promise.item(quiz_key) is None:
        raise Http404
    return followed, enrolment


def refuse_own(user: User, enrolment: Enrolment) -> None:
    """Answer 403 where somebody would decide about an attempt of her own."""
    if enrolment.learner_id == user.pk:
        raise PermissionDenied
