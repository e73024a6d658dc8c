"""Every change of a cohort, of who is in it, and of the places in it."""

from lms.learning.cohorts.services.cohorts import (
    CHANGEABLE,
    RULES,
    CohortRefused,
    JoiningRules,
    change_cohort,
    create_cohort,
    renew_join_code,
)
from lms.learning.cohorts.services.many import nominate_invited
from lms.learning.cohorts.services.membership import CohortFull, join_cohort, leave_cohort
from lms.learning.cohorts.services.places import (
    Decided,
    apply_for_place,
    approve_place,
    approve_places,
    give_invited_their_places,
    nominate,
    refuse_place,
    refuse_places,
    withdraw_place,
)
from lms.learning.cohorts.services.seats import (
    PlaceRefused,
    check_kept_seats,
    give_seat_back,
    offer_free_seats,
    release_lapsed_invitations,
    sweep_places,
)

__all__ = [
    "CHANGEABLE",
    "RULES",
    "CohortFull",
    "CohortRefused",
    "Decided",
    "JoiningRules",
    "PlaceRefused",
    "apply_for_place",
    "approve_place",
    "approve_places",
    "change_cohort",
    "check_kept_seats",
    "create_cohort",
    "give_invited_their_places",
    "give_seat_back",
    "join_cohort",
    "leave_cohort",
    "nominate",
    "nominate_invited",
    "offer_free_seats",
    "refuse_place",
    "refuse_places",
    "release_lapsed_invitations",
    "renew_join_code",
    "sweep_places",
    "withdraw_place",
]
