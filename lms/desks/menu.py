"""Whether the menu of the site leads to the trainer's pages.

The session keeps the answer, because asking for the groups on each page would cost each learner a
query. It is asked anew on the page that follows a login and on the desk itself; the pages behind
the links ask for themselves.
"""

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
