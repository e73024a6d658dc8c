"""Sessions set, moved and called off; attendance by list and by code; what it counts."""

from datetime import timedelta
from typing import Any

import pytest

from lms.core.models import AuditEvent
from lms.learning.completion import attendance_by_enrolment
from lms.learning.enums import AttendanceState, AttendanceWay, EnrolmentState, SessionPlace
from lms.learning.models import (
    Attendance,
    AttendanceCode,
    Cohort,
    CourseSession,
    Enrolment,
    Notice,
)
from lms.learning.sessions.queries import next_session, next_sessions, overlapping
from lms.learning.sessions.services import (
    AttendanceRefused,
    AttendanceStands,
    SessionPlan,
    SessionRefused,
    call_off_session,
    change_session,
    note_attendance,
    note_everybody,
    plan_session,
    show_code,
    take_code,
)
from lms.learning.sessions.services.completing import complete_those_who_can
from tests.factories import EnrolmentFactory
from tests.factories.certificates import complete
from tests.factories.cohorts import make_cohort
from tests.factories.groups import asking_attendance, make_session, plan_of
from tests.learning.cast import NOW, Cast, go_through, make_cast

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
P, A, E = AttendanceState.PRESENT, AttendanceState.ABSENT, AttendanceState.EXCUSED


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    """A cohort of the learner, whose release asks for half of the sessions."""
    found = make_cohort(asking_attendance(cast.release, 50))
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(cohort=found)
    return found


@pytest.fixture
def session(cohort: Cohort) -> CourseSession:
    """A session that is on just now."""
    return make_session(cohort, NOW - HOUR)


def note(session: CourseSession, cast: Cast, state: AttendanceState, *more: Enrolment) -> int:
    states = {row.pk: state for row in (cast.enrolment, *more)}
    return note_attendance(session=session, states=states, acting_user=cast.trainer, now=NOW)


def standing(cast: Cast) -> tuple[int, int, bool]:
    row = Enrolment.objects.select_related("release").get(pk=cast.enrolment.pk)
    found = attendance_by_enrolment([row])[row.pk]
    return found.present, found.sessions, found.is_reached


def move(session: CourseSession, cast: Cast, *, keeps: bool = False, **changes: Any) -> Any:
    return change_session(
        session=session,
        plan=plan_of(session, **changes),
        acting_user=cast.trainer,
        now=NOW,
        keeps_attendance=keeps,
    )


def do_all_items(cast: Cast, *, who: Enrolment | None = None) -> None:
    """Let the learner, or somebody else, lack nothing but attendance."""
    enrolment = who or cast.enrolment
    for lesson in cast.made.lessons:
        go_through(enrolment, lesson.translation_key)
    complete(enrolment, now=NOW)
    Enrolment.objects.filter(pk=enrolment.pk).update(
        state=EnrolmentState.ACTIVE, completed_at=None, cohort=Cohort.objects.get()
    )


def test_session_is_set_in_a_room_or_by_a_link(cast: Cast, cohort: Cohort) -> None:
    plan = SessionPlan("Uno", SessionPlace.VIDEO, NOW, NOW + HOUR, link="https://v.test/a")
    made = plan_session(cohort=cohort, plan=plan, acting_user=cast.trainer, now=NOW)

    assert (made.sequence, made.link_host, made.changed_at) == (0, "v.test", NOW)
    assert not Notice.objects.exists()
    for wrong in (
        SessionPlan("Dos", SessionPlace.ROOM, NOW, NOW + HOUR),
        SessionPlan("Dos", SessionPlace.VIDEO, NOW, NOW + HOUR, room="Aula"),
        SessionPlan("Dos", SessionPlace.ROOM, NOW, NOW, room="Aula"),
    ):
        with pytest.raises(SessionRefused):
            plan_session(cohort=cohort, plan=wrong, acting_user=cast.trainer, now=NOW)


