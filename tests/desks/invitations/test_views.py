"""The page behind the link of an invitation, and leaving an agency."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.accounts.enums import MembershipRole
from lms.accounts.invitations.queries import invitations
from lms.accounts.models import Invitation, Membership, User
from lms.core.models import AuditEvent
from lms.desks.invitations.permissions import WRONG_LINKS
from lms.learning.cohorts.services import nominate
from lms.learning.enums import PlaceState
from lms.learning.models import CohortPlace, Enrolment
from tests.factories import (
    AgencyFactory,
    MembershipFactory,
    UserFactory,
    make_course,
    release_course_for_tests,
)
from tests.factories.cohorts import make_cohort
from tests.factories.staff import give_secret, make_coordinator, make_invitation
from tests.learning.cast import client_of

pytestmark = pytest.mark.django_db

GOOD = "una clave larga y rara"
MY_LEARNING = "/mi-aprendizaje/"


@pytest.fixture
def row() -> Invitation:
    agency = AgencyFactory(name="Comisaría Paso Real")
    return make_invitation(
        agency,
        by=make_coordinator(agency, full_name="Delia Paredes"),
        now=timezone.now(),
        email="luz@example.test",
        full_name="Luz de la Cruz Ñahui",
        document_kind="dni",
        document_number="12345678",
    )


def link(row: Invitation) -> str:
    return reverse("invitation", args=[give_secret(row)])


def fields(**given: str) -> dict[str, str]:
    return {
        "answer": "create",
        "full_name": "Luz de la Cruz Ñahui",
        "password1": GOOD,
        "password2": GOOD,
        "agrees": "1",
        "with_document": "on",
        **given,
    }


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_account_is_made_with_the_name_that_she_confirms(row: Invitation, client: Client) -> None:
    url = link(row)
    page = text_of(client.get(url))
    assert "Comisaría Paso Real" in page
    assert 'value="Luz de la Cruz Ñahui"' in page
    assert "678" in page
    assert "12345678" not in page
    answer = client.post(url, fields(full_name="Luz María de la Cruz"))
    assert (answer.status_code, answer["Location"]) == (302, MY_LEARNING)
    user = User.objects.get(email="luz@example.test")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.full_name, user.check_password(GOOD)) == ("Luz María de la Cruz", True)
    assert user.document_kind == "dni"
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == ("luz@example.test", True, True)
    assert Membership.objects.get(user=user).agency == row.agency
    assert client.get(url).status_code == 410


@pytest.mark.parametrize(
    "wrong",
    [{"full_name": ""}, {"password1": "corta", "password2": "corta"}, {"password2": "otra"}],
)
def test_bad_answer_keeps_what_was_typed(
    row: Invitation, client: Client, wrong: dict[str, str]
) -> None:
    answer = client.post(link(row), fields(**{"full_name": "Luz Otra", **wrong}))
    assert answer.status_code == 400
    assert 'class="error-summary"' in text_of(answer)
    assert ('value="Luz Otra"' in text_of(answer)) == ("full_name" not in wrong)
    assert not User.objects.filter(email="luz@example.test").exists()


def test_owner_of_an_account_is_asked_to_log_in(row: Invitation, client: Client) -> None:
    user = UserFactory(email="luz@example.test")
    url = link(row)
    page = text_of(client.get(url))
    assert f"/accounts/login/?next={url}" in page
    assert "password1" not in page
    assert client.post(url, fields()).status_code == 200
    assert User.objects.get(email="luz@example.test") == user
    assert not Membership.objects.filter(user=user).exists()


def test_accepting_says_as_whom_and_takes_the_account_that_is_logged_in(row: Invitation) -> None:
    other = UserFactory(email="otra@example.test", full_name="Otra Persona")
    browser, url = client_of(other), link(row)
    page = text_of(browser.get(url))
    assert "Otra Persona" in page
    assert "otra@example.test" in page
    assert "luz@example.test" in page
    assert "notice-warning" in page
    assert "checked" not in page
    answer = browser.post(url, {"answer": "accept"})
    assert answer["Location"] == MY_LEARNING
    assert Membership.objects.get(user=other).agency == row.agency
    assert User.objects.get(pk=other.pk).document_kind == ""
    assert not User.objects.filter(email="luz@example.test").exists()


def test_no_warning_for_her_own_address(row: Invitation) -> None:
    browser = client_of(UserFactory(email="luz@example.test"))
    page = text_of(browser.get(link(row)))
    assert "notice-warning" not in page
    assert 'name="with_document"' in page
    assert "checked" not in page


def test_declining_asks_for_no_account_and_frees_the_seat(row: Invitation, client: Client) -> None:
    cohort = make_cohort(release_course_for_tests(make_course()), seats=1)
    cohort.agencies.add(row.agency)
    people = {"cohort": cohort, "agency": row.agency, "acting_user": row.invited_by}
    kept = nominate(invitation=row, now=timezone.now(), **people)
    member = MembershipFactory(agency=row.agency).user
    waiting = nominate(learner=member, now=timezone.now(), **people)
    assert (kept.state, waiting.state) == (PlaceState.INVITED, PlaceState.WAITING)
    url = link(row)
    assert client.post(url, {"answer": "decline"}).status_code == 200
    waiting.refresh_from_db()
    assert waiting.state == PlaceState.SEATED
    assert invitations().get().declined_at is not None
    assert client.get(url).status_code == 410


def test_who_accepts_gets_the_places_that_were_kept(row: Invitation, client: Client) -> None:
    cohort = make_cohort(release_course_for_tests(make_course()), seats=1)
    cohort.agencies.add(row.agency)
    nominate(
        cohort=cohort,
        agency=row.agency,
        invitation=row,
        acting_user=row.invited_by,
        now=timezone.now(),
    )
    client.post(link(row), fields())
    place = CohortPlace.objects.get()
    assert place.state == PlaceState.SEATED
    assert Enrolment.objects.get().learner.email == "luz@example.test"
    page = text_of(client.get(MY_LEARNING))
    assert "1 grupo" in page or "1 group" in page


def test_unknown_used_and_expired_links_answer_the_same(row: Invitation, client: Client) -> None:
    url = link(row)
    unknown = client.get(reverse("invitation", args=["no-existe"]))
    invitations().update(expires_at=timezone.now())
    expired = client.get(url)
    invitations().update(expires_at=timezone.now() + timedelta(days=1), withdrawn_at=timezone.now())
    withdrawn = client.post(url, fields())
    assert {unknown.status_code, expired.status_code, withdrawn.status_code} == {410}
    bodies = {
        re.sub(r"nonce=\S+|csrf\S+ value=\S+", "", text_of(one)) for one in (unknown, expired)
    }
    assert len({body[body.index("<main") : body.index("</main")] for body in bodies}) == 1
    assert not User.objects.filter(email="luz@example.test").exists()


def test_guessing_links_is_limited(row: Invitation, client: Client) -> None:
    url = link(row)
    for number in range(WRONG_LINKS.most):
        client.get(reverse("invitation", args=[f"no-{number}"]))
    answer = client.get(url)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) <= WRONG_LINKS.seconds
    assert client.get(url, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_page_speaks_english_too(row: Invitation, client: Client) -> None:
    url = f"/en{link(row)}"
    client.post(url, fields())
    assert User.objects.get(email="luz@example.test").language == "en"


def test_my_agencies_are_mine_alone() -> None:
    member = MembershipFactory(agency__name="Institución Propia")
    MembershipFactory(agency__name="Institución Ajena")
    MembershipFactory(
        user=member.user, agency__name="Institución Pasada", until_date=date(2026, 2, 1)
    )
    url = reverse("my_agencies")
    page = text_of(client_of(member.user).get(url))
    assert "Institución Propia" in page
    assert "Ajena" not in page
    assert "Pasada" not in page
    assert client_of(None).get(url).status_code == 302


def test_leaving_is_asked_first_and_takes_effect_at_once() -> None:
    member = MembershipFactory()
    url = reverse("leave_agency", args=[member.pk])
    browser = client_of(member.user)
    assert browser.get(url).status_code == 200
    member.refresh_from_db()
    assert member.until_date is None
    assert browser.post(url)["Location"] == reverse("my_agencies")
    member.refresh_from_db()
    assert member.until_date == timezone.localdate() - timedelta(days=1)
    event = AuditEvent.objects.get(action="membership_ended")
    assert (event.actor_id, event.target_id) == (member.user_id, str(member.pk))
    assert browser.get(url).status_code == 404


def test_nobody_ends_a_membership_of_somebody_else_by_this_page() -> None:
    member = MembershipFactory()
    coordinator = make_coordinator(member.agency)
    url = reverse("leave_agency", args=[member.pk])
    for user, expected in ((coordinator, 404), (UserFactory(), 404), (None, 302)):
        assert client_of(user).post(url).status_code == expected
    member.refresh_from_db()
    assert member.until_date is None


def test_last_coordinator_cannot_leave_by_accident() -> None:
    agency = AgencyFactory()
    last = make_coordinator(agency)
    membership = Membership.objects.get(user=last)
    url = reverse("leave_agency", args=[membership.pk])
    client_of(last).post(url)
    membership.refresh_from_db()
    assert membership.until_date is None
    make_coordinator(agency)
    client_of(last).post(url)
    membership.refresh_from_db()
    assert membership.until_date is not None
    assert Membership.objects.filter(role=MembershipRole.COORDINATOR).count() == 2
