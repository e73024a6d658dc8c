"""The coordinator's people in the browser: who may ask, what comes back, what is never lost."""

import csv
import re
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from openpyxl import load_workbook

from lms.accounts.enums import MembershipRole, UnitKind
from lms.accounts.invitations.queries import invitations
from lms.accounts.models import Membership, Unit
from lms.core.models import AuditEvent
from lms.core.queries import read_reason
from lms.learning.enums import EnrolmentState, NoticeKind, PlaceState
from lms.learning.models import CohortPlace, Enrolment, Notice
from tests.desks.agency.staff.scene import DAY, Scene
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.factories.staff import make_coordinator
from tests.learning.cast import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def membership_of(scene: Scene, place: CohortPlace) -> Membership:
    return Membership.objects.get(user=place.learner, agency=scene.agency)


def everywhere(scene: Scene) -> dict[str, str]:
    """Return each address of this desk that answers a GET of its coordinator."""
    place = scene.begin("Una Persona")
    asked = scene.invite("Otra Persona")
    member = membership_of(scene, place)
    return {
        "list": scene.url("agency_staff"),
        "csv": scene.url("agency_staff_file", "csv"),
        "xlsx": scene.url("agency_staff_file", "xlsx"),
        "invite": scene.url("agency_invite"),
        "nominate": f"{scene.url('agency_nominate')}?p=m{member.pk}",
        "member": scene.url("agency_member", member.pk),
        "end": scene.url("agency_member_end", member.pk),
        "invitation": scene.url("agency_invitation", asked.pk),
        "take back": scene.url("agency_invitation_take_back", asked.pk),
        "withdraw": scene.url("agency_nomination_withdraw", place.pk),
    }


POSTED: dict[str, Any] = {
    "invite": lambda scene, member, asked, place: scene.url("agency_invite"),
    "nominate": lambda scene, member, asked, place: scene.url("agency_nominate"),
    "unit": lambda scene, member, asked, place: scene.url("agency_member_unit", member.pk),
    "end": lambda scene, member, asked, place: scene.url("agency_member_end", member.pk),
    "send": lambda scene, member, asked, place: scene.url("agency_invitation_send", asked.pk),
    "take": lambda scene, member, asked, place: scene.url("agency_invitation_take_back", asked.pk),
    "withdraw": lambda scene, member, asked, place: scene.url(
        "agency_nomination_withdraw", place.pk
    ),
}


def outsiders(scene: Scene) -> dict[str, Any]:
    former = make_coordinator(scene.agency)
    Membership.objects.filter(user=former).update(until_date=date(2026, 2, 1))
    return {
        "coordinator of another agency": make_coordinator(AgencyFactory()),
        "member": MembershipFactory(agency=scene.agency).user,
        "former coordinator": former,
    }


def test_pages_are_for_the_coordinator_of_today(scene: Scene) -> None:
    urls = everywhere(scene)
    own = {name: scene.browser.get(url).status_code for name, url in urls.items()}
    assert own == dict.fromkeys(urls, 200)
    for user in outsiders(scene).values():
        browser = client_of(user)
        found = {name: browser.get(url).status_code for name, url in urls.items()}
        assert found == dict.fromkeys(urls, 404)
    nobody = {name: client_of(None).get(url).status_code for name, url in urls.items()}
    assert nobody == dict.fromkeys(urls, 302)


