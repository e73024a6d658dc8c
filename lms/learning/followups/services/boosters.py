"""Beginning a booster, and choosing whether to be invited to them."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.enums import FeedbackTiming, QuizLayout, QuizMode
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.attempts.draws import in_own_order
from lms.learning.attempts.rules import AttemptRule
from lms.learning.attempts.services import begin_attempt
from lms.learning.booster_keys import BOOSTER_KEYS
from lms.learning.enums import AfterInterval, EnrolmentState
from lms.learning.followups.drawing import booster_questions
from lms.learning.followups.rules import due_date, interval_on
from lms.learning.models import AfterCourseSetting, Attempt, Booster, Enrolment
from lms.learning.quiet_hours import lima_date
from lms.learning.services import lock_enrolment

SEED_BYTES = 16
RULE = AttemptRule(
    pass_mark=None,
    attempts=1,
    layout=QuizLayout.ONE_PER_PAGE,
    feedback=FeedbackTiming.AFTER_EACH,
    mode=QuizMode.DIAGNOSIS,
)
"""No mark to reach, no clock, and each answer is explained at once."""


class BoosterRefused(Exception):
    """No booster can be begun now; the message says why."""


def begin_booster(*, enrolment: Enrolment, acting_user: User, now: datetime) -> Attempt:
    """Begin the booster whose time has come, or return the one that was begun.

    It is an attempt of the engine under a key of its own: no other quiz, no certificate and no
    statistics know of it. Raises BoosterRefused before its time, in a course that was not completed,
    and where no question may be asked in the open.
    """
    with transaction.atomic(durable=True):
        locked = lock_enrolment(enrolment.pk)
        interval = _interval(locked, now)
        booster, _made = Booster.objects.get_or_create(
            enrolment=locked,
            interval=interval,
            defaults={"offered_at": now, "is_invited": False},
        )
        if booster.attempt is not None:
            return booster.attempt
        seed = secrets.token_hex(SEED_BYTES)
        questions = booster_questions(locked, seed=seed, now=now)
        if not questions:
            raise BoosterRefused(_("This course has no questions for a booster now."))
        attempt = Attempt(
            enrolment=locked,
            quiz_key=BOOSTER_KEYS[interval],
            mode=RULE.mode,
            seed=seed,
            rule=RULE.to_json(),
            started_at=now,
        )
        booster.attempt = begin_attempt(
            attempt=attempt,
            drawn=in_own_order(questions, seed=seed),
            acting_user=acting_user,
            now=now,
        )
        booster.save(update_fields=["attempt"])
        return booster.attempt


def _interval(enrolment: Enrolment, now: datetime) -> AfterInterval:
    if enrolment.state != EnrolmentState.COMPLETED or enrolment.completed_at is None:
        raise BoosterRefused(_("Boosters begin one week after the end of the course."))
    completed_on = lima_date(enrolment.completed_at)
    interval = interval_on(completed_on, lima_date(now))
    if interval is None:
        day = date_format(due_date(completed_on, AfterInterval.WEEK), "DATE_FORMAT")
        raise BoosterRefused(_("The first booster comes on %(day)s.") % {"day": day})
    return interval


@transaction.atomic
def choose_boosters(
    *, learner: User, is_wanted: bool, acting_user: User, now: datetime
) -> AfterCourseSetting:
    """Keep whether a learner is invited to boosters, in all courses; they stay on her pages."""
    User.objects.select_for_update().get(pk=learner.pk)
    setting, _made = AfterCourseSetting.objects.get_or_create(learner=learner)
    if setting.wants_boosters != is_wanted:
        setting.wants_boosters = is_wanted
        setting.save(update_fields=["wants_boosters"])
        record_event(
            action="boosters_chosen",
            target=setting,
            acting_user=acting_user,
            now=now,
            changed_fields=["wants_boosters"],
            subject=learner,
        )
    return setting
