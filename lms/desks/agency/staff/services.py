"""What a coordinator does with her people, each one for herself: one refusal stops nobody else."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.accounts.models import Agency, Invitation, Membership, User
from lms.learning.cohorts.services import PlaceRefused, nominate
from lms.learning.enums import PlaceState
from lms.learning.models import Cohort, CohortPlace


@dataclass(frozen=True)
class NominationReport:
    """How many got a seat or wait for one, and who could not be nominated, by the reason."""

    seated: int
    waiting: int
    refused: Mapping[str, Sequence[str]]


def nominate_people(
    *,
    cohort: Cohort,
    agency: Agency,
    memberships: Sequence[Membership],
    invitations: Sequence[Invitation],
    acting_user: User,
    now: datetime,
) -> NominationReport:
    """Nominate members and invited people to a cohort, one after the other.

    Whoever cannot be nominated is in the report; the others are nominated all the same. Doing it
    again makes nobody a second place.
    """
    states: list[str] = []
    refused: dict[str, list[str]] = defaultdict(list)
    people: list[tuple[str, User | None, Invitation | None]] = [
        *((one.user.full_name or str(one.user), one.user, None) for one in memberships),
        *((one.full_name, None, one) for one in invitations),
    ]
    for name, learner, invitation in people:
        try:
            place = nominate(
                cohort=cohort,
                agency=agency,
                learner=learner,
                invitation=invitation,
                acting_user=acting_user,
                now=now,
            )
        except PlaceRefused as refusal:
            refused[refusal.words_for_agency()].append(name)
        else:
            states.append(place.state)
    waiting = states.count(PlaceState.WAITING)
    return NominationReport(len(states) - waiting, waiting, dict(refused))


def place_name(place: CohortPlace) -> str:
    """Return whose nomination it is."""
    if place.learner is not None:
        return place.learner.full_name or str(place.learner)
    return place.invitation.full_name if place.invitation is not None else ""
