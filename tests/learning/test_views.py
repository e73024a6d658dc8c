from uuid import uuid4

import pytest
from django.urls import reverse

from lms.learning.enums import EnrolmentState
from lms.learning.models import Enrolment, LessonProgress
from tests.factories import UserFactory, make_course, release_course_for_tests
from tests.learning.cast import Cast, client_of, make_cast, path_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def finish_url(cast: Cast, number: int = 0) -> str:
    return reverse("finish_lesson", args=[cast.made.lessons[number].translation_key])


def open_lessons(cast: Cast) -> None:
    client = client_of(cast.learner)
    for lesson in cast.made.lessons:
        client.get(path_of(lesson))


def test_enrol_joins_whoever_is_logged_in(cast: Cast) -> None:
    url = reverse("enrol", args=[cast.release.course_key])

    assert cast.statuses(url, method="post") == {
        "learner": 302,
        "trainer": 302,
        "coordinator": 302,
        "administrator": 302,
        "stranger": 302,
        "nobody": 401,
    }
    assert Enrolment.objects.count() == 5


def test_enrol_leads_back_to_the_course(cast: Cast) -> None:
    answer = client_of(cast.stranger).post(reverse("enrol", args=[cast.release.course_key]))

    assert answer.url == path_of(cast.made.course)


def test_enrol_in_a_closed_course_changes_nothing(cast: Cast) -> None:
    closed = make_course(slug="cerrado", questions=0, is_enrolment_open=False)
    release_course_for_tests(closed)

    answer = client_of(cast.stranger).post(reverse("enrol", args=[closed.course.translation_key]))

    assert (answer.url, Enrolment.objects.count()) == (path_of(closed.course), 1)


@pytest.mark.parametrize("name", ["enrol", "finish_lesson"])
def test_unknown_key_is_404(cast: Cast, name: str) -> None:
    assert client_of(cast.learner).post(reverse(name, args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("name", ["enrol", "finish_lesson"])
def test_forms_take_no_get(cast: Cast, name: str) -> None:
    assert set(cast.statuses(reverse(name, args=[uuid4()])).values()) == {405}


@pytest.mark.parametrize("key", ["x", "%00", "😀", "1" * 300])
def test_odd_key_is_refused(cast: Cast, key: str) -> None:
    answer = client_of(cast.learner).post(f"/mi-aprendizaje/leccion/{key}/")

    assert answer.status_code in {400, 404}


def test_finish_lesson_asks_to_open_it_first(cast: Cast) -> None:
    answer = client_of(cast.learner).post(finish_url(cast))

    assert answer.url == path_of(cast.made.lessons[0])
    assert LessonProgress.objects.count() == 0


def test_finish_lesson_is_for_its_learners_only(cast: Cast) -> None:
    client_of(cast.learner).get(path_of(cast.made.lessons[0]))

    assert cast.statuses(finish_url(cast), method="post") == {
        "learner": 302,
        "trainer": 404,
        "coordinator": 404,
        "administrator": 404,
        "stranger": 404,
        "nobody": 401,
    }
    assert LessonProgress.objects.get().enrolment == cast.enrolment


def test_finish_lesson_leads_on_to_the_next_item(cast: Cast) -> None:
    open_lessons(cast)
    client = client_of(cast.learner)

    first = client.post(finish_url(cast), {"way": "full"})
    second = client.post(finish_url(cast, 1), {"way": "brief"})

    assert [first.url, second.url] == [path_of(cast.made.lessons[1]), path_of(cast.made.quiz_page)]
    ways = LessonProgress.objects.order_by("pk").values_list("way", flat=True)
    assert list(ways) == ["full", "brief"]


@pytest.mark.parametrize("way", ["", "😀", "x\x00", "brief" * 1000])
def test_finish_lesson_reads_odd_ways_as_the_whole(cast: Cast, way: str) -> None:
    client = client_of(cast.learner)
    client.get(path_of(cast.made.lessons[0]))
    client.post(finish_url(cast), {"way": way})

    assert LessonProgress.objects.get().way == "full"


def test_finish_lesson_twice_by_a_double_click_is_one_row(cast: Cast) -> None:
    client = client_of(cast.learner)
    client.get(path_of(cast.made.lessons[0]))
    client.post(finish_url(cast))
    client.post(finish_url(cast))

    assert LessonProgress.objects.filter(completed_at__isnull=False).count() == 1


def test_last_lesson_completes_the_course_and_leads_home(
    django_capture_on_commit_callbacks: object,
) -> None:
    cast = make_cast(make_course(questions=0, lessons=1))
    open_lessons(cast)

    answer = client_of(cast.learner).post(finish_url(cast))

    cast.enrolment.refresh_from_db()
    assert (answer.url, cast.enrolment.state) == (reverse("my_learning"), EnrolmentState.COMPLETED)


def test_form_of_another_account_changes_nothing(cast: Cast) -> None:
    page = client_of(cast.learner).get(path_of(cast.made.lessons[0])).content.decode()
    token = page.split('name="carry_account" value="')[1].split('"')[0]
    other = UserFactory()
    Enrolment.objects.create(
        learner=other,
        release=cast.release,
        course_key=cast.release.course_key,
        enrolled_at=cast.enrolment.enrolled_at,
    )

    client_of(other).post(finish_url(cast), {"carry_account": token})

    assert LessonProgress.objects.filter(completed_at__isnull=False).count() == 0
