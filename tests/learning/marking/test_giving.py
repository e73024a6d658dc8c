"""First and second marks, the lead's word, marking again, drafts."""

from decimal import Decimal

import pytest
from django.urls import reverse

from lms.core.models import AuditEvent
from lms.learning.enums import AttemptState, MarkKind, NoticeKind
from lms.learning.marking.permissions import access_marking
from lms.learning.marking.queries.answers import Stage, marked_answer
from lms.learning.marking.services import (
    GivenMark,
    MarkChanged,
    MarkRefused,
    give_mark,
    mark_again,
    save_draft,
    settle_marks,
)
from lms.learning.models import Attempt, ItemMark, Notice
from tests.learning.cast import client_of
from tests.learning.marking.cases import LATER, Scene, given_levels, make_scene
from tests.support.trail import events_with

pytestmark = pytest.mark.django_db


def kinds(scene: Scene, attempt: Attempt) -> list[tuple[str, Decimal | None]]:
    rows = scene.item(attempt).marks.filter(is_draft=False).order_by("pk")
    return [(mark.kind, mark.mark) for mark in rows]


def test_attempt_waits_until_its_open_answer_is_marked() -> None:
    scene = make_scene()
    attempt = scene.hand_in()
    assert (attempt.state, attempt.score) == (AttemptState.SUBMITTED, None)

    assert scene.mark(attempt, "excelente", "regular") == Stage.MARKED

    attempt.refresh_from_db()
    assert scene.item(attempt).mark == Decimal("3.5")
    assert attempt.state == AttemptState.MARKED
    assert attempt.score == Decimal("91.6666")
    assert attempt.is_passed is True
    assert kinds(scene, attempt) == [(MarkKind.FIRST, Decimal("3.5"))]
    notice = Notice.objects.get()
    assert (notice.learner, notice.kind, notice.attempt) == (
        scene.cast.learner,
        NoticeKind.MARKED,
        attempt,
    )
    event = AuditEvent.objects.get(action="item_marked")
    assert (event.actor_id, event.target_id) == (scene.trainer.pk, str(scene.item(attempt).pk))


def test_mark_needs_a_level_of_every_criterion() -> None:
    scene = make_scene()
    attempt = scene.hand_in()
    with pytest.raises(MarkRefused):
        scene.mark(attempt, "excelente")
    with pytest.raises(MarkRefused):
        scene.mark(attempt, "excelente", "inventado")
    assert kinds(scene, attempt) == []
    assert scene.item(attempt).is_waiting


def test_points_hold_where_there_is_no_rubric() -> None:
    scene = make_scene(rubric=[])
    attempt = scene.hand_in()
    for wrong in (None, Decimal("-1"), Decimal("4.01")):
        with pytest.raises(MarkRefused):
            give_mark(
                item=scene.item(attempt),
                given=GivenMark(mark=wrong),
                acting_user=scene.trainer,
                now=LATER,
            )
    give_mark(
        item=scene.item(attempt),
        given=GivenMark(mark=Decimal("2.25")),
        acting_user=scene.trainer,
        now=LATER,
    )
    assert scene.item(attempt).mark == Decimal("2.25")


def test_two_marks_within_the_difference_give_their_mean() -> None:
    scene = make_scene(needs_second_marker=True, marking_difference=Decimal("12.5"))
    attempt = scene.hand_in()
    assert scene.mark(attempt, "excelente", "excelente") == Stage.OTHER
    assert scene.item(attempt).is_waiting
    assert Notice.objects.count() == 0

    assert scene.mark(attempt, "excelente", "regular", by=scene.other) == Stage.MARKED

    assert kinds(scene, attempt) == [
        (MarkKind.FIRST, Decimal(4)),
        (MarkKind.SECOND, Decimal("3.5")),
        (MarkKind.AUTOMATIC, Decimal("3.75")),
    ]
    assert scene.item(attempt).mark == Decimal("3.75")
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.MARKED


