"""The register of personal data: what is kept about people, why, how long, and what erasure does.

It is read by people (My data), by the download and by the erasure; a test walks every model and
fails where one that leads to a person is missing here, so it cannot lag behind the tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lms.desks.leaving.steps.base import Fate
from lms.desks.record.register_words import WORDS, KindWords


@dataclass(frozen=True)
class Entry:
    """One kind of row.

    Args:
        model: its label.
        path: how it leads to the person whom it is about; '' where it only names who did something.
        fate: what an erasure does with the rows about her: they go; they stay without what she
            wrote or what tells whose they were; they stay and lead to an emptied account; or they
            stay as they are, because something rests on them.
        roles: the fields that name a person as who did, decided or wrote it. They lead to the
            emptied account after an erasure, or to nobody.
    """

    model: str
    path: str
    fate: Fate = Fate.DELETED
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One line of the table that people read, and the rows that it stands for."""

    key: str
    entries: tuple[Entry, ...]

    @property
    def words(self) -> KindWords:
        """What people read: what, what for, on which ground, how long, what erasure does."""
        return WORDS[self.key]


def _work(model: str, *roles: str) -> Entry:
    """Return an entry for rows that are nobody's data, and name who did something."""
    return Entry(model, "", Fate.KEPT, roles)


REGISTER: tuple[Kind, ...] = (
    Kind(
        "account",
        (
            Entry("accounts.User", "pk", Fate.EMPTIED),
            Entry("accounts.User_groups", "user"),
            Entry("accounts.User_user_permissions", "user"),
            Entry("account.EmailAddress", "user"),
            Entry("account.EmailConfirmation", "email_address__user"),
            Entry("learning.ReminderSetting", "learner"),
            Entry("wagtailusers.UserProfile", "user"),
        ),
    ),
    Kind(
        "sign_in",
        (
            Entry("mfa.Authenticator", "user"),
            Entry("usersessions.UserSession", "user"),
            Entry("accounts.AccessCode", "user", roles=("made_by",)),
            Entry("accounts.KnownDevice", "user"),
        ),
    ),
    Kind(
        "agencies",
        (
            Entry("accounts.Membership", "user"),
            Entry("accounts.Invitation", "membership__user", Fate.DETACHED, ("invited_by",)),
            Entry("learning.CohortPlace", "learner", Fate.EMPTIED, ("created_by", "decided_by")),
        ),
    ),
    Kind(
        "learning",
        (
            Entry("learning.Enrolment", "learner", Fate.DETACHED),
            Entry("learning.LessonProgress", "enrolment__learner", Fate.DETACHED),
            Entry("learning.CaseRun", "enrolment__learner", Fate.DETACHED),
            Entry("learning.Exemption", "enrolment__learner", Fate.EMPTIED, ("granted_by",)),
            Entry("learning.Reminder", "enrolment__learner"),
        ),
    ),
    Kind(
        "answers",
        (
            Entry("learning.Attempt", "enrolment__learner", Fate.DETACHED, ("annulled_by",)),
            Entry("learning.AttemptItem", "attempt__enrolment__learner", Fate.DETACHED),
            Entry("learning.Response", "item__attempt__enrolment__learner", Fate.EMPTIED),
            Entry(
                "learning.ItemMark", "item__attempt__enrolment__learner", Fate.EMPTIED, ("marker",)
            ),
            Entry("learning.Appeal", "attempt__enrolment__learner", Fate.EMPTIED, ("answered_by",)),
            Entry("learning.Allowance", "enrolment__learner", Fate.DELETED, ("granted_by",)),
            Entry("learning.ImportedSitting", "learner", Fate.DETACHED),
        ),
    ),
    Kind(
        "presence",
        (
            Entry("learning.Attendance", "enrolment__learner", Fate.DETACHED, ("noted_by",)),
            Entry(
                "learning.PracticeObservation", "enrolment__learner", Fate.EMPTIED, ("observed_by",)
            ),
            Entry("learning.Approval", "enrolment__learner", Fate.EMPTIED, ("approved_by",)),
        ),
    ),
    Kind(
        "certificates",
        (
            Entry("certificates.Certificate", "enrolment__learner", Fate.EMPTIED),
            Entry("certificates.Issuance", "certificate__enrolment__learner", Fate.EMPTIED),
            Entry("certificates.SignedCredential", "certificate__enrolment__learner", Fate.EMPTIED),
            Entry("certificates.StatusEntry", "certificate__enrolment__learner", Fate.KEPT),
            Entry("certificates.IssueItem", "enrolment__learner", Fate.KEPT),
            Entry("certificates.CertificateShare", "certificate__enrolment__learner", Fate.KEPT),
            Entry("certificates.CertificateCheck", "certificate__enrolment__learner"),
            Entry("certificates.Reminder", "certificate__enrolment__learner", Fate.KEPT),
            Entry("certificates.CertificateMail", "certificate__enrolment__learner"),
            Entry(
                "certificates.CertificateProposal",
                "certificate__enrolment__learner",
                Fate.EMPTIED,
                ("proposed_by", "decided_by"),
            ),
        ),
    ),
    Kind(
        "messages",
        (
            Entry("learning.Notice", "learner"),
            Entry("learning.MessageCopy", "enrolment__learner"),
            Entry("learning.LearnerQuestion", "enrolment__learner", roles=("answered_by",)),
        ),
    ),
    Kind(
        "after_course",
        (
            Entry("learning.Plan", "enrolment__learner"),
            Entry("learning.PlanStep", "plan__enrolment__learner"),
            Entry("learning.AfterCourseSetting", "learner"),
            Entry("learning.FollowUp", "enrolment__learner"),
            Entry("learning.FollowUpAnswer", "follow_up__enrolment__learner"),
            Entry("learning.Booster", "enrolment__learner"),
            Entry("learning.SupervisorRequest", "enrolment__learner"),
            Entry("learning.SupervisorLine", "request__enrolment__learner"),
        ),
    ),
    Kind("contact", (Entry("accounts.ContactWish", "user", roles=("handled_by",)),)),
    Kind(
        "consents",
        (
            Entry("accounts.Consent", "user"),
            Entry("accounts.CorrectionRequest", "user", roles=("answered_by",)),
            Entry("accounts.PersonalFile", "user"),
        ),
    ),
    Kind(
        "audit",
        (
            Entry("core.AuditEvent", "subject_id", Fate.KEPT, ("actor_id",)),
            Entry("core.AuditSeal", "event__subject_id", Fate.KEPT),
            Entry("core.PersonKey", "person_id", Fate.EMPTIED),
        ),
    ),
    Kind(
        "work",
        (
            Entry("courses.CourseStaff", "user"),
            Entry("wagtailadmin.EditingSession", "user"),
            Entry("wagtailadmin.FormState", "user"),
            Entry("wagtailcore.APIToken", "user"),
            Entry("wagtailcore.PageSubscription", "user"),
            Entry("courses.ReviewMail", "user"),
            Entry("learning.Cohort_trainers", "user"),
            _work("learning.Cohort", "created_by", "trainers"),
            _work("learning.CourseSession", "created_by"),
            _work("learning.AttendanceCode", "made_by"),
            _work("learning.Regrade", "made_by"),
            _work("learning.Message", "author"),
            _work("learning.MessageTemplate", "created_by"),
            _work("accounts.CareSettings", "first_person", "second_person"),
            _work("accounts.ConsentText", "created_by"),
            _work("certificates.CertificateDesign", "created_by"),
            _work("certificates.CertificateDesignVersion", "created_by"),
            _work("certificates.DesignPicture", "created_by"),
            _work("certificates.IssueBatch", "created_by"),
            _work("certificates.UpdateInvitation", "created_by"),
            _work("certificates.ApiToken", "created_by"),
            _work("courses.QuestionVersion", "created_by"),
            _work("courses.QuestionImport", "created_by"),
            _work("courses.CaseVersion", "created_by"),
            _work("courses.CourseRelease", "created_by"),
            _work("courses.SourceChange", "created_by"),
            _work("courses.SourceCheck", "checked_by"),
            _work("courses.ContentReview", "reviewer"),
            _work("courses.TranslationCheck", "checked_by"),
            _work("learning.CourseReport", "requested_by"),
            _work("learning.AgencyIndicator", "created_by"),
            _work("learning.IndicatorValue", "entered_by"),
            _work("courses.HomePage", "locked_by", "owner"),
            _work("courses.CourseIndexPage", "locked_by", "owner"),
            _work("courses.CoursePage", "locked_by", "owner"),
            _work("courses.ModulePage", "locked_by", "owner"),
            _work("courses.LessonPage", "locked_by", "owner"),
            _work("courses.QuizPage", "locked_by", "owner"),
            _work("courses.CasePage", "locked_by", "owner"),
            _work("courses.PracticePage", "locked_by", "owner"),
            _work("wagtailcore.Page", "locked_by", "owner"),
            _work("wagtailcore.Comment", "user", "resolved_by"),
            _work("wagtailcore.CommentReply", "user"),
            _work("learning.StaffImport", "made_by"),
            _work("wagtailcore.Revision", "user"),
            _work("wagtailcore.ModelLogEntry", "user"),
            _work("wagtailcore.PageLogEntry", "user"),
            _work("wagtailcore.UploadedFile", "uploaded_by_user"),
            _work("wagtailcore.WorkflowState", "requested_by"),
            _work("wagtailcore.TaskState", "finished_by"),
            _work("wagtaildocs.Document", "uploaded_by_user"),
            _work("wagtailimages.Image", "uploaded_by_user"),
            _work("wagtailmedia.Media", "uploaded_by_user"),
            _work("wagtail_localize.StringTranslation", "last_translated_by"),
            _work("wagtail_localize.SegmentOverride", "last_translated_by"),
        ),
    ),
)


def entries() -> Iterator[Entry]:
    """Yield every entry in the order of the register."""
    for kind in REGISTER:
        yield from kind.entries


def entry_of(label: str) -> Entry:
    """Return the entry of a model by its label; KeyError if it is not in the register."""
    found = {entry.model: entry for entry in entries()}
    return found[label]
