"""What signing and approving share: what is refused, and where a notice leads."""

from uuid import UUID

from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.learning.kept_paths import kept_links
from lms.learning.models import Enrolment


class PracticeRefused(Exception):
    """A practice cannot be signed, or a learner not be approved; the message says why."""


def refuse_own_record(enrolment: Enrolment, acting_user: User) -> None:
    """Raise PracticeRefused where somebody would attest something of herself."""
    if enrolment.learner_id == acting_user.pk:
        raise PracticeRefused(_("This is your own course: another trainer does that for you."))


def notice_path(key: UUID) -> str:
    """Return where a notice about a page leads; nowhere if it was never published."""
    link = kept_links([key]).get(key)
    return link.url if link is not None else ""
