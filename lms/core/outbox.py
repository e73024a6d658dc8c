"""Sending a task by its name once the transaction has been committed.

The row is the promise and the message only a hint: a broker that is down loses nothing, because
the sweep of the app that owns the row sends it again.
"""

import logging
from datetime import datetime, timedelta
from types import TracebackType

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from lms.core.enums import OutboxState
from lms.core.models import OutboxQuerySet

logger = logging.getLogger(__name__)
LONGEST_FAILURE = 500


def send_on_commit(task_name: str, **ids: int) -> None:
    """Send the named task with these ids when, and only if, the transaction is committed."""
    transaction.on_commit(lambda: send_now(task_name, **ids))


def send_now(task_name: str, **ids: int) -> None:
    """Send the named task; a broker that cannot be reached is logged, and the sweep repeats it."""
    try:
        task = current_app.tasks.get(task_name)
        if task is not None:
            task.apply_async(kwargs=ids)
        else:
            current_app.send_task(task_name, kwargs=ids)
    except (OperationalError, OSError):
        logger.warning("Broker not reachable; %s waits for the sweep.", task_name)


DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""How long a row waits after each try that failed; the last one holds for all further tries."""

MOST_MAIL_TRIES = 16
"""Tries of a mail before it is given up: with DELAYS, a mail server may be down for two days."""


def next_try_at(tries: int, *, now: datetime) -> datetime:
    """Return until when a row is held back that has failed this many times."""
    return now + DELAYS[min(max(tries, 1), len(DELAYS)) - 1]


class NotedFailure:
    """Writes on an outbox row why a try failed, and lets the exception rise into the worker's log.

    Whatever goes wrong with slow work must end on its row, so no list of exceptions would do; a
    worker that is told to stop is no failure. After the last try the row is FAILED.
    """

    def __init__(self, rows: OutboxQuerySet, *, most_tries: int) -> None:
        self.rows, self.most_tries = rows, most_tries

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not isinstance(error, Exception):
            return
        waiting = self.rows.filter(state=OutboxState.PENDING)
        waiting.update(failure=f"{type(error).__name__}: {error}"[:LONGEST_FAILURE])
        waiting.filter(tries__gte=self.most_tries).update(state=OutboxState.FAILED)