def test_mean_is_cut_to_the_four_decimals_that_are_kept() -> None:
    scene = make_scene(rubric=[], needs_second_marker=True)
    attempt = scene.hand_in()
    for user, mark in ((scene.trainer, "2.0001"), (scene.other, "2.0002")):
        give_mark(
            item=scene.item(attempt),
            given=GivenMark(mark=Decimal(mark)),
            acting_user=user,
            now=LATER,
        )
    assert scene.item(attempt).mark == Decimal("2.0001")


def test_nobody_gives_both_marks() -> None:
    scene = make_scene(needs_second_marker=True)
    attempt = scene.hand_in()
    scene.mark(attempt, "excelente", "excelente")
    with pytest.raises(MarkRefused):
        scene.mark(attempt, "excelente", "excelente")
    assert kinds(scene, attempt) == [(MarkKind.FIRST, Decimal(4))]


def test_second_marker_sees_nothing_of_the_first_mark() -> None:
    scene = make_scene(needs_second_marker=True)
    attempt = scene.hand_in()
    given = given_levels("falta", "falta", comment="Falta lo principal", private_note="Nota oculta")
    give_mark(item=scene.item(attempt), given=given, acting_user=scene.trainer, now=LATER)

    for user in (scene.other, scene.lead):
        seen = marked_answer(scene.item(attempt), access_marking(user))
        assert (seen.stage, seen.history, seen.seen) == (Stage.SECOND, (), 0)
    own = marked_answer(scene.item(attempt), access_marking(scene.trainer))
    assert (own.stage, [mark.comment for mark in own.history]) == (
        Stage.OTHER,
        ["Falta lo principal"],
    )


def test_lead_settles_a_difference_with_a_reason() -> None:
    scene = make_scene(needs_second_marker=True, marking_difference=Decimal(20))
    attempt = scene.hand_in()
    scene.mark(attempt, "excelente", "excelente")
    assert scene.mark(attempt, "falta", "excelente", by=scene.other) == Stage.SETTLE
    assert scene.item(attempt).is_waiting

    def seen_by(user: object) -> list[str]:
        found = marked_answer(scene.item(attempt), access_marking(user))
        return [mark.kind for mark in found.history]

    assert seen_by(scene.lead) == [MarkKind.FIRST, MarkKind.SECOND]
    assert seen_by(scene.trainer) == [MarkKind.FIRST]
    with pytest.raises(MarkRefused):
        settle_marks(
            item=scene.item(attempt),
            given=given_levels("regular", "excelente"),
            acting_user=scene.lead,
            now=LATER,
        )

    settle_marks(
        item=scene.item(attempt),
        given=given_levels("regular", "excelente", reason="Nombra la seguridad a medias."),
        acting_user=scene.lead,
        now=LATER,
    )

    assert scene.item(attempt).mark == Decimal("2.5")
    assert kinds(scene, attempt)[2:] == [(MarkKind.SETTLED, Decimal("2.5"))]
    assert Notice.objects.get().kind == NoticeKind.MARKED
    assert len(events_with("settled: Nombra la seguridad a medias.")) == 1
    with pytest.raises(MarkChanged):
        settle_marks(
            item=scene.item(attempt),
            given=given_levels("falta", "falta", reason="Otra vez"),
            acting_user=scene.lead,
            now=LATER,
        )


def test_marking_again_keeps_the_earlier_mark_and_tells_the_learner() -> None:
    scene = make_scene()
    attempt = scene.hand_in()
    scene.mark(attempt, "falta", "falta")
    attempt.refresh_from_db()
    assert attempt.is_passed is False
    Notice.objects.all().delete()
    first = ItemMark.objects.get()

    mark_again(
        item=scene.item(attempt),
        given=given_levels("excelente", "excelente", reason="No se leyó el final."),
        seen=first.pk,
        acting_user=scene.other,
        now=LATER,
    )

    attempt.refresh_from_db()
    assert (attempt.is_passed, attempt.score) == (True, Decimal(100))
    assert kinds(scene, attempt) == [
        (MarkKind.FIRST, Decimal(0)),
        (MarkKind.REMARK, Decimal(4)),
    ]
    assert Notice.objects.get().kind == NoticeKind.REMARKED


