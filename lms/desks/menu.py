"""Whether the menu of the site leads to the trainer's pages.

The session keeps the answer, because asking for the groups on each page would cost each learner a
query. It is asked at each login, wherever that leads, and anew on "My learning" and on the desk
itself; the pages behind the links ask for themselves.
"""

from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from courses.permissions import is_trainer
from lms.accounts.models import User

IS_TRAINER = "is_trainer"


def note_trainer(session: SessionBase, user: User) -> bool:
    """Keep in the session whether the user is a trainer or an administrator, and return it."""
    found = is_trainer(user)
    if found != session.get(IS_TRAINER, False):
        session[IS_TRAINER] = found
    return found


def note_login(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Note it when somebody logs in (one query); Django's `user_logged_in` calls this."""
    if isinstance(user, User):
        note_trainer(request.session, user)