def test_moved_session_tells_its_people_and_counts_its_changes(
    cast: Cast, session: CourseSession
) -> None:
    gone = EnrolmentFactory(
        release=cast.release,
        cohort=session.cohort,
        state=EnrolmentState.WITHDRAWN,
        withdrawn_at=NOW,
    )

    move(session, cast, title="Otro título")
    assert not Notice.objects.exists()
    for _press in range(2):
        move(session, cast, title="Otro título", starts_at=NOW + DAY, ends_at=NOW + DAY + HOUR)

    session.refresh_from_db()
    notice = Notice.objects.get(kind="session")
    assert (session.sequence, session.changed_at, notice.learner) == (1, NOW, cast.learner)
    assert all(words in notice.words for words in ("Otro título", "25/11/2026", "12:00", "Aula 1"))
    assert "sesiones" in notice.path
    assert not Notice.objects.filter(learner=gone.learner).exists()


def test_session_moved_after_attendance_was_noted_loses_nothing(
    cast: Cast, session: CourseSession
) -> None:
    note(session, cast, P)
    later = {"starts_at": NOW + DAY, "ends_at": NOW + DAY + HOUR}

    with pytest.raises(AttendanceStands):
        move(session, cast, **later)
    session.refresh_from_db()
    assert session.starts_at == NOW - HOUR
    assert not Notice.objects.exists()
    move(session, cast, room="Aula 7")  # another room is no other time
    session.refresh_from_db()
    move(session, cast, keeps=True, **later)

    session.refresh_from_db()
    assert (session.starts_at, session.sequence) == (NOW + DAY, 2)
    assert Attendance.objects.get().state == P
    assert standing(cast) == (1, 1, True)
    assert Notice.objects.filter(learner=cast.learner).count() == 2


def test_called_off_session_counts_for_nobody_and_keeps_its_list(
    cast: Cast, session: CourseSession
) -> None:
    make_session(session.cohort, NOW + DAY)
    note(session, cast, A)

    with pytest.raises(AttendanceStands):
        call_off_session(session=session, acting_user=cast.trainer, now=NOW)
    for _press in range(2):
        call_off_session(session=session, acting_user=cast.trainer, now=NOW, keeps_attendance=True)

    session.refresh_from_db()
    assert (session.cancelled_at, session.sequence) == (NOW, 1)
    assert (standing(cast), Attendance.objects.count()) == ((0, 1, False), 1)
    assert Notice.objects.filter(learner=cast.learner).count() == 1
    with pytest.raises(SessionRefused):
        move(session, cast, title="x")
    with pytest.raises(AttendanceRefused):
        note(session, cast, P)


def test_list_is_saved_once_and_all_present_spares_the_noted(
    cast: Cast, session: CourseSession
) -> None:
    other = EnrolmentFactory(release=cast.release, cohort=session.cohort)

    assert [note(session, cast, E) for _press in range(2)] == [1, 0]
    everybody = [
        note_everybody(session=session, acting_user=cast.trainer, now=NOW) for _press in range(2)
    ]

    assert everybody == [1, 0]
    states = dict(Attendance.objects.values_list("enrolment", "state"))
    assert states == {cast.enrolment.pk: E, other.pk: P}
    assert AuditEvent.objects.filter(action="attendance_noted").count() == 2


def test_nobody_is_present_before_the_time_of_the_session(cast: Cast, cohort: Cohort) -> None:
    soon = make_session(cohort, NOW + timedelta(minutes=30))
    later = make_session(cohort, NOW + timedelta(minutes=31))
    EnrolmentFactory(release=cast.release, cohort=cohort)

    with pytest.raises(AttendanceRefused):
        note(later, cast, P)
    with pytest.raises(AttendanceRefused):
        note_everybody(session=later, acting_user=cast.trainer, now=NOW)
    assert not Attendance.objects.exists()
    assert [note(later, cast, E), note(soon, cast, P)] == [1, 1]
    move(soon, cast, keeps=True, starts_at=NOW + DAY, ends_at=NOW + DAY + HOUR)
    assert note(soon, cast, P) == 0  # what stands already is no news


def test_nobody_notes_herself(cast: Cast, session: CourseSession) -> None:
    own = EnrolmentFactory(release=cast.release, cohort=session.cohort, learner=cast.trainer)

    with pytest.raises(AttendanceRefused):
        note(session, cast, P, own)
    assert not Attendance.objects.exists()
    assert note_everybody(session=session, acting_user=cast.trainer, now=NOW) == 1
    assert Attendance.objects.get().enrolment == cast.enrolment
    assert note_everybody(session=session, acting_user=cast.administrator, now=NOW) == 1
    assert Attendance.objects.get(enrolment=own).noted_by == cast.administrator


