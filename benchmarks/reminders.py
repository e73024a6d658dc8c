"""Reminders for 10,000 enrolments, beside inserting the rows they leave behind:
python -m benchmarks.reminders, for the site of AMPARO_VAR.

The run is the product's own service, all of whose people are due. The baseline inserts as many
bare rows of the same two tables, in bulk. BENCH_ENROLMENTS changes how many.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

import django

django.setup()

from allauth.account.models import EmailAddress
from django.db import connection, reset_queries, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks.measure import Figure
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.learning import notices
from lms.learning.enums import EnrolmentState, NoticeKind, ReminderKind
from lms.learning.models import Enrolment, LessonProgress, Notice, Reminder
from lms.learning.quiet_hours import LIMA
from lms.learning.reminders.services import send_reminders

ENROLMENTS = int(os.environ.get("BENCH_ENROLMENTS", "10000"))
ROUNDS = 3
NOON = datetime(2026, 11, 26, 12, 0, tzinfo=LIMA)


def fill() -> list[Enrolment]:
    """Return so many enrolments in the starter course: half of them idle, half not begun."""
    release = Enrolment.objects.filter(learner__email="ana@demo.test")[0].release
    people = User.objects.bulk_create(
        User(email=f"recordar{number}@example.test", full_name="Rosa Elena Quispe")
        for number in range(ENROLMENTS)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in people
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            learner=one,
            release=release,
            course_key=release.course_key,
            enrolled_at=NOON - timedelta(days=20),
        )
        for one in people
    )
    lesson = next(release.typed_promise.items())
    LessonProgress.objects.bulk_create(
        LessonProgress(enrolment=row, lesson_key=lesson.key, opened_at=NOON - timedelta(days=12))
        for row in enrolments[::2]
    )
    return enrolments


def bare(enrolments: list[Enrolment]) -> None:
    """Insert as many rows of the same tables."""
    with transaction.atomic():
        Reminder.objects.bulk_create(
            [
                Reminder(
                    enrolment=row,
                    kind=ReminderKind.IDLE,
                    for_date=NOON.date(),
                    given_at=NOON,
                )
                for row in enrolments
            ],
            batch_size=500,
        )
        Notice.objects.bulk_create(
            [
                Notice(
                    learner_id=row.learner_id,
                    kind=NoticeKind.REMINDER,
                    path="/cursos/",
                    words="Curso",
                    created_at=NOON,
                    state=OutboxState.PENDING,
                )
                for row in enrolments
            ],
            batch_size=500,
        )


def empty() -> None:
    """Delete what a round has left."""
    Reminder.objects.all().delete()
    Notice.objects.all().delete()
    reset_queries()


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes, after an empty start."""
    empty()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Fill, measure in turn, print the figures as JSON."""
    notices.send_now = lambda *_arguments, **_ids: None  # the mails are the worker's, later
    others = Enrolment.objects.filter(state=EnrolmentState.ACTIVE)
    others.update(state=EnrolmentState.WITHDRAWN, withdrawn_at=NOON)  # nobody else is due
    enrolments = fill()
    told: list[int] = []

    def remind() -> None:
        told.append(send_reminders(clock=lambda: NOON))

    rounds = [
        (seconds(remind), seconds_again(), seconds(lambda: bare(enrolments)))
        for _round in range(ROUNDS)
    ]
    assert told == [ENROLMENTS] * ROUNDS, told
    empty()
    with CaptureQueriesContext(connection) as queries:
        remind()
    measured, again, baseline = (min(times) for times in zip(*rounds, strict=True))
    figures = [
        Figure(
            f"{ENROLMENTS:,} people reminded",
            measured * 1000,
            "bare bulk insert of the same rows",
            baseline * 1000,
            len(queries),
        ),
        Figure(
            f"the run after, nobody of {ENROLMENTS:,} due",
            again * 1000,
            "bare bulk insert of the same rows",
            baseline * 1000,
        ),
    ]
    print(json.dumps([asdict(figure) for figure in figures]))


def seconds_again() -> float:
    """Return how long a run takes that finds everybody reminded."""
    start = time.perf_counter()
    assert send_reminders(clock=lambda: NOON) == 0
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