@pytest.mark.parametrize("name", POSTED)
def test_others_write_nothing(scene: Scene, name: str) -> None:
    place, asked = scene.begin("Una Persona"), scene.invite("Otra Persona")
    member = membership_of(scene, place)
    url = POSTED[name](scene, member, asked, place)
    people = outsiders(scene)
    before = AuditEvent.objects.count()
    data = {
        "p": f"m{member.pk}",
        "cohort": str(scene.cohort.pk),
        "reason": "x",
        "last_date": timezone.localdate().isoformat(),
        "full_name": "Una Más",
        "email": "mas@example.test",
        "language": "es",
    }
    for user in people.values():
        assert client_of(user).post(url, data).status_code == 404
    assert client_of(None).post(url, data).status_code == 302
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("name", [name for name in POSTED if name != "invite"])
def test_records_of_another_agency_are_not_reached_through_ones_own(
    scene: Scene, name: str
) -> None:
    rival = Scene()
    place, asked = rival.begin("Ajena"), rival.invite("Ajena Invitada")
    member = membership_of(rival, place)
    url = POSTED[name](scene, member, asked, place)
    data = {"p": f"m{member.pk}", "cohort": str(scene.cohort.pk), "reason": "x"}
    assert scene.browser.post(url, data).status_code == 404
    if name == "nominate":
        data["p"] = f"i{asked.pk}"
        assert scene.browser.post(url, data).status_code == 404
        own = MembershipFactory(agency=scene.agency)
        data = {"p": f"m{own.pk}", "cohort": str(rival.cohort.pk)}
        assert scene.browser.post(url, data).status_code == 400
        assert not CohortPlace.objects.filter(agency=scene.agency).exists()


def test_page_of_a_member_shows_nothing_but_nominations(scene: Scene) -> None:
    """Neither progress nor scores nor courses of other ways, nor her address."""
    made = scene.certify("Rosa del Águila")
    learner = made.enrolment.learner
    alone = scene.new_cohort(name="Curso propio")
    alone.agencies.clear()
    Enrolment.objects.create(
        learner=learner,
        release=alone.release,
        course_key=alone.release.course_key,
        cohort=alone,
        enrolled_at=scene.now,
    )
    member = Membership.objects.get(user=learner)
    page = text_of(scene.browser.get(scene.url("agency_member", member.pk)))
    main = page[page.index("<main") : page.index("</main")]
    assert "Rosa del Águila" in main
    assert scene.cohort.name in main
    for never in ("17,5", "%", "Curso propio", learner.email, made.code, made.printed_code):
        assert never not in main, never
    words = strip_tags(main).replace(scene.cohort.name, "").replace(scene.agency.name, "")
    assert "87" not in re.findall(r"\d+", words)  # an address and a made name may have any number


def test_list_shows_names_states_and_invitations(scene: Scene) -> None:
    scene.certify("Inés de la Cruz Ñahui")
    scene.invite("Saywa", email="saywa@example.test")
    page = text_of(scene.browser.get(scene.url("agency_staff")))
    assert page.index("Inés de la Cruz Ñahui") < page.index("Saywa")
    assert "saywa@example.test" not in page
    narrowed = text_of(scene.browser.get(scene.url("agency_staff"), {"estado": "certified"}))
    assert "Inés de la Cruz Ñahui" in narrowed
    assert "Saywa" not in narrowed


@pytest.mark.parametrize(
    "query",
    ["estado=nada", "unidad=9999999", "cohorte=x", "page=999", "vencen=&antes=", "nombre=%25"],
)
def test_filters_that_make_no_sense_break_nothing(scene: Scene, query: str) -> None:
    assert scene.browser.get(f"{scene.url('agency_staff')}?{query}").status_code == 200


