"""Two people at one answer, and corrections while learners hand in."""

from decimal import Decimal
from typing import Any

import pytest

from lms.core.models import AuditEvent
from lms.learning.attempts.services import (
    close_overdue,
    grant_allowance,
    start_attempt,
    submit_attempt,
)
from lms.learning.enums import AttemptState, MarkKind, RegradeKind
from lms.learning.marking.queries.previews import preview_regrade
from lms.learning.marking.services import (
    MarkRefused,
    PreviewOutdated,
    give_mark,
    make_regrade,
    work_regrade,
)
from lms.learning.models import Allowance, Attempt, ItemMark, Regrade
from lms.learning.regrading import Correction
from tests.learning.attempts.test_races import all_at_once
from tests.learning.marking.cases import LATER, NOW, Scene, given_levels, make_scene

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
    pytest.mark.filterwarnings("ignore:task_always_eager has no effect"),
]
CROWD = 10
FULL = Correction(RegradeKind.FULL_MARK)


def mark_at_once(scene: Scene, attempt: Attempt) -> list[str]:
    """Let two people mark one answer, five times each, and return what became of it."""
    item = scene.item(attempt)

    def work(number: int) -> str:
        try:
            stage = give_mark(
                item=item,
                given=given_levels(*(("excelente", "falta") if number % 2 else ("falta", "falta"))),
                acting_user=(scene.trainer, scene.other)[number % 2],
                now=LATER,
            )
        except MarkRefused:
            return "refused"
        return str(stage)

    return all_at_once(work, CROWD)


def test_of_two_people_at_one_answer_one_gives_the_mark() -> None:
    scene = make_scene()
    attempt = scene.hand_in()
    found = mark_at_once(scene, attempt)
    assert (found.count("marked"), found.count("refused")) == (1, CROWD - 1)
    mark = ItemMark.objects.get()
    attempt.refresh_from_db()
    assert (attempt.state, scene.item(attempt).mark) == (AttemptState.MARKED, mark.mark)
    assert AuditEvent.objects.filter(action="item_marked").count() == 1


def test_two_blind_markers_at_once_give_one_mark_each() -> None:
    scene = make_scene(needs_second_marker=True, marking_difference=100)
    attempt = scene.hand_in()
    found = mark_at_once(scene, attempt)
    assert (found.count("other"), found.count("marked")) == (1, 1)
    given = ItemMark.objects.filter(kind__in=(MarkKind.FIRST, MarkKind.SECOND))
    assert set(given.values_list("kind", "marker_id").distinct()) in (
        {(MarkKind.FIRST, scene.trainer.pk), (MarkKind.SECOND, scene.other.pk)},
        {(MarkKind.FIRST, scene.other.pk), (MarkKind.SECOND, scene.trainer.pk)},
    )
    assert scene.item(attempt).mark == Decimal("1.5")


def test_question_is_corrected_for_whoever_hands_in_meanwhile() -> None:
    scene = make_scene()
    attempts = [scene.begin(scene.learner(), "b", "a", text="") for _number in range(CROWD - 1)]
    digest = preview_regrade(scene.quiz_key, scene.choice, FULL).digest

    def work(number: int) -> Any:
        if number < CROWD - 1:
            attempt = attempts[number]
            learner = attempt.enrolment.learner
            return submit_attempt(attempt=attempt, acting_user=learner, now=NOW)
        shown = digest
        for _press in range(CROWD):
            try:
                return regrade(scene, shown)
            except PreviewOutdated:  # somebody handed in meanwhile: look again, press again
                shown = preview_regrade(scene.quiz_key, scene.choice, FULL).digest
        return None

    all_at_once(work, CROWD)
    made = Regrade.objects.get()
    work_regrade(regrade_id=made.pk, now=LATER.replace(minute=30))
    assert [scene.first_item(attempt).mark for attempt in attempts] == [1] * (CROWD - 1)
    scores = Attempt.objects.values_list("state", "score").distinct()
    assert list(scores) == [(AttemptState.MARKED, Decimal("33.3333"))]


def regrade(scene: Scene, digest: str) -> Regrade:
    return make_regrade(
        quiz_key=scene.quiz_key,
        version=scene.choice,
        correction=FULL,
        reason="Dos opciones son correctas.",
        digest=digest,
        acting_user=scene.lead,
        now=LATER,
    )


def test_same_correction_from_many_windows_is_made_once() -> None:
    scene = make_scene()
    attempt = scene.hand_in(None, "b", "a")
    digest = preview_regrade(scene.quiz_key, scene.choice, FULL).digest
    made = all_at_once(lambda _number: regrade(scene, digest).pk, CROWD)
    assert len(set(made)) == 1
    assert scene.first_item(attempt).mark == 1
    assert AuditEvent.objects.filter(action="question_regraded").count() == 1


def test_correction_and_markers_of_the_same_learner_do_not_wait_for_each_other() -> None:
    """A learner with two attempts: a marker holds the second, the correction begins at the first."""
    scene = make_scene(attempts=None)
    first = scene.hand_in(None, "b", "a", text="")
    second = scene.hand_in(None, "b", "a")
    digest = preview_regrade(scene.quiz_key, scene.choice, FULL).digest

    def work(number: int) -> Any:
        if number == 0:
            return regrade(scene, digest).pk
        try:
            return scene.mark(second, "excelente", "excelente", by=scene.other)
        except MarkRefused:
            return None

    all_at_once(work, 4)
    assert [scene.first_item(one).mark for one in (first, second)] == [1, 1]
    assert scene.item(second).mark == 4


def test_extra_time_while_the_clock_closes_is_given_or_comes_too_late() -> None:
    scene = make_scene(time_limit_minutes=10)
    enrolment = scene.cast.enrolment
    attempt = start_attempt(
        enrolment=enrolment, quiz_key=scene.quiz_key, acting_user=enrolment.learner, now=NOW
    )
    late = NOW.replace(minute=11)

    def work(number: int) -> Any:
        if number % 2:
            return close_overdue(now=late)
        return grant_allowance(
            enrolment=enrolment,
            quiz_key=scene.quiz_key,
            extra_minutes=10,
            extra_attempts=0,
            reason="Lector de pantalla",
            acting_user=scene.trainer,
            now=late,
        ).pk

    all_at_once(work, CROWD)
    attempt.refresh_from_db()
    assert Allowance.objects.count() == CROWD // 2
    is_closed = attempt.state == AttemptState.EXPIRED
    minutes = (attempt.due_at - NOW).total_seconds() / 60 if attempt.due_at else 0
    assert (is_closed and minutes == 10) or (not is_closed and minutes == 60)
