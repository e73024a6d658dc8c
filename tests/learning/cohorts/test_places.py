"""Seats and who gets them: nominated, asked for, waited for, given back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings

from lms.accounts.models import Agency, User
from lms.core.models import AuditEvent
from lms.learning.cohorts import tasks
from lms.learning.cohorts.queries import own_places, seat_count
from lms.learning.cohorts.services import (
    CohortFull,
    CohortRefused,
    JoiningRules,
    PlaceRefused,
    apply_for_place,
    approve_place,
    approve_places,
    change_cohort,
    create_cohort,
    give_invited_their_places,
    give_seat_back,
    join_cohort,
    leave_cohort,
    nominate,
    offer_free_seats,
    refuse_place,
    release_lapsed_invitations,
    renew_join_code,
    sweep_places,
    withdraw_place,
)
from lms.learning.enums import CertificateTiming, CohortJoining, EnrolmentState, PlaceState
from lms.learning.models import Cohort, CohortPlace, Enrolment, Notice
from lms.learning.services import enrol_learner, withdraw
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
from tests.learning.cast import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)
AFTER_INVITATION = NOW + timedelta(days=15)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def agency() -> Agency:
    found: Agency = AgencyFactory()
    return found


@pytest.fixture
def cohort(cast: Cast, agency: Agency) -> Cohort:
    """An open cohort with one seat, to which the agency nominates."""
    found = make_cohort(cast.release, seats=1, joining=CohortJoining.OPEN)
    found.agencies.add(agency)
    return found


def state_of(place: CohortPlace) -> str:
    return CohortPlace.objects.get(pk=place.pk).state


def taken(cohort: Cohort) -> tuple[int, int, int]:
    seats = seat_count(Cohort.objects.get(pk=cohort.pk), now=NOW)
    return seats.enrolled, seats.kept, seats.waiting


def ask(cohort: Cohort, learner: User | None = None, **more: Any) -> CohortPlace:
    return apply_for_place(
        cohort=cohort, learner=learner or UserFactory(), now=more.pop("now", NOW), **more
    )


def send(cohort: Cohort, agency: Agency, by: User, **person: Any) -> CohortPlace:
    return nominate(cohort=cohort, agency=agency, acting_user=by, now=NOW, **person)


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


def test_trainer_admits_once_and_refuses_with_a_reason(cohort: Cohort, cast: Cast) -> None:
    Cohort.objects.update(joining=CohortJoining.APPROVAL, seats=2)
    first, second = ask(cohort), ask(cohort)
    assert (first.state, taken(cohort)) == ("applied", (0, 0, 0))

    for _press in range(2):
        approve_place(place=first, acting_user=cast.trainer, now=LATER)
        refuse_place(place=second, reason="Sin cupo", acting_user=cast.trainer, now=LATER)

    assert (state_of(first), state_of(second)) == ("seated", "refused")
    with pytest.raises(PlaceRefused):
        refuse_place(place=first, reason="x", acting_user=cast.trainer, now=LATER)
    with pytest.raises(PlaceRefused):
        approve_place(place=second, acting_user=cast.trainer, now=LATER)
    assert "Sin cupo" in Notice.objects.get(learner=second.learner).words
    assert AuditEvent.objects.filter(action="place_approved").count() == 1


def test_admitting_several_tells_who_could_not_be(cohort: Cohort, cast: Cast) -> None:
    Cohort.objects.update(joining=CohortJoining.APPROVAL, has_waiting_list=False)
    places = [ask(cohort, now=NOW + timedelta(seconds=n)) for n in range(2)]

    decided = approve_places(
        cohort=cohort, places=list(reversed(places)), acting_user=cast.trainer, now=LATER
    )

    assert (decided.number, len(decided.problems)) == (1, 1)
    assert [state_of(place) for place in places] == ["seated", "applied"]


def test_nobody_asks_who_could_not_be_admitted(cohort: Cohort, cast: Cast) -> None:
    Cohort.objects.update(joining=CohortJoining.APPROVAL)
    join_cohort(
        cohort=make_cohort(cast.release),
        enrolments=[cast.enrolment],
        acting_user=cast.trainer,
        now=NOW,
    )

    with pytest.raises(PlaceRefused):
        ask(cohort, cast.learner)


def test_whoever_asked_gets_her_seat_when_the_cohort_is_opened(cohort: Cohort) -> None:
    Cohort.objects.update(joining=CohortJoining.APPROVAL)
    place = ask(cohort)
    Cohort.objects.update(joining=CohortJoining.OPEN)

    assert ask(cohort, place.learner).pk == place.pk
    assert state_of(place) == "seated"


def test_code_opens_however_it_is_written_and_a_new_one_ends_it(cohort: Cohort, cast: Cast) -> None:
    rules = JoiningRules(seats=5, joining=CohortJoining.CODE)
    made = create_cohort(
        release=cast.release,
        name="Con código",
        starts_date=date(2026, 11, 1),
        ends_date=date(2026, 12, 31),
        certificate_timing=CertificateTiming.AT_COMPLETION,
        rules=rules,
        acting_user=cast.trainer,
        now=NOW,
    )
    old = made.join_code
    assert len(old) == 8
    assert not set(old) & set("01258BILOSUVZ")

    written = f" {old[:4].lower()}-{old[4:]} "
    assert ask(made, code=written).state == "seated"
    renewed = renew_join_code(cohort=made, acting_user=cast.trainer, now=LATER).join_code
    for wrong in (old, "", "ñ", f"{renewed}X"):
        with pytest.raises(PlaceRefused):
            ask(made, code=wrong)
    assert ask(made, code=renewed).state == "seated"
    with pytest.raises(CohortRefused):
        renew_join_code(cohort=cohort, acting_user=cast.trainer, now=LATER)


def test_nobody_joins_by_herself_where_only_agencies_nominate(cohort: Cohort) -> None:
    Cohort.objects.update(joining=CohortJoining.NOMINATION)
    with pytest.raises(PlaceRefused):
        ask(cohort)


def change(cohort: Cohort, cast: Cast, **rules: Any) -> Cohort:
    return change_cohort(
        cohort=cohort,
        name=cohort.name,
        starts_date=cohort.starts_date,
        ends_date=cohort.ends_date,
        certificate_timing=cohort.certificate_timing,
        rules=JoiningRules(**{"joining": CohortJoining.OPEN, **rules}),
        acting_user=cast.trainer,
        now=LATER,
    )


def test_seats_are_not_fewer_than_taken_and_more_go_to_those_who_wait(
    cohort: Cohort, cast: Cast
) -> None:
    change(cohort, cast, seats=2)
    places = [ask(cohort, now=NOW + timedelta(seconds=n)) for n in range(4)]

    with pytest.raises(CohortRefused) as refused:
        change(cohort, cast, seats=1)
    assert refused.value.field == "seats"
    change(cohort, cast, seats=3)
    assert [state_of(one) for one in places] == ["seated", "seated", "seated", "waiting"]
    change(cohort, cast, seats=None)
    assert state_of(places[3]) == "seated"


def test_rules_say_what_changed_and_trainers_are_of_the_course(
    cohort: Cohort, agency: Agency, cast: Cast
) -> None:
    changed = change(cohort, cast, seats=9, trainers=(cast.trainer,), agencies=())
    again = change(cohort, cast, seats=9, trainers=(cast.trainer,), agencies=())

    assert list(changed.trainers.all()) == [cast.trainer]
    assert not again.agencies.exists()
    event = AuditEvent.objects.get(action="cohort_changed")
    assert event.changed_fields == ["agencies", "seats", "trainers"]
    with pytest.raises(CohortRefused) as refused:
        change(cohort, cast, trainers=(cast.stranger,))
    assert refused.value.field == "trainers"


def test_trainer_goes_over_the_seats_only_knowingly(cohort: Cohort, cast: Cast) -> None:
    waiting = [ask(cohort), ask(cohort, cast.learner)][1]
    rows = [cast.enrolment, EnrolmentFactory(release=cast.release)]

    with pytest.raises(CohortFull):
        join_cohort(cohort=cohort, enrolments=rows, acting_user=cast.trainer, now=LATER)
    assert taken(cohort) == (1, 0, 1)
    put = join_cohort(
        cohort=cohort, enrolments=rows, acting_user=cast.trainer, now=LATER, may_exceed=True
    )

    assert (put, taken(cohort), state_of(waiting)) == (2, (3, 0, 0), "seated")
    assert seat_count(cohort, now=NOW).free == 0


def test_own_enrolment_comes_into_the_group(cohort: Cohort, cast: Cast) -> None:
    learner = UserFactory()
    enrolment = enrol_learner(
        learner=learner, course_key=cast.release.course_key, acting_user=cast.trainer, now=NOW
    )

    place = ask(cohort, learner)

    assert (place.enrolment_id, Enrolment.objects.get(learner=learner).cohort) == (
        enrolment.pk,
        cohort,
    )


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
