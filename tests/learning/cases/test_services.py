"""A walk is begun, goes on, goes back, ends; a repeated post changes nothing."""

import pytest

from courses.case_services import publish_case, save_case
from courses.case_walks import BrokenWalk, better_ways, replay
from courses.enums import EndingKind
from lms.core.models import AuditEvent
from lms.core.queries import read_reason
from lms.learning.cases import services
from lms.learning.cases.pages import ending_page, scene_page
from lms.learning.cases.services import (
    ForeignChoice,
    WalkRefused,
    begin_again,
    take_choice,
    think_again,
)
from lms.learning.enums import CaseRunState, EnrolmentState
from lms.learning.models import CaseRun, Enrolment
from lms.learning.progress import progress_in
from tests.factories.cases import case_content
from tests.learning.cases.people import CaseCast, make_case_cast, take
from tests.learning.cast import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> CaseCast:
    return make_case_cast()


def actions() -> list[str]:
    return list(
        AuditEvent.objects.filter(action__startswith="case_")
        .order_by("pk")
        .values_list("action", flat=True)
    )


def test_start_returns_the_walk_under_way(cast: CaseCast) -> None:
    first, second = cast.start(), cast.start()

    assert first == second
    assert (first.number, first.steps, first.case_version) == (
        1,
        [],
        cast.page.case.live_version,
    )
    cast.enrolment.refresh_from_db()
    assert cast.enrolment.current_item_key == cast.key
    assert actions() == ["case_run_started"]


def test_a_safe_ending_completes_the_course_once(cast: CaseCast) -> None:
    run = cast.walk("a-solas", "derivar")

    cast.enrolment.refresh_from_db()
    assert (run.state, run.ending, run.ended_at) == (CaseRunState.ENDED, EndingKind.SAFE, NOW)
    assert run.steps == [
        {"scene": "llegada", "choice": "a-solas"},
        {"scene": "sala", "choice": "derivar"},
    ]
    assert cast.enrolment.state == EnrolmentState.COMPLETED
    assert progress_in(cast.enrolment).done == {cast.key}
    assert actions() == ["case_run_started", "case_run_ended"]


@pytest.mark.parametrize(("last", "kind"), [("despedir", "incomplete"), ("denunciar", "harmful")])
def test_another_ending_leaves_the_case_to_be_tried_again(
    cast: CaseCast, last: str, kind: str
) -> None:
    run = cast.walk("a-solas", last)

    cast.enrolment.refresh_from_db()
    assert (run.state, run.ending) == (CaseRunState.ENDED, kind)
    assert cast.enrolment.state == EnrolmentState.ACTIVE
    assert progress_in(cast.enrolment).done == frozenset()
    again = cast.walk("a-solas", "derivar")
    assert (again.number, again.ending) == (2, "safe")


def test_a_done_case_may_be_walked_again_and_stays_done(cast: CaseCast) -> None:
    cast.walk("a-solas", "derivar")
    cast.enrolment.refresh_from_db()
    again = cast.walk("delante", "denunciar")

    assert again.ending == "harmful"
    assert progress_in(cast.enrolment).done == {cast.key}
    cast.enrolment.refresh_from_db()
    assert cast.enrolment.current_item_key is None


def test_a_repeated_post_changes_nothing(cast: CaseCast) -> None:
    run = cast.start()
    first = take_choice(
        run=run, choice_id="a-solas", number=0, acting_user=cast.cast.learner, now=NOW
    )
    twice = take_choice(
        run=run, choice_id="a-solas", number=0, acting_user=cast.cast.learner, now=NOW
    )
    other = take_choice(
        run=run, choice_id="delante", number=0, acting_user=cast.cast.learner, now=NOW
    )

    assert (first.is_new, twice.is_new, other.is_new) == (True, False, False)
    assert twice.run.steps == other.run.steps == [{"scene": "llegada", "choice": "a-solas"}]


def test_a_late_post_after_thinking_again_changes_nothing(cast: CaseCast) -> None:
    run = cast.walk("a-solas")
    think_again(run=run, number=1, acting_user=cast.cast.learner, now=NOW)

    late = take_choice(
        run=run, choice_id="a-solas", number=0, acting_user=cast.cast.learner, now=NOW
    )
    assert not late.is_new
    assert late.run.steps[-1] == {"back": True}


def test_a_foreign_choice_is_refused_and_noted(cast: CaseCast) -> None:
    run = cast.start()
    for name in ("derivar", "nada", ""):
        with pytest.raises(ForeignChoice):
            take(run, name)
    run.refresh_from_db()
    assert run.steps == []
    assert actions()[1:] == ["case_choice_refused"] * 3


def test_a_closed_choice_is_refused_and_noted(cast: CaseCast) -> None:
    run = cast.walk("delante")
    with pytest.raises(WalkRefused) as caught:
        take(run, "derivar")
    assert not isinstance(caught.value, ForeignChoice)
    run.refresh_from_db()
    assert len(run.steps) == 1
    event = AuditEvent.objects.get(action="case_choice_refused")
    assert (event.target_id, read_reason(event)) == (str(run.pk), "sala: derivar")


def test_an_ended_walk_takes_nothing_more(cast: CaseCast) -> None:
    run = cast.walk("a-solas", "despedir")
    moved = take_choice(run=run, choice_id="x", number=2, acting_user=cast.cast.learner, now=NOW)
    assert not moved.is_new
    assert len(moved.run.steps) == 2
    assert not begin_again(run=run, number=2, acting_user=cast.cast.learner, now=NOW).is_new