def test_list_costs_the_same_for_one_and_three(scene: Scene) -> None:
    browser = scene.browser
    browser.get(scene.url("agency_staff"))
    numbers = []
    for number in (1, 2):
        for _number in range(number):
            scene.begin("Una Persona")
            scene.invite("Otra Persona")
        with CaptureQueriesContext(connection) as queries:
            browser.get(scene.url("agency_staff"))
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_pages_of_the_list(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.desks.agency.staff.views.PER_PAGE", 2)
    for name in ("Ana", "Bea", "Carla"):
        scene.begin(name)
    url = scene.url("agency_staff")
    pages = [scene.browser.get(url, {"estado": "under_way", "page": n}) for n in (1, 2)]
    names = [[row.person.name for row in page.context["rows"]] for page in pages]
    assert names == [["Ana", "Bea"], ["Carla"]]
    assert "estado=under_way&amp;page=2" in pages[0].content.decode()


def rows_of(answer: Any, kind: str) -> list[list[Any]]:
    if kind == "csv":
        text = answer.content.decode("utf-8-sig")
        return list(csv.reader(StringIO(text, newline=""), delimiter=";"))
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_files_have_the_filtered_list_and_no_formula(scene: Scene, kind: str) -> None:
    scene.cohort.name = "=1+1"
    scene.cohort.save()
    made = scene.certify("Rosa de la Cruz")
    scene.invite("Saywa")
    answer = scene.browser.get(scene.url("agency_staff_file", kind), {"estado": "certified"})
    head, *rows = rows_of(answer, kind)
    assert f".{kind}" in answer["Content-Disposition"]
    assert len(head) == 9
    [row] = rows
    assert (row[0], row[6]) == ("Rosa de la Cruz", "'=1+1")
    assert str(row[8]).startswith(timezone.localdate(made.valid_until).isoformat())
    everybody = rows_of(scene.browser.get(scene.url("agency_staff_file", kind)), kind)
    assert [row[0] for row in everybody[1:]] == ["Delia Coordina", "Rosa de la Cruz", "Saywa"]
    assert scene.browser.get(scene.url("agency_staff_file", "pdf")).status_code == 404


def invited(scene: Scene, **fields: str) -> Any:
    given = {"full_name": "Luz Ñahui", "email": "luz@example.test", "language": "es", **fields}
    return scene.browser.post(scene.url("agency_invite"), given)


def test_one_person_is_invited_by_a_form(scene: Scene) -> None:
    unit = Unit.objects.create(agency=scene.agency, kind=UnitKind.STATION, name="Paso Real")
    answer = invited(scene, unit=str(unit.pk), document_kind="dni", document_number="1234 5678")
    row = invitations().get()
    assert answer["Location"] == scene.url("agency_invitation", row.pk)
    assert (row.full_name, row.unit, row.document_kind) == ("Luz Ñahui", unit, "dni")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "luz"}, "email"),
        ({"full_name": "123"}, "full_name"),
        ({"document_kind": "dni", "document_number": "123"}, "document_number"),
        ({"document_number": "12345678"}, "document_kind"),
        ({"document_kind": "dni"}, "document_number"),
        ({"email": "miembro@example.test"}, "email"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
    scene: Scene, wrong: dict[str, str], field: str
) -> None:
    MembershipFactory(agency=scene.agency, user__email="miembro@example.test")
    answer = invited(scene, **wrong)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    typed = {"full_name": "Luz Ñahui", "email": "luz@example.test", **wrong}
    assert f'value="{typed["full_name"]}"' in text_of(answer)
    assert f'value="{typed["email"]}"' in text_of(answer)
    assert not invitations().exists()


def test_whether_an_address_has_an_account_is_not_told(scene: Scene) -> None:
    UserFactory(email="luz@example.test")
    with_account = invited(scene)
    without = invited(scene, email="nadie@example.test")
    pages = [
        re.sub(
            r"\d+|luz@|nadie@|csrf\S+ value=\S+", "", text_of(scene.browser.get(one["Location"]))
        )
        for one in (with_account, without)
    ]
    assert pages[0][pages[0].index("<main") :] == pages[1][pages[1].index("<main") :]


def test_ticked_people_are_nominated_at_once(scene: Scene) -> None:
    members = [MembershipFactory(agency=scene.agency) for _ in range(2)]
    asked = scene.invite("Invitada")
    scene.cohort.seats = 2
    scene.cohort.save()
    keys = [f"m{members[0].pk}", f"m{members[1].pk}", f"i{asked.pk}"]
    page = scene.browser.get(scene.url("agency_nominate"), {"p": keys})
    assert [name for name in page.context["chosen"].names if name == "Invitada"] == ["Invitada"]
    missing = scene.browser.post(scene.url("agency_nominate"), {"p": keys})
    assert missing.status_code == 400
    assert all(f'value="{key}"' in text_of(missing) for key in keys)
    data = {"p": keys, "cohort": str(scene.cohort.pk)}
    answer = scene.browser.post(scene.url("agency_nominate"), data)
    assert answer["Location"] == f"{scene.url('agency_staff')}?cohorte={scene.cohort.pk}"
    scene.browser.post(scene.url("agency_nominate"), data)
    states = CohortPlace.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [PlaceState.SEATED, PlaceState.SEATED, PlaceState.WAITING]
    told = Notice.objects.filter(kind=NoticeKind.PLACE_CHANGED)
    assert {row.learner_id for row in told} == {one.user_id for one in members}
    assert all(scene.cohort.name not in str(one.body) for one in mail.outbox)


