"""Item statistics over many answers: python -m benchmarks.statistics, for the database of the environment.

The dashboard's own queries read maintained sums; beside them the same figures come straight from
the answers, by one join as it would be written without sums. BENCH_ANSWERS changes how many.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import django

django.setup()

from django.core.management import call_command
from django.db import connection, models
from django.utils import timezone

from benchmarks.measure import Figure, medians
from courses.models import Question, QuestionVersion, QuizPage
from lms.accounts.models import User
from lms.learning.models import (
    AnswerStatistic,
    Attempt,
    AttemptItem,
    Enrolment,
    ItemStatistic,
    QuizStatistic,
    Response,
    SlotStatistic,
)
from lms.learning.statistics.queries import stored_sums
from lms.learning.statistics.services import count_attempt, rebuild_now

ANSWERS = int(os.environ.get("BENCH_ANSWERS", "1000000"))
QUESTIONS = 20
FIRST_ID = 1_000_000
RULE = {"pass_mark": "70", "attempts": None, "layout": "one_per_page", "feedback": "at_end"}

DIRECT = """
SELECT i.question_version_id, COUNT(*), COUNT(r.id), AVG(i.mark / i.max_mark),
       SUM(i.mark), SUM(i.mark * i.mark), SUM(t.total - i.mark),
       SUM((t.total - i.mark) * (t.total - i.mark)), SUM(i.mark * (t.total - i.mark))
FROM learning_attempt a
JOIN learning_attemptitem i ON i.attempt_id = a.id
JOIN (SELECT attempt_id, SUM(mark) AS total FROM learning_attemptitem GROUP BY attempt_id) t
  ON t.attempt_id = a.id
