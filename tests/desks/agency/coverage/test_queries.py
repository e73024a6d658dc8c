"""Who counts as certified, in which unit, on which day, and whom the agency may know of."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from certificates.enums import CertificateState
from certificates.models import Certificate, CertificateShare
from certificates.services import end_share, replace_certificate
from lms.accounts.models import Agency, Unit, User
from lms.accounts.units.services import close_unit, move_unit, put_in_unit
from lms.desks.agency.coverage.mending import Mend, mends, open_cohorts
from lms.desks.agency.coverage.queries import Coverage, Tally, coverage, covered_courses
from lms.learning.enums import EnrolmentState, PlaceState
from lms.learning.models import Cohort
from tests.factories import AgencyFactory, UserFactory, make_course, release_course_for_tests
from tests.factories.certificates import complete, make_certificate
from tests.factories.cohorts import make_cohort
from tests.factories.units import (
    certify,
    make_member,
    make_unit,
    membership_of,
    nominate_enrolled,
    put_under_way,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
TODAY = date(2026, 11, 26)


@dataclass
class Scene:
    """An agency that nominates to one cohort of a course; with a post of two shifts."""

    agency: Agency = field(default_factory=AgencyFactory)

    def __post_init__(self) -> None:
        made = make_course(lessons=1, questions=0)
        self.course = made.course
        self.cohort = make_cohort(release_course_for_tests(made))
        self.cohort.agencies.add(self.agency)
        self.post = make_unit(self.agency, "Puesto", make_unit(self.agency, "Región"))
        self.day_shift = make_unit(self.agency, "Turno día", self.post)
        self.night_shift = make_unit(self.agency, "Turno noche", self.post)

    def member(self, unit: Unit | None = None, **fields: Any) -> User:
        return make_member(self.agency, unit, **fields)

    def certified(self, unit: Unit | None = None, **fields: Any) -> User:
        user = self.member(unit)
        certify(user, self.agency, self.cohort, now=NOW, **fields)
        return user

    def share(self, user: User, **fields: Any) -> CertificateShare:
        found = Certificate.objects.filter(enrolment__learner=user).latest("pk")
        values = {"agency": self.agency, "created_at": NOW, **fields}
        return CertificateShare.objects.create(certificate=found, **values)

    def look(self, day: date = TODAY, agency: Agency | None = None) -> Coverage:
        agency = agency or self.agency
        course = covered_courses(agency)[0]
        return coverage(agency, family=course.family, day=day, now=NOW)

    def tally(self, unit: Unit, day: date = TODAY) -> Tally:
        return next(one.total for one in self.look(day).units if one.node and one.node.unit == unit)

    def mends(self) -> list[Mend]:
        course = covered_courses(self.agency)[0]
        return mends(self.look(), open_cohorts(self.agency, course, now=NOW))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def names(found: Coverage) -> list[str]:
    """Return the paths of the gaps, in their order."""
    return [gap.node.path if gap.node else "" for gap in found.gaps]


def test_units_sum_upwards_and_gaps_stand_first(scene: Scene) -> None:
    scene.certified(scene.day_shift)
    scene.member(scene.day_shift)
    scene.member(scene.night_shift)
    put_under_way(scene.member(scene.night_shift), scene.agency, scene.cohort, now=NOW)
    scene.certified()
    scene.member()

    found = scene.look()

    totals = {one.node.unit.name: one.total for one in found.units if one.node}
    assert totals == {
        "Región": Tally(people=4, current=1, under_way=1),
        "Puesto": Tally(people=4, current=1, under_way=1),
        "Turno día": Tally(people=2, current=1),
        "Turno noche": Tally(people=2, under_way=1),
    }
    assert found.without_unit.own == Tally(people=2, current=1)
    assert found.total == Tally(people=6, current=2, under_way=1)
    assert names(found) == ["Región / Puesto / Turno noche"]
    assert found.units_with_nobody == 1


def test_people_without_a_unit_are_a_gap_of_their_own(scene: Scene) -> None:
    for _number in range(2):
        scene.member()
    scene.member(scene.day_shift)

    found = scene.look()

    assert names(found) == ["", "Región / Puesto / Turno día"]
    assert found.units_with_nobody == 1


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (CertificateState.VALID, Tally(people=1, current=1)),
        (CertificateState.EXPIRED, Tally(people=1, lapsed=1)),
        (CertificateState.REVOKED, Tally(people=1)),
    ],
)
def test_state_decides(scene: Scene, state: CertificateState, expected: Tally) -> None:
    scene.certified(scene.day_shift, state=state)

    assert scene.tally(scene.day_shift) == expected


def test_replaced_and_second_certificates_count_once(scene: Scene) -> None:
    user = scene.certified(scene.day_shift)
    replace_certificate(
        certificate=Certificate.objects.get(), acting_user=UserFactory(), reason="x", now=NOW
    )
    certify(user, scene.agency, make_cohort(scene.cohort.release), now=NOW)
    scene.share(user)

    assert Certificate.objects.count() == 3
    assert scene.tally(scene.day_shift) == Tally(people=1, current=1)


def lima(day: date, hour: int = 23) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, 59, 59)))


def test_certificate_holds_for_its_last_day_in_lima(scene: Scene) -> None:
    last = date(2027, 3, 1)
    scene.certified(scene.day_shift, until=lima(last))

    assert scene.tally(scene.day_shift, last).current == 1
    assert scene.tally(scene.day_shift, last + timedelta(days=1)) == Tally(people=1, lapsed=1)


def test_evening_in_lima_is_still_the_same_day(scene: Scene) -> None:
    scene.certified(scene.day_shift, until=lima(TODAY))
    evening = datetime(2026, 11, 27, 4, 30, tzinfo=UTC)
    course = covered_courses(scene.agency)[0]

    found = coverage(scene.agency, family=course.family, day=TODAY, now=evening)

    assert found.total == Tally(people=1, current=1, ending=1)


def test_about_to_lapse_is_within_ninety_days_of_the_day(scene: Scene) -> None:
    last = TODAY + timedelta(days=90)
    near = scene.certified(
        scene.day_shift, until=lima(last, hour=11)
    )  # 16:59 UTC, before NOW's hour
    far = scene.certified(scene.night_shift, until=lima(last, hour=12))

    assert [one.user for one in scene.look().ending] == [near]
    assert [one.path for one in scene.look().ending] == ["Región / Puesto / Turno día"]
    tomorrow = scene.look(TODAY + timedelta(days=1))
    assert [one.user for one in tomorrow.ending] == [near, far]


def test_only_what_the_agency_may_know_counts(scene: Scene) -> None:
    other = AgencyFactory()
    # on her own; by another agency; a nomination that was taken back; an ended share
    make_certificate(now=NOW, learner=scene.member(), release=scene.cohort.release)
    certify(scene.member(), other, scene.cohort, now=NOW)
    back = certify(scene.member(), other, scene.cohort, now=NOW)
    nominate_enrolled(
        back.enrolment, scene.agency, scene.cohort, now=NOW, state=PlaceState.WITHDRAWN
    )
    hidden = scene.member()
    certify(hidden, other, scene.cohort, now=NOW)
    scene.share(hidden, ended_at=NOW)

    assert scene.look().total == Tally(people=4)

    scene.share(hidden)
    assert scene.look().total == Tally(people=4, current=1)
    end_share(
        certificate=Certificate.objects.get(enrolment__learner=hidden),
        agency=scene.agency,
        acting_user=hidden,
        now=NOW,
    )
    assert scene.look().total == Tally(people=4)


def test_what_was_completed_before_the_nomination_is_not_known(scene: Scene) -> None:
    done = make_certificate(
        now=NOW, learner=scene.member(scene.day_shift), release=scene.cohort.release
    )
    nominate_enrolled(done.enrolment, scene.agency, scene.cohort, now=NOW)

    assert scene.tally(scene.day_shift) == Tally(people=1, under_way=1)
    [person] = scene.look().units[-2].people
    assert not person.has_completed


def test_course_of_her_own_is_not_under_way_for_the_agency(scene: Scene) -> None:
    put_under_way(scene.member(scene.day_shift), AgencyFactory(), scene.cohort, now=NOW)

    assert scene.tally(scene.day_shift) == Tally(people=1)


def test_person_in_two_agencies_is_certified_for_the_one_that_sent_her(scene: Scene) -> None:
    other = AgencyFactory()
    scene.cohort.agencies.add(other)
    user = scene.certified(scene.day_shift)
    unit = make_unit(other, "Turno")
    make_member(other, unit, user=user)

    assert scene.look().total == Tally(people=1, current=1)
    assert scene.look(agency=other).total == Tally(people=1)


def test_former_and_later_members_do_not_count_today(scene: Scene) -> None:
    gone = scene.certified(scene.day_shift)
    membership_of(gone, scene.agency)
    gone.memberships.update(until_date=TODAY - timedelta(days=1))
    ends_today = scene.certified(scene.day_shift)
    ends_today.memberships.update(until_date=TODAY)
    scene.certified(scene.night_shift).memberships.update(from_date=TODAY + timedelta(days=1))
    new_home = AgencyFactory()
    scene.cohort.agencies.add(new_home)
    make_member(new_home, user=gone)

    assert scene.look().total == Tally(people=1, current=1)
    assert scene.look(TODAY + timedelta(days=1)).total == Tally(people=1, current=1)
    # the new agency does not inherit what was done under the nomination of the old one
    assert scene.look(agency=new_home).total == Tally(people=1)


def test_second_membership_of_the_same_agency_counts_once(scene: Scene) -> None:
    user = scene.certified(scene.day_shift)
    user.memberships.update(until_date=TODAY)
    scene.member(scene.night_shift, user=user)

    assert scene.look().total == Tally(people=1, current=1)
    assert scene.tally(scene.night_shift) == Tally(people=1, current=1)


def test_coverage_follows_a_move_and_a_closing(scene: Scene) -> None:
    boss = UserFactory()
    user = scene.certified(scene.day_shift)
    scene.member(scene.day_shift)
    put_in_unit(
        membership=membership_of(user, scene.agency),
        unit=scene.night_shift,
        acting_user=boss,
        now=NOW,
    )

    assert names(scene.look()) == ["Región / Puesto / Turno día"]

    move_unit(unit=scene.day_shift, parent=None, acting_user=boss, now=NOW)
    assert names(scene.look()) == ["Turno día"]
    close_unit(
        unit=scene.day_shift, is_moving=True, target=scene.night_shift, acting_user=boss, now=NOW
    )
    assert names(scene.look()) == []
    assert scene.tally(scene.night_shift) == Tally(people=2, current=1)


def test_member_of_a_closed_unit_stands_without_one(scene: Scene) -> None:
    scene.certified(make_unit(scene.agency, "Vieja", closed_on=TODAY))

    assert scene.look().without_unit.own == Tally(people=1, current=1)


def test_renewal_keeps_somebody_certified(scene: Scene) -> None:
    renewal = make_course(slug="renovar", lessons=1, questions=0, renews=scene.course)
    cohort = make_cohort(release_course_for_tests(renewal))
    user = scene.certified(scene.day_shift, state=CertificateState.EXPIRED)
    certify(user, scene.agency, cohort, now=NOW)

    assert scene.tally(scene.day_shift) == Tally(people=1, current=1)


# --- What a nomination would mend ---------------------------------------------------------------


def candidates(found: list[Mend]) -> list[tuple[str, list[User]]]:
    return [
        (mend.offer.cohort.name if mend.offer else "", [one.user for one in mend.people])
        for mend in found
    ]


def test_gap_names_those_who_could_be_nominated(scene: Scene) -> None:
    free = scene.member(scene.day_shift)
    put_under_way(scene.member(scene.day_shift), scene.agency, scene.cohort, now=NOW)
    waits = put_under_way(scene.member(scene.day_shift), scene.agency, scene.cohort, now=NOW)
    waits.places.update(state=PlaceState.WAITING, enrolment=None)
    done = put_under_way(scene.member(scene.day_shift), scene.agency, scene.cohort, now=NOW)
    complete(done, now=NOW)  # its certificate waits for the trainer
    scene.certified(scene.day_shift, state=CertificateState.EXPIRED)

    assert candidates(scene.mends()) == [(scene.cohort.name, [free])]


def test_press_leads_to_those_people_and_that_cohort(scene: Scene) -> None:
    users = [scene.member(scene.day_shift) for _number in range(2)]

    (mend,) = scene.mends()

    keys = [f"p=m{membership_of(user, scene.agency).pk}" for user in users]
    assert sorted(mend.query.split("&")) == sorted([*keys, f"cohorte={scene.cohort.pk}"])


def test_whoever_comes_later_cannot_be_nominated_today(scene: Scene) -> None:
    tomorrow = TODAY + timedelta(days=1)
    scene.member(scene.day_shift, from_date=tomorrow)

    found = scene.look(tomorrow)

    assert found.total == Tally(people=1)
    assert [person.needs_course for person in found.gaps[0].people] == [False]


def test_whoever_gave_her_place_back_can_be_nominated_again(scene: Scene) -> None:
    user = scene.member(scene.day_shift)
    enrolment = put_under_way(user, scene.agency, scene.cohort, now=NOW)
    enrolment.places.update(state=PlaceState.WITHDRAWN)
    enrolment.state, enrolment.withdrawn_at = EnrolmentState.WITHDRAWN, NOW
    enrolment.save()

    assert candidates(scene.mends()) == [(scene.cohort.name, [user])]


def test_lapsed_are_sent_to_the_course_that_renews(scene: Scene) -> None:
    renewal = make_course(slug="renovar", lessons=1, questions=0, renews=scene.course)
    cohort = make_cohort(release_course_for_tests(renewal), name="Renovación")
    cohort.agencies.add(scene.agency)
    scene.cohort.agencies.clear()
    lapsed = scene.certified(scene.day_shift, state=CertificateState.EXPIRED)
    scene.member(scene.day_shift)

    assert candidates(scene.mends()) == [("Renovación", [lapsed])]


@pytest.mark.parametrize("why", ["full", "over", "not ours"])
def test_cohort_that_cannot_take_anybody_is_not_offered(scene: Scene, why: str) -> None:
    user = scene.member(scene.day_shift)
    put_under_way(scene.member(), scene.agency, scene.cohort, now=NOW)
    changes: dict[str, Any] = {
        "full": {"seats": 1},
        "over": {"starts_date": date(2026, 10, 1), "ends_date": date(2026, 11, 25)},
    }.get(why, {})
    Cohort.objects.filter(pk=scene.cohort.pk).update(**{"seats": 2, **changes})
    if why == "not ours":
        scene.cohort.agencies.clear()

    found = [one for one in scene.mends() if one.unit.node]

    assert candidates(found) == [("", [user])]


def test_courses_are_those_of_the_agency_the_most_nominated_first(scene: Scene) -> None:
    offered = make_cohort(release_course_for_tests(make_course(slug="a", title="Antes")))
    offered.agencies.add(scene.agency)
    make_cohort(release_course_for_tests(make_course(slug="b", title="Ajeno")))
    scene.certified()
    scene.member(user=(shared := UserFactory()))
    make_certificate(
        now=NOW,
        learner=shared,
        release=release_course_for_tests(make_course(slug="c", title="Propio")),
    )
    scene.share(shared)

    found = covered_courses(scene.agency)

    assert [course.title for course in found] == ["Curso de prueba", "Antes", "Propio"]
