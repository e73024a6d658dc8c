"""Workers that count at the same moment, each with a connection of its own to a real database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from lms.learning.models import ItemStatistic, QuizStatistic
from lms.learning.statistics.services import count_attempt, rebuild_now, rebuild_quiz_statistics
from tests.learning.statistics.sittings import NOW, make_scene, sit

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]

WORKERS = 12


def all_at_once(work: Callable[[int], Any]) -> list[Any]:
    """Return what each worker answered, all let go at the same moment."""
    barrier = Barrier(WORKERS)

    def run(number: int) -> Any:
        try:
            barrier.wait(timeout=30)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        return list(pool.map(run, range(WORKERS)))


def test_one_attempt_is_counted_once_by_many_workers() -> None:
    attempt = sit(make_scene(), ["a", "b", None])

    done = all_at_once(lambda number: count_attempt(attempt_id=attempt.pk, now=NOW))

    assert sorted(done) == [False] * (WORKERS - 1) + [True]
    assert QuizStatistic.objects.get().count == 1


def test_no_attempt_is_lost_between_many_workers() -> None:
    scene = make_scene()
    attempts = [sit(scene, ["a", "b", None]) for _worker in range(WORKERS)]

    all_at_once(lambda number: count_attempt(attempt_id=attempts[number].pk, now=NOW))

    quiz = QuizStatistic.objects.get()
    assert (quiz.count, quiz.sum_score) == (WORKERS, WORKERS * 166_666)
    rows = ItemStatistic.objects.order_by("question_version")
    assert [row.answered for row in rows] == [WORKERS, WORKERS, 0]


def test_pre_test_and_post_test_counted_at_once_are_paired_once() -> None:
    scene = make_scene()
    pre_key = scene.add_pre_test()
    pairs = []
    for _pair in range(WORKERS // 2):
        before = sit(scene, ["a", "b", "b"], quiz_key=pre_key, mode="diagnosis")
        pairs += [before, sit(scene, ["a", "a", "a"], enrolment=before.enrolment)]

    all_at_once(lambda number: count_attempt(attempt_id=pairs[number].pk, now=NOW))

    quiz = QuizStatistic.objects.get(quiz_key=scene.quiz_key)
    assert (quiz.count, quiz.paired_count) == (WORKERS // 2, WORKERS // 2)


def test_sums_are_true_when_some_build_while_others_count() -> None:
    scene = make_scene()
    attempts = [sit(scene, ["a", "b", None]) for _worker in range(WORKERS)]
    count_attempt(attempt_id=attempts[0].pk, now=NOW)

    def work(number: int) -> bool:
        if number % 4 == 0:
            return rebuild_now(quiz_key=scene.quiz_key, now=NOW)
        return count_attempt(attempt_id=attempts[number].pk, now=NOW)

    all_at_once(work)
    quiz = QuizStatistic.objects.get()
    rebuild_quiz_statistics(statistic_id=quiz.pk, now=NOW)
    for attempt in attempts:
        count_attempt(attempt_id=attempt.pk, now=NOW)

    quiz.refresh_from_db()
    assert (quiz.count, quiz.sum_score, quiz.is_stale) == (WORKERS, WORKERS * 166_666, False)
