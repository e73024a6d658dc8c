"""Whether the menu of the site leads to the trainer's and the coordinator's pages.

The session keeps the answers, because asking on each page would cost each learner two queries. They
are asked at each login, wherever that leads, and anew on "My learning" and on the desks themselves;
the pages behind the links ask for themselves.
"""

from datetime import date
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from courses.permissions import is_trainer
from lms.accounts.models import User
from lms.accounts.queries import coordinated_agencies

IS_TRAINER = "is_trainer"
IS_COORDINATOR = "is_coordinator"


def note_trainer(session: SessionBase, user: User) -> bool:
    """Keep in the session whether the user is a trainer or an administrator, and return it."""
    return _note(session, IS_TRAINER, is_trainer(user))


def note_coordinator(session: SessionBase, user: User, *, on: date) -> bool:
    """Keep in the session whether the user coordinates an agency on that day, and return it."""
    return _note(session, IS_COORDINATOR, coordinated_agencies(user, on=on).exists())


def _note(session: SessionBase, name: str, found: bool) -> bool:
    if found != session.get(name, False):
        session[name] = found
    return found


def note_login(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Note both when somebody logs in (two queries); Django's `user_logged_in` calls this."""
    if isinstance(user, User):
        note_trainer(request.session, user)
        note_coordinator(request.session, user, on=timezone.localdate())