def test_thinking_again_gives_back_what_was_known(cast: CaseCast) -> None:
    run = cast.walk("a-solas")
    before = scene_page(run)
    moved = think_again(run=run, number=1, acting_user=cast.cast.learner, now=NOW)
    page = scene_page(moved.run)

    assert (before.facts, before.gauges[0].words) == (("Otro guarda su teléfono",), "Pregunta algo")
    assert (page.title, page.facts, page.gauges[0].words, page.is_first) == (
        "Título llegada",
        (),
        "No responde",
        True,
    )


def test_thinking_again_in_the_first_scene_changes_nothing(cast: CaseCast) -> None:
    run = cast.start()
    assert not think_again(run=run, number=0, acting_user=cast.cast.learner, now=NOW).is_new


def test_thinking_again_from_an_ending_begins_a_walk_before_the_last_choice(cast: CaseCast) -> None:
    run = cast.walk("a-solas", "denunciar")
    moved = think_again(run=run, number=2, acting_user=cast.cast.learner, now=NOW)
    twice = think_again(run=run, number=2, acting_user=cast.cast.learner, now=NOW)

    run.refresh_from_db()
    assert (run.state, run.ending) == (CaseRunState.ENDED, "harmful")
    assert (moved.run.number, moved.is_new, twice.run, twice.is_new) == (2, True, moved.run, False)
    assert scene_page(moved.run).title == "Título sala"
    assert take(moved.run, "derivar").ending == "safe"


def test_beginning_again_keeps_the_steps_on_record(cast: CaseCast) -> None:
    run = cast.walk("delante")
    moved = begin_again(run=run, number=1, acting_user=cast.cast.learner, now=NOW)

    assert scene_page(moved.run).is_first
    assert moved.run.steps == [{"scene": "llegada", "choice": "delante"}, {"again": True}]


def test_a_walk_in_circles_is_asked_to_begin_again(
    cast: CaseCast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_STEPS", 1)
    run = cast.walk("a-solas")
    with pytest.raises(WalkRefused):
        take(run, "derivar")
    with pytest.raises(WalkRefused):
        think_again(run=run, number=1, acting_user=cast.cast.learner, now=NOW)
    moved = begin_again(run=run, number=1, acting_user=cast.cast.learner, now=NOW)
    assert moved.run.steps == [{"again": True}]


def test_a_walk_keeps_the_version_with_which_it_began(cast: CaseCast) -> None:
    run = cast.start()
    content = case_content()
    content["scenes"][0]["titles"]["es"] = "Otro título"
    save_case(case=cast.page.case, content=content, acting_user=None, now=NOW)
    publish_case(case=cast.page.case, acting_user=None, now=NOW)

    run.refresh_from_db()
    assert scene_page(run).title == "Título llegada"
    ended = take(take(run, "a-solas"), "despedir")
    assert ended.case_version.number == 1
    assert scene_page(cast.start()).title == "Otro título"


@pytest.mark.parametrize("state", [EnrolmentState.WITHDRAWN, EnrolmentState.EXPIRED])
def test_an_ended_enrolment_walks_no_more(cast: CaseCast, state: EnrolmentState) -> None:
    run = cast.start()
    changes = {"state": state}
    if state == EnrolmentState.WITHDRAWN:
        changes["withdrawn_at"] = NOW
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(**changes)
    with pytest.raises(WalkRefused):
        take(run, "a-solas")
    with pytest.raises(WalkRefused):
        think_again(run=run, number=0, acting_user=cast.cast.learner, now=NOW)
    CaseRun.objects.all().delete()
    with pytest.raises(WalkRefused):
        cast.start()


def test_what_the_release_did_not_promise_is_not_walked(cast: CaseCast) -> None:
    release = cast.cast.release
    release.promise["modules"][0]["items"] = []
    type(release).objects.filter(pk=release.pk).update(promise=release.promise)
    with pytest.raises(WalkRefused):
        cast.start()


def test_a_case_without_a_published_version_is_not_walked(cast: CaseCast) -> None:
    case = cast.page.case
    case.live_version = None
    case.save()
    with pytest.raises(WalkRefused):
        cast.start()


def test_better_ways_name_the_choice_that_lost_the_safe_ending(cast: CaseCast) -> None:
    page = ending_page(cast.walk("delante", "denunciar"))
    assert page is not None
    assert [(step.better, step.is_turning) for step in page.path] == [
        (("Opción a-solas",), True),
        ((), False),
    ]


def test_better_ways_name_a_way_that_was_open_at_the_end(cast: CaseCast) -> None:
    page = ending_page(cast.walk("a-solas", "despedir"))
    assert page is not None
    assert [(step.better, step.is_turning) for step in page.path] == [
        ((), False),
        (("Opción derivar",), True),
    ]


def test_a_safe_walk_has_no_better_way(cast: CaseCast) -> None:
    run = cast.walk("a-solas", "derivar")
    assert better_ways(replay(run.case_version.graph, run.steps)) == ()


@pytest.mark.parametrize(
    "steps",
    [
        [{"scene": "llegada", "choice": "nada"}],
        [{"scene": "sala", "choice": "a-solas"}],
        [{"scene": "llegada", "choice": "delante"}, {"scene": "sala", "choice": "derivar"}],
        [{"back": True}],
    ],
)
def test_a_path_that_is_none_is_said(cast: CaseCast, steps: list[dict[str, object]]) -> None:
    with pytest.raises(BrokenWalk):
        replay(cast.page.case.live_version.graph, steps)
