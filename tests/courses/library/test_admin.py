"""The library in the admin: who may do what, what forms refuse, and the press “checked today”."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from courses.library.checking import due_checks
from courses.library.services import CheckRefused, mark_checked
from courses.models import Card, Helpline, Service
from lms.accounts.enums import StaffRole
from lms.accounts.models import User
from lms.core.models import AuditEvent, SiteTerm
from lms.core.terms import worded
from tests.courses.authoring import client_of, make_trainer
from tests.factories import UserFactory
from tests.factories.library import make_card, make_helpline, make_service

pytestmark = pytest.mark.django_db
LIST = "/admin/verificaciones/"


@pytest.fixture
def gina() -> User:
    found: User = UserFactory(role=StaffRole.ADMINISTRATOR)
    return found


def audit() -> list[tuple[str, str]]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", "target_id"))


def test_list_has_what_was_never_checked_and_what_is_long_ago() -> None:
    today = timezone.localdate()
    make_helpline("105", verified_on=today - timedelta(days=181))
    make_helpline("106", verified_on=today - timedelta(days=179))
    make_helpline("100", verified_on=today)
    make_helpline("100", "en")
    make_service("vieja", verified_on=today - timedelta(days=180))
    make_service("nunca")

    found = [(one.record, one.verified_on) for one in due_checks(today=today)]

    assert found == [
        ("helpline:100", None),
        ("service:nunca", None),
        ("helpline:105", today - timedelta(days=181)),
        ("service:vieja", today - timedelta(days=180)),
    ]


def test_press_marks_every_language_and_says_who(gina: User, now: datetime) -> None:
    lines = [make_helpline("105"), make_helpline("105", "en")]
    other = make_helpline("106")

    for _press in range(2):
        mark_checked(kind="helpline", key="105", acting_user=gina, now=now)

    assert set(Helpline.objects.filter(key="105").values_list("verified_on", flat=True)) == {
        timezone.localdate(now)
    }
    other.refresh_from_db()
    assert other.verified_on is None
    assert audit() == [("helpline_checked", str(line.pk)) for line in lines]
    assert set(AuditEvent.objects.values_list("actor_id", flat=True)) == {gina.pk}


@pytest.mark.parametrize("kind", ["service", "helpline", "user", ""])
def test_press_on_what_is_gone_is_refused(gina: User, now: datetime, kind: str) -> None:
    with pytest.raises(CheckRefused):
        mark_checked(kind=kind, key="nada", acting_user=gina, now=now)


def test_administrator_presses_in_the_list(gina: User) -> None:
    make_service("defensa")
    client = client_of(gina)

    page = client.get(LIST).content.decode()
    answer = client.post(f"{LIST}hoy/", {"record": "service:defensa"}, follow=True)

    assert 'value="service:defensa"' in page
    assert 'value="service:defensa"' not in answer.content.decode()
    assert Service.objects.get().verified_on == timezone.localdate()


def test_list_is_for_administrators_and_its_button_for_posts(gina: User) -> None:
    trainer = client_of(make_trainer())
    make_service("defensa")

    assert trainer.get(LIST).status_code in (302, 403)
    assert trainer.post(f"{LIST}hoy/", {"record": "service:defensa"}).status_code in (302, 403)
    assert client_of(gina).get(f"{LIST}hoy/").status_code == 405
    assert Service.objects.get().verified_on is None


def test_first_page_tells_administrators_what_is_due(gina: User) -> None:
    make_service("defensa")
    url = reverse("verificaciones:index")

    assert f'href="{url}"' in client_of(gina).get("/admin/").content.decode()
    assert f'href="{url}"' not in client_of(make_trainer()).get("/admin/").content.decode()


def service_post(**changes: Any) -> dict[str, str]:
    values = {
        "key": "nueva",
        "kind": "legal",
        "name_es": "Oficina",
        "name_en": "Office",
        "purpose_es": "Orienta",
        "purpose_en": "Guides",
        "source": "Ficha",
        "source_read_on": "2026-11-23",
        "sort_order": "0",
    }
    return {**values, **changes}


def test_administrator_adds_a_service_with_history(gina: User) -> None:
    client = client_of(gina)
    url = reverse("wagtailsnippets_courses_service:add")

    client.post(url, service_post())

    service = Service.objects.get()
    history = client.get(reverse("wagtailsnippets_courses_service:history", args=[service.pk]))
    assert service.name_es == "Oficina"
    assert history.status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose_es": "Va al albergue de la zona"}, "purpose_es"),
        ({"purpose_en": "With a {{enfoqe}}"}, "purpose_en"),
    ],
)
def test_service_form_refuses_at_the_field_and_loses_nothing(
    gina: User, changes: dict[str, str], field: str
) -> None:
    url = reverse("wagtailsnippets_courses_service:add")

    answer = client_of(gina).post(url, service_post(**changes))

    assert list(answer.context["form"].errors) == [field]
    assert changes[field] in answer.content.decode()
    assert Service.objects.count() == 0


def test_card_form_refuses_places_and_unknown_terms(gina: User) -> None:
    card = make_card()
    url = reverse("wagtailsnippets_courses_card:edit", args=[card.pk])
    post = {
        "key": card.key,
        "title": "Hogar de refugio",
        "purpose": "Con {{nada}}",
        "body": streamfield([("text", rich_text("<p>Con {{nada}}</p>"))]),
        "last_reviewed_date": "2026-11-23",
        "review_due_date": "2027-05-23",
        "sort_order": "0",
    }

    answer = client_of(gina).post(url, nested_form_data(post))

    assert sorted(answer.context["form"].errors) == ["body", "purpose", "title"]
    assert Card.objects.get().title == "Ficha ficha"


def test_owner_words_a_term_and_its_key_stays(gina: User) -> None:
    term = SiteTerm.objects.get()
    url = reverse("wagtailsnippets_core_siteterm:edit", args=[term.pk])
    client = client_of(gina)
    wording = "enfoque de igualdad de oportunidades entre mujeres y hombres"
    post = {"key": "enfoque", "text_es": wording, "text_en": "equal opportunities approach"}

    client.post(url, post)
    refused = client.post(url, {**post, "key": "otro"})

    assert worded("Con {{enfoque}}", "es") == f"Con {wording}"
    assert list(refused.context["form"].errors) == ["key"]
    assert SiteTerm.objects.get().key == "enfoque"