LEFT JOIN learning_response r ON r.item_id = i.id
WHERE a.quiz_key = %s AND a.state = 'marked'
GROUP BY i.question_version_id
"""


def multiply(model: type[models.Model], source: int, count: int, changed: dict[str, str]) -> None:
    """Copy one row many times in one statement; `changed` gives the columns that depend on `n`."""
    table = model._meta.db_table
    columns = [str(field.column) for field in model._meta.concrete_fields]
    values = ", ".join(changed.get(column, f"s.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE series(n) AS "  # noqa: S608 - names come from the models
            f"(SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {count}) "
            f"INSERT INTO {table} ({', '.join(columns)}) "
            f"SELECT {values} FROM series, {table} s WHERE s.id = {source}"
        )


def hurry(is_on: bool) -> None:
    """Let the filling be quick: no checks of references, no waiting for the disk; or end it."""
    if connection.vendor == "postgresql":
        settings = [
            f"SET session_replication_role = {'replica' if is_on else 'origin'}",
            f"SET synchronous_commit = {'off' if is_on else 'on'}",
        ]
    else:
        settings = [
            f"PRAGMA foreign_keys = {'OFF' if is_on else 'ON'}",
            f"PRAGMA cache_size = {-400_000 if is_on else -2_000}",
        ]
    with connection.cursor() as cursor:
        for setting in settings:
            cursor.execute(setting)


def is_right(place: int) -> str:
    """Return SQL that says whether learner `n` got a question right; able ones more often."""
    return f"((n * 7919 + {place} * 104729) % 97) < (20 + (n % 50) + {place})"


def fill(quiz_key: UUID, versions: list[QuestionVersion]) -> None:
    """Give the quiz as many answers as wanted, each learner one attempt."""
    learners = ANSWERS // QUESTIONS
    is_postgres = connection.vendor == "postgresql"
    unique = "gen_random_uuid()" if is_postgres else "lower(hex(randomblob(16)))"
    person = User.objects.get(email="carla@demo.test")
    release = Enrolment.objects.get(learner__email="ana@demo.test").release
    now = timezone.now()
    enrolment = Enrolment.objects.create(
        learner=person, release=release, course_key=release.course_key, enrolled_at=now
    )
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        quiz_key=quiz_key,
        number=1,
        rule=RULE,
        started_at=now,
        submitted_at=now,
        state="marked",
        score=0,
        is_passed=False,
    )
    number = f"{FIRST_ID} + n"
    places = [
        (place, _item(attempt, place, version, now), _given(version, is_postgres))
        for place, version in enumerate(versions, start=1)
    ]
    changed = {"id": number, "email": "'p' || n || '@example.test'", "username": "NULL"}
    multiply(User, person.pk, learners, changed)
    multiply(Enrolment, enrolment.pk, learners, {"id": number, "learner_id": number})
    changed = {"id": number, "enrolment_id": number, "public_id": unique}
    multiply(Attempt, attempt.pk, learners, changed)
    for place, response, (right, wrong) in places:
        item_number = f"{FIRST_ID} + n * {QUESTIONS} + {place}"
        mark = f"CASE WHEN {is_right(place)} THEN 1 ELSE 0 END"
        changed = {"id": item_number, "attempt_id": number, "mark": mark}
        multiply(AttemptItem, response.item_id, learners, changed)
        given = f"CASE WHEN {is_right(place)} THEN {right} ELSE {wrong} END"
        changed = {"id": item_number, "item_id": item_number, "given": given}
        multiply(Response, response.pk, learners, changed)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE learning_attempt SET score = t.total * 100 / %s FROM "
            "(SELECT attempt_id, SUM(mark) AS total FROM learning_attemptitem GROUP BY attempt_id) t"
            " WHERE t.attempt_id = learning_attempt.id",
            [QUESTIONS],
        )
        cursor.execute("ANALYZE")


def _item(attempt: Attempt, place: int, version: QuestionVersion, now: datetime) -> Response:
    item = AttemptItem.objects.create(
        attempt=attempt,
        position=place,
        slot=place,
        question_version=version,
        option_order=[],
        mark=0,
        shown_at=now,
    )
    return Response.objects.create(item=item, given=None, sequence=1, saved_at=now)


def _given(version: QuestionVersion, is_postgres: bool) -> tuple[str, str]:
    options = version.content["options"]
    chosen = sorted(options, key=lambda option: option["weight"], reverse=True)
    texts = [json.dumps({"chosen": [option["id"]]}) for option in chosen[:2]]
    cast = "::jsonb" if is_postgres else ""
    return f"'{texts[0]}'{cast}", f"'{texts[1]}'{cast}"


def timed(call: Callable[[], Any]) -> float:
    """Return how many milliseconds one call takes."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def measure() -> list[Figure]:
    """Fill the quiz and measure the dashboard, the direct join and the worker."""
    quiz_key = QuizPage.objects.filter(locale__language_code="es").first().translation_key
    questions = Question.objects.filter(kind="single_choice").exclude(live_version=None)
    found = questions.select_related("live_version").order_by("pk")[:QUESTIONS]
    versions = [question.live_version for question in found if question.live_version]
    assert len(versions) == QUESTIONS, "the starter course has fewer questions than this needs"
    hurry(True)
    fill(quiz_key, versions)
    hurry(False)
    build = timed(lambda: rebuild_now(quiz_key=quiz_key, now=timezone.now()))
    sums = stored_sums([quiz_key])[quiz_key]
    assert sums.quiz.count == ANSWERS // QUESTIONS + 1, sums.quiz.count
    direct = min(timed(lambda: _direct(quiz_key)) for _round in range(3))
    reading, again = medians(
        lambda: stored_sums([quiz_key]), lambda: stored_sums([quiz_key]), rounds=200
    )
    database = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    name = f"{ANSWERS:,} answers, {database}"
    last = Attempt.objects.filter(quiz_key=quiz_key).latest("pk")
    counting = min(timed(lambda: _count_again(last)) for _round in range(10))
    return [
        Figure(f"a quiz's dashboard read; {name}", min(reading, again), "direct join", direct, 4),
        Figure(f"its slowest query; {name}", _slowest(quiz_key), "direct join", direct, 1),
        Figure(f"an attempt of {QUESTIONS} counted; {name}", counting, "direct join", direct),
        Figure(f"the sums built anew; {name}", build, "direct join", direct),
    ]


def _direct(quiz_key: UUID) -> list[Any]:
    value = str(quiz_key) if connection.vendor == "postgresql" else quiz_key.hex
    with connection.cursor() as cursor:
        cursor.execute(DIRECT, [value])
        rows: list[Any] = cursor.fetchall()
    assert len(rows) == QUESTIONS
    return rows


def _slowest(quiz_key: UUID) -> float:
    """Return the median milliseconds of the slowest of the dashboard's queries, rows and all."""
    keys = [quiz_key]
    queries = (
        QuizStatistic.objects.filter(quiz_key__in=keys),
        SlotStatistic.objects.filter(quiz_key__in=keys),
        ItemStatistic.objects.filter(quiz_key__in=keys),
        AnswerStatistic.objects.filter(quiz_key__in=keys),
    )

    def read(number: int) -> Callable[[], object]:
        return lambda: list(queries[number].all())

    return max(min(medians(read(number), read(number), rounds=100)) for number in range(4))


def _count_again(attempt: Attempt) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(is_in_statistics=False)
    assert count_attempt(attempt_id=attempt.pk, now=timezone.now())


if __name__ == "__main__":
    call_command("prepare", "--demo", stdout=sys.stderr)
    figures = measure()
    sys.stdout.write("\n" + json.dumps([asdict(figure) for figure in figures]) + "\n")