@pytest.mark.parametrize("maker", ["trainer", "administrator"])
def test_staff_of_the_course_uses_no_code(cast: Cast, session: CourseSession, maker: str) -> None:
    EnrolmentFactory(release=cast.release, cohort=session.cohort, learner=cast.trainer)
    code = show_code(session=session, acting_user=getattr(cast, maker), now=NOW).code

    with pytest.raises(AttendanceRefused):
        take_code(learner=cast.trainer, code=code, now=NOW)
    assert not Attendance.objects.exists()
    assert take_code(learner=cast.learner, code=code, now=NOW) == session


def test_nobody_of_another_cohort_is_noted(cast: Cast, session: CourseSession) -> None:
    stranger = EnrolmentFactory(release=cast.release, cohort=make_cohort(cast.release))
    with pytest.raises(AttendanceRefused):
        note(session, cast, P, stranger)
    assert not Attendance.objects.exists()


def test_attendance_completes_the_course_when_nothing_else_is_missing(
    cast: Cast, session: CourseSession
) -> None:
    do_all_items(cast)
    assert Enrolment.objects.get(pk=cast.enrolment.pk).state == EnrolmentState.ACTIVE

    note(session, cast, P)

    assert Enrolment.objects.get(pk=cast.enrolment.pk).state == EnrolmentState.COMPLETED


def test_enrolments_are_completed_in_the_order_of_their_numbers(
    cast: Cast, session: CourseSession
) -> None:
    first = EnrolmentFactory(
        release=cast.release, cohort=session.cohort, learner__full_name="Zoila Quispe"
    )
    second = EnrolmentFactory(
        release=cast.release, cohort=session.cohort, learner__full_name="Ana Quispe"
    )
    for enrolment in (first, second):
        do_all_items(cast, who=enrolment)
    before = AuditEvent.objects.count()

    note_everybody(session=session, acting_user=cast.trainer, now=NOW)

    later = AuditEvent.objects.order_by("pk")[before:]
    done = [row for row in later if row.action == "enrolment_completed"]
    assert [int(row.target_id) for row in done] == [first.pk, second.pk]


def test_completing_sorts_whom_it_is_given(cast: Cast, session: CourseSession) -> None:
    other = EnrolmentFactory(release=cast.release, cohort=session.cohort)
    for enrolment in (cast.enrolment, other):
        do_all_items(cast, who=enrolment)
        Attendance.objects.create(
            session=session, enrolment=enrolment, state=P, way=AttendanceWay.LIST, noted_at=NOW
        )
    before = AuditEvent.objects.count()

    backwards = list(Enrolment.objects.filter(cohort=session.cohort).order_by("-pk"))
    assert complete_those_who_can(backwards, now=NOW) == 2

    later = AuditEvent.objects.order_by("pk")[before:]
    done = [row for row in later if row.action == "enrolment_completed"]
    assert [int(row.target_id) for row in done] == [cast.enrolment.pk, other.pk]


def test_calling_off_completes_whoever_has_attended_enough(
    cast: Cast, session: CourseSession
) -> None:
    others = [make_session(session.cohort, NOW + DAY * n) for n in (1, 2)]
    do_all_items(cast)
    note(session, cast, P)
    assert Enrolment.objects.get(pk=cast.enrolment.pk).state == EnrolmentState.ACTIVE

    call_off_session(session=others[1], acting_user=cast.trainer, now=NOW)

    assert Enrolment.objects.get(pk=cast.enrolment.pk).state == EnrolmentState.COMPLETED


def test_attendance_counts_sessions_of_the_group_only(cast: Cast, cohort: Cohort) -> None:
    assert standing(cast) == (0, 0, False)
    first, second, third = (make_session(cohort, NOW + DAY * n) for n in range(3))
    elsewhere = make_session(make_cohort(cast.release), NOW)
    Attendance.objects.create(
        session=elsewhere, enrolment=cast.enrolment, state=P, way="list", noted_at=NOW
    )
    note(first, cast, P)
    assert standing(cast) == (1, 3, False)
    note(second, cast, E)
    assert standing(cast) == (1, 2, True)
    note(first, cast, A)
    note(third, cast, E)
    assert standing(cast) == (0, 1, False)


