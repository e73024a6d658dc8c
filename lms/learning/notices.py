"""Telling a learner that something happened to her record: on her page, and by a neutral mail.

The mail never says what it is about: neither its subject nor its text names the course, the result
or the platform's topic, and its link is as neutral. Only the page tells.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse, translate_url
from django.utils import translation
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from courses.page_links import PageLink, links_by_key
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.core.outbox import send_now, send_on_commit
from lms.learning.enums import NoticeKind
from lms.learning.models import Attempt, Notice

SEND_TASK = "lms.learning.send_notice"
LEASE = timedelta(minutes=2)
MOST_TRIES = 5
SHOWN = 20
RESENT_AT_ONCE = 500
LONGEST_FAILURE = 500
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
    if not (learner.is_active and learner.email):
        return None
    is_confirmed = EmailAddress.objects.filter(
        user=learner, email__iexact=learner.email, verified=True
    ).exists()
    return learner.email if is_confirmed else None


def send_notice(*, notice_id: int, now: datetime) -> bool:
    """Send the mail of one notice; True if this call sent it.

    Whoever claims the row sends it, so that a repeated message sends nothing. A mail server that
    refuses is noted on the row, and the sweep tries again, MOST_TRIES times in all.
    """
    if not Notice.objects.claim(notice_id, now=now, lease=LEASE):
        return False
    rows = _notices().filter(pk=notice_id)
    notice = rows.select_related("learner").get()
    address = mail_address(notice.learner)
    try:
        if address is not None:
            _mail(notice, address).send()
    except OSError as error:  # SMTPException is one too
        rows.update(failure=f"{type(error).__name__}: {error}"[:LONGEST_FAILURE])
        rows.filter(tries__gte=MOST_TRIES).update(state=OutboxState.FAILED)
        return False
    rows.update(state=OutboxState.DONE, done_at=now, failure="")
    return address is not None


def _mail(notice: Notice, address: str) -> EmailMessage:
    """Return the neutral mail; its Message-ID is that of the notice, however often it is tried."""
    with translation.override(notice.learner.language):
        url = f"{settings.BASE_URL}{reverse('notices')}"
        host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
        return EmailMessage(
            subject=_("There is something new for you"),
            body=render_to_string("learning/notices/mail.txt", {"url": url}),
            to=[address],
            headers={"Message-ID": f"<aviso-{notice.pk}-{notice.created_at:%Y%m%d%H%M%S}@{host}>"},
        )


def resend_stale_notices(*, now: datetime) -> int:
    """Send again every notice whose mail was lost on the way; return how many were sent."""
    stale = Notice.objects.stale(now=now)
    stale.filter(tries__gte=MOST_TRIES).update(state=OutboxState.FAILED)
    waiting = stale.filter(created_at__lte=now - LEASE).order_by("created_at", "pk")
    pks = list(waiting.values_list("pk", flat=True)[:RESENT_AT_ONCE])
    for pk in pks:
        send_now(SEND_TASK, notice_id=pk)
    return len(pks)


LINK_WORDS = {
    NoticeKind.UPDATE_INVITED: gettext_lazy("See what has changed"),
    NoticeKind.STAFF_CERTIFICATES_END: gettext_lazy("See the list"),
    NoticeKind.CERTIFICATE_ENDS: gettext_lazy("See the certificate"),
    NoticeKind.CERTIFICATE_CHANGED: gettext_lazy("See the certificate"),
    NoticeKind.CERTIFICATE_CHECKED: gettext_lazy("See the certificate"),
    NoticeKind.MESSAGE: gettext_lazy("Read the message"),
    NoticeKind.ANNOUNCEMENT: gettext_lazy("Read the news"),
    NoticeKind.QUESTION_ANSWERED: gettext_lazy("Read the answer"),
    NoticeKind.PUBLICATION_ASKED: gettext_lazy("Read it and decide"),
    NoticeKind.REMINDER: gettext_lazy("Go on with the course"),
    NoticeKind.SESSION_CHANGED: gettext_lazy("See the sessions"),
    NoticeKind.CODE_MADE: gettext_lazy("See your account"),
}
"""What the link of a line says, by what happened; where nothing stands here, it says “See it”."""


@dataclass(frozen=True)
class ShownNotice:
    """One line on the learner's page; `url` leads to what it is about, where there is such a page."""

    pk: int
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
    if notice.attempt is not None:
        return _("See the result")
    if notice.kind == NoticeKind.CERTIFICATE_ENDS and notice.path.startswith(COURSES_PATH):
        return _("Go to the course that renews it")
    return str(LINK_WORDS.get(NoticeKind(notice.kind), _("See it")))


def put_away(*, learner: User, notice_id: int | None, now: datetime) -> int:
    """Note that the learner read one of her notices, or all of them; return how many it was."""
    rows = _unread(learner)
    if notice_id is not None:
        rows = rows.filter(pk=notice_id)
    return rows.update(read_at=now)
