"""Seats that are kept for invitations: the last one is given once, whatever becomes of the link."""

from datetime import timedelta

import pytest

from lms.accounts.models import Agency, Invitation, User
from lms.desks.memberships import invite_person, join_by_invitation, send_invitation_again
from lms.learning.cohorts.queries import seat_count
from lms.learning.cohorts.services import PlaceRefused, apply_for_place, nominate
from lms.learning.enums import PlaceState
from lms.learning.models import Cohort, CohortPlace
from tests.factories import UserFactory
from tests.factories.staff import make_invitation
from tests.learning.cast import NOW, Cast
from tests.learning.cohorts.place_scene import AFTER_INVITATION, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation(cast: Cast, agency: Agency) -> Invitation:
    return make_invitation(
        agency, by=cast.coordinator, now=NOW, email="rosa@b.pe", full_name="Rosa Luz Quispe"
    )


@pytest.fixture
def kept(cohort: Cohort, agency: Agency, invitation: Invitation, cast: Cast) -> CohortPlace:
    return nominate(
        cohort=cohort, agency=agency, invitation=invitation, acting_user=cast.coordinator, now=NOW
    )


def owner(invitation: Invitation) -> User:
    found: User = UserFactory(email=invitation.email)
    return found


def test_renewed_invitation_waits_for_the_seat_that_somebody_got_meanwhile(
    cohort: Cohort, kept: CohortPlace, invitation: Invitation, cast: Cast
) -> None:
    other = apply_for_place(cohort=cohort, learner=UserFactory(), now=AFTER_INVITATION)
    send_invitation_again(invitation=invitation, acting_user=cast.coordinator, now=AFTER_INVITATION)

    assert (other.state, state_of(kept)) == (PlaceState.SEATED, PlaceState.WAITING)
    join_by_invitation(invitation=invitation, user=owner(invitation), now=AFTER_INVITATION)

    assert state_of(kept) == PlaceState.WAITING
    assert seat_count(cohort, now=AFTER_INVITATION).taken == 1


def test_acceptance_gives_no_seat_away_a_second_time_however_the_link_was_renewed(
    cohort: Cohort, kept: CohortPlace, invitation: Invitation
) -> None:
    """The mail that goes out late gives its link fourteen days anew."""
    apply_for_place(cohort=cohort, learner=UserFactory(), now=AFTER_INVITATION)
    Invitation.objects.filter(pk=invitation.pk).update(
        expires_at=AFTER_INVITATION + timedelta(days=14)
    )

    join_by_invitation(invitation=invitation, user=owner(invitation), now=AFTER_INVITATION)

    assert state_of(kept) == PlaceState.WAITING
    assert seat_count(cohort, now=AFTER_INVITATION).taken == 1


def test_without_waiting_list_a_lost_seat_is_refused(
    cohort: Cohort, kept: CohortPlace, invitation: Invitation, cast: Cast
) -> None:
    apply_for_place(cohort=cohort, learner=UserFactory(), now=AFTER_INVITATION)
    Cohort.objects.filter(pk=cohort.pk).update(has_waiting_list=False)
    Invitation.objects.filter(pk=invitation.pk).update(
        expires_at=AFTER_INVITATION + timedelta(days=14)
    )

    join_by_invitation(invitation=invitation, user=owner(invitation), now=AFTER_INVITATION)

    assert state_of(kept) == PlaceState.REFUSED


def test_inviting_anew_revives_no_kept_seat_that_is_gone(
    cohort: Cohort, kept: CohortPlace, invitation: Invitation, agency: Agency, cast: Cast
) -> None:
    apply_for_place(cohort=cohort, learner=UserFactory(), now=AFTER_INVITATION)
    Cohort.objects.filter(pk=cohort.pk).update(has_waiting_list=False)

    again = invite_person(
        agency=agency,
        email=invitation.email,
        full_name=invitation.full_name,
        language="es",
        acting_user=cast.coordinator,
        now=AFTER_INVITATION,
    )

    assert (again.pk, state_of(kept)) == (invitation.pk, PlaceState.WITHDRAWN)


def test_renewed_invitation_keeps_its_seat_where_one_is_free(
    kept: CohortPlace, invitation: Invitation, cast: Cast
) -> None:
    send_invitation_again(invitation=invitation, acting_user=cast.coordinator, now=AFTER_INVITATION)
    join_by_invitation(invitation=invitation, user=owner(invitation), now=AFTER_INVITATION)

    assert state_of(kept) == PlaceState.SEATED


def test_lapsed_invitation_cannot_be_nominated(
    cohort: Cohort, agency: Agency, invitation: Invitation, cast: Cast
) -> None:
    with pytest.raises(PlaceRefused):
        nominate(
            cohort=cohort,
            agency=agency,
            invitation=invitation,
            acting_user=cast.coordinator,
            now=AFTER_INVITATION,
        )
    assert not CohortPlace.objects.exists()
