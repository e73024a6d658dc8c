"""What trainers write to their learners, what learners ask, and reminders."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.learning.enums import (
    MessageKind,
    PublicationState,
    ReminderChoice,
    ReminderKind,
)
from lms.learning.models.cohorts import Cohort
from lms.learning.models.enrolments import Enrolment
from lms.learning.models.notices import Notice


class Message(models.Model):
    """What a trainer wrote to some people of a cohort, or announced to all of it.

    An announcement is read by whoever is in the cohort, those who join later too; a message only by
    those who have a `MessageCopy`. `form_key` is the number of the form that was filled in: sent
    twice, it makes one message.
    """

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="messages")
    form_key = models.UUIDField(_("form"), default=uuid.uuid4, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=MessageKind.choices)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=4000)
    written_at = models.DateTimeField(_("written at"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    taken_down_at = models.DateTimeField(_("taken down at"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="message_has_words")
        ]

    def __str__(self) -> str:
        return self.title


class MessageCopy(models.Model):
    """A message as one person gets it; the notice is the line on her page and the outbox of the mail."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="copies")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="message_copies")
    notice = models.ForeignKey(
        Notice, models.SET_NULL, null=True, blank=True, related_name="message_copies"
    )

    class Meta:
        verbose_name = _("copy of a message")
        verbose_name_plural = _("copies of messages")
        constraints = [
            models.UniqueConstraint(fields=["message", "enrolment"], name="message_copy_once")
        ]

    def __str__(self) -> str:
        return f"{self.message_id}, {self.enrolment_id}"


class MessageTemplate(models.Model):
    """Words that the trainers of a course use again."""

    course_key = models.UUIDField(_("course"), db_index=True)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=4000)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("template of a message")
        verbose_name_plural = _("templates of messages")
        constraints = [
            models.UniqueConstraint(
                fields=["course_key", "title"],
                name="message_template_title_once",
                violation_error_message=_("There is a template of this title already."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class LearnerQuestion(models.Model):
    """A question to the trainers of a course, and what they answered; private unless published.

    It is published without the name, and only after the learner agreed.
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="questions")
    item_key = models.UUIDField(_("lesson"), null=True, blank=True)
    text = models.TextField(_("question"), max_length=2000)
    asked_at = models.DateTimeField(_("asked at"))
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    publication = models.CharField(
        _("publication"),
        max_length=8,
        choices=PublicationState.choices,
        default=PublicationState.PRIVATE,
    )
    public_text = models.TextField(_("question as published"), max_length=2000, blank=True)
    public_answer = models.TextField(_("answer as published"), max_length=4000, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        verbose_name = _("question to the trainers")
        verbose_name_plural = _("questions to the trainers")
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="question_answer_whole",
            ),
            models.CheckConstraint(
                condition=(
                    Q(publication=PublicationState.PUBLIC, published_at__isnull=False)
                    & ~Q(public_text="")
                    & ~Q(public_answer="")
                )
                | (~Q(publication=PublicationState.PUBLIC) & Q(published_at__isnull=True)),
                name="question_public_has_words",
            ),
        ]
        indexes = [
            models.Index(
                fields=["item_key"],
                condition=Q(publication=PublicationState.PUBLIC),
                name="question_public_item",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}, {self.pk}"


class ReminderSetting(models.Model):
    """How often somebody wants to be reminded; whoever has no row gets the usual."""

    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminder_setting"
    )
    choice = models.CharField(
        _("reminders"), max_length=8, choices=ReminderChoice.choices, default=ReminderChoice.USUAL
    )

    class Meta:
        verbose_name = _("choice of reminders")
        verbose_name_plural = _("choices of reminders")

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.choice}"


class Reminder(models.Model):
    """A reminder that was given, so that a task that runs twice reminds once.

    `for_date` is the day from which it is reckoned: when the idle days began, or the deadline.
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="reminders")
    kind = models.CharField(_("kind"), max_length=12, choices=ReminderKind.choices)
    for_date = models.DateField(_("about the day"))
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "kind", "for_date"], name="reminder_given_once"
            )
        ]
        indexes = [models.Index(fields=["given_at"], name="reminder_given")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}, {self.kind}"
