"""Telling a learner that something happened to her record: on her page, and by a neutral mail.

The mail never says what it is about: neither its subject nor its text names the course, the result
or the platform's topic, and its link is as neutral. Only the page tells.

Each row is the outbox of its mail. One that was written alone is sent by a message of its own; many
at once are sent in turns, as are those that the sweep finds: a turn takes a few rows, ends at the
first mail that the server does not take, and goes to the end of the queue. So a server that is down
for a day costs one try a minute, and nobody's mail.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse, translate_url
from django.utils import translation
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from courses.page_links import PageLink, links_by_key
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.core.mails import MailFate, give_up_and_list, message_id, send_row_mail
from lms.core.outbox import send_now, send_on_commit
from lms.learning.enums import NoticeKind
from lms.learning.models import Attempt, Notice
from lms.learning.quiet_hours import is_quiet, next_morning

SEND_TASK = "lms.learning.send_notice"
TURN_TASK = "lms.learning.send_notices"
LEASE = timedelta(minutes=2)
LANES = 4
"""How many turns go through many notices side by side."""
ROWS_AT_ONCE = 25
ROWS_INSERTED_AT_ONCE = 500
WAITING_FOR_MORNING = frozenset({NoticeKind.REMINDER, NoticeKind.AFTER_COURSE})
SHOWN = 20
COURSES_PATH = "/cursos/"
LONGEST_PATH = 200
LONGEST_WORDS = 300


@transaction.atomic
def notify_learner(
    *,
    learner: User,
    kind: NoticeKind,
    now: datetime,
    attempt: Attempt | None = None,
    path: str = "",
    words: str = "",
    item_key: UUID | None = None,
    is_repeat: bool = False,
) -> Notice:
    """Put a line on the learner's page and, if she has a confirmed address, a mail on its way.

    Belongs into the transaction of the event. The same kind about the same attempt that was not
    read yet is not said again, and its mail is not sent again.

    Args:
        learner: whom.
        kind: what happened.
        now: when.
        attempt: the attempt that it is about; the line leads to its result.
        path: where else the line leads: an address of ours in its Spanish form. One that is
            longer than a notice keeps leads nowhere.
        words: what the line says besides, in the learner's language; shortened if it is too long.
        item_key: the lesson, quiz or case that it is about; its title stands in the line.
        is_repeat: it says anew what an earlier line of this kind with this path said, which is
            put away if it was not read yet: the page shows it once, the mail goes out again.
    """
    standing = (
        _unread(learner).filter(kind=kind, attempt=attempt).first() if attempt is not None else None
    )
    if standing is not None:
        return standing
    if is_repeat:
        _unread(learner).filter(kind=kind, path=path).update(read_at=now)
    has_mail = mail_address(learner) is not None
    notice = Notice.objects.create(
        learner=learner,
        kind=kind,
        attempt=attempt,
        quiz_key=attempt.quiz_key if attempt else item_key,
        path=path if len(path) <= LONGEST_PATH else "",
        words=shortened(words),
        created_at=now,
        state=OutboxState.PENDING if has_mail else OutboxState.DONE,
    )
    if has_mail:
        send_on_commit(SEND_TASK, notice_id=notice.pk)
    return notice


def shortened(words: str) -> str:
    """Return words that a notice can keep, cut with an ellipsis where they are too long."""
    return words if len(words) <= LONGEST_WORDS else f"{words[: LONGEST_WORDS - 1]}…"


def _notices() -> QuerySet[Notice]:
    """Return the rows as what they are: the manager of an outbox knows them by their base only."""
    return QuerySet(Notice)


def notices_of_kind(kind: NoticeKind) -> QuerySet[Notice]:
    """Return the lines of one kind, read or not, of everybody."""
    return _notices().filter(kind=kind)


def _unread(learner: User) -> QuerySet[Notice]:
    return _notices().filter(learner=learner, read_at__isnull=True)


def mail_address(learner: User) -> str | None:
    """Return where the learner may be written to: her confirmed address, if she is active."""
    return mail_addresses([learner]).get(learner.pk)


def mail_addresses(learners: Collection[User]) -> dict[int, str]:
    """Return where these people may be written to, by their number; who is not in it, nowhere.

    One query for all; none if nobody has an address.
    """
    wanted = {one.pk: one.email for one in learners if one.is_active and one.email}
    if not wanted:
        return {}
    confirmed = EmailAddress.objects.filter(user__in=wanted, verified=True)
    return {
        pk: wanted[pk]
        for pk, email in confirmed.values_list("user_id", "email")
        if email.lower() == wanted[pk].lower()
    }


@dataclass(frozen=True)
class News:
    """What one of many people is told."""

    learner: User
    path: str = ""
    words: str = ""


@transaction.atomic
def notify_learners(
    *, news: Sequence[News], kind: NoticeKind, now: datetime, is_repeat: bool = False
) -> list[Notice]:
    """Tell many people at once, as `notify_learner` tells one; return the notices in their order.

    The rows are inserted in bulk, and the worker is asked for turns, not for one mail each. A broker
    that is down loses nothing: the sweep asks again.
    """
    if is_repeat:
        _put_repeated_away(news, kind=kind, now=now)
    reachable = mail_addresses([one.learner for one in news])
    notices = _notices().bulk_create(
        [
            Notice(
                learner=one.learner,
                kind=kind,
                path=one.path if len(one.path) <= LONGEST_PATH else "",
                words=shortened(one.words),
                created_at=now,
                state=OutboxState.PENDING if one.learner.pk in reachable else OutboxState.DONE,
            )
            for one in news
        ],
        batch_size=ROWS_INSERTED_AT_ONCE,
    )
    turns = -(-len(reachable) // ROWS_AT_ONCE)
    for _turn in range(min(LANES, turns)):
        send_on_commit(TURN_TASK)
    return notices


def _put_repeated_away(news: Sequence[News], *, kind: NoticeKind, now: datetime) -> None:
    learners: dict[str, list[int]] = defaultdict(list)
    for one in news:
        learners[one.path].append(one.learner.pk)
    for path, pks in learners.items():
        said = _notices().filter(learner__in=pks, kind=kind, path=path, read_at__isnull=True)
        said.update(read_at=now)


def send_notice(*, notice_id: int, now: datetime) -> bool:
    """Send the mail of one notice; True if this call sent it.

    Whoever claims the row sends it, so that a repeated message sends nothing. A mail server that is
    down holds the row back; one that refuses the recipient for good fails it.
    """
    return _send(notice_id, now=now) == MailFate.SENT


def send_notices(*, clock: Callable[[], datetime]) -> int:
    """Send the mails of the next notices that wait, the oldest first; return how many were sent.

    Takes up to ROWS_AT_ONCE rows and then asks for another turn. Ends where nothing is left that
    nobody holds, and at the first mail that the server does not take: the sweep goes on.
    """
    sent = 0
    connection = get_connection()
    try:
        waiting = Notice.objects.stale(now=clock()).order_by("created_at", "pk")
        pks = list(waiting.values_list("pk", flat=True)[:ROWS_AT_ONCE])
        for pk in pks:
            fate = _send(pk, now=clock(), connection=connection)
            if fate == MailFate.PUT_OFF:
                return sent
            sent += fate == MailFate.SENT
    finally:
        with suppress(OSError):  # a server that has gone needs no farewell
            connection.close()
    if len(pks) == ROWS_AT_ONCE:
        send_now(TURN_TASK)
    return sent


def _send(
    notice_id: int, *, now: datetime, connection: BaseEmailBackend | None = None
) -> MailFate | None:
    """Send the mail of one notice if nobody else has it; None where there is nothing to send.

    A reminder waits for the morning. Who has lost her confirmed address meanwhile gets no mail.
    """
    if not Notice.objects.claim(notice_id, now=now, lease=LEASE):
        return None
    rows = _notices().filter(pk=notice_id)
    notice = rows.select_related("learner").get()
    if notice.kind in WAITING_FOR_MORNING and is_quiet(now):
        rows.update(claimed_until=next_morning(now), tries=F("tries") - 1)
        return None
    address = mail_address(notice.learner)
    if address is None:
        rows.update(state=OutboxState.DONE, failure="")
        return None
    return send_row_mail(rows, _mail(notice, address), now=now, connection=connection)


def _mail(notice: Notice, address: str) -> EmailMessage:
    """Return the neutral mail; its Message-ID is that of the notice, however often it is tried."""
    with translation.override(notice.learner.language):
        url = f"{settings.BASE_URL}{reverse('notices')}"
        return EmailMessage(
            subject=_("There is something new for you"),
            body=render_to_string("learning/notices/mail.txt", {"url": url}),
            to=[address],
            headers={"Message-ID": message_id("aviso", notice.pk, notice.created_at)},
        )


def resend_stale_notices(*, now: datetime) -> int:
    """Ask for a turn if a mail was lost on the way or waits for its next try; return how many do."""
    waiting = give_up_and_list(Notice.objects.all(), now=now, lease=LEASE)
    if waiting:
        send_now(TURN_TASK)
    return len(waiting)


LINK_WORDS: dict[str, Any] = {
    NoticeKind.UPDATE_INVITED: gettext_lazy("See what has changed"),
    NoticeKind.SOURCE_CHANGED: gettext_lazy("Tell the group"),
    NoticeKind.STAFF_CERTIFICATES_END: gettext_lazy("See the list"),
    NoticeKind.CERTIFICATE_ENDS: gettext_lazy("See the certificate"),
    NoticeKind.CERTIFICATE_CHANGED: gettext_lazy("See the certificate"),
    NoticeKind.CERTIFICATE_CHECKED: gettext_lazy("See the certificate"),
    NoticeKind.MESSAGE: gettext_lazy("Read the message"),
    NoticeKind.ANNOUNCEMENT: gettext_lazy("Read the announcement"),
    NoticeKind.QUESTION_ANSWERED: gettext_lazy("Read the answer"),
    NoticeKind.PUBLICATION_ASKED: gettext_lazy("Read it and decide"),
    NoticeKind.REMINDER: gettext_lazy("Go on with the course"),
    NoticeKind.AFTER_COURSE: gettext_lazy("See what there is"),
    NoticeKind.SUPERVISOR_ANSWERED: gettext_lazy("See the answer"),
    NoticeKind.SESSION_CHANGED: gettext_lazy("See the sessions"),
    NoticeKind.PRACTICE_SIGNED: gettext_lazy("See the practice"),
    NoticeKind.APPROVED: gettext_lazy("See the course"),
    NoticeKind.DEADLINE_CHANGED: gettext_lazy("Go on with the course"),
    NoticeKind.DEADLINE_PASSED: gettext_lazy("See the course"),
    NoticeKind.ITEM_EXEMPTED: gettext_lazy("Go on with the course"),
    NoticeKind.EXEMPTION_ENDED: gettext_lazy("Go on with the course"),
    NoticeKind.ATTEMPT_REOPENED: gettext_lazy("Go on with the attempt"),
    NoticeKind.WITHDRAWN: gettext_lazy("See the course"),
    NoticeKind.CORRECTION_ANSWERED: gettext_lazy("Read the answer"),
    NoticeKind.CODE_MADE: gettext_lazy("See your account"),
    NoticeKind.AGENCY_CHANGED: gettext_lazy("See my institutions"),
}
"""What the link of a line says, by what happened; where nothing stands here, it says “See it”."""


@dataclass(frozen=True)
class ShownNotice:
    """One line on the learner's page; `url` leads to what it is about, where there is such a page."""

    pk: int
    kind: str
    words: str
    quiz: PageLink | None
    url: str
    link_words: str
    detail: str
    created_at: datetime


