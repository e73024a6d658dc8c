"""The learner's record: enrolments, attempts, marks, surveys, cases, and sums over them."""

from lms.learning.models.attempts import Allowance, Attempt, AttemptItem, Response
from lms.learning.models.cases import CaseRun
from lms.learning.models.cohorts import Cohort
from lms.learning.models.enrolments import Enrolment, LessonProgress
from lms.learning.models.followups import (
    AfterCourseSetting,
    Booster,
    FollowUp,
    FollowUpAnswer,
    Plan,
    PlanStep,
    StoppedAddress,
    SupervisorLine,
    SupervisorRequest,
)
from lms.learning.models.imports import StaffImport
from lms.learning.models.indicators import AgencyIndicator, IndicatorValue
from lms.learning.models.marking import Appeal, ItemMark, Regrade, RegradeWork
from lms.learning.models.messages import (
    LearnerQuestion,
    Message,
    MessageCopy,
    MessageTemplate,
    Reminder,
    ReminderSetting,
)
from lms.learning.models.notices import Notice
from lms.learning.models.places import CohortPlace
from lms.learning.models.practice import Approval, Exemption, PracticeObservation
from lms.learning.models.reports import CourseReport, ReportFile
from lms.learning.models.sessions import Attendance, AttendanceCode, CourseSession
from lms.learning.models.sittings import ImportedSitting
from lms.learning.models.statistics import (
    AnswerStatistic,
    ItemStatistic,
    QuizStatistic,
    SlotStatistic,
)
from lms.learning.models.surveys import SurveyTally, SurveyText

__all__ = [
    "AfterCourseSetting",
    "AgencyIndicator",
    "Allowance",
    "AnswerStatistic",
    "Appeal",
    "Approval",
    "Attempt",
    "AttemptItem",
    "Attendance",
    "AttendanceCode",
    "Booster",
    "CaseRun",
    "Cohort",
    "CohortPlace",
    "CourseReport",
    "CourseSession",
    "Enrolment",
    "Exemption",
    "FollowUp",
    "FollowUpAnswer",
    "ImportedSitting",
    "IndicatorValue",
    "ItemMark",
    "ItemStatistic",
    "LearnerQuestion",
    "LessonProgress",
    "Message",
    "MessageCopy",
    "MessageTemplate",
    "Notice",
    "Plan",
    "PlanStep",
    "PracticeObservation",
    "QuizStatistic",
    "Regrade",
    "RegradeWork",
    "Reminder",
    "ReminderSetting",
    "ReportFile",
    "Response",
    "SlotStatistic",
    "StaffImport",
    "StoppedAddress",
    "SupervisorLine",
    "SupervisorRequest",
    "SurveyTally",
    "SurveyText",
]