def test_two_rooms_at_the_same_time_count_as_one_session(cast: Cast, cohort: Cohort) -> None:
    rooms = [make_session(cohort, NOW, title="Sala A"), make_session(cohort, NOW, title="Sala B")]
    after = make_session(cohort, NOW + timedelta(hours=2))

    note(rooms[1], cast, P)
    assert standing(cast) == (1, 2, True)
    note(rooms[0], cast, A)
    assert standing(cast) == (1, 2, True)
    note(rooms[1], cast, E)
    assert standing(cast) == (0, 1, False)
    assert [one.title for one in overlapping(rooms[0])] == ["Sala B"]
    assert overlapping(after) == []


def test_still_needed_and_percent_round_to_the_safe_side(cast: Cast, cohort: Cohort) -> None:
    def needed() -> int:
        return attendance_by_enrolment([Enrolment.objects.get(pk=cast.enrolment.pk)])[
            cast.enrolment.pk
        ].still_needed

    assert needed() == 1
    sessions = [make_session(cohort, NOW + DAY * n) for n in range(3)]
    assert needed() == 2
    note(sessions[0], cast, P)
    assert needed() == 1
    assert standing(cast) == (1, 3, False)


def test_code_notes_a_learner_of_the_group_around_the_session(
    cast: Cast, session: CourseSession
) -> None:
    old = show_code(session=session, acting_user=cast.trainer, now=NOW).code
    new = show_code(session=session, acting_user=cast.trainer, now=NOW).code
    assert (len(new), new.isdecimal()) == (6, True)

    wrong = [
        (cast.learner, old, NOW),
        (cast.stranger, new, NOW),
        (cast.learner, new, NOW + timedelta(minutes=10)),
        (cast.learner, "", NOW),
    ]
    for learner, code, now in wrong if old != new else wrong[1:]:
        with pytest.raises(AttendanceRefused):
            take_code(learner=learner, code=code, now=now)
    for _press in range(2):
        take_code(learner=cast.learner, code=new, now=NOW + timedelta(minutes=9))

    kept = Attendance.objects.get()
    assert (kept.state, kept.way, kept.noted_by) == (P, AttendanceWay.CODE, cast.learner)


def test_code_is_shown_only_around_the_session(cast: Cast, session: CourseSession) -> None:
    for now in (session.starts_at - HOUR, session.ends_at + HOUR):
        with pytest.raises(AttendanceRefused):
            show_code(session=session, acting_user=cast.trainer, now=now)
    late = AttendanceCode.objects.create(
        session=session, code="123456", created_at=NOW, expires_at=NOW + DAY
    )
    with pytest.raises(AttendanceRefused):
        take_code(learner=cast.learner, code=late.code, now=session.ends_at + HOUR)


def test_what_the_trainer_noted_holds_against_the_code(cast: Cast, session: CourseSession) -> None:
    code = show_code(session=session, acting_user=cast.trainer, now=NOW).code
    note(session, cast, A)

    with pytest.raises(AttendanceRefused):
        take_code(learner=cast.learner, code=code, now=NOW)
    assert Attendance.objects.get().state == A
    note(session, cast, P)
    assert take_code(learner=cast.learner, code=code, now=NOW) == session
    assert Attendance.objects.get().way == AttendanceWay.LIST


def test_next_session_is_the_one_that_is_on_or_comes(cohort: Cohort) -> None:
    assert next_session(cohort, now=NOW) is None
    make_session(cohort, NOW - DAY)
    make_session(cohort, NOW, cancelled_at=NOW)
    coming = make_session(cohort, NOW + DAY)
    on = make_session(cohort, NOW - HOUR)

    assert next_session(cohort, now=NOW) == on
    assert next_sessions([cohort.pk], now=NOW + HOUR) == {cohort.pk: coming}
    assert next_sessions([], now=NOW) == {}
