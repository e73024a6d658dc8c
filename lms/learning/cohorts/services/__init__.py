"""Every change of a cohort, of who is in it, and of the places in it."""

from lms.learning.cohorts.services.cohorts import (
    CHANGEABLE,
    CohortRefused,
    change_cohort,
    create_cohort,
    join_cohort,
    leave_cohort,
)
from lms.learning.cohorts.services.places import (
    PlaceRefused,
    apply_for_place,
    approve_place,
    give_invited_their_places,
    nominate,
    offer_free_seats,
    refuse_place,
    release_lapsed_invitations,
    withdraw_place,
)

__all__ = [
    "CHANGEABLE",
    "CohortRefused",
    "PlaceRefused",
    "apply_for_place",
    "approve_place",
    "change_cohort",
    "create_cohort",
    "give_invited_their_places",
    "join_cohort",
    "leave_cohort",
    "nominate",
    "offer_free_seats",
    "refuse_place",
    "release_lapsed_invitations",
    "withdraw_place",
]
