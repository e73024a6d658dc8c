"""No learner sees another: neither her name, nor her alias, nor that she is there at all."""

from datetime import timedelta

import pytest
from django.urls import reverse

from lms.accounts.models import User
from lms.learning.enums import AttendanceState, AttendanceWay, PlaceState, PublicationState
from lms.learning.models import Attendance, Cohort, CohortPlace, CourseSession, LearnerQuestion
from tests.factories import EnrolmentFactory, UserFactory
from tests.factories.cohorts import make_cohort
from tests.factories.groups import make_session
from tests.factories.messages import make_announcement, write_message
from tests.learning.cast import NOW, Cast, client_of, make_cast, path_of, serve_home

pytestmark = pytest.mark.django_db
FELLOW = ("Wayra Compañera", "Alias-de-Wayra", "wayra@example.test", "wayra-usuaria")


def _fellow() -> User:
    return UserFactory(
        full_name=FELLOW[0], display_name=FELLOW[1], email=FELLOW[2], username=FELLOW[3]
    )


def _group(cast: Cast) -> tuple[Cohort, CourseSession]:
    """Return a group of two people in which the other one did all that can be done."""
    cohort = make_cohort(cast.release, seats=3)
    session = make_session(cohort, NOW + timedelta(days=400))
    fellow = _fellow()
    for learner in (cast.learner, fellow):
        enrolment = cast.enrolment
        if learner is fellow:
            enrolment = EnrolmentFactory(release=cast.release, learner=fellow)
        enrolment.cohort = cohort
        enrolment.save()
        CohortPlace.objects.create(
            cohort=cohort,
            learner=learner,
            enrolment=enrolment,
            state=PlaceState.SEATED,
            created_at=NOW,
        )
    Attendance.objects.create(
        session=session,
        enrolment=enrolment,
        state=AttendanceState.PRESENT,
        way=AttendanceWay.CODE,
        noted_at=NOW,
    )
    LearnerQuestion.objects.create(
        enrolment=enrolment,
        item_key=cast.made.lessons[0].translation_key,
        text="¿Y si llama?",
        asked_at=NOW,
        answer="Se atiende.",
        answered_at=NOW,
        publication=PublicationState.PUBLIC,
        public_text="¿Y si la persona llama?",
        public_answer="Se atiende.",
        published_at=NOW,
    )
    write_message(cohort, by=cast.trainer, now=NOW)
    make_announcement(cohort, by=cast.trainer, now=NOW)
    return cohort, session


def test_group_shows_no_other_learner_anywhere() -> None:
    cast = make_cast()
    serve_home(cast.made)
    cohort, session = _group(cast)
    lesson = cast.made.lessons[0]
    browser = client_of(cast.learner)
    places = {
        "my learning": reverse("my_learning"),
        "course": path_of(cast.made.course),
        "module": path_of(cast.made.lessons[0].get_parent()),
        "lesson": path_of(lesson),
        "published questions": reverse("ask_question", args=[lesson.translation_key]),
        "sessions": reverse("group_sessions", args=[cohort.pk]),
        "calendar": reverse("group_ics", args=[cohort.pk]),
        "one session": reverse("session_ics", args=[session.uid]),
        "attendance": reverse("attendance_code"),
        "messages": reverse("own_messages"),
        "questions": reverse("own_questions"),
        "record": reverse("my_record"),
        "data": reverse("my_data"),
        "joining": reverse("join_with_code"),
    }
    seen = {}
    for name, url in places.items():
        answer = browser.get(url)
        assert answer.status_code == 200, name
        seen[name] = answer.getvalue().decode()
    assert "¿Y si la persona llama?" in seen["published questions"]
    found = [(name, word) for name, page in seen.items() for word in FELLOW if word in page]
    assert found == []
    roster = browser.get(reverse("cohort_people", args=[cohort.pk]))
    assert roster.status_code == 404


def test_last_login_is_on_no_page_about_people() -> None:
    cast = make_cast()
    fellow = _fellow()
    User.objects.filter(pk=fellow.pk).update(last_login="2021-03-04T12:34:56Z")
    browser = client_of(cast.administrator)
    for url in (
        "/admin/users/",
        "/admin/users/?ordering=last_login",
        "/admin/users/results/",
        f"/admin/users/edit/{fellow.pk}/",
        "/admin/person_chooser/",
        "/admin/person_chooser/results/",
    ):
        page = browser.get(url).content.decode()
        assert "Wayra" in page, url
        assert "2021" not in page
        assert "last_login" not in page.replace("ordering=last_login", "")
