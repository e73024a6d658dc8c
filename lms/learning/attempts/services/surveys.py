"""Handing in an anonymous survey.

Nothing of it is stored on the way: the sheet comes whole, is counted in one transaction, and of the
learner only that she took part is kept.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.question_types import InvalidAnswer, question_type
from lms.accounts.models import User
from lms.learning.attempts.results import settle
from lms.learning.attempts.rules import AttemptRule
from lms.learning.attempts.services.closing import close_by_clock, is_overdue, lock_attempt
from lms.learning.attempts.services.refusals import AnswerRefused, AttemptClosed, UnknownPosition
from lms.learning.attempts.services.saving import PostedAnswer
from lms.learning.attempts.surveying import GivenAnswer, count_sheet
from lms.learning.enums import CLOSED_STATES, READING_STATES, AttemptState
from lms.learning.guarding import guard_answer
from lms.learning.models import Attempt, AttemptItem


def hand_in_survey(
    *, attempt: Attempt, answers: Sequence[PostedAnswer], acting_user: User, now: datetime
) -> list[AnswerRefused]:
    """Count the sheet of an anonymous survey, once; return what is wrong with it, or nothing.

    If anything is wrong, nothing is counted. Handing in again changes nothing. Raises AttemptClosed
    if this is no anonymous survey, the time is over or the enrolment has ended.
    """
    with transaction.atomic(durable=True):
        locked = lock_attempt(attempt)
        if locked.state in CLOSED_STATES:
            return []
        is_open = locked.state == AttemptState.IN_PROGRESS
        if not (is_open and AttemptRule.from_json(locked.rule).is_anonymous):
            raise AttemptClosed(_("This attempt is closed. It takes no more answers."))
        if locked.enrolment.state not in READING_STATES:
            raise AttemptClosed(_("Your enrolment in this course is not active."))
        is_late = is_overdue(locked, now)
        if is_late:
            close_by_clock(attempt=locked, now=now)
        else:
            sheet, refused = _read(locked, answers)
            if refused:
                return refused
            count_sheet(locked.quiz_key, sheet)
            locked.submitted_at = now
            settle(attempt=locked, acting_user=acting_user, now=now)
    if is_late:
        raise AttemptClosed(_("The time is over. The sheet was not counted."))
    return []


def _read(
    attempt: Attempt, answers: Sequence[PostedAnswer]
) -> tuple[list[GivenAnswer], list[AnswerRefused]]:
    posted = {answer.position: answer for answer in answers}
    sheet: list[GivenAnswer] = []
    refused: list[AnswerRefused] = []
    items = AttemptItem.objects.filter(attempt=attempt).select_related("question_version")
    for item in items:
        answer = posted.pop(item.position, None)
        version = item.question_version
        kind = question_type(version.kind)
        given = None
        if answer is not None and kind.takes_answer:
            try:
                given = kind.read_answer(version.typed_content, answer.posted)
                guard_answer(version, given, attempt.enrolment, is_checked=answer.is_checked)
            except InvalidAnswer as error:
                refused.append(AnswerRefused(item.position, str(error)))
        sheet.append(GivenAnswer(version, given))
    message = _("This attempt has no question with that number.")
    return sheet, [*refused, *(UnknownPosition(position, message) for position in posted)]
