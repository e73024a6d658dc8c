"""Seats and who gets them: nominated, asked for, waited for, given back."""

from datetime import date, timedelta

import pytest
from django.conf import settings

from lms.accounts.models import Agency
from lms.learning.cohorts import tasks
from lms.learning.cohorts.queries import own_places
from lms.learning.cohorts.services import (
    PlaceRefused,
    give_invited_their_places,
    give_seat_back,
    leave_cohort,
    offer_free_seats,
    release_lapsed_invitations,
    sweep_places,
    withdraw_place,
)
from lms.learning.enums import EnrolmentState, PlaceState
from lms.learning.models import Cohort, CohortPlace, Enrolment, Notice
from lms.learning.services import withdraw
from tests.factories import (
    AgencyFactory,
    EnrolmentFactory,
    UserFactory,
    make_course,
    release_course_for_tests,
)
from tests.factories.certificates import complete
from tests.factories.cohorts import make_cohort
from tests.factories.staff import make_invitation
from tests.learning.cast import NOW, Cast
from tests.learning.cohorts.place_scene import (
    AFTER_INVITATION,
    LATER,
    ask,
    send,
    state_of,
    taken,
)

pytestmark = pytest.mark.django_db


def test_last_seat_is_given_once_and_the_next_wait_in_order(cohort: Cohort) -> None:
    places = [ask(cohort, now=NOW + timedelta(seconds=place)) for place in range(3)]

    assert [place.state for place in places] == ["seated", "waiting", "waiting"]
    assert taken(cohort) == (1, 0, 2)
    ahead = [own_places(place.learner)[0].ahead for place in places[1:]]
    assert ahead == [0, 1]


def test_without_waiting_list_a_full_cohort_takes_nobody(cohort: Cohort) -> None:
    Cohort.objects.update(has_waiting_list=False)
    ask(cohort)

    with pytest.raises(PlaceRefused):
        ask(cohort)

    assert CohortPlace.objects.count() == 1


def test_withdrawing_gives_the_seat_to_whoever_waits_longest(cohort: Cohort, cast: Cast) -> None:
    first, second, third = (ask(cohort, now=NOW + timedelta(seconds=n)) for n in range(3))

    withdraw_place(place=first, acting_user=cast.trainer, now=LATER)
    withdraw_place(place=first, acting_user=cast.trainer, now=LATER)

    assert [state_of(one) for one in (first, second, third)] == ["withdrawn", "seated", "waiting"]
    assert Enrolment.objects.get(learner=first.learner).state == EnrolmentState.WITHDRAWN
    assert Enrolment.objects.get(learner=second.learner).cohort == cohort
    assert Notice.objects.filter(learner=second.learner, kind="place").count() == 1


def test_ended_enrolment_gives_its_seat_back(cohort: Cohort, cast: Cast) -> None:
    first, second = ask(cohort), ask(cohort, now=LATER)
    enrolment = Enrolment.objects.get(learner=first.learner)
    withdraw(enrolment=enrolment, acting_user=cast.trainer, now=LATER)

    for _press in range(2):
        give_seat_back(enrolment=enrolment, acting_user=cast.trainer, now=LATER, reason="Se mudó")

    assert (state_of(first), state_of(second)) == ("withdrawn", "seated")
    assert CohortPlace.objects.get(pk=first.pk).reason == "Se mudó"


def test_leaving_the_cohort_gives_the_seat_back_and_keeps_the_course(
    cohort: Cohort, cast: Cast
) -> None:
    first, second = ask(cohort), ask(cohort, now=LATER)
    enrolment = Enrolment.objects.get(learner=first.learner)

    leave_cohort(cohort=cohort, enrolments=[enrolment], acting_user=cast.trainer, now=LATER)

    enrolment.refresh_from_db()
    assert (enrolment.cohort, enrolment.state) == (None, EnrolmentState.ACTIVE)
    assert (state_of(first), state_of(second)) == ("withdrawn", "seated")


def test_two_agencies_share_a_seat_and_the_last_one_frees_it(
    cohort: Cohort, agency: Agency, cast: Cast
) -> None:
    other, learner = AgencyFactory(), UserFactory()
    cohort.agencies.add(other)
    ours, theirs = (send(cohort, one, cast.coordinator, learner=learner) for one in (agency, other))
    again = send(cohort, agency, cast.coordinator, learner=learner)

    assert (again.pk, taken(cohort)) == (ours.pk, (1, 0, 0))
    assert theirs.enrolment_id == ours.enrolment_id
    withdraw_place(place=ours, acting_user=cast.coordinator, now=LATER)
    assert taken(cohort) == (1, 0, 0)
    withdraw_place(place=theirs, acting_user=cast.coordinator, now=LATER)
    assert taken(cohort) == (0, 0, 0)


def test_agency_does_not_end_a_course_that_was_begun_before_its_nomination(
    cohort: Cohort, agency: Agency, cast: Cast
) -> None:
    own = cast.enrolment
    place = send(cohort, agency, cast.coordinator, learner=own.learner)
    assert Enrolment.objects.get(pk=own.pk).cohort == cohort

    withdraw_place(place=place, acting_user=cast.coordinator, now=LATER)

    own.refresh_from_db()
    assert (own.state, own.cohort) == (EnrolmentState.ACTIVE, None)


def test_completed_place_cannot_be_withdrawn(cohort: Cohort, cast: Cast) -> None:
    place = ask(cohort)
    complete(Enrolment.objects.get(learner=place.learner), now=NOW)

    with pytest.raises(PlaceRefused):
        withdraw_place(place=place, acting_user=cast.trainer, now=LATER)

    assert state_of(place) == "seated"


