"""The only road to the results of a quiz: the staff of its course, and administrators."""

from uuid import UUID

from django.http import Http404

from courses.models import CoursePage, QuizPage
from courses.permissions import course_keys, is_administrator, is_trainer, may_follow
from lms.accounts.models import User
from lms.learning.models import ItemStatistic
from lms.learning.statistics.places import QuizPlace, places_of


def quiz_places(user: User) -> list[QuizPlace]:
    """Return the quizzes of the courses that the user follows, in the order of each course.

    404 to whoever is no trainer.
    """
    if not is_trainer(user):
        raise Http404
    courses = CoursePage.objects.select_related("locale").order_by("path")
    if not is_administrator(user):
        courses = courses.filter(translation_key__in=course_keys(user))
    return places_of(list(courses), list(QuizPage.objects.select_related("quiz", "locale")))


def access_quiz_place(user: User, quiz_key: UUID) -> QuizPlace:
    """Return the quiz whose results the user may see; to anybody else it does not exist (404)."""
    pages = list(QuizPage.objects.filter(translation_key=quiz_key).select_related("quiz", "locale"))
    paths = {"/".join(page.url_path.split("/")[:4]) + "/" for page in pages}
    courses = list(CoursePage.objects.filter(url_path__in=paths).select_related("locale"))
    places = places_of(courses, pages)
    if not places or not may_follow(user, places[0].course.translation_key):
        raise Http404
    return places[0]


def access_item_statistic(place: QuizPlace, version_id: int) -> ItemStatistic:
    """Return the sums of one version of a question in this quiz; else 404."""
    row = ItemStatistic.objects.filter(quiz_key=place.quiz_key, question_version=version_id).first()
    if row is None:
        raise Http404
    return row
