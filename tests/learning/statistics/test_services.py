from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from lms.learning.enums import AttemptState
from lms.learning.models import (
    AnswerStatistic,
    Attempt,
    ItemStatistic,
    QuizStatistic,
    SlotStatistic,
)
from lms.learning.statistics import formulas, services
from lms.learning.statistics.services import (
    count_attempt,
    rebuild_now,
    rebuild_quiz_statistics,
    sweep_statistics,
)
from lms.learning.statistics.sums import ANSWER_SUMS, ITEM_SUMS, QUIZ_SUMS, SLOT_SUMS
from tests.learning.statistics.direct import direct_statistics
from tests.learning.statistics.sittings import (
    NOW,
    RULE,
    Scene,
    annul,
    drop_question,
    make_scene,
    sit,
)

pytestmark = pytest.mark.django_db


def count(attempt: Attempt) -> bool:
    return count_attempt(attempt_id=attempt.pk, now=NOW)


def stored(quiz_key: Any) -> list[Any]:
    """Return all that is kept of a quiz, as plain values in a fixed order."""
    kinds = (
        (QuizStatistic, QUIZ_SUMS, ("quiz_key",)),
        (SlotStatistic, SLOT_SUMS, ("slot",)),
        (ItemStatistic, ITEM_SUMS, ("question_version",)),
        (AnswerStatistic, ANSWER_SUMS, ("question_version", "answer_key")),
    )
    return [
        list(kind.objects.filter(quiz_key=quiz_key).order_by(*place).values_list(*place, *sums))
        for kind, sums, place in kinds
    ]


def statistic_of(quiz_key: Any) -> QuizStatistic:
    return QuizStatistic.objects.get(quiz_key=quiz_key)


def settle() -> None:
    """Sweep until nothing is left to send."""
    for _round in range(6):
        if not sweep_statistics(now=timezone.now()):
            return
    raise AssertionError("the sweep never comes to an end")


def test_attempt_is_counted_once() -> None:
    scene = make_scene()
    attempt = sit(scene, ["a", "b", None])

    assert [count(attempt), count(attempt)] == [True, False]

    quiz = statistic_of(scene.quiz_key)
    assert (quiz.count, quiz.passed) == (1, 0)
    assert (quiz.sum_score, quiz.sum_marks) == (166_666, 10_000)
    assert quiz.histogram == [0, 0, 0, 1, *[0] * 17]
    rows = ItemStatistic.objects.order_by("question_version")
    assert [(row.count, row.answered, row.sum_mark, row.sum_fraction) for row in rows] == [
        (1, 1, 10_000, 10_000),
        (1, 1, 0, 0),
        (1, 0, 0, 0),
    ]
    answers = AnswerStatistic.objects.order_by("question_version")
    assert [(row.answer_key, row.count) for row in answers] == [("a", 1), ("b", 1)]
    assert Attempt.objects.get().is_in_statistics


@pytest.mark.parametrize(
    "state", [AttemptState.IN_PROGRESS, AttemptState.SUBMITTED, AttemptState.EXPIRED]
)
def test_attempt_without_a_result_is_not_counted(state: str) -> None:
    scene = make_scene()

    assert count(sit(scene, [None, None, None], state=state)) is False
    assert not QuizStatistic.objects.exists()


def test_only_the_first_attempt_of_a_learner_is_counted() -> None:
    scene = make_scene()
    first = sit(scene, ["b", "b", "b"])
    second = sit(scene, ["a", "a", "a"], enrolment=first.enrolment, number=2)

    assert [count(second), count(first)] == [False, True]
    assert statistic_of(scene.quiz_key).sum_score == 0


def test_no_attempt_takes_the_place_of_one_that_waits_for_its_marks() -> None:
    scene = make_scene()
    first = sit(scene, ["b", "b", "b"], state=AttemptState.SUBMITTED)
    second = sit(scene, ["a", "a", "a"], enrolment=first.enrolment, number=2)

    assert count(second) is False


def test_attempt_after_an_empty_one_is_the_first() -> None:
    scene = make_scene()
    empty = sit(scene, [None, None, None], state=AttemptState.EXPIRED)
    second = sit(scene, ["a", "a", "a"], enrolment=empty.enrolment, number=2)

    assert count(second) is True


def test_question_that_was_never_shown_at_the_end_is_not_reached() -> None:
    scene = make_scene()
    count(sit(scene, ["a", None, None], shown=2))
    count(sit(scene, [None, "a", "a"], shown=3))

    rows = ItemStatistic.objects.order_by("question_version")
    assert [row.not_reached for row in rows] == [0, 0, 1]


def test_questions_left_out_at_the_end_of_one_page_are_not_reached() -> None:
    scene = make_scene()
    count(sit(scene, ["a", None, None], rule={**RULE, "layout": "all_on_one_page"}))

    rows = ItemStatistic.objects.order_by("question_version")
    assert [(row.not_reached, row.timed) for row in rows] == [(0, 0), (1, 0), (1, 0)]