def test_agency_that_may_not_nominate_and_a_cohort_that_is_over_refuse(
    cohort: Cohort, agency: Agency, cast: Cast
) -> None:
    with pytest.raises(PlaceRefused):
        send(cohort, AgencyFactory(), cast.coordinator, learner=UserFactory())
    with pytest.raises(PlaceRefused):
        ask(cohort, now=NOW + timedelta(days=60))
    assert not CohortPlace.objects.exists()


def test_invitation_keeps_a_seat_until_it_lapses(
    cohort: Cohort, agency: Agency, cast: Cast
) -> None:
    invitation = make_invitation(agency, by=cast.coordinator, now=NOW, full_name="Rosa Luz Quispe")
    kept = send(cohort, agency, cast.coordinator, invitation=invitation)
    waiting = ask(cohort)
    assert (kept.state, waiting.state, taken(cohort)) == ("invited", "waiting", (0, 1, 1))

    assert release_lapsed_invitations(now=LATER) == 0
    assert release_lapsed_invitations(now=AFTER_INVITATION) == 1

    assert (state_of(kept), state_of(waiting)) == ("withdrawn", "seated")


def test_accepted_invitation_takes_the_kept_seat_and_does_not_lapse_any_more(
    cohort: Cohort, agency: Agency, cast: Cast
) -> None:
    invitation = make_invitation(agency, by=cast.coordinator, now=NOW, full_name="Rosa Luz Quispe")
    kept = send(cohort, agency, cast.coordinator, invitation=invitation)
    learner = UserFactory()

    given = give_invited_their_places(invitation=invitation, learner=learner, now=LATER)
    release_lapsed_invitations(now=AFTER_INVITATION)

    assert [place.pk for place in given] == [kept.pk]
    assert (state_of(kept), Enrolment.objects.get(learner=learner).cohort) == ("seated", cohort)


def test_kept_seat_that_is_not_needed_goes_to_whoever_waits(
    cohort: Cohort, agency: Agency, cast: Cast
) -> None:
    other = release_course_for_tests(make_course(slug="otro"))
    elsewhere = EnrolmentFactory(release=other)
    invitation = make_invitation(agency, by=cast.coordinator, now=NOW, full_name="Rosa Luz Quispe")
    kept = send(cohort, agency, cast.coordinator, invitation=invitation)
    waiting = ask(cohort)
    busy = make_cohort(cast.release)
    EnrolmentFactory(release=cast.release, cohort=busy, learner=elsewhere.learner)

    give_invited_their_places(invitation=invitation, learner=elsewhere.learner, now=LATER)

    assert (state_of(kept), state_of(waiting)) == ("refused", "seated")
    assert CohortPlace.objects.get(pk=kept.pk).reason


def test_declined_invitation_on_the_waiting_list_is_offered_no_seat(
    cohort: Cohort, agency: Agency, cast: Cast
) -> None:
    first = ask(cohort)
    invitation = make_invitation(agency, by=cast.coordinator, now=NOW, full_name="Rosa Luz Quispe")
    declined = send(cohort, agency, cast.coordinator, invitation=invitation)
    after = ask(cohort, now=LATER)
    type(invitation).objects.filter(pk=invitation.pk).update(declined_at=NOW)

    withdraw_place(place=first, acting_user=cast.trainer, now=LATER)

    assert (state_of(declined), state_of(after)) == ("waiting", "seated")


def test_sweep_gives_seats_that_became_free_by_themselves(cohort: Cohort) -> None:
    first, second = ask(cohort), ask(cohort, now=LATER)
    Enrolment.objects.filter(learner=first.learner).update(state=EnrolmentState.EXPIRED)

    assert (sweep_places(now=LATER), sweep_places(now=LATER)) == (1, 0)
    assert state_of(second) == "seated"


def test_cohort_that_is_over_gives_no_seat(cohort: Cohort, cast: Cast) -> None:
    first, second = ask(cohort), ask(cohort, now=LATER)

    withdraw_place(place=first, acting_user=cast.trainer, now=NOW + timedelta(days=60))

    assert (state_of(first), state_of(second)) == ("withdrawn", "waiting")


def test_whoever_is_in_needs_no_further_seat(cohort: Cohort, agency: Agency, cast: Cast) -> None:
    ask(cohort, cast.learner)
    place = CohortPlace.objects.create(
        cohort=cohort,
        learner=cast.learner,
        agency=agency,
        state=PlaceState.WAITING,
        created_at=NOW,
    )

    assert offer_free_seats(cohort=cohort, now=LATER) == 1
    assert (state_of(place), taken(cohort)) == ("seated", (1, 0, 0))


def test_sweep_is_what_the_worker_does(cohort: Cohort, agency: Agency, cast: Cast) -> None:
    Cohort.objects.update(ends_date=date(2099, 1, 1))
    invitation = make_invitation(
        agency, by=cast.coordinator, now=NOW - timedelta(days=400), full_name="Rosa Luz Quispe"
    )
    kept = CohortPlace.objects.create(
        cohort=cohort, agency=agency, invitation=invitation, state="invited", created_at=NOW
    )

    tasks.sweep_places()

    assert state_of(kept) == "withdrawn"
    beat = settings.CELERY_BEAT_SCHEDULE["sweep-places"]["task"]
    assert beat == tasks.sweep_places.name
