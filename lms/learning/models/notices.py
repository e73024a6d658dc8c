"""What a learner has to know: a line on her own page, and a neutral mail where she has an address."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.core.models import OutboxRow
from lms.learning.enums import NoticeKind
from lms.learning.models.attempts import Attempt


class Notice(OutboxRow):
    """One thing that happened to a learner's record; the row is the outbox of its mail too.

    `state` and its companions tell of the mail; whoever has no address gets none, and the row is
    done from the beginning. `read_at` is when the learner put the line away.
    """

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("learner")
    )
    kind = models.CharField(_("what happened"), max_length=20, choices=NoticeKind.choices)
    attempt = models.ForeignKey(
        Attempt, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    quiz_key = models.UUIDField(_("quiz"), null=True, blank=True)
    path = models.CharField(_("where it leads"), max_length=200, blank=True)
    words = models.CharField(_("what else is said"), max_length=300, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(
                fields=["learner"], condition=Q(read_at__isnull=True), name="notice_unread"
            )
        ]

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.kind}"
