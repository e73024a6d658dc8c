"""Taking people over: each once, what is refused said, the rest going on."""

import pytest

from lms.accounts.invitations.queries import invitations
from lms.accounts.models import Membership
from lms.learning.enums import PlaceState
from lms.learning.models import CohortPlace
from tests.factories import make_course, release_course_for_tests
from tests.factories.people_sheets import SheetScene, make_sheet_scene
from tests.learning.cast import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> SheetScene:
    return make_sheet_scene(release_course_for_tests(make_course(lessons=1)), now=NOW)


ROSA = (
    "rosa@example.test",
    "",
    "Rosa Quispe Ñahui",
    "45678912",
    "comisaria norte",
    "GRUPO de Marzo",
)
LUZ = ("", "luz.ramos", "Luz Ramos", "01234567", "Comisaría Norte / Turno noche", "Grupo de marzo")


def test_people_are_invited_or_get_accounts_and_are_nominated(scene: SheetScene) -> None:
    done = scene.take_over(scene.bring(ROSA, LUZ))

    invitation = invitations().get()
    luz = Membership.objects.get(user__username="luz.ramos")
    assert (invitation.email, invitation.full_name) == ("rosa@example.test", "Rosa Quispe Ñahui")
    assert (invitation.unit, luz.unit) == (scene.station, scene.shift)
    assert (invitation.document_kind, luz.user.document_kind) == ("dni", "dni")
    assert not luz.user.has_usable_password()
    assert set(CohortPlace.objects.values_list("state", "agency", "invitation", "learner")) == {
        (PlaceState.INVITED, scene.agency.pk, invitation.pk, None),
        (PlaceState.SEATED, scene.agency.pk, None, luz.user_id),
    }
    assert (done.stage, done.state, done.done, done.total) == ("over", "done", 2, 2)
    assert {name: done.summary[name] for name in ("new", "accounts", "refused")} == {
        "new": 2,
        "accounts": 1,
        "refused": 0,
    }
    assert done.rows == []
