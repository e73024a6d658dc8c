"""What the download says of each kind of row: plain names, where they stand, how they are read.

Nothing here names another person, and nothing tells which answer to a question would be right.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, When

from courses.enums import FeedbackTiming
from courses.texts import in_language, read_texts

Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Export:
    """The rows of one model in the download.

    Args:
        model: its label, as in the register.
        section: under which name they stand in the file.
        columns: the lookup of each value by its plain name, or what computes it.
        title: the columns whose value is the key of a lesson, quiz, case or practice: the file has
            its title.
        order: by what they are ordered.
    """

    model: str
    section: str
    columns: Mapping[str, str | Case]
    titles: tuple[str, ...] = ()
    order: str = "pk"


def course_title(texts: Any) -> str:
    """Return a promised title in the active language."""
    return in_language(read_texts(texts)) if texts else ""


CONVERTED: Mapping[str, Convert] = {"course": course_title}
"""How the value of a column is read, by its plain name; others stand as they are."""
COURSE = "release__promise__titles"
SCORE = Case(When(rule__feedback=FeedbackTiming.NONE, then=None), default=F("score"))
"""The result of an attempt, but for quizzes that tell only whether they were passed."""

EXPORTS: tuple[Export, ...] = (
    Export(
        "accounts.User",
        "account",
        {
            "full_name": "full_name",
            "display_name": "display_name",
            "email": "email",
            "username": "username",
            "language": "language",
            "document_kind": "document_kind",
            "sex": "sex",
            "joined_at": "joined_at",
            "last_login_at": "last_login",
        },
    ),
    Export("accounts.User_groups", "roles", {"role": "group__name"}),
    Export(
        "account.EmailAddress",
        "email_addresses",
        {"email": "email", "is_confirmed": "verified", "is_used": "primary"},
    ),
    Export("learning.ReminderSetting", "reminder_choice", {"choice": "choice"}),
    Export(
        "mfa.Authenticator",
        "second_steps",
        {"kind": "type", "created_at": "created_at", "last_used_at": "last_used_at"},
    ),
    Export(
        "usersessions.UserSession",
        "logged_in_at",
        {
            "address": "ip",
            "browser": "user_agent",
            "created_at": "created_at",
            "last_seen_at": "last_seen_at",
        },
    ),
    Export(
        "accounts.KnownDevice", "known_devices", {"browser": "browser", "created_at": "created_at"}
    ),
    Export(
        "accounts.AccessCode",
        "codes_on_paper",
        {"created_at": "created_at", "used_at": "used_at", "ended_at": "ended_at"},
    ),
    Export(
        "accounts.Membership",
        "agencies",
        {
            "agency": "agency__name",
            "unit": "unit__name",
            "role": "role",
            "from_date": "from_date",
            "until_date": "until_date",
        },
    ),
    Export(
        "accounts.Invitation",
        "invitations",
        {"agency": "agency__name", "created_at": "created_at", "accepted_at": "accepted_at"},
    ),
    Export(
        "learning.CohortPlace",
        "places_in_groups",
        {
            "course": "cohort__release__promise__titles",
            "agency": "agency__name",
            "state": "state",
            "created_at": "created_at",
            "decided_at": "decided_at",
            "reason": "reason",
        },
    ),
    Export(
        "learning.Enrolment",
        "enrolments",
        {
            "course": COURSE,
            "state": "state",
            "enrolled_at": "enrolled_at",
            "due_date": "due_date",
            "completed_at": "completed_at",
            "withdrawn_at": "withdrawn_at",
        },
    ),
    Export(
        "learning.LessonProgress",
        "lessons",
        {
            "course": f"enrolment__{COURSE}",
            "item": "lesson_key",
            "opened_at": "opened_at",
            "completed_at": "completed_at",
            "way": "way",
        },
        titles=("item",),
    ),
    Export(
        "learning.CaseRun",
        "cases",
        {
            "course": f"enrolment__{COURSE}",
            "item": "case_key",
            "number": "number",
            "state": "state",
            "ending": "ending",
            "steps": "steps",
            "started_at": "started_at",
            "ended_at": "ended_at",
        },
        titles=("item",),
    ),
    Export(
        "learning.Exemption",
        "exemptions",
        {
            "course": f"enrolment__{COURSE}",
            "item": "item_key",
            "reason": "reason",
            "granted_at": "granted_at",
        },
        titles=("item",),
    ),
    Export(
        "learning.Reminder",
        "reminders",
        {"course": f"enrolment__{COURSE}", "kind": "kind", "given_at": "given_at"},
    ),
    Export(
        "learning.Plan",
        "plans",
        {"course": f"enrolment__{COURSE}", "changed_at": "changed_at"},
    ),
    Export(
        "learning.PlanStep",
        "plan_steps",
        {
            "course": f"plan__enrolment__{COURSE}",
            "text": "text",
            "by_date": "by_date",
            "outcome": "outcome",
        },
    ),
    Export("learning.AfterCourseSetting", "refresher_choice", {"wants": "wants_boosters"}),
    Export(
        "learning.FollowUp",
        "follow_ups",
        {
            "course": f"enrolment__{COURSE}",
            "interval": "interval",
            "state": "state",
            "offered_at": "offered_at",
            "answered_at": "answered_at",
            "obstacles": "obstacles",
            "remarks": "remark",
        },
    ),
    Export(
        "learning.FollowUpAnswer",
        "follow_up_answers",
        {
            "course": f"follow_up__enrolment__{COURSE}",
            "interval": "follow_up__interval",
            "question": "question",
            "answer": "step",
        },
    ),
    Export(
        "learning.Booster",
        "refreshers",
        {
            "course": f"enrolment__{COURSE}",
            "interval": "interval",
            "offered_at": "offered_at",
            "submitted_at": "attempt__submitted_at",
            "score_per_cent": "attempt__score",
        },
    ),
    Export(
        "learning.SupervisorRequest",
        "questions_to_supervisors",
        {
            "course": f"enrolment__{COURSE}",
            "created_at": "created_at",
            "expires_at": "expires_at",
            "answered_at": "answered_at",
        },
    ),
    Export(
        "learning.SupervisorLine",
        "confirmed_by_supervisors",
        {
            "course": f"request__enrolment__{COURSE}",
            "statement": "statement",
            "answer": "answer",
        },
    ),
    Export(
        "learning.Attempt",
        "attempts",
        {
            "course": f"enrolment__{COURSE}",
            "item": "quiz_key",
            "number": "number",
            "state": "state",
            "started_at": "started_at",
            "submitted_at": "submitted_at",
            "score_per_cent": SCORE,
            "is_passed": "is_passed",
            "counts": "counts",
            "annulled_at": "annulled_at",
            "reason": "annulled_reason",
        },
        titles=("item",),
    ),
    Export(
        "learning.Appeal",
        "objections",
        {
            "course": f"attempt__enrolment__{COURSE}",
            "item": "attempt__quiz_key",
            "text": "text",
            "created_at": "created_at",
            "state": "state",
            "answer": "answer",
            "answered_at": "answered_at",
        },
        titles=("item",),
    ),
    Export(
        "learning.Allowance",
        "allowances",
        {
            "course": f"enrolment__{COURSE}",
            "item": "quiz_key",
            "extra_minutes": "extra_minutes",
            "extra_attempts": "extra_attempts",
            "granted_at": "granted_at",
        },
        titles=("item",),
    ),
    Export(
        "learning.ImportedSitting",
        "results_from_elsewhere",
        {
            "item": "quiz_title",
            "score_per_cent": "percent",
            "is_passed": "is_passed",
            "answers": "answers",
            "started_at": "started_at",
            "ended_at": "ended_at",
        },
    ),
    Export(
        "learning.Attendance",
        "attendance",
        {
            "course": f"enrolment__{COURSE}",
            "session": "session__title",
            "starts_at": "session__starts_at",
            "state": "state",
            "way": "way",
            "noted_at": "noted_at",
        },
    ),
    Export(
        "learning.PracticeObservation",
        "practices",
        {
            "course": f"enrolment__{COURSE}",
            "item": "item_key",
            "number": "number",
            "is_passed": "is_passed",
            "remarks": "remarks",
            "observed_at": "observed_at",
            "taken_back_at": "taken_back_at",
            "reason": "taken_back_reason",
        },
        titles=("item",),
    ),
    Export(
        "learning.Approval",
        "approvals",
        {"course": f"enrolment__{COURSE}", "approved_at": "approved_at", "remarks": "remark"},
    ),
    Export(
        "certificates.Certificate",
        "certificates",
        {
            "code": "code",
            "printed": "facts",
            "issued_at": "issued_at",
            "valid_until": "valid_until",
            "revoked_at": "revoked_at",
            "revocation": "revocation_class",
            "without_name_since": "holder_erased_at",
        },
    ),
    Export(
        "certificates.CertificateShare",
        "certificates_shared",
        {
            "code": "certificate__code",
            "agency": "agency__name",
            "created_at": "created_at",
            "ended_at": "ended_at",
        },
    ),
    Export(
        "certificates.CertificateCheck",
        "certificates_checked",
        {"code": "certificate__code", "agency": "agency__name", "on_date": "date"},
    ),
    Export(
        "certificates.Reminder",
        "certificate_reminders",
        {"code": "certificate__code", "days_before": "days", "created_at": "created_at"},
    ),
    Export(
        "certificates.CertificateMail",
        "certificates_mailed",
        {"code": "certificate__code", "created_at": "created_at", "done_at": "done_at"},
    ),
    Export(
        "learning.Notice",
        "notices",
        {"kind": "kind", "words": "words", "created_at": "created_at", "read_at": "read_at"},
    ),
    Export(
        "learning.MessageCopy",
        "messages",
        {
            "course": f"enrolment__{COURSE}",
            "title": "message__title",
            "text": "message__text",
            "written_at": "message__written_at",
        },
    ),
    Export(
        "learning.LearnerQuestion",
        "questions_to_trainers",
        {
            "course": f"enrolment__{COURSE}",
            "item": "item_key",
            "text": "text",
            "asked_at": "asked_at",
            "answer": "answer",
            "answered_at": "answered_at",
            "publication": "publication",
            "published_at": "published_at",
        },
        titles=("item",),
    ),
    Export(
        "accounts.Consent",
        "consents",
        {
            "purpose": "text__purpose",
            "version": "text__number",
            "is_given": "is_given",
            "answered_at": "answered_at",
            "way": "way",
            "withdrawn_at": "withdrawn_at",
        },
    ),
    Export(
        "accounts.CorrectionRequest",
        "corrections",
        {
            "subject": "subject",
            "text": "text",
            "asked_at": "asked_at",
            "answer": "answer",
            "is_corrected": "is_corrected",
            "answered_at": "answered_at",
        },
    ),
    Export(
        "accounts.PersonalFile",
        "files_made",
        {"kind": "kind", "created_at": "created_at", "expires_at": "expires_at"},
    ),
    Export(
        "courses.CourseStaff",
        "courses_as_staff",
        {"course_key": "course_key", "part": "part"},
    ),
)
