"""Whether a required text waits for an answer, asked once a login and kept in the session."""

from datetime import date
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from lms.accounts.models import User
from lms.accounts.privacy.queries import is_required_answer_due

CONSENT_DUE = "is_consent_due"


def note_due(session: SessionBase, user: User, *, on: date) -> bool:
    """Keep in the session whether somebody has to be shown a text, and return it."""
    is_due = is_required_answer_due(user, on=on)
    if is_due != session.get(CONSENT_DUE, False):
        session[CONSENT_DUE] = is_due
    return is_due


def put_off(session: SessionBase) -> None:
    """Show nothing more of it until the next login."""
    session[CONSENT_DUE] = False


def note_login(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Note it when somebody logs in (at most two queries); Django's `user_logged_in` calls this."""
    if isinstance(user, User):
        note_due(request.session, user, on=timezone.localdate())
