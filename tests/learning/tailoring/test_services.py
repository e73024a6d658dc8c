"""What trainers change for one learner: what is written, what she is told, what is refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lms.accounts.models import User
from lms.core.models import AuditEvent
from lms.core.queries import read_reason
from lms.learning.enums import AttemptState, EnrolmentState, NoticeKind, PlaceState
from lms.learning.models import Attempt, CohortPlace, Enrolment, Exemption, Notice
from lms.learning.progress import progress_in
from lms.learning.tailoring import services
from lms.learning.tailoring.queries import changes_for
from lms.learning.tailoring.services import TailoringRefused
from lms.learning.tailoring.tasks import expire_overdue_enrolments
from tests.factories import EnrolmentFactory, UserFactory, make_course, release_course_for_tests
from tests.factories.cohorts import completed_in
from tests.factories.following import NOON, Group, ask_for_more, attempt_at, make_group, read

pytestmark = pytest.mark.django_db

BEFORE_MIDNIGHT = datetime(2027, 1, 1, 4, 59, tzinfo=UTC)
"""The last minute of the year in Lima, when it is next year in Greenwich."""

AFTER_MIDNIGHT = datetime(2027, 1, 1, 5, 1, tzinfo=UTC)


@pytest.fixture
def trainer() -> User:
    return UserFactory()


@pytest.fixture
def group() -> Group:
    return make_group(release_course_for_tests(make_course(lessons=2)), name="Valle Alto")


def state_of(enrolment: Enrolment) -> str:
    return Enrolment.objects.get(pk=enrolment.pk).state


def told(enrolment: Enrolment) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(learner=enrolment.learner).order_by("pk")
    return list(rows.values_list("kind", "words"))


def move(enrolment: Enrolment, trainer: User, **changes: Any) -> Enrolment:
    values: dict[str, Any] = {
        "due_date": date(2027, 1, 15),
        "reason": "Estuvo de comisión.",
        "now": NOON,
        **changes,
    }
    return services.move_deadline(enrolment=enrolment, acting_user=trainer, **values)


def exempt(enrolment: Enrolment, trainer: User, key: Any, **changes: Any) -> Exemption:
    values = {"reason": "Dicta esta lección.", "now": NOON, **changes}
    return services.exempt_item(enrolment=enrolment, item_key=key, acting_user=trainer, **values)


def test_deadline_is_moved_and_told_once(group: Group, trainer: User) -> None:
    enrolment = group.join()

    move(enrolment, trainer)
    move(enrolment, trainer)

    row = Enrolment.objects.select_related("cohort").get(pk=enrolment.pk)
    assert row.deadline() == date(2027, 1, 15)
    event = AuditEvent.objects.get(action="deadline_moved")
    assert (event.actor_id, event.target_id, event.changed_fields, read_reason(event)) == (
        trainer.pk,
        str(row.pk),
        ["due_date"],
        "Estuvo de comisión.",
    )
    [(kind, words)] = told(enrolment)
    assert kind == NoticeKind.DEADLINE_CHANGED
    assert "15" in words
    assert "Estuvo de comisión." in words


def test_expired_enrolment_goes_on_with_a_new_deadline(group: Group, trainer: User) -> None:
    enrolment = group.join(state=EnrolmentState.EXPIRED)
    read(enrolment, group.keys[0], days_ago=9)

    move(enrolment, trainer)

    assert state_of(enrolment) == EnrolmentState.ACTIVE
    assert group.keys[0] in progress_in(enrolment).done


def test_expired_enrolment_stays_so_where_the_course_was_begun_anew(
    group: Group, trainer: User
) -> None:
    enrolment = group.join(state=EnrolmentState.EXPIRED)
    group.join(learner=enrolment.learner, days_ago=1)

    with pytest.raises(TailoringRefused):
        move(enrolment, trainer)

    assert state_of(enrolment) == EnrolmentState.EXPIRED


def test_expired_enrolment_needs_a_seat(trainer: User) -> None:
    group = make_group(release_course_for_tests(make_course()), seats=1)
    enrolment = group.join(state=EnrolmentState.EXPIRED)
    group.join()

    with pytest.raises(TailoringRefused):
        move(enrolment, trainer)


@pytest.mark.parametrize(
    ("state", "changes"),
    [
        (EnrolmentState.ACTIVE, {"reason": " "}),
        (EnrolmentState.ACTIVE, {"due_date": date(2026, 11, 23)}),
        (EnrolmentState.WITHDRAWN, {}),
    ],
)
def test_deadline_is_refused(
    group: Group, trainer: User, state: EnrolmentState, changes: dict[str, Any]
) -> None:
    ended = {"withdrawn_at": NOON} if state == EnrolmentState.WITHDRAWN else {}
    enrolment = group.join(state=state, **ended)

    with pytest.raises(TailoringRefused):
        move(enrolment, trainer, **changes)

    assert Enrolment.objects.get(pk=enrolment.pk).due_date is None
    assert told(enrolment) == []


def test_enrolments_expire_the_day_after_their_deadline_in_lima(group: Group) -> None:
    by_cohort = group.join()
    later = group.join(due_date=date(2027, 1, 5))
    sooner = group.join(due_date=date(2026, 12, 1))
    alone = EnrolmentFactory(release=group.release)
    done = completed_in(group.cohort, now=NOON)

    assert services.expire_overdue(now=BEFORE_MIDNIGHT) == 1
    assert [state_of(row) for row in (by_cohort, sooner)] == ["active", "expired"]

    assert services.expire_overdue(now=AFTER_MIDNIGHT) == 1
    assert services.expire_overdue(now=AFTER_MIDNIGHT) == 0
    states = [state_of(row) for row in (by_cohort, later, sooner, alone, done)]
    assert states == ["expired", "active", "expired", "active", "completed"]
    assert [kind for kind, _words in told(by_cohort)] == [NoticeKind.DEADLINE_PASSED]
    events = AuditEvent.objects.filter(action="enrolment_expired").order_by("pk")
    assert list(events.values_list("actor_id", "target_id")) == [
        (None, str(sooner.pk)),
        (None, str(by_cohort.pk)),
    ]


def test_whoever_did_her_part_in_time_does_not_expire(group: Group) -> None:
    handed_in, finished = group.join(), group.join()
    attempt_at(handed_in, group.keys[2], state=AttemptState.SUBMITTED)
    ask_for_more(group.release)
    for key in group.keys[:2]:
        read(finished, key, days_ago=3)
    attempt_at(finished, group.keys[2], is_passed=True)
    finished.exemptions.create(item_key=group.keys[3], reason="Sí.", granted_at=NOON)

    assert services.expire_overdue(now=AFTER_MIDNIGHT) == 0

    Attempt.objects.filter(enrolment=handed_in).update(
        state=AttemptState.MARKED, score=20, is_passed=False
    )
    assert services.expire_overdue(now=AFTER_MIDNIGHT) == 1
    assert [state_of(row) for row in (handed_in, finished)] == ["expired", "active"]


def test_seat_of_an_expired_enrolment_goes_to_who_waits() -> None:
    group = make_group(release_course_for_tests(make_course()), seats=1)
    group.join(due_date=date(2026, 11, 20))
    waiting = CohortPlace.objects.create(
        cohort=group.cohort, learner=UserFactory(), state=PlaceState.WAITING, created_at=NOON
    )

    services.expire_overdue(now=NOON)

    waiting.refresh_from_db()
    assert waiting.state == PlaceState.SEATED


def test_task_expires_by_the_clock_of_today(group: Group) -> None:
    enrolment = group.join(due_date=date(2020, 1, 1))

    expire_overdue_enrolments()

    assert state_of(enrolment) == EnrolmentState.EXPIRED


def test_exempted_item_is_done_and_opens_what_waits_for_it(group: Group, trainer: User) -> None:
    enrolment = group.join()
    key = group.keys[0]

    exempt(enrolment, trainer, key)
    exempt(enrolment, trainer, key, reason="Otra vez.")

    assert progress_in(enrolment).done == {key}
    assert Exemption.objects.get().reason == "Dicta esta lección."
    assert told(enrolment) == [(NoticeKind.ITEM_EXEMPTED, "Dicta esta lección.")]
    event = AuditEvent.objects.get(action="item_exempted")
    assert (event.target_id, read_reason(event)) == (str(enrolment.pk), "Dicta esta lección.")


def test_exempting_the_last_item_completes_the_course(group: Group, trainer: User) -> None:
    enrolment = group.join()
    first, second, quiz = group.keys
    read(enrolment, first, days_ago=3)
    attempt_at(enrolment, quiz, is_passed=True)

    exemption = exempt(enrolment, trainer, second)

    assert state_of(enrolment) == EnrolmentState.COMPLETED
    with pytest.raises(TailoringRefused):
        services.take_back_exemption(exemption=exemption, acting_user=trainer, now=NOON)
    assert Exemption.objects.count() == 1


def test_exemption_is_taken_back_and_told(group: Group, trainer: User) -> None:
    enrolment = group.join()
    exemption = exempt(enrolment, trainer, group.keys[0])

    for _again in range(2):
        services.take_back_exemption(exemption=exemption, acting_user=trainer, now=NOON)

    assert progress_in(enrolment).done == set()
    assert [kind for kind, _words in told(enrolment)][-1] == NoticeKind.EXEMPTION_ENDED
    assert AuditEvent.objects.filter(action="exemption_taken_back").count() == 1


def test_exemption_is_refused_where_nothing_is_to_be_let_off(group: Group, trainer: User) -> None:
    enrolment = group.join()
    read(enrolment, group.keys[0], days_ago=1)
    ended = group.join(state=EnrolmentState.EXPIRED)
    elsewhere = release_course_for_tests(make_course(slug="otro"))
    stranger = next(iter(elsewhere.typed_promise.items())).key

    for row, key, reason in (
        (enrolment, group.keys[0], "Sí."),
        (enrolment, stranger, "Sí."),
        (enrolment, group.keys[1], ""),
        (ended, group.keys[1], "Sí."),
    ):
        with pytest.raises(TailoringRefused):
            exempt(row, trainer, key, reason=reason)

    assert not Exemption.objects.exists()


def test_nobody_changes_her_own_enrolment(group: Group) -> None:
    enrolment = group.join()
    own = enrolment.learner

    with pytest.raises(TailoringRefused):
        move(enrolment, own)
    with pytest.raises(TailoringRefused):
        exempt(enrolment, own, group.keys[0])
    with pytest.raises(TailoringRefused):
        services.withdraw_learner(enrolment=enrolment, reason="Sí.", acting_user=own, now=NOON)

    assert not AuditEvent.objects.exclude(action="enrolment_created").exists()


def test_withdrawn_learner_is_told_and_her_seat_is_free(trainer: User) -> None:
    group = make_group(release_course_for_tests(make_course()), seats=1)
    enrolment = group.join()
    waiting = CohortPlace.objects.create(
        cohort=group.cohort, learner=UserFactory(), state=PlaceState.WAITING, created_at=NOON
    )

    for _again in range(2):
        services.withdraw_learner(
            enrolment=enrolment, reason="Cambió de área.", acting_user=trainer, now=NOON
        )

    waiting.refresh_from_db()
    assert (state_of(enrolment), waiting.state) == ("withdrawn", PlaceState.SEATED)
    assert told(enrolment) == [(NoticeKind.WITHDRAWN, "Cambió de área.")]
    event = AuditEvent.objects.get(action="enrolment_withdrawn")
    assert (event.actor_id, read_reason(event)) == (trainer.pk, "Cambió de área.")


def test_places_end_with_the_enrolment(group: Group, trainer: User) -> None:
    enrolment = group.join()
    place = CohortPlace.objects.create(
        cohort=group.cohort,
        learner=enrolment.learner,
        enrolment=enrolment,
        state=PlaceState.SEATED,
        created_at=NOON,
    )

    services.withdraw_learner(
        enrolment=enrolment, reason="Cambió de área.", acting_user=trainer, now=NOON
    )

    place.refresh_from_db()
    assert (state_of(enrolment), place.state) == ("withdrawn", PlaceState.WITHDRAWN)
    [(_kind, words)] = told(enrolment)
    assert "Cambió de área." in words


def test_stuck_rule_is_kept_within_its_bounds(group: Group, trainer: User) -> None:
    for days, failures in ((0, 2), (91, 2), (7, 0), (7, 21)):
        with pytest.raises(TailoringRefused):
            services.change_stuck_rule(
                cohort=group.cohort,
                stuck_days=days,
                stuck_failures=failures,
                acting_user=trainer,
                now=NOON,
            )

    changed = services.change_stuck_rule(
        cohort=group.cohort, stuck_days=3, stuck_failures=2, acting_user=trainer, now=NOON
    )

    assert (changed.stuck_days, changed.stuck_failures) == (3, 2)
    assert AuditEvent.objects.get().changed_fields == ["stuck_days"]


def test_learner_reads_what_was_changed_but_no_reason_of_an_allowance(
    group: Group, trainer: User, django_assert_num_queries: Any
) -> None:
    enrolment = move(group.join(), trainer)
    exempt(enrolment, trainer, group.keys[0])
    enrolment.allowances.create(
        quiz_key=group.keys[2],
        extra_minutes=15,
        extra_attempts=1,
        reason="Secreto.",
        granted_at=NOON + timedelta(hours=1),
    )
    other = group.join()

    with django_assert_num_queries(1):
        found = changes_for([enrolment, other])

    assert list(found) == [enrolment.pk]
    deadline, exempted, allowed = found[enrolment.pk]
    assert "2027" in deadline.words
    assert (exempted.item, exempted.reason) == ("Lección 1", "Dicta esta lección.")
    assert (allowed.item, allowed.reason) == ("Prueba", "")
    assert "Secreto" not in repr(found)
