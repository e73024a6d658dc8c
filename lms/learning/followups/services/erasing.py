"""Forgetting what came after the courses of somebody who closes her account."""

from datetime import datetime

from django.db import transaction

from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.booster_keys import ALL_BOOSTER_KEYS
from lms.learning.models import (
    AfterCourseSetting,
    Attempt,
    Booster,
    FollowUp,
    Plan,
    SupervisorRequest,
)


@transaction.atomic
def forget_after_course(*, learner: User, now: datetime) -> None:
    """Delete a person's plans, answers on practice, boosters with their answers, and requests.

    Nothing of it has to be kept. Belongs into the transaction of her erasure.
    """
    mine = {"enrolment__learner": learner}
    Booster.objects.filter(**mine).delete()
    Attempt.objects.filter(quiz_key__in=ALL_BOOSTER_KEYS, **mine).delete()
    Plan.objects.filter(**mine).delete()
    FollowUp.objects.filter(**mine).delete()
    SupervisorRequest.objects.filter(**mine).delete()
    AfterCourseSetting.objects.filter(learner=learner).delete()
    record_event(
        action="after_course_forgotten",
        target=learner,
        acting_user=None,
        now=now,
        subject=learner,
    )
