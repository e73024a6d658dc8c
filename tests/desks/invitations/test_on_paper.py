"""The paper road: a coordinator hands out a code, and somebody without an address joins by it."""

import html as words
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.accounts.codes.words import plain_code
from lms.accounts.enums import InvitationState, MembershipRole
from lms.accounts.invitations.paper import invite_on_paper
from lms.accounts.invitations.queries import code_digest_of, invitations
from lms.accounts.invitations.sending import resend_stale_invitations, send_invitation
from lms.accounts.invitations.services import InvitationRefused, resend_invitation
from lms.accounts.models import Invitation, Membership, User
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from lms.desks.agency.staff.queries import StaffFilter, agency_people
from lms.desks.invitations.permissions import WRONG_CODES, WRONG_CODES_OF_ONE
from lms.desks.memberships import leave_agency, open_account_by_invitation
from lms.learning.enums import PlaceState
from lms.learning.models import CohortPlace
from tests.accounts.test_mail import TOPIC
from tests.desks.agency.staff.scene import Scene
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.factories.paper import make_person_without_mail
from tests.factories.staff import begun, certified, make_coordinator, make_invitation, nominated
from tests.learning.attempts.test_races import all_at_once
from tests.learning.cast import client_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NAME = "Rosa de la Cruz Ñahui"
WRONG = "222-2222-222"
MINE, DOOR = "/mi-aprendizaje/instituciones/", "/mi-codigo/"


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", words.unescape(answer.content.decode()))


@dataclass
class Road:
    """The new agency at its desk, and somebody of another one who has a user name."""

    scene: Scene = field(default_factory=Scene)
    person: User = field(default_factory=lambda: make_person_without_mail(AgencyFactory()))

    @property
    def desk(self) -> Client:
        return client_of(self.scene.coordinator)

    def invite(self, **given: Any) -> str:
        """Return the code that the desk printed."""
        answer = self.desk.post(
            self.scene.url("agency_paper_invite"), {"full_name": NAME, "unit": "", **given}
        )
        assert answer.status_code == 200, text_of(answer)
        return str(answer.context["slip"].code)

    def type(self, code: str, answer: str = "", *, user: User | None = None) -> Any:
        data = {"code": code, **({"answer": answer} if answer else {})}
        return client_of(user or self.person).post(DOOR, data)

    def joined(self, user: User | None = None) -> bool:
        rows = Membership.objects.current(on=timezone.localdate())
        return rows.filter(user=user or self.person, agency=self.scene.agency).exists()


@pytest.fixture
def road() -> Road:
    return Road()


def the_row() -> Invitation:
    return invitations().get()


def is_refused(answer: Any) -> bool:
    """Whether the one message stands at the field."""
    errors = answer.context["form"].errors if answer.context else {}
    return answer.status_code == 400 and list(errors) == ["code"] and "<form" in text_of(answer)


def test_whole_walk(road: Road) -> None:
    page = text_of(road.desk.get(road.scene.url("agency_codes")))
    assert road.scene.url("agency_paper_invite") in page
    sheet = road.desk.post(
        road.scene.url("agency_paper_invite"), {"full_name": f"  {NAME} ", "unit": ""}
    )
    assert "no-store" in sheet["Cache-Control"]
    row, code = the_row(), sheet.context["slip"].code
    assert (row.email, row.state, row.full_name) == ("", OutboxState.DONE, NAME)
    assert row.token_digest == code_digest_of(plain_code(code))
    assert row.expires_at - row.created_at == timedelta(days=14)
    assert code in text_of(sheet)
    assert code not in text_of(road.desk.get(road.scene.url("agency_invitation", row.pk)))

    assert road.type(WRONG).status_code == 400
    asked = road.type(code.lower().replace("-", " "))
    page = text_of(asked)
    assert asked.status_code == 200
    assert "no-store" in asked["Cache-Control"]
    assert road.scene.agency.name in page
    assert "invitation-sees" in page
    assert not road.joined()
    answer = road.type(asked.context["code"], "accept")
    assert (answer.status_code, answer["Location"]) == (302, "/mi-aprendizaje/")
    assert road.joined()
    row.refresh_from_db()
    assert row.answer(now=timezone.now()) == InvitationState.ACCEPTED
    assert row.membership == road.person.memberships.get(agency=road.scene.agency)
    actions = AuditEvent.objects.filter(target_type="accounts.invitation").order_by("pk")
    assert [(one.action, one.actor_id) for one in actions] == [
        ("invitation_made", road.scene.coordinator.pk),
        ("invitation_accepted", road.person.pk),
    ]
    assert mail.outbox == []


