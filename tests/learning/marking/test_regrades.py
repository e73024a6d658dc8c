"""Correcting a question for everybody: the preview, what is done, and what is never taken away."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates.enums import CertificateState
from certificates.models import Certificate
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from lms.core.queries import read_reason
from lms.learning.attempts.services import submit_attempt
from lms.learning.enums import (
    AttemptState,
    EnrolmentState,
    MarkKind,
    NoticeKind,
    RegradeKind,
)
from lms.learning.marking import tasks
from lms.learning.marking.queries.previews import acceptable_answers, preview_regrade
from lms.learning.marking.services import (
    GivenMark,
    PreviewOutdated,
    RegradeRefused,
    make_regrade,
    mark_again,
    regrades,
    resend_regrades,
    work_regrade,
)
from lms.learning.models import (
    Attempt,
    AttemptItem,
    ItemMark,
    Notice,
    QuizStatistic,
    Regrade,
    RegradeWork,
)
from lms.learning.regrading import Correction, apply_regrades, regrades_of
from tests.factories import EnrolmentFactory
from tests.learning.cast import client_of
from tests.learning.marking.cases import LATER, Scene, make_scene

pytestmark = pytest.mark.django_db
DROP = Correction(RegradeKind.DROP)
FULL = Correction(RegradeKind.FULL_MARK)


def accept(key: str) -> Correction:
    return Correction(RegradeKind.ACCEPT, key)


def regrade(scene: Scene, correction: Correction, **changes: Any) -> Regrade:
    """Make a regrade of the first choice, as its preview showed it."""
    preview = preview_regrade(scene.quiz_key, scene.choice, correction)
    values: dict[str, Any] = {
        "quiz_key": scene.quiz_key,
        "version": scene.choice,
        "correction": correction,
        "reason": "Dos opciones son correctas.",
        "digest": preview.digest,
        "acting_user": scene.lead,
        "now": LATER,
    }
    return make_regrade(**values | changes)


def marked(
    scene: Scene, *letters: str, levels: tuple[str, str] = ("excelente", "falta")
) -> Attempt:
    """Return a marked attempt of another learner: 3 of 4 marks for the open answer."""
    attempt = scene.hand_in(scene.learner(), *letters)
    scene.mark(attempt, *levels)
    attempt.refresh_from_db()
    return attempt


def test_full_mark_for_everybody_keeps_the_earlier_marks() -> None:
    scene = make_scene(pass_mark=80)
    wrong, right = marked(scene, "b", "a"), marked(scene, "a", "a")
    assert (wrong.is_passed, right.is_passed) == (False, True)
    Notice.objects.all().delete()

    made = regrade(scene, FULL)

    assert (made.attempts_changed, made.now_passed, made.now_failed) == (1, 1, 0)
    wrong.refresh_from_db()
    assert (wrong.is_passed, wrong.score) == (True, Decimal("83.3333"))
    rows = scene.first_item(wrong).marks.order_by("pk").values_list("kind", "mark", "reason")
    assert list(rows) == [
        (MarkKind.AUTOMATIC, Decimal(0), ""),
        (MarkKind.REGRADE, Decimal(1), "Dos opciones son correctas."),
    ]
    assert not scene.first_item(right).marks.exists()
    told = [(notice.learner_id, notice.kind) for notice in Notice.objects.all()]
    assert told == [(wrong.enrolment.learner_id, NoticeKind.REGRADED)]
    event = AuditEvent.objects.get(action="question_regraded")
    assert (event.actor_id, read_reason(event)) == (scene.lead.pk, "Dos opciones son correctas.")


def test_accepting_a_further_answer_helps_those_who_gave_it_only() -> None:
    scene = make_scene()
    attempts = {letter: marked(scene, letter, "a") for letter in "abc"}
    regrade(scene, accept("b"))
    marks = {letter: scene.first_item(attempt).mark for letter, attempt in attempts.items()}
    assert marks == {"a": Decimal(1), "b": Decimal(1), "c": Decimal(0)}
    regrade(scene, accept("c"))
    marks = {letter: scene.first_item(attempt).mark for letter, attempt in attempts.items()}
    assert marks == {"a": Decimal(1), "b": Decimal(1), "c": Decimal(1)}


def test_dropping_can_lower_a_result_and_the_preview_says_for_whom() -> None:
    scene = make_scene(pass_mark=80)
    attempt = marked(scene, "a", "a")
    preview = preview_regrade(scene.quiz_key, scene.choice, DROP)
    assert [change.name for change in preview.fails] == []
    attempt_low = marked(scene, "a", "a", levels=("excelente", "falta"))
    assert attempt_low.score == Decimal("83.3333")

    other = marked(scene, "a", "b", levels=("excelente", "excelente"))
    assert (other.is_passed, other.score) == (True, Decimal("83.3333"))
    preview = preview_regrade(scene.quiz_key, scene.choice, DROP)
    assert preview.fails == ()
    assert preview.changed == 3
    regrade(scene, DROP)
    attempt.refresh_from_db()
    assert attempt.score == Decimal(80)
    assert scene.first_item(attempt).is_dropped


def complete_with_certificate(scene: Scene, attempt: Attempt) -> Certificate:
    enrolment = attempt.enrolment
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.COMPLETED
    return Certificate.objects.get(enrolment=enrolment)


def test_completed_course_and_certificate_stay_though_the_result_falls() -> None:
    scene = make_scene(pass_mark=82)
    attempt = marked(scene, "a", "a")
    assert attempt.is_passed
    certificate = complete_with_certificate(scene, attempt)
    printed = certificate.facts

    preview = preview_regrade(scene.quiz_key, scene.choice, DROP)
    assert [(change.name, change.keeps_course) for change in preview.fails] == [
        (attempt.enrolment.learner.full_name, True)
    ]
    assert preview.completed == 1
    made = regrade(scene, DROP)

    attempt.refresh_from_db()
    assert (made.now_failed, attempt.is_passed, attempt.score) == (1, False, Decimal(80))
    assert complete_with_certificate(scene, attempt) == certificate
    certificate.refresh_from_db()
    assert certificate.facts == printed
    assert certificate.state(now=LATER) == CertificateState.VALID
    assert attempt.enrolment.completed_at is not None


def test_regrade_can_complete_a_course() -> None:
    scene = make_scene(pass_mark=80)
    attempt = marked(scene, "b", "a")
    assert attempt.enrolment.state == EnrolmentState.ACTIVE
    regrade(scene, FULL)
    attempt.enrolment.refresh_from_db()
    assert attempt.enrolment.state == EnrolmentState.COMPLETED


def test_attempt_that_waits_for_a_marker_is_corrected_and_goes_on_waiting() -> None:
    scene = make_scene()
    attempt = scene.hand_in(scene.learner(), "b", "a")
    made = regrade(scene, FULL)
    attempt.refresh_from_db()
    assert (made.attempts_changed, attempt.state) == (1, AttemptState.SUBMITTED)
    assert scene.first_item(attempt).mark == Decimal(1)
    assert Notice.objects.count() == 0


def test_open_question_that_is_dropped_waits_for_nobody() -> None:
    scene = make_scene()
    attempt = scene.hand_in(scene.learner(), "a", "b")
    preview = preview_regrade(scene.quiz_key, scene.version, DROP)
    regrade(scene, DROP, version=scene.version, digest=preview.digest)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == (AttemptState.MARKED, Decimal(50))
    assert not scene.item(attempt).is_waiting
    assert Notice.objects.get().kind == NoticeKind.MARKED


def test_regrade_needs_a_reason_an_answer_that_fits_and_a_preview_that_is_true() -> None:
    scene = make_scene()
    marked(scene, "b", "a")
    with pytest.raises(RegradeRefused):
        regrade(scene, DROP, reason="  ")
    with pytest.raises(RegradeRefused):
        regrade(scene, accept("inventada"))
    digest = preview_regrade(scene.quiz_key, scene.choice, FULL).digest
    marked(scene, "c", "a")
    with pytest.raises(PreviewOutdated):
        regrade(scene, FULL, digest=digest)
    assert Regrade.objects.count() == 0


def test_double_click_makes_one_correction() -> None:
    scene = make_scene()
    marked(scene, "b", "a")
    digest = preview_regrade(scene.quiz_key, scene.choice, FULL).digest
    first = regrade(scene, FULL, digest=digest)
    assert regrade(scene, FULL, digest=digest) == first
    assert Regrade.objects.get().attempts_changed == 1


def test_engine_can_honour_regrades_at_the_end_of_an_attempt() -> None:
    scene = make_scene()
    marked(scene, "b", "a")
    under_way = scene.begin(scene.learner(), "b", "a")
    made = regrade(scene, accept("b"))
    item = scene.first_item(under_way)
    item.mark = Decimal(0)
    found = regrades_of(scene.quiz_key, [scene.choice.pk])
    assert found == {scene.choice.pk: [made]}
    assert apply_regrades(item, {"chosen": ["b"]}, found[scene.choice.pk])
    assert item.mark == Decimal(1)
    assert not apply_regrades(item, {"chosen": ["b"]}, found[scene.choice.pk])
    item.mark = Decimal(0)
    assert not apply_regrades(item, {"chosen": ["c"]}, found[scene.choice.pk])


def test_second_look_catches_who_handed_in_at_the_same_moment() -> None:
    scene = make_scene()
    marked(scene, "b", "a")
    under_way = scene.begin(scene.learner(), "b", "a")
    made = regrade(scene, accept("b"))
    submit_attempt(attempt=under_way, acting_user=under_way.enrolment.learner, now=LATER)
    AttemptItem.objects.filter(pk=scene.first_item(under_way).pk).update(mark=0)

    soon = LATER + regrades.SECOND_LOOK / 2
    assert resend_regrades(now=soon) == 0
    assert work_regrade(regrade_id=made.pk, now=LATER + regrades.SECOND_LOOK)
    assert scene.first_item(under_way).mark == Decimal(1)
    work = RegradeWork.objects.get()
    assert work.state == OutboxState.DONE
    assert not work_regrade(regrade_id=made.pk, now=LATER + 2 * regrades.SECOND_LOOK)
    made.refresh_from_db()
    assert made.attempts_changed == 2


def test_attempt_that_is_handed_in_after_the_rows_were_held_is_left_to_the_second_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """To change it the correction would wait for whoever counts it, who waits for the sums."""
    monkeypatch.setattr(regrades, "BATCH", 1)
    scene = make_scene()
    first = marked(scene, "b", "a")
    late = marked(scene, "b", "a")
    Attempt.objects.filter(pk=late.pk).update(quiz_key=uuid4())  # not here yet
    hold = regrades._hold_rows

    def hold_and_meanwhile(made: Regrade, after: int, count: int | None) -> list[int]:
        held = hold(made, after, count)
        Attempt.objects.filter(pk=late.pk).update(quiz_key=scene.quiz_key)
        return held

    monkeypatch.setattr(regrades, "_hold_rows", hold_and_meanwhile)
    made = regrade(scene, FULL)
    assert [scene.first_item(one).mark for one in (first, late)] == [1, 0]
    assert work_regrade(regrade_id=made.pk, now=LATER + regrades.SECOND_LOOK)
    assert scene.first_item(late).mark == 1


def test_many_attempts_are_left_to_the_worker_and_done_once(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(regrades, "AT_ONCE", 2)
    monkeypatch.setattr(regrades, "BATCH", 2)
    scene = make_scene()
    attempts = [marked(scene, "b", "a") for _number in range(3)]
    assert tasks.work_regrade.name == regrades.WORK_TASK
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        made = regrade(scene, FULL)
    assert (len(callbacks), made.attempts_changed) == (1, 0)
    tasks.work_regrade(regrade_id=made.pk)
    tasks.work_regrade(regrade_id=made.pk)
    made.refresh_from_db()
    assert made.attempts_changed == 3
    marks = [scene.first_item(attempt).mark for attempt in attempts]
    assert marks == [Decimal(1)] * 3
    assert ItemMark.objects.filter(kind=MarkKind.REGRADE).count() == 3
    assert Notice.objects.filter(kind=NoticeKind.REGRADED).count() == 3


def test_mark_that_was_changed_after_a_regrade_stays() -> None:
    scene = make_scene()
    attempt = marked(scene, "b", "a")
    regrade(scene, FULL)
    newest = ItemMark.objects.filter(item=scene.first_item(attempt)).latest("pk")
    mark_again(
        item=scene.first_item(attempt),
        given=GivenMark(mark=Decimal("0.5"), reason="Acuerdo con el participante."),
        seen=newest.pk,
        acting_user=scene.lead,
        now=LATER,
    )
    regrade(scene, accept("c"))
    assert scene.first_item(attempt).mark == Decimal("0.5")


def test_statistics_are_marked_as_stale() -> None:
    scene = make_scene()
    marked(scene, "b", "a")
    QuizStatistic.objects.update_or_create(quiz_key=scene.quiz_key, defaults={"is_stale": False})
    regrade(scene, FULL)
    assert QuizStatistic.objects.get().is_stale


def test_answers_to_accept_are_those_given_or_offered_and_not_right() -> None:
    scene = make_scene()
    for letter in "bbca":
        marked(scene, letter, "a")
    found = acceptable_answers(scene.quiz_key, scene.choice)
    assert [(one.key, one.count) for one in found] == [("b", 2), ("c", 1), ("d", 0)]
    regrade(scene, accept("b"))
    assert [one.key for one in acceptable_answers(scene.quiz_key, scene.choice)] == ["c", "d"]
    assert acceptable_answers(scene.quiz_key, scene.version) == []


CHOICES = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from("ab"),
    st.sampled_from(["excelente", "regular", "falta", "espera"]),
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sheets=st.lists(CHOICES, min_size=1, max_size=4),
    pass_mark=st.sampled_from([40, 60, 75, 82]),
    correction=st.sampled_from([DROP, FULL, accept("b"), accept("c")]),
    is_open=st.booleans(),
)
def test_preview_is_what_then_happens(
    db: None,
    sheets: list[tuple[str, str, str]],
    pass_mark: int,
    correction: Correction,
    is_open: bool,
) -> None:
    savepoint = transaction.savepoint()
    scene = make_scene(pass_mark=pass_mark)
    if is_open and correction.kind != RegradeKind.ACCEPT:
        scene.choice = scene.version
    for first, second, level in sheets:
        attempt = scene.hand_in(scene.learner(), first, second)
        if level != "espera":
            scene.mark(attempt, level, level)
    before = {row.pk: row.is_passed for row in Attempt.objects.all()}
    preview = preview_regrade(scene.quiz_key, scene.choice, correction)

    made = regrade(scene, correction)

    after = {row.pk: row.is_passed for row in Attempt.objects.all()}
    passes = {pk for pk in before if before[pk] is False and after[pk] is True}
    fails = {pk for pk in before if before[pk] is True and after[pk] is False}
    assert {change.attempt.pk for change in preview.passes} == passes
    assert {change.attempt.pk for change in preview.fails} == fails
    assert (preview.changed, len(preview.passes), len(preview.fails)) == (
        made.attempts_changed,
        made.now_passed,
        made.now_failed,
    )
    assert preview_regrade(scene.quiz_key, scene.choice, correction).changed == 0
    transaction.savepoint_rollback(savepoint)


def test_page_shows_the_preview_before_anything_is_done() -> None:
    scene = make_scene(pass_mark=80)
    learner = scene.learner("Hilario Ticona Pari")
    attempt = scene.hand_in(learner, "b", "a")
    scene.mark(attempt, "excelente", "falta")
    client = client_of(scene.trainer)
    address = reverse("regrade", args=[scene.quiz_key, scene.choice.pk])
    data = {"kind": RegradeKind.ACCEPT, "accepted": "b", "reason": "La opción b también vale."}

    shown = client.post(address, data | {"do": "preview"})
    assert "Hilario Ticona Pari" in shown.content.decode()
    assert Regrade.objects.count() == 0

    outdated = client.post(address, data | {"do": "apply", "digest": "9-9-9"})
    assert (outdated.status_code, Regrade.objects.count()) == (409, 0)

    digest = shown.context["preview"].digest
    done = client.post(address, data | {"do": "apply", "digest": digest})
    made = Regrade.objects.get()
    assert done.headers["Location"] == reverse("regrade_report", args=[made.pk])
    assert (made.made_by, made.accepted, made.now_passed) == (scene.trainer, "b", 1)
    assert scene.cast.statuses(done.headers["Location"]) == {
        "learner": 404,
        "trainer": 200,
        "coordinator": 404,
        "administrator": 200,
        "stranger": 404,
        "nobody": 302,
    }


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "kind"),
        ({"kind": "drop"}, "reason"),
        ({"kind": "accept", "reason": "x"}, "accepted"),
        ({"kind": "accept", "accepted": "z", "reason": "x"}, "accepted"),
        ({"kind": "zzz", "reason": "x"}, "kind"),
    ],
)
def test_bad_correction_is_refused_at_its_field(data: dict[str, str], field: str) -> None:
    scene = make_scene()
    marked(scene, "b", "a")
    address = reverse("regrade", args=[scene.quiz_key, scene.choice.pk])
    answer = client_of(scene.trainer).post(address, data | {"do": "apply"})
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert Regrade.objects.count() == 0


def test_nobody_corrects_a_question_that_she_was_asked_herself() -> None:
    scene = make_scene()
    own = EnrolmentFactory(release=scene.cast.release, learner=scene.trainer)
    attempt = scene.hand_in(own, "b", "a")

    with pytest.raises(RegradeRefused):
        regrade(scene, FULL, acting_user=scene.trainer)

    assert (Regrade.objects.count(), scene.first_item(attempt).mark) == (0, 0)
    regrade(scene, FULL)
    assert scene.first_item(attempt).mark == 1
