"""The page of help and the wish to be contacted: who sees what, and that nothing is lost."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.accounts.care.reading import care, own_wish, wishes
from lms.accounts.care.services import send_wish
from lms.accounts.codes.services import make_code, use_code
from lms.accounts.models import CareSettings, ContactWish, User
from lms.core.models import AuditEvent
from tests.accounts.pages import csrf_client, hidden_fields
from tests.factories import AgencyFactory, UserFactory, make_course
from tests.factories.accounts import PASSWORD
from tests.factories.paper import make_person_without_mail, name_for_care
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db
URL = "/ayuda/contacto/"
LIST = "/ayuda/pedidos/"
GIVEN = {"way": "telephone", "address": "987 654 321", "hour": "martes de 3 a 5"}


@pytest.fixture
def cast() -> Cast:
    return make_cast(make_course(lessons=1, questions=0))


def _sent(user: User, **more: Any) -> ContactWish:
    given = {**GIVEN, "may_leave_message": False, **more}
    return send_wish(user=user, now=timezone.now(), **given)


def _form(client: Client) -> dict[str, str]:
    main = client.get(URL).content.decode().partition("<main")[2]
    return {**hidden_fields(main), **GIVEN}


def test_page_shows_help_to_everybody_and_no_form_while_nobody_is_named(cast: Cast) -> None:
    assert cast.statuses(URL) == dict.fromkeys(cast.people, 200)
    for person in cast.people.values():
        html = client_of(person).get(URL).content.decode()
        assert "helplines-full" in html
        assert 'name="hour"' not in html
    answer = client_of(cast.learner).post(URL, GIVEN, follow=True)
    assert not wishes().exists()
    assert len(list(answer.context["messages"])) == 1


def test_page_says_who_reads_and_how_long_it_is_kept(cast: Cast) -> None:
    name_for_care(UserFactory(display_name="Paloma Reyes"), keep_days=17)
    html = client_of(cast.learner).get(URL).content.decode()
    assert "Paloma Reyes" in html
    assert re.search(r"\b17\b", html)
    assert "<textarea" not in html
    anonymous = Client().get(URL).content.decode()
    assert 'name="hour"' not in anonymous
    assert f"/accounts/login/?next={URL}" in anonymous


def test_wish_is_sent_seen_replaced_and_taken_back(cast: Cast) -> None:
    name_for_care(UserFactory())
    client = client_of(cast.learner)
    assert client.post(URL, GIVEN)["Location"] == URL
    html = client.get(URL).content.decode()
    assert "take_back" in html
    assert GIVEN["address"] not in html
    client.post(URL, {**GIVEN, "way": "page", "hour": "viernes", "may_leave_message": "on"})
    own = own_wish(cast.learner, care(on=timezone.localdate()), now=timezone.now())
    assert own is not None
    words = own.words
    assert (words.way, words.address, words.hour, words.may_leave_message) == (
        "page",
        "",
        "viernes",
        True,
    )
    assert "viernes" not in client_of(cast.trainer).get(URL).content.decode()
    client.post(URL, {"take_back": "1"})
    assert not wishes().exists()


def test_no_story_is_taken_whatever_is_posted(cast: Cast) -> None:
    name_for_care(UserFactory())
    story = "lo que me pasó fue"
    extra = dict.fromkeys(("text", "story", "message", "answer", "readers"), story)
    client_of(cast.learner).post(URL, {**GIVEN, **extra})
    own = own_wish(cast.learner, care(on=timezone.localdate()), now=timezone.now())
    assert own is not None
    assert story not in repr(own.words)
    assert client_of(cast.learner).post(URL, {**GIVEN, "hour": "x" * 101}).status_code == 400


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"way": "pigeon"}, "way"),
        ({"address": ""}, "address"),
        ({"address": "llámeme"}, "address"),
        ({"way": "email", "address": "987 654 321"}, "address"),
        ({"hour": ""}, "hour"),
    ],
)
def test_bad_input_stands_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, given: dict[str, str], field: str
) -> None:
    name_for_care(UserFactory())
    answer = client_of(cast.learner).post(URL, {**GIVEN, **given})
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, {field})
    kept = "hour" if field != "hour" else "address"
    assert f'value="{GIVEN[kept]}"' in answer.content.decode()
    assert not wishes().exists()


def test_named_people_alone_read_and_each_reading_is_noted(cast: Cast) -> None:
    named = UserFactory()
    name_for_care(named)
    wish = _sent(cast.learner)
    page = f"{LIST}{wish.pk}/"
    cast.people["named"] = named
    expected = {**dict.fromkeys(cast.people, 404), "named": 200, "nobody": 302}
    assert cast.statuses(LIST) == expected
    assert cast.statuses(page) == expected
    assert cast.statuses(page, method="post", handled="1") == {**expected, "named": 302}
    events = AuditEvent.objects.filter(action__startswith="contact_wish").order_by("pk")
    noted = events.values_list("action", "actor_id", "subject_id", "target_id", "reason")
    assert list(noted) == [
        ("contact_wish_read", named.pk, None, str(wish.pk), ""),
        ("contact_wish_handled", named.pk, None, str(wish.pk), ""),
    ]
    assert LIST in client_of(named).get(URL).content.decode()
    assert GIVEN["address"] not in client_of(named).get(page).content.decode()


def test_person_who_is_named_no_more_reads_nothing_and_neither_does_her_successor(
    cast: Cast,
) -> None:
    named, later = UserFactory(), UserFactory()
    name_for_care(named)
    wish = _sent(cast.learner)
    name_for_care(later)
    assert client_of(named).get(LIST).status_code == 404
    assert client_of(later).get(LIST).context["wishes"] == []
    for reader in (named, later):
        assert client_of(reader).get(f"{LIST}{wish.pk}/").status_code == 404
    name_for_care()
    html = client_of(cast.learner).get(URL).content.decode()
    assert "take_back" in html
    assert 'name="hour"' not in html


def test_answer_on_the_page_is_read_by_the_person(cast: Cast) -> None:
    named = UserFactory()
    name_for_care(named)
    wish = _sent(cast.learner, way="page", address="")
    page = f"{LIST}{wish.pk}/"
    assert client_of(named).post(page, {"text": ""}).status_code == 400
    client_of(named).post(page, {"text": "Mañana a las 3 la espera la línea 1818."})
    assert "la espera la línea 1818" in client_of(cast.learner).get(URL).content.decode()


def test_page_never_shows_the_way_back_nor_an_answer_to_who_came_by_a_later_code() -> None:
    named, person = UserFactory(), make_person_without_mail(AgencyFactory())
    name_for_care(named)
    wish = _sent(person, hour="sábado a las 7")
    page = f"{LIST}{wish.pk}/"
    answer = {"text": "La espera la línea 1818."}
    client_of(named).post(page, answer)
    html = client_of(person).get(URL).content.decode()
    assert answer["text"] in html
    assert 'id="care-code"' in html
    assert 'id="care-code"' not in client_of(named).get(URL).content.decode()
    assert not [word for word in ("987 654 321", "sábado") if word in html]
    assert not client_of(named).get(page).context["is_held"]

    code = make_code(user=person, acting_user=UserFactory(), now=timezone.now())
    use_code(
        username=str(person.username),
        code=code,
        new_password=PASSWORD,
        full_name=person.full_name,
        now=timezone.now(),
    )
    held = client_of(User.objects.get(pk=person.pk)).get(URL)
    assert held.context["own"].is_held
    html = held.content.decode()
    assert not [word for word in ("987 654 321", "sábado", answer["text"]) if word in html]
    assert client_of(named).get(page).context["is_held"]

    again = _sent(person)
    client_of(named).post(f"{LIST}{again.pk}/", answer)
    assert answer["text"] in client_of(User.objects.get(pk=person.pk)).get(URL).content.decode()


def test_wish_is_on_no_desk_and_no_list_of_the_admin(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    name_for_care(UserFactory())
    client_of(cast.learner).post(URL, {**GIVEN, "hour": "solo-los-martes"})
    agency = cast.coordinator.memberships.get().agency_id
    pages = [
        (cast.coordinator, reverse("agency_home", args=[agency])),
        (cast.coordinator, reverse("agency_staff", args=[agency])),
        (cast.trainer, reverse("trainer_desk")),
        (cast.administrator, f"/admin/users/edit/{cast.learner.pk}/"),
        (cast.administrator, "/admin/reports/site-history/"),
        (cast.learner, reverse("my_learning")),
    ]
    for person, url in pages:
        html = client_of(person).get(url).content.decode()
        assert not [word for word in ("solo-los-martes", "987 654 321") if word in html], url
    assert not AuditEvent.objects.filter(actor_id=cast.learner.pk).exists()
    assert "solo-los-martes" not in caplog.text


def test_session_that_ended_loses_nothing_of_the_wish(cast: Cast) -> None:
    name_for_care(UserFactory())
    client = client_of(cast.learner)
    fields = _form(client)
    Session.objects.all().delete()
    page = client.post(URL, fields)
    assert page.status_code == 401
    assert "martes" not in page.content.decode()
    login = {"login": cast.learner.email, "password": PASSWORD}
    sent = client.post("/accounts/login/", {**hidden_fields(page.content.decode()), **login})
    assert sent.context["carried"].path == URL
    assert client.post(URL, dict(sent.context["carried"].fields))["Location"] == URL
    own = own_wish(cast.learner, care(on=timezone.localdate()), now=timezone.now())
    assert own is not None
    assert own.words.hour == GIVEN["hour"]


def test_forged_form_sends_nothing_and_one_of_another_account_neither(cast: Cast) -> None:
    name_for_care(UserFactory())
    strict = csrf_client()
    strict.force_login(cast.learner)
    assert strict.post(URL, GIVEN).status_code == 403
    fields = _form(client_of(cast.learner))
    assert client_of(cast.stranger).post(URL, fields).status_code == 409
    assert not wishes().exists()


def test_every_page_leads_there_whoever_is_logged_in_and_the_form_for_questions_too(
    cast: Cast,
) -> None:
    home = reverse("my_learning")
    assert f'href="{URL}"' in client_of(cast.learner).get(home).content.decode()
    assert f'href="{URL}"' not in Client().get("/accounts/login/").content.decode()
    assert f'href="{URL}"' in Client().get("/ayuda/").content.decode()
    ask = reverse("ask_question", args=[cast.made.lessons[0].translation_key])
    page = client_of(cast.learner).get(ask).content.decode().partition("<main")[2]
    assert f'href="{URL}"' in page.partition("</main>")[0]


def test_only_administrators_change_who_is_named(cast: Cast) -> None:
    name_for_care(UserFactory())
    url = f"/admin/settings/accounts/caresettings/{CareSettings.objects.get().pk}/"
    assert client_of(cast.administrator).get(url).status_code == 200
    for person in (cast.trainer, cast.coordinator, cast.learner):
        assert client_of(person).get(url).status_code == 302
    trainer = {"first_person": cast.trainer.pk, "second_person": "", "keep_days": 5}
    client_of(cast.administrator).post(url, trainer)
    assert CareSettings.objects.get().first_person != cast.trainer
    client_of(cast.administrator).post(url, {**trainer, "first_person": cast.stranger.pk})
    assert CareSettings.objects.get().first_person == cast.stranger
    granted = Permission.objects.filter(codename="change_caresettings", group__isnull=False)
    assert set(granted.values_list("group__name", flat=True)) == {"administrator"}
