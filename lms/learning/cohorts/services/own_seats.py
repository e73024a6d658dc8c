"""Nobody gives herself a seat by the trainer's hand: another trainer does."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.learning.cohorts.services.cohorts import CohortRefused
from lms.learning.cohorts.services.seats import PlaceRefused
from lms.learning.models import CohortPlace, Enrolment


def refuse_own_application(place: CohortPlace, acting_user: User) -> None:
    """Raise PlaceRefused where somebody would decide about what she asked for herself."""
    if place.learner_id == acting_user.pk:
        raise PlaceRefused(_("This is your own request: another trainer decides about it."))


def refuse_own_enrolment(enrolments: Iterable[Enrolment], acting_user: User) -> None:
    """Raise CohortRefused where somebody would put herself into a cohort."""
    if any(enrolment.learner_id == acting_user.pk for enrolment in enrolments):
        raise CohortRefused(_("One of these people is you: another trainer puts you in."))
