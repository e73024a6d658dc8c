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
    WITHDRAWN = "withdrawn", _("taken back, because the account was closed")


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
    MESSAGE = "message", _("Your trainers wrote to you")
    ANNOUNCEMENT = "announcement", _("There is news for your group")
    QUESTION_ANSWERED = "answered", _("Your question was answered")
    PUBLICATION_ASKED = "publication", _("May your question help others?")
    REMINDER = "reminder", _("Your course waits for you")
    AFTER_COURSE = "after_course", _("Something for you, some time after your course")
    SUPERVISOR_ANSWERED = "supervisor", _("Your supervisor answered what you asked")
    SESSION_CHANGED = "session", _("A session of your group was set or changed")
    PLACE_CHANGED = "place", _("Something changed in your place in a group")
    DEADLINE_CHANGED = "deadline", _("Your deadline was changed")
    DEADLINE_PASSED = "expired", _("The time for a course of yours is over")
    ITEM_EXEMPTED = "exempted", _("You need not do one part of a course")
    EXEMPTION_ENDED = "exemption_ended", _("One part of a course is asked of you after all")
    ATTEMPT_REOPENED = "reopened", _("An attempt of yours was opened again")
    PRACTICE_SIGNED = "practice", _("A practice of yours was signed")
    APPROVED = "approved", _("Your trainers approved your course")
    WITHDRAWN = "withdrawn", _("You were taken off a course")
    AGENCY_CHANGED = "agency", _("Something changed between you and an agency")
    CORRECTION_ANSWERED = "correction", _("Your request for a correction was answered")
    CODE_MADE = "code_made", _("A code for your account was made")
    SOURCE_CHANGED = "source_changed", _("A source of a course that you teach has changed")
    STAFF_CERTIFICATES_END = "staff_certificates", _("Certificates of your people end soon")


class CertificateTiming(models.TextChoices):
    """When the learners of a cohort get their certificates."""

    AT_COMPLETION = "completion", _("as soon as each person completes the course")
    BY_TRAINER = "trainer", _("when a trainer issues them for the whole cohort")


class CohortJoining(models.TextChoices):
    """How people join a cohort, besides those whom its agencies nominate."""

    NOMINATION = "nomination", _("only when nominated by an agency or put in by a trainer")
    CODE = "code", _("with a code")
    OPEN = "open", _("whoever wants to")
    APPROVAL = "approval", _("whoever asks and is approved by a trainer")


class PlaceState(models.TextChoices):
    """Where a place in a cohort stands; `lms.learning.cohorts.services` makes every transition."""

    INVITED = "invited", _("waits until the invitation is accepted")
    APPLIED = "applied", _("waits for the trainer")
    WAITING = "waiting", _("on the waiting list")
    SEATED = "seated", _("has a seat")
    REFUSED = "refused", _("was not admitted")
    WITHDRAWN = "withdrawn", _("withdrawn")


LIVE_PLACES = (PlaceState.INVITED, PlaceState.APPLIED, PlaceState.WAITING, PlaceState.SEATED)
"""A place in one of these holds a seat or may still get one."""

WAITING_PLACES = (PlaceState.APPLIED, PlaceState.WAITING)
"""A learner who has a place in one of these asks or waits for a seat."""


class SessionPlace(models.TextChoices):
    """Where a session is held."""

    ROOM = "room", _("in a room")
    VIDEO = "video", _("by video")


class AttendanceState(models.TextChoices):
    """Whether somebody was at a session; an excused absence is left out of the reckoning."""

    PRESENT = "present", _("present")
    ABSENT = "absent", _("absent")
    EXCUSED = "excused", _("excused")


class AttendanceWay(models.TextChoices):
    """How an attendance was noted."""

    LIST = "list", _("by the trainer's list")
    CODE = "code", _("by the code in the room")


class CriterionResult(models.TextChoices):
    """What a trainer saw of one line of a practice's checklist."""

    MET = "met", _("met")
    NOT_MET = "not_met", _("not met")
    NOT_SEEN = "not_seen", _("not seen")


