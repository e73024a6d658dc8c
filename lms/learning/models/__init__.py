"""The learner's record: enrolments, attempts, marks, surveys, cases, and sums over them."""

from lms.learning.models.attempts import Allowance, Attempt, AttemptItem, Response
from lms.learning.models.cases import CaseRun
from lms.learning.models.cohorts import Cohort
from lms.learning.models.enrolments import Enrolment, LessonProgress
from lms.learning.models.marking import Appeal, ItemMark, Regrade, RegradeWork
from lms.learning.models.notices import Notice
from lms.learning.models.sittings import ImportedSitting
from lms.learning.models.statistics import (
    AnswerStatistic,
    ItemStatistic,
    QuizStatistic,
    SlotStatistic,
)
from lms.learning.models.surveys import SurveyTally, SurveyText

__all__ = [
    "Allowance",
    "AnswerStatistic",
    "Appeal",
    "Attempt",
    "AttemptItem",
    "CaseRun",
    "Cohort",
    "Enrolment",
    "ImportedSitting",
    "ItemMark",
    "ItemStatistic",
    "LessonProgress",
    "Notice",
    "QuizStatistic",
    "Regrade",
    "RegradeWork",
    "Response",
    "SlotStatistic",
    "SurveyTally",
    "SurveyText",
]
