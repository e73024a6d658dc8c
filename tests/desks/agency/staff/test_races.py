"""The same person at the same moment: two coordinators, two presses, two doors."""

from collections import Counter
from typing import Any

import pytest

from lms.accounts.invitations.queries import invitations
from lms.accounts.invitations.services import InvitationRefused, invite
from lms.accounts.models import Membership
from lms.core.models import AuditEvent
from lms.desks.memberships import MembershipRefused, join_by_invitation, leave_agency
from lms.learning.cohorts.services import nominate
from lms.learning.enums import PlaceState
from lms.learning.models import CohortPlace, Enrolment, Notice
from tests.desks.agency.staff.scene import Scene
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.factories.staff import make_coordinator
from tests.learning.attempts.test_races import all_at_once
from tests.learning.cast import NOW, client_of

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]

CROWD = 8


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send no message on commit: no mail is the business of these tests."""
    monkeypatch.setattr("lms.core.outbox.send_now", lambda _name, **_ids: None)


def test_two_coordinators_who_press_at_once_make_one_nomination() -> None:
    """Through the pages, as they would: one place, one enrolment, one line for the learner."""
    scene = Scene()
    member = MembershipFactory(agency=scene.agency)
    browsers = [client_of(scene.coordinator), client_of(make_coordinator(scene.agency))]
    data = {"p": f"m{member.pk}", "cohort": str(scene.cohort.pk)}

    def press(number: int) -> int:
        answer: Any = browsers[number].post(scene.url("agency_nominate"), data)
        return int(answer.status_code)

    assert all_at_once(press, 2) == [302, 302]
    place = CohortPlace.objects.get()
    assert (place.learner, place.state) == (member.user, PlaceState.SEATED)
    assert Enrolment.objects.count() == 1
    assert AuditEvent.objects.filter(action="place_nominated").count() == 1
    assert Notice.objects.filter(learner=member.user).count() == 1


def test_two_agencies_that_nominate_the_same_person_share_one_enrolment_and_one_seat() -> None:
    scene = Scene()
    scene.cohort.seats = 1
    scene.cohort.save()
    learner = MembershipFactory(agency=scene.agency).user
    rival = AgencyFactory()
    MembershipFactory(agency=rival, user=learner)
    scene.cohort.agencies.add(rival)
    agencies = [(scene.agency, scene.coordinator), (rival, make_coordinator(rival))]

    def press(number: int) -> str:
        agency, user = agencies[number]
        place = nominate(
            cohort=scene.cohort, agency=agency, learner=learner, acting_user=user, now=scene.now
        )
        return str(place.state)

    assert all_at_once(press, 2) == [PlaceState.SEATED, PlaceState.SEATED]
    assert CohortPlace.objects.count() == 2
    assert Enrolment.objects.count() == 1


def test_the_same_address_invited_by_many_is_one_invitation() -> None:
    agency = AgencyFactory()
    users = [make_coordinator(agency) for _ in range(CROWD)]

    def press(number: int) -> int:
        made = invite(
            agency=agency,
            email="luz@example.test",
            full_name="Luz Ñahui",
            language="es",
            acting_user=users[number],
            now=NOW,
        )
        return made.pk

    found = all_at_once(press, CROWD)
    assert len(set(found)) == 1
    assert invitations().count() == 1
    assert AuditEvent.objects.filter(action="invitation_made").count() == 1


def test_one_link_opened_by_two_accounts_is_accepted_once() -> None:
    scene = Scene()
    row = scene.invite("Luz Ñahui")
    people = [UserFactory(), UserFactory()]

    def press(number: int) -> str:
        try:
            join_by_invitation(invitation=row, user=people[number], now=scene.now)
        except InvitationRefused:
            return "refused"
        return "joined"

    assert Counter(all_at_once(press, 2)) == {"joined": 1, "refused": 1}
    assert Membership.objects.filter(user__in=people).count() == 1


def test_of_the_last_two_coordinators_who_leave_at_once_one_stays() -> None:
    scene = Scene()
    make_coordinator(scene.agency)
    rows = list(Membership.objects.filter(agency=scene.agency))

    def press(number: int) -> str:
        try:
            leave_agency(membership=rows[number], now=scene.now)
        except MembershipRefused:
            return "stays"
        return "left"

    assert Counter(all_at_once(press, 2)) == {"left": 1, "stays": 1}
    assert Membership.objects.filter(agency=scene.agency, until_date=None).count() == 1