class MessageKind(models.TextChoices):
    """What a trainer writes."""

    MESSAGE = "message", _("message")
    ANNOUNCEMENT = "announcement", _("announcement")


class PublicationState(models.TextChoices):
    """Whether others may read a question and its answer."""

    PRIVATE = "private", _("private")
    ASKED = "asked", _("the learner is asked")
    REFUSED = "refused", _("the learner said no")
    PUBLIC = "public", _("published without her name")


class ReminderChoice(models.TextChoices):
    """How often somebody wants to be reminded."""

    USUAL = "usual", _("when it helps, at most two a week")
    FEW = "few", _("at most one a week")
    NONE = "none", _("never")


class ReminderKind(models.TextChoices):
    """Why somebody is reminded."""

    NOT_STARTED = "not_started", _("not started yet")
    IDLE = "idle", _("nothing done for a week")
    DEADLINE = "deadline", _("the deadline is near")
    LAST_DAYS = "last_days", _("the last days before the deadline")
    AFTER_COURSE = "after_course", _("something for after the course")


class StaffImportStage(models.TextChoices):
    """Where an import of people stands; while it runs, its outbox state tells more."""

    CHECKED = "checked", _("checked, waits to be confirmed")
    CONFIRMED = "confirmed", _("being taken over")
    OVER = "over", _("taken over")
    DROPPED = "dropped", _("dropped")


class AfterInterval(models.TextChoices):
    """How long after a course something is offered to whoever completed it."""

    WEEK = "1w", _("one week after the course")
    MONTH = "1m", _("one month after the course")
    QUARTER = "3m", _("three months after the course")
    HALF_YEAR = "6m", _("six months after the course")


FOLLOW_UP_INTERVALS = (AfterInterval.QUARTER, AfterInterval.HALF_YEAR)
"""When a learner is asked about her practice; boosters come at each of them."""


class StepOutcome(models.TextChoices):
    """What became of a step of somebody's own plan."""

    OPEN = "open", _("not begun yet")
    UNDER_WAY = "under_way", _("under way")
    DONE = "done", _("done")
    NOT_POSSIBLE = "not_possible", _("it was not possible")


class FollowUpState(models.TextChoices):
    """What became of the questions on practice."""

    OFFERED = "offered", _("waits for an answer")
    ANSWERED = "answered", _("answered")
    SKIPPED = "skipped", _("left out")


class PracticeQuestion(models.TextChoices):
    """The five questions on practice; none asks about a case."""

    WHOM_TO_CALL = "whom_to_call", _("Would you know today whom to call if something worried you?")
    FIRST_WORDS = "first_words", _("Did you change how you first speak with a person?")
    USES_IT = "uses_it", _("Do you use in your work what you learned in the course?")
    KEEPS_QUIET = "keeps_quiet", _("Do you pay more attention to what you write down and tell?")
    SHARES_IT = "shares_it", _("Did you share with colleagues something that you learned?")


CONFIDENCE_QUESTIONS = frozenset({PracticeQuestion.WHOM_TO_CALL})
"""What is answered by how sure somebody is; the others by how often."""


class Obstacle(models.TextChoices):
    """What got in the way of practice."""

    NO_OCCASION = "no_occasion", _("There was no occasion")
    NO_TIME = "no_time", _("There was no time for it")
    NO_SUPPORT = "no_support", _("It has no support where I work")
    NO_SERVICE = "no_service", _("There is no service near to turn to")
    UNSURE = "unsure", _("I was not sure how to do it")
    MOVED = "moved", _("I changed my post or my tasks")


class SupervisorStatement(models.TextChoices):
    """What a learner may ask her supervisor to confirm; the words are fixed."""

    APPLIES = "applies", _("Applies at work what the course taught")
    KNOWS_WHOM = "knows_whom", _("Knows whom to turn to when a situation needs it")
    SHARES = "shares", _("Shares with colleagues what the course taught")


class SupervisorAnswer(models.TextChoices):
    """What a supervisor says of one statement."""

    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NOT_SEEN = "not_seen", _("I could not observe it")
