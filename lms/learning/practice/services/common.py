"""What signing and approving share: what is refused, and where a notice leads."""

from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from courses.page_links import links_by_key
from lms.accounts.models import User
from lms.learning.models import Enrolment


class PracticeRefused(Exception):
    """A practice cannot be signed, or a learner not be approved; the message says why."""


def refuse_own_record(enrolment: Enrolment, acting_user: User) -> None:
    """Raise PracticeRefused where somebody would attest something of herself."""
    if enrolment.learner_id == acting_user.pk:
        raise PracticeRefused(_("This is your own course: another trainer does that for you."))


def spanish_path(key: UUID) -> str:
    """Return the address of a page as notices keep it: in its Spanish form; empty if there is none."""
    with translation.override(settings.LANGUAGE_CODE):
        link = links_by_key([key]).get(key)
    return link.url if link is not None else ""