def test_slip_says_nothing_of_the_topic_or_the_agency(road: Road) -> None:
    answer = road.desk.post(road.scene.url("agency_paper_invite"), {"full_name": NAME, "unit": ""})
    slip = re.search(r'<li class="code-slip".*?</li>', answer.content.decode(), re.DOTALL)
    assert slip is not None
    assert f"{DOOR}<" in slip[0]
    assert road.scene.agency.name not in slip[0]
    assert TOPIC.findall(slip[0]) == []


def test_pages_are_for_the_coordinator_of_the_agency(road: Road) -> None:
    code, row = road.invite(), the_row()
    stranger = make_coordinator(AgencyFactory())
    new = road.scene.url("agency_paper_invite")
    anew = road.scene.url("agency_paper_code_anew", row.pk)
    for user, expected in ((stranger, 404), (road.person, 404), (None, 302)):
        browser = client_of(user)
        assert browser.get(new).status_code == expected
        assert browser.post(new, {"full_name": "Otra Persona"}).status_code == expected
        assert browser.post(anew).status_code == expected
    theirs = stranger.memberships.get().agency
    foreign = reverse("agency_paper_code_anew", args=[theirs.pk, row.pk])
    assert client_of(stranger).post(foreign).status_code == 404
    by_mail = make_invitation(road.scene.agency, by=road.scene.coordinator, now=timezone.now())
    url = road.scene.url("agency_paper_code_anew", by_mail.pk)
    assert road.desk.post(url).status_code == 404
    assert invitations().count() == 2
    assert road.type(code).status_code == 200
    for method in ("get", "post"):
        answer = getattr(Client(), method)(DOOR, {"code": code})
        assert (answer.status_code, "/accounts/login/" in answer["Location"]) == (302, True)
    assert client_of(road.person).get(DOOR)["Location"] == MINE


def test_used_old_and_unknown_codes_are_answered_alike(road: Road) -> None:
    def said(answer: Any) -> list[str]:
        assert is_refused(answer)
        assert road.scene.agency.name not in text_of(answer)
        return list(answer.context["form"].errors["code"])

    unknown = said(road.type(WRONG))
    code = road.invite()
    invitations().update(expires_at=timezone.now() - DAY)
    assert said(road.type(code)) == unknown
    anew = road.desk.post(road.scene.url("agency_paper_code_anew", the_row().pk))
    newer = anew.context["slip"].code
    assert said(road.type(code, "accept")) == unknown
    road.type(newer, "accept")
    other = make_person_without_mail()
    assert said(road.type(newer, user=other)) == unknown
    assert said(road.type(newer, "accept", user=other)) == unknown
    assert said(road.type(newer, "decline", user=other)) == unknown
    assert is_refused(road.type(newer))
    assert (road.joined(), road.joined(other)) == (True, False)


def test_who_presses_twice_is_told_the_same(road: Road) -> None:
    code = road.invite()
    assert [road.type(code, "accept")["Location"] for _n in range(2)] == ["/mi-aprendizaje/"] * 2
    assert road.person.memberships.filter(agency=road.scene.agency).count() == 1


def test_what_cannot_be_a_code_says_so_and_is_kept(road: Road) -> None:
    for typed in ("", "corto", "ÑÑÑ-ÑÑÑÑ-ÑÑÑ", "2" * 61):
        answer = road.type(typed)
        assert is_refused(answer)
        assert answer.context["form"]["code"].value() == typed


@pytest.mark.parametrize(
    ("limit", "is_one_person"), [(WRONG_CODES_OF_ONE, True), (WRONG_CODES, False)]
)
def test_guessing_is_stopped_and_right_codes_wait_too(
    road: Road, limit: Any, is_one_person: bool
) -> None:
    code = road.invite()
    for _number in range(limit.most):
        user = road.person if is_one_person else make_person_without_mail()
        assert road.type(WRONG, user=user).status_code == 400
    answer = road.type(code, "accept")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= limit.seconds
    assert list(answer.context["form"].errors) == ["code"]
    assert not road.joined()


def test_link_page_knows_no_code(road: Road, client: Client) -> None:
    code = road.invite()
    for secret in (code, plain_code(code), the_row().token_digest):
        url = reverse("invitation", args=[secret])
        given = {"answer": "create", "full_name": NAME, "password1": "una clave larga y rara"}
        given["password2"] = given["password1"]
        assert client.get(url).status_code == 410
        assert client.post(url, given).status_code == 410
        assert "/accounts/login/" in text_of(client.get(url))
        assert client_of(road.person).post(url, {"answer": "accept"}).status_code == 410
    people = User.objects.count()
    with pytest.raises(InvitationRefused):
        open_account_by_invitation(
            invitation=the_row(),
            full_name=NAME,
            password="una clave larga y rara",
            language="es",
            now=timezone.now(),
        )
    assert User.objects.count() == people


