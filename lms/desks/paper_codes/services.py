"""Making codes on paper for several people, and telling each of them.

The one way by which the desks make codes: the person finds on her page who made one, and cannot be
without that line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lms.accounts.codes.queries import standing_codes
from lms.accounts.codes.services import CodeRefused, make_code
from lms.accounts.codes.words import grouped
from lms.accounts.models import User
from lms.learning.enums import NoticeKind
from lms.learning.kept_paths import kept_path
from lms.learning.notices import News, notify_learners


@dataclass(frozen=True)
class Slip:
    """What is printed for one person; it exists in this answer and nowhere else."""

    name: str
    username: str
    code: str
    language: str
    address: str
    expires_at: datetime


@dataclass(frozen=True)
class HandedOut:
    """The slips, and the names of those for whom no code could be made."""

    slips: list[Slip]
    left_out: list[str]


@transaction.atomic
def hand_out_codes(*, people: Iterable[User], acting_user: User, now: datetime) -> HandedOut:
    """Make a code for each of these people, each person once, and put a line on her page.

    Whoever cannot have one (she has an address by now, or a role) is left out and named. Who may
    make codes for whom is the caller's to check.
    """
    slips, left_out, told = [], [], []
    for user in {one.pk: one for one in people}.values():
        try:
            code = make_code(user=user, acting_user=acting_user, now=now)
        except CodeRefused:
            left_out.append(user.full_name or str(user))
            continue
        slips.append(_slip(user, code, now=now))
        told.append(user)
    news = [_news(user, acting_user) for user in told]
    notify_learners(news=news, kind=NoticeKind.CODE_MADE, now=now)
    return HandedOut(slips, left_out)


def _slip(user: User, code: str, *, now: datetime) -> Slip:
    with translation.override(user.language):
        address = f"{settings.BASE_URL}{reverse('paper_code')}"
    return Slip(
        name=user.full_name,
        username=user.username or "",
        code=grouped(code),
        language=user.language,
        address=address.partition("://")[2],
        expires_at=standing_codes(now=now).get(user=user).expires_at,
    )


def _news(user: User, acting_user: User) -> News:
    path = kept_path("profile")
    with translation.override(user.language):
        words = _(
            "%(name)s made it. If you did not ask for a code, change your password and say so to "
            "your institution or your trainers."
        )
        return News(user, path, words % {"name": acting_user.get_display_name()})
