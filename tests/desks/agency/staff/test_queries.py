"""What a coordinator may know of whom: her people, and what they did as her nominees."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates import services as certificate_services
from certificates.enums import RevocationClass
from lms.accounts.enums import UnitKind
from lms.accounts.models import Membership, Unit
from lms.desks.agency.staff.names import has_words, order_key
from lms.desks.agency.staff.places import place_lines
from lms.desks.memberships import end_membership, leave_agency
from lms.learning.cohorts.services import (
    PlaceRefused,
    apply_for_place,
    nominate,
    withdraw_place,
)
from lms.learning.enums import CohortJoining, EnrolmentState
from lms.learning.models import Attempt, CohortPlace, Enrolment
from lms.learning.services import enrol_learner
from tests.desks.agency.staff.scene import DAY, Scene
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.factories.certificates import complete
from tests.factories.staff import begun, certified, make_coordinator, make_invitation, nominated

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_each_state_of_a_nomination(scene: Scene) -> None:
    MembershipFactory(agency=scene.agency, user__full_name="Ninguna")
    scene.nominate("Empieza")
    scene.begin("Sigue")
    scene.certify("Vigente")
    scene.certify("Vencida", days=0)
    complete(scene.nominate("Completa").enrolment, now=scene.now)
    revoked = scene.certify("Revocada")
    certificate_services.revoke_certificate(
        certificate=revoked,
        revocation_class=RevocationClass.ISSUED_IN_ERROR,
        reason="x",
        acting_user=UserFactory(),
        now=scene.now,
    )
    gone = scene.nominate("Retirada")
    withdraw_place(place=gone, acting_user=scene.coordinator, now=scene.now, reason="x")
    full = scene.new_cohort(seats=1)
    scene.nominate("Primera", cohort=full)
    scene.nominate("Espera", cohort=full)
    asked = scene.invite("Invitada")
    nominate(
        cohort=scene.cohort,
        agency=scene.agency,
        invitation=asked,
        acting_user=scene.coordinator,
        now=scene.now,
    )
    scene.invite("Sin curso")
    assert scene.states() == {
        "Completa": ["completed"],
        "Delia Coordina": [],
        "Empieza": ["not_started"],
        "Espera": ["waiting"],
        "Invitada": ["invited"],
        "Ninguna": [],
        "Primera": ["not_started"],
        "Retirada": ["withdrawn"],
        "Revocada": ["completed"],
        "Sigue": ["under_way"],
        "Sin curso": [],
        "Vencida": ["expired"],
        "Vigente": ["certified"],
    }


def test_state_filters_find_exactly_those_people(scene: Scene) -> None:
    scene.nominate("Empieza")
    scene.begin("Sigue")
    scene.certify("Vigente")
    scene.certify("Pronto", days=90)
    scene.certify("Vencida", days=0)
    scene.invite("Invitada")
    found = {
        "none": ["Delia Coordina"],
        "invited": ["Invitada"],
        "not_started": ["Empieza"],
        "under_way": ["Sigue"],
        "certified": ["Pronto", "Vigente"],
        "expired": ["Vencida"],
        "withdrawn": [],
    }
    assert {state: scene.names(state=state) for state in found} == found
    assert scene.names(ends_soon=True) == ["Pronto"]


def test_cohort_filter_finds_its_people_and_combines_with_the_state(scene: Scene) -> None:
    other = scene.new_cohort()
    both = scene.begin("Ambos")
    scene.nominate(learner=both.learner, cohort=other)
    scene.nominate("Otra", cohort=other)
    assert scene.names(cohort_id=scene.cohort.pk) == ["Ambos"]
    assert scene.names(cohort_id=other.pk) == ["Ambos", "Otra"]
    assert scene.names(cohort_id=other.pk, state="under_way") == []


def test_a_course_alone_or_for_another_agency_is_never_seen(scene: Scene) -> None:
    """The same person learns in three ways; each agency sees what it nominated her for."""
    rival = AgencyFactory()
    boss = make_coordinator(rival)
    cohort = scene.new_cohort()
    place = nominated(cohort, rival, by=boss, now=scene.now - DAY, full_name="Rosa")
    certified(place, now=scene.now, until=scene.now + 300 * DAY)
    alone = scene.new_cohort(joining=CohortJoining.OPEN)
    apply_for_place(cohort=alone, learner=place.learner, now=scene.now)
    complete(Enrolment.objects.get(cohort=alone), now=scene.now)
    MembershipFactory(user=place.learner, agency=scene.agency)
    assert scene.states()["Rosa"] == []
    assert scene.names(state="certified") == []
    assert place_lines(scene.agency, now=scene.now) == []
    scene.nominate(learner=place.learner)
    assert scene.states()["Rosa"] == ["not_started"]


def test_what_was_completed_before_the_nomination_is_not_inherited(scene: Scene) -> None:
    """She completed the course for one agency, moves, and the next puts her name to the cohort."""
    rival = AgencyFactory()
    place = nominated(scene.cohort, rival, by=make_coordinator(rival), now=scene.now - DAY)
    certified(place, now=scene.now - DAY, until=scene.now + 300 * DAY)
    learner = place.learner
    assert learner is not None
    leave_agency(membership=Membership.objects.get(user=learner), now=scene.now)
    MembershipFactory(user=learner, agency=scene.agency)
    with pytest.raises(PlaceRefused) as refused:
        scene.nominate(learner=learner)
    words = refused.value.words_for_agency()
    assert not any(word in words.lower() for word in ("complet", "termin", "certif"))
    CohortPlace.objects.create(  # as an older release could have left it
        cohort=scene.cohort,
        agency=scene.agency,
        learner=learner,
        enrolment=place.enrolment,
        state="seated",
        created_at=scene.now,
    )
    [line] = place_lines(scene.agency, now=scene.now)
    assert line.until is None
    assert line.state not in ("certified", "expired", "completed")


def test_the_old_agency_keeps_what_was_done_until_the_last_day(scene: Scene) -> None:
    done = scene.certify("Hecha")
    late = scene.begin("Tarde")
    going = scene.begin("En curso")
    waiting_cohort = scene.new_cohort(seats=1)
    scene.nominate("Ocupa", cohort=waiting_cohort)
    hopeful = scene.nominate(learner=going.learner, cohort=waiting_cohort)
    today = timezone.localdate(scene.now)
    for learner in (done.enrolment.learner, late.learner, going.learner):
        assert learner is not None
        end_membership(
            membership=Membership.objects.get(user=learner),
            last_date=today,
            acting_user=scene.coordinator,
            now=scene.now,
        )
    hopeful.refresh_from_db()
    assert hopeful.state == "withdrawn"
    assert Enrolment.objects.get(pk=going.enrolment_id).state == EnrolmentState.ACTIVE
    scene.now += 3 * DAY
    assert late.enrolment is not None
    certified(late, now=scene.now, until=scene.now + 400 * DAY)
    assert scene.states(is_former=True) == {
        "En curso": ["left", "withdrawn"],
        "Hecha": ["certified"],
        "Tarde": ["left"],
    }
    assert scene.names() == ["Delia Coordina", "Ocupa"]
    heir = Scene()
    MembershipFactory(user=done.enrolment.learner, agency=heir.agency)
    assert heir.states()["Hecha"] == []


def test_somebody_who_came_back_is_no_former_member_and_stands_once(scene: Scene) -> None:
    place = scene.begin("Vuelve")
    learner = place.learner
    Membership.objects.filter(user=learner).update(
        from_date=timezone.localdate() - 9 * DAY, until_date=timezone.localdate() - 5 * DAY
    )
    assert scene.names(is_former=True) == ["Vuelve"]
    MembershipFactory(user=learner, agency=scene.agency, from_date=timezone.localdate())
    assert scene.names(is_former=True) == []
    assert scene.states()["Vuelve"] == ["under_way"]


def test_newest_nomination_stands_beside_the_certificate_that_still_holds(scene: Scene) -> None:
    first = scene.certify("Renueva", days=60)
    again = scene.new_cohort(release=scene.release)
    late = scene.now + 200 * DAY
    learner = first.enrolment.learner
    Enrolment.objects.filter(pk=first.enrolment_id).update(
        completed_at=scene.now - 200 * DAY, enrolled_at=scene.now - 201 * DAY
    )
    CohortPlace.objects.update(created_at=scene.now - 201 * DAY)
    enrolment = Enrolment.objects.create(
        learner=learner,
        release=scene.release,
        course_key=scene.release.course_key,
        cohort=again,
        enrolled_at=scene.now,
    )
    place = CohortPlace.objects.create(
        cohort=again,
        agency=scene.agency,
        learner=learner,
        enrolment=enrolment,
        state="seated",
        created_at=scene.now - DAY,
    )
    assert scene.states()["Renueva"] == ["not_started", "certified"]
    assert scene.names(ends_soon=True) == ["Renueva"]
    certified(place, now=scene.now, until=late + 300 * DAY)
    assert scene.states()["Renueva"] == ["certified"]
    assert scene.names(ends_soon=True) == []


def test_name_taken_off_a_certificate_is_no_certificate_here(scene: Scene) -> None:
    made = scene.certify("Borrada")
    made.holder_erased_at = scene.now
    made.save()
    assert scene.states()["Borrada"] == ["completed"]


def test_units_are_found_with_those_below_them(scene: Scene) -> None:
    region = Unit.objects.create(agency=scene.agency, kind=UnitKind.REGION, name="Sur")
    post = Unit.objects.create(
        agency=scene.agency, kind=UnitKind.STATION, name="Paso Real", parent=region
    )
    other = Unit.objects.create(agency=scene.agency, kind=UnitKind.REGION, name="Norte")
    for name, unit in (("Jefa", region), ("Guardia", post), ("Lejana", other)):
        MembershipFactory(agency=scene.agency, unit=unit, user__full_name=name)
    scene.invite("Por venir", unit=post)
    assert scene.names(unit=str(region.pk)) == ["Guardia", "Jefa", "Por venir"]
    assert scene.names(unit=str(post.pk)) == ["Guardia", "Por venir"]
    assert scene.names(unit="0") == ["Delia Coordina"]
    foreign = Unit.objects.create(agency=AgencyFactory(), kind=UnitKind.REGION, name="Ajena")
    assert scene.names(unit=str(foreign.pk)) == []


NAMES = [
    "Áurea Núñez",
    "Ana Quispe",
    "Inés de la Cruz Ñahui",
    "José del Águila O'Higgins",
    "Ñusta Mamani",
    "Nuria Mamani",
    "Óscar",
    "Saywa",
]


def test_names_of_every_shape_are_listed_found_and_put_in_order(scene: Scene) -> None:
    for name in NAMES[::-1]:
        MembershipFactory(agency=scene.agency, user__full_name=name)
    MembershipFactory(
        agency=scene.agency,
        user=UserFactory(full_name="", email=None, username="puesto.sur"),
    )
    assert scene.names() == [
        "Ana Quispe",
        "Áurea Núñez",
        "Delia Coordina",
        "Inés de la Cruz Ñahui",
        "José del Águila O'Higgins",
        "Nuria Mamani",
        "Ñusta Mamani",
        "Óscar",
        "puesto.sur",
        "Saywa",
    ]
    assert scene.names(text="nahui CRUZ") == ["Inés de la Cruz Ñahui"]
    assert scene.names(text="aguila") == ["José del Águila O'Higgins"]
    assert scene.names(text="oscar") == ["Óscar"]
    assert scene.names(text="nunez") == ["Áurea Núñez"]
    assert scene.names(text="nadie") == []


def test_order_and_search_do_not_depend_on_how_a_letter_is_composed() -> None:
    assert order_key("N\u0303usta") == order_key("Ñusta") > order_key("Nz")
    assert has_words("Jose\u0301", "josé")


def test_invitations_that_were_answered_are_not_listed(scene: Scene) -> None:
    for field in ("declined_at", "withdrawn_at"):
        row = scene.invite("Contestada")
        type(row).objects.filter(pk=row.pk).update(**{field: scene.now})
    lapsed = scene.invite("Vencida")
    type(lapsed).objects.filter(pk=lapsed.pk).update(expires_at=scene.now)
    other = AgencyFactory()
    make_invitation(other, by=make_coordinator(other), now=scene.now, full_name="Ajena")
    assert scene.names() == ["Delia Coordina", "Vencida"]
    [person] = [one for one in scene.people() if one.is_invited]
    assert person.is_lapsed(now=scene.now)


def test_list_costs_the_same_for_one_and_three(scene: Scene) -> None:
    numbers = []
    for name in ("a", "b"):
        for _number in range(1 if name == "a" else 2):
            scene.certify(f"{name} certificada")
            scene.begin(f"{name} sigue")
            scene.invite(f"{name} invitada")
        with CaptureQueriesContext(connection) as queries:
            scene.people(state="certified")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 5


def test_self_enrolment_becomes_visible_only_by_the_nomination(scene: Scene) -> None:
    learner = MembershipFactory(agency=scene.agency, user__full_name="Sola").user
    made = enrol_learner(
        learner=learner,
        course_key=scene.release.course_key,
        acting_user=scene.coordinator,
        now=scene.now - timedelta(hours=2),
    )
    assert scene.states()["Sola"] == []
    place = scene.nominate(learner=learner)
    assert place.enrolment == made
    assert scene.states()["Sola"] == ["not_started"]


def test_what_was_begun_before_the_nomination_is_not_told(scene: Scene) -> None:
    place = scene.nominate("Sola")
    begun(place, now=place.created_at - timedelta(minutes=1))
    Attempt.objects.create(
        enrolment=place.enrolment,
        quiz_key=uuid4(),
        number=1,
        rule={},
        started_at=place.created_at - timedelta(minutes=1),
    )
    assert scene.states()["Sola"] == ["not_started"]
    begun(place, now=place.created_at)
    assert scene.states()["Sola"] == ["under_way"]