def test_declining_frees_the_kept_seat_and_ends_the_code(road: Road) -> None:
    code, row = road.invite(), the_row()
    road.scene.cohort.seats = 1
    road.scene.cohort.save()
    data = {"p": f"i{row.pk}", "cohort": str(road.scene.cohort.pk)}
    assert road.desk.post(road.scene.url("agency_nominate"), data).status_code == 302
    assert CohortPlace.objects.get().state == PlaceState.INVITED
    waiting = nominated(
        road.scene.cohort, road.scene.agency, by=road.scene.coordinator, now=timezone.now()
    )
    assert waiting.state == PlaceState.WAITING
    assert road.type(code, "decline").status_code == 200
    waiting.refresh_from_db()
    assert waiting.state == PlaceState.SEATED
    assert is_refused(road.type(code, "accept"))
    assert not road.joined()


def test_kept_seat_is_hers_when_she_accepts(road: Road) -> None:
    code, row = road.invite(), the_row()
    data = {"p": f"i{row.pk}", "cohort": str(road.scene.cohort.pk)}
    road.desk.post(road.scene.url("agency_nominate"), data)
    road.type(code, "accept")
    place = CohortPlace.objects.get()
    assert (place.state, place.learner) == (PlaceState.SEATED, road.person)


def test_code_made_anew_keeps_no_seat_that_others_have(road: Road) -> None:
    road.scene.cohort.seats = 1
    road.scene.cohort.save()
    road.invite()
    row = the_row()
    data = {"p": f"i{row.pk}", "cohort": str(road.scene.cohort.pk)}
    road.desk.post(road.scene.url("agency_nominate"), data)
    invitations().update(expires_at=timezone.now() - DAY)
    other = nominated(
        road.scene.cohort, road.scene.agency, by=road.scene.coordinator, now=timezone.now()
    )
    assert other.state == PlaceState.SEATED
    assert road.desk.post(road.scene.url("agency_paper_code_anew", row.pk)).status_code == 200
    assert CohortPlace.objects.get(invitation=row).state == PlaceState.WAITING


def test_taking_it_back_ends_the_code_and_it_can_be_made_again(road: Road) -> None:
    code, row = road.invite(), the_row()
    back = road.scene.url("agency_invitation_take_back", row.pk)
    assert road.desk.get(back).status_code == 200
    road.desk.post(back)
    assert is_refused(road.type(code, "accept"))
    anew = road.scene.url("agency_paper_code_anew", row.pk)
    assert road.desk.post(anew).status_code == 404
    assert road.type(road.invite(), "accept").status_code == 302
    assert road.joined()