def test_marking_again_without_reason_or_over_a_newer_mark_is_refused() -> None:
    scene = make_scene()
    attempt = scene.hand_in()
    scene.mark(attempt, "falta", "falta")
    seen = ItemMark.objects.get().pk
    item = scene.item(attempt)
    levels = given_levels("excelente", "excelente")
    with pytest.raises(MarkRefused):
        mark_again(item=item, given=levels, seen=seen, acting_user=scene.other, now=LATER)
    given = given_levels("regular", "regular", reason="Una razón")
    mark_again(item=item, given=given, seen=seen, acting_user=scene.other, now=LATER)
    with pytest.raises(MarkChanged):
        mark_again(item=item, given=given, seen=seen, acting_user=scene.lead, now=LATER)
    assert scene.item(attempt).mark == Decimal(2)


def test_marking_a_machine_mark_again_writes_it_down_first() -> None:
    scene = make_scene()
    attempt = scene.hand_in(None, "b", "a")
    scene.mark(attempt, "excelente", "excelente")
    mark_again(
        item=scene.first_item(attempt),
        given=GivenMark(mark=Decimal(1), reason="La opción también vale."),
        seen=0,
        acting_user=scene.trainer,
        now=LATER,
    )
    rows = scene.first_item(attempt).marks.order_by("pk").values_list("kind", "mark")
    assert list(rows) == [(MarkKind.AUTOMATIC, Decimal(0)), (MarkKind.REMARK, Decimal(1))]
    attempt.refresh_from_db()
    assert attempt.score == Decimal(100)


def test_drafts_are_their_marker_s_and_count_for_nothing() -> None:
    scene = make_scene()
    attempt = scene.hand_in()
    item = scene.item(attempt)
    assert save_draft(item=item, given=GivenMark(), acting_user=scene.trainer, now=LATER) is None
    for comment in ("Primera", "Segunda"):
        given = given_levels("regular", comment=comment)
        save_draft(item=item, given=given, acting_user=scene.trainer, now=LATER)
    draft = ItemMark.objects.get()
    assert (draft.is_draft, draft.comment, draft.levels) == (
        True,
        "Segunda",
        {"seguridad": "regular"},
    )
    assert scene.item(attempt).is_waiting
    assert marked_answer(item, access_marking(scene.trainer)).draft == draft
    assert marked_answer(item, access_marking(scene.other)).draft is None

    scene.mark(attempt, "excelente", "excelente")
    assert not ItemMark.objects.filter(is_draft=True).exists()


def test_two_markers_at_once_give_one_mark() -> None:
    scene = make_scene()
    attempt = scene.hand_in()
    scene.mark(attempt, "excelente", "excelente")
    with pytest.raises(MarkChanged):
        scene.mark(attempt, "falta", "falta", by=scene.other)
    assert scene.item(attempt).mark == Decimal(4)


def test_learner_reads_the_comments_of_both_marks_and_no_note() -> None:
    scene = make_scene(needs_second_marker=True)
    attempt = scene.hand_in()
    url = reverse("attempt_result", args=[attempt.public_id])
    for user, comment in ((scene.trainer, "Bien dicho."), (scene.other, "Cuide el tono.")):
        assert b"Bien dicho." not in client_of(scene.cast.learner).get(url).content
        given = given_levels("excelente", "excelente", comment=comment, private_note="Nota oculta")
        give_mark(item=scene.item(attempt), given=given, acting_user=user, now=LATER)
    page = client_of(scene.cast.learner).get(url).content.decode()
    assert ("Bien dicho." in page, "Cuide el tono." in page) == (True, True)
    assert "Nota oculta" not in page