@pytest.mark.parametrize(("seconds", "timed"), [(0, 1), (1800, 1), (1801, 0), (-1, 0)])
def test_time_of_whoever_walked_away_is_left_out(seconds: int, timed: int) -> None:
    scene = make_scene()
    count(sit(scene, ["a"], seconds=seconds))

    row = ItemStatistic.objects.get()
    assert (row.timed, row.sum_seconds) == (timed, seconds * timed)


def test_annulled_attempt_leaves_and_the_next_one_takes_its_place() -> None:
    scene = make_scene()
    first = sit(scene, ["a", "a", "a"])
    second = sit(scene, ["b", "b", "b"], enrolment=first.enrolment, number=2)
    count(first)
    annul(first)
    settle()

    assert statistic_of(scene.quiz_key).sum_score == 0
    flags = Attempt.objects.order_by("number").values_list("is_in_statistics", flat=True)
    assert list(flags) == [False, True]
    assert count(second) is False


def test_sweep_notices_an_annulment_that_nobody_told_of() -> None:
    scene = make_scene()
    attempt = sit(scene, ["a", "a", "a"])
    count(attempt)
    Attempt.objects.filter(pk=attempt.pk).update(
        state=AttemptState.ANNULLED, annulled_at=NOW, annulled_reason="Prueba"
    )
    settle()

    assert statistic_of(scene.quiz_key).count == 0


def test_sweep_counts_what_a_lost_message_left_behind() -> None:
    scene = make_scene()
    sit(scene, ["a", "a", "a"])
    settle()

    assert statistic_of(scene.quiz_key).count == 1


def test_sweep_leaves_a_young_result_to_its_message() -> None:
    sit(make_scene(), ["a"], submitted_at=timezone.now())

    assert sweep_statistics(now=timezone.now()) == 0


def test_nothing_is_counted_while_the_sums_wait_to_be_built() -> None:
    scene = make_scene()
    count(sit(scene, ["a"]))
    QuizStatistic.objects.mark_stale(scene.quiz_key)

    assert count(sit(scene, ["a"])) is False
    settle()
    assert statistic_of(scene.quiz_key).count == 2


def test_build_is_not_written_when_another_worker_holds_it() -> None:
    scene = make_scene()
    count(sit(scene, ["a"]))
    QuizStatistic.objects.mark_stale(scene.quiz_key)
    row = statistic_of(scene.quiz_key)
    QuizStatistic.objects.update(claimed_until=NOW.replace(year=2027))

    assert rebuild_quiz_statistics(statistic_id=row.pk, now=NOW) is False
    assert statistic_of(scene.quiz_key).is_stale


def test_build_begins_again_when_something_changed_under_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = make_scene()
    attempt = sit(scene, ["a"])
    count(attempt)
    QuizStatistic.objects.mark_stale(scene.quiz_key)
    built, rounds = services._built, []

    def built_and_annulled(quiz_key: Any) -> Any:
        result = built(quiz_key)
        if not rounds:
            annul(attempt)
        rounds.append(result[0].quiz.count)
        return result

    monkeypatch.setattr(services, "_built", built_and_annulled)
    rebuild_quiz_statistics(statistic_id=statistic_of(scene.quiz_key).pk, now=NOW)

    assert rounds == [1, 0]
    row = statistic_of(scene.quiz_key)
    assert (row.count, row.is_stale, row.claimed_until) == (0, False, None)


def test_command_builds_every_quiz() -> None:
    scene = make_scene()
    sit(scene, ["a", "b", "a"])
    call_command("rebuild_statistics", verbosity=0)

    assert statistic_of(scene.quiz_key).count == 1
    assert Attempt.objects.get().is_in_statistics


@pytest.mark.parametrize("is_before_first", [True, False])
def test_learner_of_both_tests_is_paired_whichever_is_counted_first(is_before_first: bool) -> None:
    scene = make_scene()
    pre_key = scene.add_pre_test()
    before = sit(scene, ["a", "b", "b"], quiz_key=pre_key, mode="diagnosis")
    after = sit(scene, ["a", "b", "a"], enrolment=before.enrolment)
    alone = sit(scene, ["a", "a", "a"])
    for attempt in (before, after) if is_before_first else (after, before):
        count(attempt)
    count(alone)

    row = statistic_of(scene.quiz_key)
    sums = (row.count, row.paired_count, row.paired_sum_before, row.paired_sum_after)
    assert sums == (2, 1, 166_666, 666_666)


def test_post_test_that_is_compared_with_another_quiz_is_built_anew() -> None:
    scene = make_scene()
    pre_key = scene.add_pre_test()
    before = sit(scene, ["a", "b", "b"], quiz_key=pre_key, mode="diagnosis")
    after = sit(scene, ["a", "b", "a"], enrolment=before.enrolment)
    count(before)
    count(after)
    scene.quiz.compared_with = None
    scene.quiz.save()
    settle()

    row = statistic_of(scene.quiz_key)
    assert (row.count, row.paired_count, row.paired_quiz_id) == (1, 0, None)


