"""Sending a task by its name once the transaction has been committed.

The row is the promise and the message only a hint: a broker that is down loses nothing, because
the sweep of the app that owns the row sends it again.
"""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


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
