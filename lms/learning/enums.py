"""States of a learner's record."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EnrolmentState(models.TextChoices):
    """Where an enrolment stands."""

    ACTIVE = "active", _("under way")
    COMPLETED = "completed", _("completed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")


READING_STATES = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)
"""A learner in one of these may read the course."""


class AttemptState(models.TextChoices):
    """Where an attempt stands; `lms.learning.attempts.services` makes every transition."""

    IN_PROGRESS = "in_progress", _("in progress")
    SUBMITTED = "submitted", _("handed in, waiting to be marked")
    MARKED = "marked", _("marked")
    EXPIRED = "expired", _("time ran out, nothing was answered")
    ANNULLED = "annulled", _("annulled")


CLOSED_STATES = (AttemptState.SUBMITTED, AttemptState.MARKED, AttemptState.EXPIRED)
"""An attempt in one of these was used up and takes no more answers."""

RESULT_STATES = (AttemptState.MARKED, AttemptState.EXPIRED)
"""An attempt in one of these has its result."""


class MarkKind(models.TextChoices):
    """Where a mark comes from."""

    AUTOMATIC = "automatic", _("by the system")
    FIRST = "first", _("first marker")
    SECOND = "second", _("second marker")
    SETTLED = "settled", _("settled by the lead")
    REMARK = "remark", _("marked again")
    REGRADE = "regrade", _("regraded because the question was wrong")


class RegradeKind(models.TextChoices):
    """What is done about a question that turned out wrong."""

    FULL_MARK = "full_mark", _("give everyone the mark")
    DROP = "drop", _("drop the question")
    ACCEPT = "accept", _("accept a further answer")


class AppealState(models.TextChoices):
    """Where an appeal stands."""

    OPEN = "open", _("waiting for an answer")
    UPHELD = "upheld", _("the mark was changed")
    DISMISSED = "dismissed", _("the mark stays")


class CaseRunState(models.TextChoices):
    """Where a walk through a case stands."""

    WALKING = "walking", _("under way")
    ENDED = "ended", _("an ending was reached")


class LessonWay(models.TextChoices):
    """Which of a lesson's two ways the learner took; both count the same."""

    FULL = "full", _("complete")
    BRIEF = "brief", _("brief")


class NoticeKind(models.TextChoices):
    """What a learner is told on her own page; the mail only says that there is something."""

    MARKED = "marked", _("Your answers were marked")
    REMARKED = "remarked", _("A mark of yours was changed")
    REGRADED = "regraded", _("A question was corrected for everybody")
    APPEAL_ANSWERED = "appeal", _("Your objection was answered")
    ANNULLED = "annulled", _("An attempt of yours was annulled")
    ALLOWED = "allowed", _("You were given more time or more attempts")
    CERTIFICATE_ENDS = "certificate_ends", _("A certificate of yours ends soon")
    CERTIFICATE_CHANGED = "certificate_changed", _("Something changed in a certificate of yours")
    CERTIFICATE_CHECKED = "certificate_checked", _("A certificate of yours was checked")
    UPDATE_INVITED = "update_invited", _("Something that you learned here has changed")
    STAFF_CERTIFICATES_END = "staff_certificates", _("Certificates of your people end soon")


class CertificateTiming(models.TextChoices):
    """When the learners of a cohort get their certificates."""

    AT_COMPLETION = "completion", _("as soon as each person completes the course")
    BY_TRAINER = "trainer", _("when a trainer issues them for the whole cohort")