def test_it_is_listed_as_invited_and_never_mailed(
    road: Road, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as sent:
        road.invite()
    row, now = the_row(), timezone.now()
    assert sent == []
    people = agency_people(road.scene.agency, StaffFilter(state="invited"), now=now, tree=[])
    assert [(one.name, one.email, one.is_undelivered) for one in people] == [(NAME, "", False)]
    page = text_of(road.desk.get(road.scene.url("agency_invitation", row.pk)))
    assert road.scene.url("agency_paper_code_anew", row.pk) in page
    assert road.scene.url("agency_invitation_send", row.pk) not in page
    assert NAME in text_of(road.desk.get(road.scene.url("agency_staff")))
    assert NAME in road.desk.get(road.scene.url("agency_staff_file", "csv")).content.decode()

    url = road.scene.url("agency_invitation_send", row.pk)
    assert road.desk.post(url).status_code == 302
    with pytest.raises(InvitationRefused):
        resend_invitation(invitation=row, acting_user=road.scene.coordinator, now=now + DAY)
    assert not send_invitation(invitation_id=row.pk, now=now + DAY)
    assert resend_stale_invitations(now=now + DAY) == 0
    assert mail.outbox == []
    assert the_row().token_digest == row.token_digest


def test_one_name_has_one_unanswered_invitation_on_paper(road: Road) -> None:
    code = road.invite()
    new = road.scene.url("agency_paper_invite")
    answer = road.desk.post(new, {"full_name": NAME.upper(), "unit": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["full_name"])
    assert road.type(code).status_code == 200
    road.invite(full_name="Otra Persona")
    bad = road.desk.post(new, {"full_name": "", "unit": "999999"})
    assert set(bad.context["form"].errors) == {"full_name", "unit"}
    assert invitations().count() == 2


def test_coordinator_reads_the_same_whether_there_is_an_account(road: Road) -> None:
    known = road.desk.post(
        road.scene.url("agency_paper_invite"), {"full_name": road.person.full_name, "unit": ""}
    )
    nobody = road.desk.post(
        road.scene.url("agency_paper_invite"), {"full_name": "Nadie Ninguna", "unit": ""}
    )
    pages = []
    for answer in (known, nobody):
        slip, page = answer.context["slip"], answer.content.decode()
        page = page.replace(slip.code, "").replace(slip.name, "")
        pages.append(page.replace(f"/invitaciones/{slip.invitation_id}/", ""))
    nonces = re.compile(r'(nonce|value|content)="[^"]*"')
    assert nonces.sub("", pages[0]) == nonces.sub("", pages[1])


def test_who_left_comes_back_and_who_left_today_too(road: Road) -> None:
    now = timezone.now()
    road.type(road.invite(), "accept")
    leave_agency(membership=road.person.memberships.get(agency=road.scene.agency), now=now)
    road.type(road.invite(), "accept")
    theirs = road.person.memberships.filter(agency=road.scene.agency)
    assert theirs.filter(until_date=None).count() == 1
    theirs.update(from_date=timezone.localdate() - 9 * DAY)
    theirs.update(until_date=timezone.localdate() - DAY)
    assert not road.joined()
    road.type(road.invite(), "accept")
    back = theirs.get(until_date=None)
    assert (back.from_date, back.role) == (timezone.localdate(), MembershipRole.MEMBER)


def test_member_who_accepts_goes_on_as_one(road: Road) -> None:
    member = MembershipFactory(
        agency=road.scene.agency, user=road.person, role=MembershipRole.COORDINATOR
    )
    road.type(road.invite(), "accept")
    assert road.person.memberships.get(agency=road.scene.agency) == member


def test_who_moves_leaves_her_record_where_it_was_made(road: Road) -> None:
    now, old = timezone.now(), Scene()
    MembershipFactory(agency=old.agency, user=road.person)
    place = begun(
        nominated(old.cohort, old.agency, by=old.coordinator, now=now, learner=road.person), now=now
    )
    certified(place, now=now, until=now + 400 * DAY)
    road.type(road.invite(), "accept")
    leaving = road.person.memberships.get(agency=old.agency)
    client_of(road.person).post(reverse("leave_agency", args=[leaving.pk]))

    new_page = text_of(
        road.desk.get(
            road.scene.url(
                "agency_member", road.person.memberships.get(agency=road.scene.agency).pk
            )
        )
    )
    assert road.person.full_name in new_page
    assert old.cohort.name not in new_page
    assert old.release.typed_promise.title not in new_page
    former = client_of(old.coordinator).get(old.url("agency_member", leaving.pk))
    assert old.cohort.name in text_of(former)
    assert road.scene.agency.name not in text_of(former)


def test_database_holds_what_an_invitation_on_paper_needs(road: Road) -> None:
    road.invite()
    for broken in ({"token_digest": ""}, {"state": "pending"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            invitations().update(**broken)
    invitations().update(token_digest="", declined_at=timezone.now())
    for name in ("Primera Persona", "Segunda Persona"):
        invite_on_paper(
            agency=road.scene.agency,
            full_name=name,
            language="es",
            acting_user=road.scene.coordinator,
            now=timezone.now(),
        )
    agency, by = road.scene.agency, road.scene.coordinator
    mailed = make_invitation(agency, by=by, now=timezone.now(), email="una@example.test")
    with pytest.raises(IntegrityError), transaction.atomic():
        invitations().filter(full_name="Primera Persona").update(email=mailed.email)
    invitations().filter(pk=mailed.pk).update(token_digest="")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.xdist_group("races")
def test_code_typed_by_two_at_once_gives_one_membership() -> None:
    road = Road()
    code = road.invite()
    people = [road.person, make_person_without_mail()]
    browsers = [client_of(one) for one in people]

    def press(number: int) -> int:
        answer: Any = browsers[number].post(DOOR, {"code": code, "answer": "accept"})
        return int(answer.status_code)

    assert sorted(all_at_once(press, 2)) == [302, 400]
    assert [road.joined(one) for one in people].count(True) == 1
    assert AuditEvent.objects.filter(action="invitation_accepted").count() == 1


def test_user_with_an_address_may_use_a_code_too(road: Road) -> None:
    user = UserFactory()
    page = text_of(road.type(road.invite(), user=user))
    assert "notice-warning" not in page
    assert 'name="with_document"' not in page
