"""Places whose enrolment has ended, whose cohort is over, or that moved under somebody's hands."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from lms.accounts.models import Agency
from lms.desks import memberships
from lms.desks.memberships import end_membership
from lms.learning.cohorts.services import (
    PlaceRefused,
    approve_place,
    give_invited_their_places,
    nominate,
    offer_free_seats,
    withdraw_place,
)
from lms.learning.cohorts.views import learners
from lms.learning.enums import (
    LIVE_PLACES,
    WAITING_PLACES,
    CohortJoining,
    EnrolmentState,
    PlaceState,
)
from lms.learning.models import Cohort, CohortPlace, Enrolment
from tests.factories import (
    EnrolmentFactory,
    MembershipFactory,
    UserFactory,
    make_course,
)
from tests.factories.cohorts import make_cohort
from tests.factories.staff import make_invitation
from tests.learning.cast import NOW, Cast, client_of, make_cast
from tests.learning.cohorts.place_scene import ask, state_of

pytestmark = pytest.mark.django_db

AFTER_COHORT = NOW + timedelta(days=60)


def test_place_whose_enrolment_has_ended_makes_room_for_another(
    cohort: Cohort, agency: Agency, cast: Cast
) -> None:
    learner, ended = UserFactory(), EnrolmentState.EXPIRED
    ways: list[Any] = [
        lambda: ask(cohort, learner),
        lambda: nominate(
            cohort=cohort, agency=agency, learner=learner, acting_user=cast.coordinator, now=NOW
        ),
    ]
    for way in ways:
        first = way()
        Enrolment.objects.filter(learner=learner).update(state=ended)
        again = way()
        assert (state_of(first), again.state) == (PlaceState.WITHDRAWN, PlaceState.SEATED)
        assert again.enrolment.state == EnrolmentState.ACTIVE
        Enrolment.objects.filter(learner=learner).update(state=ended)


def test_nobody_is_admitted_to_a_cohort_that_is_over(cohort: Cohort, cast: Cast) -> None:
    Cohort.objects.update(joining=CohortJoining.APPROVAL)
    place = ask(cohort, UserFactory())
    with pytest.raises(PlaceRefused):
        approve_place(place=place, acting_user=cast.trainer, now=AFTER_COHORT)
    assert state_of(place) == PlaceState.APPLIED


def test_accepting_after_the_end_refuses_that_place_and_the_rest_goes_on(
    cohort: Cohort, agency: Agency, cast: Cast
) -> None:
    other = make_cohort(make_cast(make_course(slug="otro")).release)
    other.agencies.add(agency)
    invitation = make_invitation(agency, by=cast.coordinator, now=NOW)
    for one in (cohort, other):
        nominate(
            cohort=one, agency=agency, invitation=invitation, acting_user=cast.coordinator, now=NOW
        )
    Cohort.objects.filter(pk=cohort.pk).update(ends_date="2026-11-23")
    given = give_invited_their_places(invitation=invitation, learner=UserFactory(), now=NOW)
    assert [one.state for one in given] == [PlaceState.REFUSED, PlaceState.SEATED]
    assert given[0].reason


def test_place_that_got_its_seat_meanwhile_is_not_withdrawn_as_one_that_waits(
    cohort: Cohort,
) -> None:
    place = ask(cohort, UserFactory())
    with pytest.raises(PlaceRefused):
        withdraw_place(place=place, acting_user=place.learner, now=NOW, expected=WAITING_PLACES)
    assert (state_of(place), Enrolment.objects.get(learner=place.learner).state) == (
        PlaceState.SEATED,
        EnrolmentState.ACTIVE,
    )


def test_page_tells_whoever_got_her_seat_at_this_moment(
    cohort: Cohort, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ask(cohort, cast.stranger)
    monkeypatch.setattr(learners, "access_own_place", lambda _user, _pk: place)
    answer = client_of(cast.stranger).post(reverse("leave_waiting", args=[place.pk]), follow=True)
    assert [one.level_tag for one in answer.context["messages"]] == ["warning"]
    assert state_of(place) == PlaceState.SEATED


def test_end_of_a_membership_leaves_a_seat_that_was_given_at_this_moment(
    cohort: Cohort, agency: Agency, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    membership = MembershipFactory(agency=agency)
    person = {"learner": membership.user, "acting_user": cast.coordinator}
    place = nominate(cohort=cohort, agency=agency, now=NOW, **person)
    monkeypatch.setattr(memberships, "HOPES", LIVE_PLACES)  # what was read before the lock
    refused = partial(withdraw_place, place=place, acting_user=cast.coordinator, now=NOW)
    monkeypatch.setattr(
        memberships, "withdraw_place", lambda **_given: refused(expected=WAITING_PLACES)
    )
    end_membership(
        membership=membership, last_date=NOW.date(), acting_user=cast.coordinator, now=NOW
    )
    assert state_of(place) == PlaceState.SEATED


def test_reason_is_told_in_the_learners_language_and_in_words_for_her(
    cohort: Cohort, agency: Agency, cast: Cast
) -> None:
    """Not in the language of the worker, or of whoever gave the seat back."""
    busy = EnrolmentFactory(
        release=cast.release, cohort=make_cohort(cast.release), learner__language="en"
    )
    waiting = CohortPlace.objects.create(
        cohort=cohort, learner=busy.learner, state=PlaceState.WAITING, created_at=NOW
    )
    with override("es"):
        offer_free_seats(cohort=cohort, now=NOW)
    waiting.refresh_from_db()
    words = "You take this course in another way, or have completed it already."
    assert (waiting.state, waiting.reason) == (PlaceState.REFUSED, words)

    invitation = make_invitation(agency, by=cast.coordinator, now=NOW)
    nominate(
        cohort=cohort, agency=agency, invitation=invitation, acting_user=cast.coordinator, now=NOW
    )
    Cohort.objects.filter(pk=cohort.pk).update(ends_date="2026-11-23")
    with override("es"):
        given = give_invited_their_places(
            invitation=invitation, learner=UserFactory(language="en"), now=NOW
        )
    assert given[0].reason == "This cohort is over."
