"""How people come into a cohort: admitted, by a code, under its rules, by their trainer's hand."""

from datetime import date, timedelta
from typing import Any

import pytest

from lms.accounts.models import Agency
from lms.core.models import AuditEvent
from lms.learning.cohorts.queries import seat_count
from lms.learning.cohorts.services import (
    CohortFull,
    CohortRefused,
    JoiningRules,
    PlaceRefused,
    approve_place,
    approve_places,
    change_cohort,
    create_cohort,
    join_cohort,
    refuse_place,
    renew_join_code,
)
from lms.learning.enums import CertificateTiming, CohortJoining
from lms.learning.models import Cohort, Enrolment, Notice
from lms.learning.services import enrol_learner
from tests.factories import (
    EnrolmentFactory,
    UserFactory,
)
from tests.factories.cohorts import make_cohort
from tests.learning.cast import NOW, Cast
from tests.learning.cohorts.place_scene import (
    LATER,
    ask,
    state_of,
    taken,
)

pytestmark = pytest.mark.django_db


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
