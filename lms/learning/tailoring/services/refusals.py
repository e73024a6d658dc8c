"""Why something cannot be changed for a learner; and the checks that all these services share."""

from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.learning.models import Enrolment


class TailoringRefused(Exception):
    """Something cannot be changed for a learner; the message says why."""


def refuse_own(enrolment: Enrolment, acting_user: User) -> None:
    """Raise TailoringRefused where somebody would change her own enrolment."""
    if enrolment.learner_id == acting_user.pk:
        raise TailoringRefused(_("Nobody changes her or his own enrolment."))


def reason_of(text: str) -> str:
    """Return a reason without blanks around it; raise TailoringRefused if nothing is left."""
    reason = text.strip()
    if not reason:
        raise TailoringRefused(_("Say why. The learner reads it."))
    return reason