def test_one_refusal_stops_nobody_else_and_tells_no_secret(scene: Scene) -> None:
    """Somebody took the same course alone, and completed it: the agency does not get to know."""
    done = MembershipFactory(agency=scene.agency, user__full_name="Ya Hecha")
    other = MembershipFactory(agency=scene.agency)
    Enrolment.objects.create(
        learner=done.user,
        release=scene.release,
        course_key=scene.release.course_key,
        enrolled_at=scene.now,
        completed_at=scene.now,
        state=EnrolmentState.COMPLETED,
    )
    data = {"p": [f"m{done.pk}", f"m{other.pk}"], "cohort": str(scene.cohort.pk)}
    answer = scene.browser.post(scene.url("agency_nominate"), data, follow=True)
    assert [row.learner for row in CohortPlace.objects.all()] == [other.user]
    [warning] = [str(one) for one in answer.context["messages"] if one.level_tag == "warning"]
    assert "Ya Hecha" in warning
    assert not any(word in warning.lower() for word in ("complet", "termin", "certif"))


def test_cohort_that_is_over_takes_nobody(scene: Scene) -> None:
    member = MembershipFactory(agency=scene.agency)
    scene.cohort.starts_date = scene.cohort.ends_date = timezone.localdate() - DAY
    scene.cohort.save()
    url, data = scene.url("agency_nominate"), {"p": f"m{member.pk}"}
    assert not scene.browser.get(url, data).context["has_cohorts"]
    answer = scene.browser.post(url, {**data, "cohort": str(scene.cohort.pk)})
    assert answer.status_code == 400


def test_nomination_is_withdrawn_with_a_reason_that_the_person_reads(scene: Scene) -> None:
    place = scene.begin("Una Persona")
    url = scene.url("agency_nomination_withdraw", place.pk)
    assert scene.browser.post(url, {"reason": " "}).status_code == 400
    scene.browser.post(url, {"reason": "Cambio de turno"})
    place.refresh_from_db()
    assert (place.state, place.reason) == (PlaceState.WITHDRAWN, "Cambio de turno")
    notice = Notice.objects.filter(learner=place.learner).latest("pk")
    assert "Cambio de turno" in notice.words
    assert scene.browser.get(url).status_code == 404


def test_invitation_is_sent_again_and_taken_back(scene: Scene) -> None:
    row = scene.invite("Invitada")
    send = scene.url("agency_invitation_send", row.pk)
    early = scene.browser.post(send, follow=True)
    assert [one.level_tag for one in early.context["messages"]] == ["warning"]
    invitations().update(created_at=scene.now - DAY, state="done", token_digest="x")
    scene.browser.post(send)
    row = invitations().get()
    assert (row.state, row.token_digest) == ("pending", "")
    scene.browser.post(scene.url("agency_invitation_take_back", row.pk))
    assert invitations().get().withdrawn_at is not None
    assert scene.browser.get(scene.url("agency_invitation", row.pk)).status_code == 404


def test_unit_is_changed_to_one_of_the_agency_only(scene: Scene) -> None:
    member = MembershipFactory(agency=scene.agency)
    own = Unit.objects.create(agency=scene.agency, kind=UnitKind.STATION, name="Paso Real")
    foreign = Unit.objects.create(agency=AgencyFactory(), kind=UnitKind.STATION, name="Ajena")
    url = scene.url("agency_member_unit", member.pk)
    scene.browser.post(url, {"unit": str(own.pk)})
    member.refresh_from_db()
    assert member.unit == own
    assert scene.browser.post(url, {"unit": str(foreign.pk)}).status_code == 400
    member.refresh_from_db()
    assert member.unit == own
    scene.browser.post(url, {"unit": ""})
    member.refresh_from_db()
    assert member.unit is None


