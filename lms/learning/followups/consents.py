"""Whether somebody agreed to be asked about her practice: her consent is kept with her account."""

from collections.abc import Collection
from datetime import datetime

from lms.accounts.enums import ConsentPurpose
from lms.accounts.models import User
from lms.accounts.privacy.queries import consenting, has_consent
from lms.accounts.privacy.services import withdraw_consent


def agrees(learner: User) -> bool:
    """Say whether somebody's yes stands."""
    return has_consent(learner, ConsentPurpose.FOLLOW_UP)


def agreeing(learners: Collection[int]) -> set[int]:
    """Return whose yes stands, by their numbers; one query for all."""
    rows = consenting(ConsentPurpose.FOLLOW_UP).filter(pk__in=learners)
    return set(rows.values_list("pk", flat=True))


def disagree(*, learner: User, now: datetime) -> None:
    """Withdraw somebody's yes."""
    withdraw_consent(user=learner, purpose=ConsentPurpose.FOLLOW_UP, now=now)
