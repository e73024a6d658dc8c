"""The only road from a request to a wish: those who are named, and were when it was sent."""

from datetime import datetime

from django.http import Http404
from django.utils import timezone

from lms.accounts.care.reading import Care, OpenedWish, care, wishes_for
from lms.accounts.models import User


def access_care(user: User, *, now: datetime) -> Care:
    """Return who is named, to one of them; to everybody else, administrators too, 404."""
    named = care(on=timezone.localdate(now))
    if not named.names_person(user):
        raise Http404
    return named


def access_wish(user: User, pk: int, *, now: datetime) -> OpenedWish:
    """Return a wish that this person may read; every other one does not exist (404)."""
    named = access_care(user, now=now)
    for one in wishes_for(user, named, now=now):
        if one.wish.pk == pk:
            return one
    raise Http404