def test_membership_ends_on_a_day_and_the_person_is_told(scene: Scene) -> None:
    member = MembershipFactory(agency=scene.agency)
    url, today = scene.url("agency_member_end", member.pk), timezone.localdate()
    for wrong in ("", "2025-12-31", (today + DAY).isoformat()):
        answer = scene.browser.post(url, {"last_date": wrong, "reason": "Traslado"})
        assert answer.status_code == 400
        assert "Traslado" in text_of(answer)
    scene.browser.post(url, {"last_date": (today - DAY).isoformat(), "reason": "Traslado"})
    member.refresh_from_db()
    assert member.until_date == today - DAY
    assert read_reason(AuditEvent.objects.get(action="membership_ended")) == "Traslado"
    notice = Notice.objects.get(kind=NoticeKind.AGENCY_CHANGED)
    assert notice.learner == member.user
    assert scene.browser.get(url).status_code == 404
    former = scene.browser.get(scene.url("agency_staff"), {"antes": "on"})
    assert [row.person.membership_pk for row in former.context["rows"]] == [member.pk]


def test_planned_last_day_is_brought_forward(scene: Scene) -> None:
    today = timezone.localdate()
    ended, left = (
        MembershipFactory(agency=scene.agency, until_date=today + 30 * DAY) for _number in range(2)
    )
    url = scene.url("agency_member_end", ended.pk)
    assert url in text_of(scene.browser.get(scene.url("agency_member", ended.pk)))
    scene.browser.post(url, {"last_date": (today - DAY).isoformat(), "reason": ""})
    own = client_of(left.user)
    url = reverse("leave_agency", args=[left.pk])
    assert url in text_of(own.get(reverse("my_agencies")))
    own.post(url)
    for membership in (ended, left):
        membership.refresh_from_db()
        assert membership.until_date == today - DAY


def test_coordinators_neither_end_coordinators_nor_make_them(scene: Scene) -> None:
    other = make_coordinator(scene.agency)
    member = MembershipFactory(agency=scene.agency)
    last = timezone.localdate().isoformat()
    for user in (scene.coordinator, other):
        own = Membership.objects.get(user=user)
        answer = scene.browser.post(scene.url("agency_member_end", own.pk), {"last_date": last})
        assert answer.status_code == 400
        own.refresh_from_db()
        assert own.until_date is None
    for name in ("agency_member_unit", "agency_member_end"):
        scene.browser.post(
            scene.url(name, member.pk), {"role": "coordinator", "unit": "", "last_date": ""}
        )
    member.refresh_from_db()
    assert member.role == MembershipRole.MEMBER


def test_lapsed_invitation_says_so_and_can_be_sent_again(scene: Scene) -> None:
    row = scene.invite("Invitada")
    invitations().update(expires_at=scene.now - timedelta(days=1), created_at=scene.now - 20 * DAY)
    page = scene.browser.get(scene.url("agency_invitation", row.pk))
    assert page.context["is_lapsed"]
    listed = scene.browser.get(scene.url("agency_staff")).context["rows"]
    assert [one.is_lapsed for one in listed if one.person.is_invited] == [True]
    scene.browser.post(scene.url("agency_invitation_send", row.pk))
    assert not scene.browser.get(scene.url("agency_invitation", row.pk)).context["is_lapsed"]


def test_nomination_of_somebody_who_left_is_out_of_reach(scene: Scene) -> None:
    place = scene.begin("Ya Se Fue")
    url = scene.url("agency_nomination_withdraw", place.pk)
    Membership.objects.filter(user=place.learner).update(until_date=date(2026, 2, 1))
    assert scene.browser.post(url, {"reason": "x"}).status_code == 404
    assert Enrolment.objects.get().state == EnrolmentState.ACTIVE


def test_crafted_post_nominates_no_lapsed_invitation(scene: Scene) -> None:
    row = scene.invite("Invitada")
    invitations().filter(pk=row.pk).update(expires_at=scene.now - DAY)
    data = {"p": [f"i{row.pk}"], "cohort": str(scene.cohort.pk)}
    scene.browser.post(scene.url("agency_nominate"), data)
    assert not CohortPlace.objects.exists()
