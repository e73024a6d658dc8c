"""Reading messages: who gets one, what became of it, what somebody received."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.learning.activity import last_activity
from lms.learning.enums import READING_STATES, EnrolmentState, MessageKind
from lms.learning.messages.enums import Audience, MailState
from lms.learning.models import Cohort, Enrolment, Message, MessageCopy, MessageTemplate
from lms.learning.notices import mail_addresses


def reachable_people(cohort: Cohort) -> QuerySet[Enrolment]:
    """Return the enrolments of a cohort that have not ended, by name."""
    rows = Enrolment.objects.filter(cohort=cohort, state__in=READING_STATES)
    return rows.select_related("learner").order_by("learner__full_name", "pk")


def recipients(
    cohort: Cohort, audience: Audience, *, chosen: Collection[int] = ()
) -> list[Enrolment]:
    """Return to whom a message goes; one query, two for those who have not begun.

    `chosen` are the numbers of the enrolments that were ticked. Whoever has left since is not in it.
    """
    people = reachable_people(cohort)
    if audience == Audience.CHOSEN:
        return list(people.filter(pk__in=chosen))
    if audience == Audience.EVERYBODY:
        return list(people)
    under_way = people.filter(state=EnrolmentState.ACTIVE)
    if audience == Audience.UNDER_WAY:
        return list(under_way)
    begun = last_activity(under_way)
    return [row for row in under_way if row.pk not in begun]


@dataclass(frozen=True)
class Preview:
    """How many people a message goes to, and how many of them get a mail about it."""

    people: int
    mails: int
    names: tuple[str, ...]

    @property
    def without_mail(self) -> int:
        """How many find it on their page only."""
        return self.people - self.mails


def preview_of(enrolments: Collection[Enrolment]) -> Preview:
    """Return what sending to these people means; one query."""
    learners = [row.learner for row in enrolments]
    return Preview(
        people=len(learners),
        mails=len(mail_addresses(learners)),
        names=tuple(_name(learner) for learner in learners),
    )


def _name(learner: User) -> str:
    return learner.full_name or learner.get_display_name()


FAILED = Q(copies__notice__state=OutboxState.FAILED)
SENT = Q(copies__notice__state=OutboxState.DONE, copies__notice__done_at__isnull=False)
WAITING = Q(copies__notice__state=OutboxState.PENDING)
READ = Q(copies__notice__read_at__isnull=False)


def written_in(cohort: Cohort) -> QuerySet[Message]:
    """Return what was written in a cohort, the newest first, with `people` and what became of it."""
    rows = Message.objects.filter(cohort=cohort).select_related("author")
    counted = rows.annotate(
        people=Count("copies"),
        read=Count("copies", filter=READ),
        mailed=Count("copies", filter=SENT),
        waiting=Count("copies", filter=WAITING),
        failed=Count("copies", filter=FAILED),
    )
    return counted.order_by("-written_at", "-pk")


@dataclass(frozen=True)
class Delivery:
    """What became of a message for one person; her address is not in it."""

    name: str
    mail: MailState
    is_tried_again: bool
    read_at: datetime | None

    @property
    def mail_words(self) -> str:
        """What became of the mail, in words."""
        return str(self.mail.label)


def copies_of(message: Message) -> QuerySet[MessageCopy]:
    """Return the copies of a message, those first whose mail failed, then by name."""
    rows = MessageCopy.objects.filter(message=message)
    rows = rows.select_related("notice", "enrolment__learner").annotate(
        has_failed=Count("notice", filter=Q(notice__state=OutboxState.FAILED))
    )
    return rows.order_by("-has_failed", "enrolment__learner__full_name", "pk")


def deliveries(copies: Iterable[MessageCopy]) -> list[Delivery]:
    """Return copies as the trainer sees them."""
    return [
        Delivery(
            name=_name(copy.enrolment.learner),
            mail=_mail_state(copy),
            is_tried_again=bool(
                copy.notice and copy.notice.state == OutboxState.PENDING and copy.notice.tries
            ),
            read_at=copy.notice.read_at if copy.notice else None,
        )
        for copy in copies
    ]


def _mail_state(copy: MessageCopy) -> MailState:
    notice = copy.notice
    if notice is None or (notice.state == OutboxState.DONE and notice.done_at is None):
        return MailState.NONE
    return {
        OutboxState.PENDING: MailState.WAITING,
        OutboxState.DONE: MailState.SENT,
        OutboxState.FAILED: MailState.FAILED,
    }[OutboxState(notice.state)]


def templates_of(course_key: UUID) -> QuerySet[MessageTemplate]:
    """Return the templates that the trainers of a course have saved, by title."""
    return MessageTemplate.objects.filter(course_key=course_key).order_by("title", "pk")


def standing_announcements(cohorts: Collection[int]) -> list[Message]:
    """Return the announcements of these cohorts that were not taken down, the newest first.

    One query; none without a cohort.
    """
    if not cohorts:
        return []
    rows = Message.objects.filter(
        cohort__in=cohorts, kind=MessageKind.ANNOUNCEMENT, taken_down_at=None
    )
    return list(rows.select_related("cohort").order_by("-written_at", "-pk"))


def received_by(learner: User) -> QuerySet[Message]:
    """Return the messages to a learner and the announcements in her groups, the newest first."""
    groups = Enrolment.objects.filter(
        learner=learner, state__in=READING_STATES, cohort__isnull=False
    )
    copies = MessageCopy.objects.filter(enrolment__learner=learner)
    wanted = Q(pk__in=copies.values("message")) | Q(
        kind=MessageKind.ANNOUNCEMENT, cohort__in=groups.values("cohort")
    )
    rows = Message.objects.filter(wanted, taken_down_at=None)
    return rows.select_related("cohort__release").order_by("-written_at", "-pk")
