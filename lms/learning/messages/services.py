"""Writing to the people of a cohort: to some of them, or to all who are and will be in it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.enums import MessageKind, NoticeKind
from lms.learning.messages.enums import Audience
from lms.learning.messages.queries import recipients
from lms.learning.models import (
    Cohort,
    Enrolment,
    Message,
    MessageCopy,
    MessageTemplate,
)
from lms.learning.notices import News, notify_learners, put_away_these

PATH = "/mensajes/{}/"
"""Where a message is read, in Spanish; it names nothing."""
COPIES_INSERTED_AT_ONCE = 500


class MessageRefused(Exception):
    """Something cannot be sent or kept; the message says why."""


@transaction.atomic
def send_message(
    *,
    cohort: Cohort,
    audience: Audience,
    chosen: Collection[int],
    title: str,
    text: str,
    form_key: UUID,
    acting_user: User,
    now: datetime,
) -> Message:
    """Write to people of a cohort; each finds it on her page and is told by a neutral mail.

    To whom it goes is asked now, not when it was previewed. The same form makes one message,
    however often and in however many tabs it is sent.

    Raises:
        MessageRefused: nobody would get it, or the number of the form belongs to something else.
    """
    message, is_new = _written(
        cohort=cohort,
        kind=MessageKind.MESSAGE,
        title=title,
        text=text,
        form_key=form_key,
        acting_user=acting_user,
        now=now,
    )
    if is_new:
        people = recipients(cohort, audience, chosen=chosen)
        if not people:
            raise MessageRefused(_("Nobody would get it: choose somebody else."))
        _tell(message, people, kind=NoticeKind.MESSAGE, now=now)
        record_event(action="message_sent", target=message, acting_user=acting_user, now=now)
    return message


@transaction.atomic
def announce(
    *,
    cohort: Cohort,
    title: str,
    text: str,
    is_told: bool,
    form_key: UUID,
    acting_user: User,
    now: datetime,
) -> Message:
    """Pin an announcement for whoever is in the cohort now and later, until it is taken down.

    With `is_told`, those who are in it now are told of it, on their pages and by a neutral mail.

    Raises:
        MessageRefused: the number of the form belongs to something else.
    """
    message, is_new = _written(
        cohort=cohort,
        kind=MessageKind.ANNOUNCEMENT,
        title=title,
        text=text,
        form_key=form_key,
        acting_user=acting_user,
        now=now,
    )
    if is_new:
        if is_told:
            people = recipients(cohort, Audience.EVERYBODY)
            _tell(message, people, kind=NoticeKind.ANNOUNCEMENT, now=now)
        record_event(action="announcement_made", target=message, acting_user=acting_user, now=now)
    return message


def _written(
    *,
    cohort: Cohort,
    kind: MessageKind,
    title: str,
    text: str,
    form_key: UUID,
    acting_user: User,
    now: datetime,
) -> tuple[Message, bool]:
    """Return the message of a form, and whether this call has made it."""
    try:
        with transaction.atomic():
            made = Message.objects.create(
                cohort=cohort,
                kind=kind,
                title=title,
                text=text,
                form_key=form_key,
                author=acting_user,
                written_at=now,
            )
    except IntegrityError:
        standing = Message.objects.filter(form_key=form_key).first()
        if standing is None:
            raise
        if (standing.cohort_id, standing.kind, standing.author_id) != (
            cohort.pk,
            kind,
            acting_user.pk,
        ):
            raise MessageRefused(_("This form was used already. Open the page anew.")) from None
        return standing, False
    return made, True


def _tell(
    message: Message, people: Sequence[Enrolment], *, kind: NoticeKind, now: datetime
) -> None:
    """Insert the copies, each with its notice, which is the outbox of its mail; all in bulk."""
    path = PATH.format(message.pk)
    notices = notify_learners(
        news=[News(row.learner, path=path, words=message.title) for row in people],
        kind=kind,
        now=now,
    )
    MessageCopy.objects.bulk_create(
        [
            MessageCopy(message=message, enrolment=row, notice=notice)
            for row, notice in zip(people, notices, strict=True)
        ],
        batch_size=COPIES_INSERTED_AT_ONCE,
    )


@transaction.atomic
def take_down(*, message: Message, acting_user: User, now: datetime) -> Message:
    """Let an announcement be seen no more; it stays on record. Repeating it changes nothing.

    Raises:
        MessageRefused: it is a message to people, which cannot be called back.
    """
    locked = Message.objects.select_for_update().get(pk=message.pk)
    if locked.kind != MessageKind.ANNOUNCEMENT:
        raise MessageRefused(_("A message that was sent cannot be called back."))
    if locked.taken_down_at is None:
        locked.taken_down_at = now
        locked.save(update_fields=["taken_down_at"])
        record_event(
            action="announcement_taken_down",
            target=locked,
            acting_user=acting_user,
            now=now,
            changed_fields=["taken_down_at"],
        )
    return locked


def note_read(*, message: Message, learner: User, now: datetime) -> int:
    """Note that a learner has opened a message; the first time stays. Returns how often it was new."""
    copies = MessageCopy.objects.filter(message=message).values("notice")
    return put_away_these(learner=learner, notices=copies, now=now)


@transaction.atomic
def save_template(
    *, course_key: UUID, title: str, text: str, acting_user: User, now: datetime
) -> MessageTemplate:
    """Keep words for the trainers of a course.

    Raises:
        MessageRefused: the course has a template of this title already.
    """
    try:
        with transaction.atomic():
            made = MessageTemplate.objects.create(
                course_key=course_key,
                title=title,
                text=text,
                created_at=now,
                created_by=acting_user,
            )
    except IntegrityError:
        raise MessageRefused(_("There is a template of this title already.")) from None
    record_event(action="template_saved", target=made, acting_user=acting_user, now=now)
    return made


@transaction.atomic
def delete_template(*, template: MessageTemplate, acting_user: User, now: datetime) -> None:
    """Delete words that are of no use any more; messages that were made of them stay."""
    locked = MessageTemplate.objects.select_for_update().filter(pk=template.pk).first()
    if locked is not None:
        record_event(action="template_deleted", target=locked, acting_user=acting_user, now=now)
        locked.delete()
