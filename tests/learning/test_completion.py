"""What is missing for a certificate: every combination, its words, and what completes a course."""

from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from courses.promises import CoursePromise
from lms.learning.completion import AttendanceStanding, Missing, missing_by_enrolment, missing_in
from lms.learning.completion_words import asked_words, attendance_words, missing_words
from lms.learning.enums import AttendanceState, AttendanceWay, EnrolmentState, SessionPlace
from lms.learning.models import (
    Approval,
    Attendance,
    Cohort,
    CourseSession,
    Enrolment,
    Exemption,
)
from lms.learning.outlines import next_key
from lms.learning.progress import progress_in
from lms.learning.services import complete_if_done
from tests.factories import EnrolmentFactory, UserFactory, make_course
from tests.factories.cohorts import make_cohort
from tests.factories.practice import BlendedCourse, make_blended_course, observe
from tests.learning.cast import NOW, client_of, go_through, path_of, serve_home

pytestmark = pytest.mark.django_db


def enrolled(course: BlendedCourse, cohort: Cohort | None = None) -> Enrolment:
    found: Enrolment = EnrolmentFactory(release=course.release, cohort=cohort)
    return found


def hold_session(cohort: Cohort, number: int = 1) -> CourseSession:
    starts = NOW + timedelta(days=number)
    return CourseSession.objects.create(
        cohort=cohort,
        title=f"Sesión {number}",
        place=SessionPlace.ROOM,
        room="Sala 1",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        changed_at=NOW,
    )


def attend(enrolment: Enrolment, session: CourseSession) -> None:
    Attendance.objects.create(
        session=session,
        enrolment=enrolment,
        state=AttendanceState.PRESENT,
        way=AttendanceWay.LIST,
        noted_at=NOW,
    )


def approve(enrolment: Enrolment) -> None:
    Approval.objects.create(enrolment=enrolment, approved_at=NOW, approved_by=UserFactory())


@pytest.mark.parametrize(
    ("has_lesson", "has_practice", "has_attended", "is_approved"),
    list(product([True, False], repeat=4)),
)
def test_course_is_completed_only_if_nothing_is_missing(
    has_lesson: bool, has_practice: bool, has_attended: bool, is_approved: bool
) -> None:
    course = make_blended_course()
    cohort = make_cohort(course.release)
    enrolment = enrolled(course, cohort)
    session = hold_session(cohort)
    if has_lesson:
        go_through(enrolment, course.made.lessons[0].translation_key)
    if has_practice:
        observe(enrolment, course.practice, by=UserFactory())
    if has_attended:
        attend(enrolment, session)
    if is_approved:
        approve(enrolment)

    missing = missing_in(enrolment)

    kinds = [str(item.kind) for item in missing.items]
    assert kinds == ["lesson"] * (not has_lesson) + ["practice"] * (not has_practice)
    assert (missing.attendance is None) is has_attended
    assert missing.needs_approval is not is_approved
    assert not missing.needs_cohort
    is_whole = has_lesson and has_practice and has_attended and is_approved
    assert missing.is_nothing is is_whole
    assert complete_if_done(enrolment=enrolment, now=NOW) is is_whole
    assert bool(missing_words(missing)) is not is_whole


def test_who_is_in_no_cohort_needs_one_for_what_is_done_with_others() -> None:
    course = make_blended_course(attendance_percent=None, needs_approval=False)
    enrolment = enrolled(course)

    assert missing_in(enrolment).needs_cohort
    observe(enrolment, course.practice, by=UserFactory())
    assert not missing_in(enrolment).needs_cohort

    asking = make_blended_course(
        make_course(slug="curso-con-sesiones", lessons=0, questions=0), needs_approval=False
    )
    alone = enrolled(asking)
    observe(alone, asking.practice, by=UserFactory())
    assert missing_in(alone).needs_cohort


def test_practice_that_was_taken_back_or_not_passed_is_missing_and_an_exemption_is_not() -> None:
    course = make_blended_course(attendance_percent=None, needs_approval=False)
    enrolment = enrolled(course, make_cohort(course.release))
    go_through(enrolment, course.made.lessons[0].translation_key)
    observe(enrolment, course.practice, by=UserFactory(), met=course.keys(0, 2))
    observe(
        enrolment,
        course.practice,
        by=UserFactory(),
        taken_back_at=NOW,
        taken_back_reason="Era otra",
    )

    assert [item.key for item in missing_in(enrolment).items] == [course.practice.key]
    assert not complete_if_done(enrolment=enrolment, now=NOW)
    Exemption.objects.create(
        enrolment=enrolment, item_key=course.practice.key, reason="Ya la hizo", granted_at=NOW
    )
    assert complete_if_done(enrolment=enrolment, now=NOW)


