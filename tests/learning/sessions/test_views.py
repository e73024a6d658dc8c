"""Pages of sessions and attendance: who comes in, what they show, what a press does."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from lms.learning.enums import AttendanceState, SessionPlace
from lms.learning.models import Attendance, AttendanceCode, Cohort, CourseSession, Enrolment
from lms.learning.sessions.services import show_code
from tests.factories import EnrolmentFactory, make_course
from tests.factories.cohorts import make_cohort
from tests.factories.groups import make_session
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
STAFF_ONLY = {
    "learner": 404,
    "trainer": 200,
    "coordinator": 404,
    "administrator": 200,
    "stranger": 404,
    "nobody": 302,
}
PAGES = (
    "cohort_sessions",
    "session_new",
    "session_edit",
    "session_call_off",
    "session_attendance",
    "session_code",
    "session_paper",
)


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    cache.clear()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    found = make_cohort(cast.release)
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(cohort=found)
    return found


@pytest.fixture
def session(cohort: Cohort) -> CourseSession:
    """A session that is on just now."""
    return make_session(cohort, timezone.now() - HOUR)


def page(name: str, session: CourseSession) -> str:
    args = [session.cohort_id]
    if name not in ("cohort_sessions", "session_new"):
        args.append(session.pk)
    return reverse(name, args=args)


def fields(**changes: str) -> dict[str, str]:
    return {
        "title": "Encuentro",
        "day": "2026-12-03",
        "starts": "09:00",
        "ends": "11:30",
        "place": "room",
        "room": "Aula 4",
        "link": "",
        **changes,
    }


def test_pages_are_for_the_staff_of_the_course(cast: Cast, session: CourseSession) -> None:
    other = client_of(make_cast(make_course(slug="otro")).trainer)
    trainer = client_of(cast.trainer)
    elsewhere = make_cohort(cast.release)

    for name in PAGES:
        url = page(name, session)
        assert (name, cast.statuses(url)) == (name, STAFF_ONLY)
        assert other.get(url).status_code == 404
        if name not in ("cohort_sessions", "session_new"):
            wrong = url.replace(f"/{session.cohort_id}/", f"/{elsewhere.pk}/", 1)
            assert trainer.get(wrong).status_code == 404


def test_strangers_change_nothing(cast: Cast, session: CourseSession) -> None:
    posts = {
        "session_new": fields(),
        "session_edit": fields(title="Otro"),
        "session_call_off": {},
        "session_attendance": {"everybody": "present"},
        "session_code": {},
    }
    for name, data in posts.items():
        for user in (cast.learner, cast.coordinator, cast.stranger):
            assert client_of(user).post(page(name, session), data).status_code == 404

    kept = CourseSession.objects.get()
    assert (kept.title, kept.cancelled_at) == ("Encuentro", None)
    assert not Attendance.objects.exists()
    assert not AttendanceCode.objects.exists()


def test_session_is_set_in_the_time_of_lima(cast: Cast, cohort: Cohort) -> None:
    client, url = client_of(cast.trainer), reverse("session_new", args=[cohort.pk])

    client.post(url, fields())
    client.post(url, fields(title="A la vez", place="video", link="https://meet.test/x", room="z"))

    first, second = CourseSession.objects.order_by("pk")
    assert first.starts_at == datetime.fromisoformat("2026-12-03T14:00:00+00:00")
    assert (first.room, first.link) == ("Aula 4", "")
    assert (second.place, second.room, second.link) == (
        SessionPlace.VIDEO,
        "",
        "https://meet.test/x",
    )
    seen = client.get(reverse("cohort_sessions", args=[cohort.pk])).content.decode()
    assert "09:00" in seen
    assert "meet.test" in seen


def test_overlap_is_said(cast: Cast, cohort: Cohort) -> None:
    client, url = client_of(cast.trainer), reverse("session_new", args=[cohort.pk])
    alone = client.post(url, fields(), follow=True)
    both = client.post(url, fields(title="Sala B", starts="11:00", ends="12:00"), follow=True)
    after = client.post(url, fields(title="Después", starts="12:00", ends="13:00"), follow=True)

    levels = [[one.level_tag for one in seen.context["messages"]] for seen in (alone, both, after)]
    assert levels == [["success"], ["success", "warning"], ["success"]]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"day": "31/02/2026"}, "day"),
        ({"starts": "25:00"}, "starts"),
        ({"ends": "09:00"}, "ends"),
        ({"room": ""}, "room"),
        ({"place": "video", "link": ""}, "link"),
        ({"place": "video", "link": "http://meet.test/x"}, "link"),
        ({"place": "video", "link": "javascript:alert(1)"}, "link"),
    ],
)
def test_bad_input_is_told_at_its_field(
    cast: Cast, cohort: Cohort, changed: dict[str, str], field: str
) -> None:
    url = reverse("session_new", args=[cohort.pk])
    answer = client_of(cast.trainer).post(url, fields(**changed))

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not CourseSession.objects.exists()


def test_moving_after_attendance_is_asked_for_once_more(cast: Cast, session: CourseSession) -> None:
    client, url = client_of(cast.trainer), page("session_edit", session)
    client.post(page("session_attendance", session), {"everybody": "present"})

    asked = client.post(url, fields(room="Aula 9"))
    assert asked.status_code == 409
    assert 'name="keeps_attendance"' in asked.content.decode()
    assert 'value="Aula 9"' in asked.content.decode()
    assert CourseSession.objects.get().sequence == 0
    moved = client.post(url, fields(room="Aula 9", keeps_attendance="yes"))

    assert moved.status_code == 302
    assert CourseSession.objects.get().room == "Aula 9"
    assert Attendance.objects.get().state == AttendanceState.PRESENT


def test_calling_off_asks_and_warns_of_attendance(cast: Cast, session: CourseSession) -> None:
    client, url = client_of(cast.trainer), page("session_call_off", session)
    assert 'name="keeps_attendance"' not in client.get(url).content.decode()
    client.post(page("session_attendance", session), {"everybody": "present"})
    assert 'name="keeps_attendance"' in client.get(url).content.decode()

    client.post(url)
    assert CourseSession.objects.get().is_held
    client.post(url, {"keeps_attendance": "yes"})
    assert not CourseSession.objects.get().is_held


def test_list_is_saved_and_unknown_words_note_nothing(cast: Cast, session: CourseSession) -> None:
    other = EnrolmentFactory(release=cast.release, cohort=session.cohort)
    stranger = EnrolmentFactory(release=cast.release)
    client, url = client_of(cast.trainer), page("session_attendance", session)

    client.post(
        url,
        {
            f"state-{cast.enrolment.pk}": "excused",
            f"state-{other.pk}": "asleep",
            f"state-{stranger.pk}": "present",
        },
    )

    row = Attendance.objects.get()
    assert (row.enrolment, row.state, row.noted_by) == (cast.enrolment, "excused", cast.trainer)
    seen = client.get(url).content.decode()
    assert f'name="state-{cast.enrolment.pk}" value="excused" checked' in seen
    assert "checked" not in seen.split(f'name="state-{other.pk}" value="present"')[1][:20]


def posted_from(html: str) -> dict[str, str]:
    """Return what a browser posts of a list: hidden fields, and the radios that are checked."""
    hidden = re.findall(r'type="hidden" name="(shown-\d+)" value="(\w*)"', html)
    checked = re.findall(r'type="radio" name="(state-\d+)" value="(\w+)" checked', html)
    return dict([*hidden, *checked])


def test_older_page_puts_back_no_correction_of_another_trainer(
    cast: Cast, session: CourseSession
) -> None:
    more = [EnrolmentFactory(release=cast.release, cohort=session.cohort) for _number in range(2)]
    corrected, contested, changed = (one.pk for one in (cast.enrolment, *more))
    one, other = client_of(cast.trainer), client_of(cast.administrator)
    url = page("session_attendance", session)
    one.post(url, {"everybody": "present"})

    older = posted_from(one.get(url).content.decode())
    newer = posted_from(other.get(url).content.decode())
    assert len(older) == len(newer) == 6
    corrections = {f"state-{corrected}": "absent", f"state-{contested}": "absent"}
    other.post(url, newer | corrections)
    one.post(url, older | {f"state-{contested}": "excused", f"state-{changed}": "absent"})

    states = dict(Attendance.objects.values_list("enrolment", "state"))
    assert states == {corrected: "absent", contested: "excused", changed: "absent"}
    by = Attendance.objects.get(enrolment=corrected).noted_by
    assert by == cast.administrator


def test_list_before_the_time_only_excuses(cast: Cast, cohort: Cohort) -> None:
    session = make_session(cohort, timezone.now() + HOUR)
    client, url = client_of(cast.trainer), page("session_attendance", session)
    field = f"state-{cast.enrolment.pk}"

    seen = client.get(url).content.decode()
    assert f'name="{field}" value="present" disabled' in seen
    assert f'name="{field}" value="excused">' in seen
    assert 'name="everybody"' not in seen
    for data in ({field: "present"}, {"everybody": "present"}):
        answer = client.post(url, data, follow=True)
        assert [one.level_tag for one in answer.context["messages"]] == ["warning"]
    assert not Attendance.objects.exists()
    client.post(url, {field: "excused"})
    assert Attendance.objects.get().state == AttendanceState.EXCUSED


def test_own_line_is_disabled_and_passed_over(cast: Cast, session: CourseSession) -> None:
    own = EnrolmentFactory(release=cast.release, cohort=session.cohort, learner=cast.trainer)
    client, url = client_of(cast.trainer), page("session_attendance", session)

    seen = client.get(url).content.decode()
    assert f'name="state-{own.pk}" value="present" disabled' in seen
    assert f'name="state-{cast.enrolment.pk}" value="present">' in seen
    client.post(url, {f"state-{own.pk}": "present", f"state-{cast.enrolment.pk}": "present"})

    assert Attendance.objects.get().enrolment == cast.enrolment


@pytest.mark.parametrize("name", ["cohort_sessions", "session_attendance", "session_paper"])
def test_lists_take_the_same_queries_for_one_and_three(
    cast: Cast, session: CourseSession, name: str
) -> None:
    client, url = client_of(cast.trainer), page(name, session)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for number in range(2):
        EnrolmentFactory(release=cast.release, cohort=session.cohort)
        make_session(session.cohort, session.starts_at + timedelta(days=number + 1))
    with CaptureQueriesContext(connection) as three:
        client.get(url)

    assert len(one) == len(three)


def test_code_stands_on_the_screen_and_notes_whoever_types_it(
    cast: Cast, session: CourseSession
) -> None:
    trainer, url = client_of(cast.trainer), page("session_code", session)
    trainer.post(url)
    code = AttendanceCode.objects.get().code
    seen = trainer.get(url).content.decode()
    assert f"<span>{code[:3]}</span> <span>{code[3:]}</span>" in seen
    assert reverse("attendance_code") in seen

    answer = client_of(cast.learner).post(
        reverse("attendance_code"), {"code": f" {code[:3]}-{code[3:]} "}
    )

    assert answer.status_code == 302
    assert Attendance.objects.get().enrolment == cast.enrolment


def test_wrong_code_is_told_at_the_field_and_stops_after_ten(
    cast: Cast, session: CourseSession
) -> None:
    code = show_code(session=session, acting_user=cast.trainer, now=timezone.now()).code
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    client, url = client_of(cast.learner), reverse("attendance_code")

    for typed in ("", "12345", "٣٣٣٣٣٣", wrong):
        answer = client.post(url, {"code": typed})
        assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["code"])
    statuses = [client.post(url, {"code": wrong}).status_code for _try in range(9)]
    assert set(statuses) == {400}
    assert client.post(url, {"code": code}).status_code == 400
    assert not Attendance.objects.exists()
    assert client_of(cast.stranger).post(url, {"code": code}).status_code == 400


def test_learner_sees_the_sessions_of_her_group_only(cast: Cast, session: CourseSession) -> None:
    url = reverse("group_sessions", args=[session.cohort_id])
    client_of(cast.trainer).post(page("session_attendance", session), {"everybody": "present"})
    statuses = cast.statuses(url)

    assert statuses == {**dict.fromkeys(STAFF_ONLY, 404), "learner": 200, "nobody": 302}
    seen = client_of(cast.learner).get(url)
    assert [row.session for row in seen.context["coming"]] == [session]
    assert seen.context["coming"][0].own_state == str(AttendanceState.PRESENT.label)
    other = make_cohort(cast.release)
    assert (
        client_of(cast.learner).get(reverse("group_sessions", args=[other.pk])).status_code == 404
    )


@pytest.mark.parametrize("name", ["session_ics", "group_ics"])
def test_calendar_files_are_for_the_group_and_its_trainers(
    cast: Cast, session: CourseSession, name: str
) -> None:
    key: Any = session.uid if name == "session_ics" else session.cohort_id
    url = reverse(name, args=[key])

    assert cast.statuses(url) == {**STAFF_ONLY, "learner": 200}
    answer = client_of(cast.learner).get(url)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"].endswith('.ics"')
    assert len(Calendar.from_ical(answer.content).walk("VEVENT")) == 1


def test_next_session_stands_on_the_own_page_without_more_queries(
    cast: Cast, session: CourseSession
) -> None:
    client, url = client_of(cast.learner), reverse("my_learning")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        seen = client.get(url).content.decode()
    assert session.room in seen
    assert reverse("group_sessions", args=[session.cohort_id]) in seen

    other = make_cast(make_course(slug="otro"))
    cohort = make_cohort(other.release)
    EnrolmentFactory(release=other.release, cohort=cohort, learner=cast.learner)
    make_session(cohort, timezone.now(), room="Sala 77")
    with CaptureQueriesContext(connection) as two:
        assert "Sala 77" in client.get(url).content.decode()
    assert len(one) == len(two)
