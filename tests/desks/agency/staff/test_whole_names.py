"""One name, a double surname, particles: whole from the spreadsheet to the certificate."""

import pytest
from django.urls import reverse

from lms.accounts.invitations.queries import invitations
from lms.accounts.invitations.services import accept_invitation
from lms.learning.cohorts.services import give_invited_their_places
from lms.learning.enums import PlaceState
from tests.factories import UserFactory, make_course, release_course_for_tests
from tests.factories.people_sheets import make_sheet_scene
from tests.factories.staff import certified
from tests.learning.cast import NOW, client_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name",
    [
        "Ñusta",
        "Rosa de la Cruz y Ñahui",
        "Juan Carlos del Águila Vásquez-D'Angelo",
        "Inés Shironkama",
    ],
)
def test_name_is_whole_from_the_sheet_to_the_certificate(name: str) -> None:
    release = release_course_for_tests(make_course(lessons=1))
    scene = make_sheet_scene(release, now=NOW)
    scene.take_over(scene.bring(("ella@example.test", "", name, "", "", scene.cohort.name)))
    invitation = invitations().get()
    assert invitation.full_name == name

    learner = UserFactory(email="ella@example.test", full_name=invitation.full_name)
    accept_invitation(invitation=invitation, user=learner, now=NOW)
    [place] = give_invited_their_places(invitation=invitation, learner=learner, now=NOW)
    assert place.state == PlaceState.SEATED
    certificate = certified(place, now=NOW, until=NOW.replace(year=NOW.year + 2))

    assert certificate.typed_facts.full_name == name
    listed = client_of(scene.coordinator).get(reverse("agency_staff", args=[scene.agency.pk]))
    assert name in [row.person.name for row in listed.context["rows"]]
