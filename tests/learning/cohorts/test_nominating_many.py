"""Many people at once: all or nobody, as many seats as there are."""

from typing import Any

import pytest

from lms.accounts.invitations.many import Invited, invite_many
from lms.accounts.invitations.queries import invitations
from lms.accounts.invitations.services import InvitationRefused
from lms.core.models import AuditEvent
from lms.learning.cohorts.services import PlaceRefused, nominate_invited
from lms.learning.models import CohortPlace
from tests.factories import MembershipFactory, UserFactory, make_course, release_course_for_tests
from tests.factories.people_sheets import SheetScene, make_sheet_scene
from tests.factories.staff import make_invitation
from tests.learning.cast import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> SheetScene:
    return make_sheet_scene(release_course_for_tests(make_course(lessons=1)), now=NOW)


def invite(scene: SheetScene, *emails: str) -> Any:
    people = [Invited(email, "Rosa Quispe", "es") for email in emails]
    return invite_many(agency=scene.agency, people=people, acting_user=scene.coordinator, now=NOW)


def nominate(scene: SheetScene, made: Any) -> list[str]:
    rows = nominate_invited(
        cohort=scene.cohort,
        agency=scene.agency,
        invitations=made,
        acting_user=scene.coordinator,
        now=NOW,
    )
    return [row.state for row in rows]


def test_invited_get_seats_in_their_order_and_the_rest_waits(scene: SheetScene) -> None:
    scene.cohort.seats = 3
    scene.cohort.save()
    first = invite(scene, "a@example.test", "b@example.test")

    assert nominate(scene, first) == ["invited", "invited"]
    assert nominate(scene, invite(scene, "c@b.pe", "d@b.pe")) == ["invited", "waiting"]
    events = AuditEvent.objects.filter(action__in=["invitation_made", "place_nominated"])
    assert sorted(events.values_list("action", flat=True)) == [
        *["invitation_made"] * 4,
        *["place_nominated"] * 4,
    ]
    assert [row.answer(now=NOW) for row in first] == ["open", "open"]


def test_too_few_seats_and_other_agencies_refuse_all(scene: SheetScene) -> None:
    scene.cohort.seats, scene.cohort.has_waiting_list = 1, False
    scene.cohort.save()
    made = invite(scene, "a@example.test", "b@example.test")

    with pytest.raises(PlaceRefused):
        nominate(scene, made)
    scene.cohort.agencies.clear()
    with pytest.raises(PlaceRefused):
        nominate(scene, made[:1])
    assert CohortPlace.objects.count() == 0


def test_one_who_is_known_already_lets_nobody_be_invited_together(scene: SheetScene) -> None:
    MembershipFactory(agency=scene.agency, user=UserFactory(email="ana@example.test"))
    make_invitation(scene.agency, by=scene.coordinator, now=NOW, email="luz@example.test")

    for known in ("ana@example.test", "LUZ@example.test"):
        with pytest.raises(InvitationRefused):
            invite(scene, "nueva@example.test", known)
    assert invitations().count() == 1