def test_release_from_before_practices_means_what_it_meant() -> None:
    """A promise that was written without the new names is the same promise, and asks no more."""
    course = make_blended_course()
    enrolment = enrolled(course)
    old = course.release.promise
    for name in ("attendance_percent", "needs_approval"):
        del old[name]
    old["modules"][0]["items"] = old["modules"][0]["items"][:1]
    type(course.release).objects.filter(pk=course.release.pk).update(promise=old)
    enrolment = Enrolment.objects.select_related("release").get(pk=enrolment.pk)
    promise = CoursePromise.from_json(old)

    assert (promise.attendance_percent, promise.needs_approval) == (None, False)
    assert CoursePromise.from_json(promise.to_json()) == promise
    with CaptureQueriesContext(connection) as asked:
        missing = missing_in(enrolment, progress=progress_in(enrolment))
    assert len(asked) == 1
    assert (missing.needs_cohort, missing.needs_approval, missing.attendance) == (
        False,
        False,
        None,
    )
    go_through(enrolment, course.made.lessons[0].translation_key)
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.COMPLETED


def test_many_enrolments_take_the_queries_of_one() -> None:
    course = make_blended_course()
    cohort = make_cohort(course.release)
    hold_session(cohort)
    rows = [enrolled(course, cohort) for _number in range(3)]
    loaded = list(Enrolment.objects.select_related("release").filter(pk__in=[r.pk for r in rows]))

    def queries(number: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            missing_by_enrolment(loaded[:number])
        return len(asked)

    assert queries(1) == queries(3) <= 4


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (
            AttendanceStanding(3, 5, 80),
            "attendance: 3 of 5 sessions, 80 per cent are asked for; 1 more session",
        ),
        (
            AttendanceStanding(0, 5, 100),
            "attendance: 0 of 5 sessions, 100 per cent are asked for; 5 more sessions",
        ),
        (
            AttendanceStanding(0, 0, 80),
            "attendance: 80 per cent of the sessions of your group; none is set yet",
        ),
    ],
)
def test_attendance_is_told_in_words(standing: AttendanceStanding, words: str) -> None:
    with translation.override("en"):
        assert attendance_words(standing) == words


def test_what_is_missing_is_told_line_by_line() -> None:
    promise = make_blended_course().release.typed_promise
    missing = Missing(tuple(promise.items()), AttendanceStanding(3, 5, 80), True, True)

    with translation.override("en"):
        assert missing_words(missing) == [
            "1 lesson, 1 practice with a trainer",
            "a place in a group: ask your trainer or your institution for one",
            "attendance: 3 of 5 sessions, 80 per cent are asked for; 1 more session",
            "the approval of your trainer, at the end",
        ]
        assert missing_words(Missing()) == []
        assert len(asked_words(promise)) == 3


def test_what_can_be_done_alone_comes_before_a_practice() -> None:
    course = make_blended_course()
    promise = course.release.typed_promise
    lesson, practice = promise.items()
    turned = CoursePromise.from_json(promise.to_json())
    module = turned.modules[0]
    object.__setattr__(module, "items", (practice, lesson))
    enrolment = enrolled(course)

    assert next_key(turned, progress_in(enrolment), None) == lesson.key
    go_through(enrolment, lesson.key)
    assert next_key(turned, progress_in(enrolment), uuid4()) == practice.key


def test_pages_of_the_course_say_what_is_asked_for_and_what_is_missing() -> None:
    course = make_blended_course()
    serve_home(course.made)
    cohort = make_cohort(course.release)
    enrolment = enrolled(course, cohort)
    go_through(enrolment, course.made.lessons[0].translation_key)
    observe(enrolment, course.practice, by=UserFactory())
    client = client_of(enrolment.learner)

    mine = "/en" + reverse("my_learning")
    for url in ("/en" + path_of(course.made.course), mine):
        page = client.get(url).content.decode()
        assert "80 per cent of the sessions of your group; none is set yet" in page
        assert "The approval of your trainer, at the end." in page
        assert "Nothing is missing" not in page
    visitor = client_of(None).get("/en" + path_of(course.made.course)).content.decode()
    assert "To attend 80 per cent of the sessions of your group." in visitor

    session = hold_session(cohort)
    attend(enrolment, session)
    approve(enrolment)
    page = client.get(mine).content.decode()
    assert "Nothing is missing for your certificate." in page


def test_my_learning_takes_the_same_queries_for_one_and_three_blended_courses() -> None:
    learner = UserFactory()

    def join(slug: str) -> None:
        course = make_blended_course(make_course(slug=slug, lessons=1, questions=0))
        cohort = make_cohort(course.release)
        hold_session(cohort)
        EnrolmentFactory(release=course.release, cohort=cohort, learner=learner)

    def queries() -> int:
        client = client_of(learner)
        client.get(reverse("my_learning"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("my_learning"))
        return len(asked)

    join("curso-a")
    one = queries()
    join("curso-b")
    join("curso-c")
    assert queries() == one


def test_page_of_a_practice_takes_few_queries() -> None:
    course = make_blended_course()
    enrolment = enrolled(course, make_cohort(course.release))
    observe(enrolment, course.practice, by=UserFactory())
    client = client_of(enrolment.learner)
    client.get(path_of(course.page))

    with CaptureQueriesContext(connection) as asked:
        assert client.get(path_of(course.page)).status_code == 200
    assert len(asked) <= 12