def close(first: Any, second: Any) -> bool:
    """Say whether two figures agree to four places; both may be None."""
    if first is None or second is None:
        return first is None and second is None
    return abs(float(first) - float(second)) < 0.0002


class Dice:
    """The same throws for the same seed, on every machine."""

    def __init__(self, seed: int) -> None:
        self.seed, self.throws = seed, 0

    def below(self, most: int) -> int:
        self.throws += 1
        digest = sha256(f"{self.seed}:{self.throws}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % most

    def choice(self, things: Sequence[Any]) -> Any:
        return things[self.below(len(things))]


def random_life(scene: Scene, pre_key: Any, dice: Dice) -> None:
    """Let learners sit both tests, and what happens to a record happen, in any order."""
    people = [scene.enrol() for _person in range(6)]
    numbers: dict[Any, int] = {}
    for _step in range(40):
        action = dice.choice(["sit"] * 6 + ["count"] * 4 + ["annul", "drop", "sweep", "rebuild"])
        attempts = list(Attempt.objects.order_by("pk"))
        if action == "sit":
            enrolment = dice.choice(people)
            key = dice.choice([pre_key, scene.quiz_key])
            numbers[enrolment.pk, key] = numbers.get((enrolment.pk, key), 0) + 1
            answers = [dice.choice(["a", "a", "b", "c", None]) for _question in range(3)]
            state = AttemptState.MARKED if dice.below(10) else AttemptState.EXPIRED
            sit(
                scene,
                answers,
                enrolment=enrolment,
                quiz_key=key,
                number=numbers[enrolment.pk, key],
                state=state,
                mode="diagnosis",
                shown=dice.below(3) + 1,
                seconds=dice.choice([5, 90, 4000]),
            )
        elif action == "count" and attempts:
            count(dice.choice(attempts))
        elif action == "annul" and attempts:
            annul(dice.choice(attempts))
        elif action == "drop" and dice.below(3) == 0:
            drop_question(scene, dice.below(3))
        elif action == "sweep":
            sweep_statistics(now=timezone.now())
        elif action == "rebuild":
            rebuild_now(quiz_key=dice.choice([pre_key, scene.quiz_key]), now=NOW)


@pytest.mark.parametrize("seed", range(12))
def test_maintained_sums_equal_rebuilt_ones_and_the_direct_computation(seed: int) -> None:
    scene = make_scene()
    pre_key = scene.add_pre_test()
    random_life(scene, pre_key, Dice(seed))
    settle()
    keys = [pre_key, scene.quiz_key]
    maintained = [stored(key) for key in keys]

    call_command("rebuild_statistics", verbosity=0)
    assert [stored(key) for key in keys] == maintained

    for key in keys:
        direct = direct_statistics(key)
        quiz = QuizStatistic.objects.filter(quiz_key=key).first() or QuizStatistic()
        assert (quiz.count, quiz.passed) == (direct["count"], direct["passed"])
        scores = formulas.Moments(quiz.count, quiz.sum_score, quiz.sum_score_squared)
        marks = formulas.Moments(quiz.count, quiz.sum_marks, quiz.sum_marks_squared)
        slots = [
            formulas.Moments(row.count, row.sum_mark, row.sum_mark_squared)
            for row in SlotStatistic.objects.filter(quiz_key=key)
        ]
        assert close(formulas.mean(quiz.sum_score, quiz.count), direct["mean"])
        assert close(formulas.deviation(scores), direct["deviation"])
        assert close(formulas.alpha(slots, marks), direct["alpha"])
        gain = formulas.hake_gain(quiz.paired_sum_before, quiz.paired_sum_after, quiz.paired_count)
        assert close(gain, direct["gain"])
        items = {row.question_version_id: row for row in ItemStatistic.objects.filter(quiz_key=key)}
        assert items.keys() == direct["items"].keys()
        for version_id, row in items.items():
            _assert_item(row, direct["items"][version_id])


def _assert_item(row: ItemStatistic, direct: dict[str, Any]) -> None:
    counts = ("count", "answered", "not_reached")
    assert [getattr(row, name) for name in counts] == [direct[name] for name in counts]
    assert close(formulas.mean(row.sum_fraction, row.count), direct["facility"])
    found = formulas.correlation(
        formulas.Moments(row.count, row.sum_mark, row.sum_mark_squared),
        formulas.Moments(row.count, row.sum_rest, row.sum_rest_squared),
        row.sum_mark_rest,
    )
    assert close(found, direct["discrimination"])
    answers = AnswerStatistic.objects.filter(
        quiz_key=row.quiz_key, question_version=row.question_version_id
    )
    assert {answer.answer_key: answer.count for answer in answers} == direct["answers"]
    assert close(formulas.mean(row.sum_seconds, row.timed, unit=1), direct["seconds"])
    assert sum(row.steps) == row.count