def unread_notices(learner: User) -> list[ShownNotice]:
    """Return what a learner has not put away yet, newest first; two queries."""
    rows = _unread(learner).select_related("attempt").order_by("-created_at", "-pk")
    found = list(rows[:SHOWN])
    links = links_by_key({row.quiz_key for row in found if row.quiz_key}) if found else {}
    return [
        ShownNotice(
            pk=row.pk,
            kind=row.kind,
            words=str(NoticeKind(row.kind).label),
            quiz=links.get(row.quiz_key) if row.quiz_key else None,
            url=(
                reverse("attempt_result", args=[row.attempt.public_id])
                if row.attempt
                else in_active_language(row.path)
            ),
            link_words=_link_words(row),
            detail=row.words,
            created_at=row.created_at,
        )
        for row in found
    ]


def in_active_language(path: str) -> str:
    """Return an address that was kept in its Spanish form as the reader's language has it."""
    if not path:
        return ""
    language = get_language() or settings.LANGUAGE_CODE
    with translation.override(settings.LANGUAGE_CODE):
        found: str = translate_url(path, language)
    return found


def _link_words(notice: Notice) -> str:
    """Return what the link of a line says: where it leads."""
    if notice.attempt is not None and notice.kind != NoticeKind.ATTEMPT_REOPENED:
        return _("See the result")
    if notice.kind == NoticeKind.CERTIFICATE_ENDS and notice.path.startswith(COURSES_PATH):
        return _("Go to the course that renews it")
    return str(LINK_WORDS.get(notice.kind) or _("See it"))


def put_away(*, learner: User, notice_id: int | None, now: datetime) -> int:
    """Note that the learner read one of her notices, or all of them; return how many it was."""
    rows = _unread(learner)
    if notice_id is not None:
        rows = rows.filter(pk=notice_id)
    return rows.update(read_at=now)


def put_away_these(*, learner: User, notices: QuerySet[Any, Any], now: datetime) -> int:
    """Note that a learner has read what these notices tell; return how many of them were new."""
    return _unread(learner).filter(pk__in=notices).update(read_at=now)
