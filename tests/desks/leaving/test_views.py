"""Closing an account in the browser: what is said, what is asked, and what GET never does."""

from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext

from certificates.enums import CertificateState
from lms.accounts.enums import ErasureGround, MembershipRole, StaffRole
from lms.accounts.models import ERASED_NAME, ErasureMail, ErasureRecord, User
from lms.core.enums import OutboxState
from lms.desks.leaving import services
from lms.desks.leaving.queries import to_hand_over
from tests.factories import MembershipFactory, UserFactory
from tests.factories.accounts import PASSWORD
from tests.factories.everything import MAIL, make_everything
from tests.factories.paper import name_for_care
from tests.learning.cast import client_of

pytestmark = pytest.mark.django_db
PAGE = "/mi-aprendizaje/cerrar-cuenta/"
CONFIRM = PAGE + "confirmar/"
SURE = {"password": PASSWORD, "is_sure": "on"}


def person_and_client(**fields: Any) -> tuple[User, Client]:
    user = UserFactory(**fields)
    return user, client_of(user)


def is_there(user: User) -> bool:
    return User.objects.get(pk=user.pk).erased_at is None


def test_pages_say_what_is_there_and_change_nothing(now: datetime) -> None:
    scene = make_everything(now=now)
    client = client_of(scene.person)

    page = client.get(PAGE)
    confirm = client.get(CONFIRM, {"certificates": "conservar"})

    html, lines = page.content.decode(), page.context["overview"].lines
    assert {line.step.key for line in lines} >= {"appeals", "certificates", "places", "audit"}
    assert all(escape(f"{line.step.rule}") in html for line in lines)
    assert confirm.status_code == 200
    assert is_there(scene.person)


def test_certificates_need_a_choice(now: datetime) -> None:
    scene = make_everything(now=now)
    client = client_of(scene.person)

    answer = client.post(CONFIRM, SURE, follow=True)

    assert "certificates" in answer.context["form"].errors
    assert is_there(scene.person)


def test_closing_ends_every_visit_and_shows_the_register_once(now: datetime) -> None:
    scene = make_everything(now=now)
    scene.person.authenticator_set.all().delete()
    client, other = scene.client, scene.client.__class__()
    other.post("/accounts/login/", {"login": MAIL, "password": PASSWORD})

    answer = client.post(CONFIRM, {**SURE, "certificates": "retirar"}, follow=True)

    record = ErasureRecord.objects.get()
    html = answer.content.decode()
    assert answer.redirect_chain == [("/cuenta-cerrada/", 302)]
    assert [line["title"] in html for line in record.lines] == [True] * len(record.lines)
    assert client.get(reverse("closing_text"))["Content-Type"] == "text/plain; charset=utf-8"
    assert [one.get(reverse("profile")).status_code for one in (client, other)] == [302, 302]
    assert Client().get("/cuenta-cerrada/").status_code == 404
    assert (
        Client().post("/accounts/login/", {"login": MAIL, "password": PASSWORD}).status_code == 200
    )
    scene.certificate.refresh_from_db()
    assert scene.certificate.state(now=now) == CertificateState.REVOKED


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"password": "no-es-esta"}, "password"),
        ({"is_sure": ""}, "is_sure"),
        ({"password": ""}, "password"),
    ],
)
def test_wrong_confirmation_closes_nothing(wrong: dict[str, str], field: str) -> None:
    user, client = person_and_client()

    answer = client.post(CONFIRM, {**SURE, **wrong})

    assert list(answer.context["form"].errors) == [field]
    assert is_there(user)


def test_second_step_is_asked_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    user, client = person_and_client()
    monkeypatch.setattr("lms.desks.leaving.views.has_authenticator", lambda person: True)

    answer = client.post(CONFIRM, {**SURE, "code": "000000"})

    assert list(answer.context["form"].errors) == ["code"]
    assert is_there(user)


def test_only_administrator_and_others_hand_over_first(now: datetime) -> None:
    gina, client = person_and_client(role=StaffRole.ADMINISTRATOR)
    MembershipFactory(user=gina, role=MembershipRole.COORDINATOR)
    name_for_care(gina)

    answer = client.post(CONFIRM, SURE, follow=True)

    assert len(answer.context["hand_over"]) == 3
    assert is_there(gina)
    UserFactory(role=StaffRole.ADMINISTRATOR)
    assert len(to_hand_over(gina, on=now.date())) == 2


def test_person_without_mail_is_erased_by_an_administrator(now: datetime) -> None:
    user = UserFactory(email=None, username="rosa.puno")
    gina = UserFactory(role=StaffRole.ADMINISTRATOR)
    client = client_of(gina)
    page = reverse("supresiones:erase", args=[user.pk])

    before = client.get(page).status_code
    client.post("/accounts/reauthenticate/?next=/", {"password": PASSWORD})
    client.post(page, {})
    is_left = is_there(user)
    client.post(page, {"ground": "letter", "is_checked": "on"})

    record = ErasureRecord.objects.get()
    assert (before, is_left) == (302, True)
    assert (is_there(user), record.ground) == (False, ErasureGround.LETTER)
    assert ErasureMail.objects.count() == 0
    assert record in client.get(reverse("supresiones:index")).context["page_obj"].object_list
    assert client.get(page).status_code == 404
    assert user not in client.get(reverse("wagtailusers_users:index")).context["object_list"]
    assert client.get(reverse("wagtailusers_users:edit", args=[user.pk])).status_code == 404
    chosen = client.get(reverse("person_chooser:choose"))
    assert f"/chosen/{user.pk}/" not in chosen.content.decode()


def test_register_list_takes_the_same_queries_for_one_and_three(
    now: datetime, django_assert_num_queries: Any
) -> None:
    client = client_of(UserFactory(role=StaffRole.ADMINISTRATOR))
    page = reverse("supresiones:index")
    line = {"erased_at": now, "ground": ErasureGround.SELF}
    rows = [{"kind": "x", "title": "Avisos", "fate": "deleted", "count": 1, "rule": ""}]
    ErasureRecord.objects.create(**line, lines=rows)
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    ErasureRecord.objects.bulk_create(ErasureRecord(**line, lines=rows) for _ in range(2))
    with django_assert_num_queries(len(one)):
        client.get(page)


def test_database_refuses_an_erased_person_with_a_name_or_a_password(now: datetime) -> None:
    user = UserFactory()
    erase = {"user": user, "acting_user": user, "ground": ErasureGround.SELF, "now": now}
    services.erase_person(keeps_certificates=True, **erase)

    for change in (
        {"full_name": "Rosa"},
        {"password": "x"},
        {"email": "a@b.test"},
        {"is_active": True},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=user.pk).update(**change)
    with pytest.raises(services.ErasedBefore):
        services.erase_person(keeps_certificates=True, **erase)
    assert str(User.objects.get(pk=user.pk)) == gettext("Erased account")


def test_mail_goes_once_and_its_address_is_deleted(now: datetime) -> None:
    user = UserFactory(email="ultima@correo.test")
    services.erase_person(
        user=user, acting_user=user, ground=ErasureGround.SELF, keeps_certificates=True, now=now
    )
    row = ErasureMail.objects.get()

    sent = [services.send_erasure_mail(mail_id=row.pk, now=now) for _try in range(2)]

    assert (sent, [one.to for one in mail.outbox]) == ([True, False], [["ultima@correo.test"]])
    assert ERASED_NAME not in mail.outbox[0].subject
    assert ErasureMail.objects.count() == 0


def test_mail_that_is_given_up_takes_the_address_along(now: datetime) -> None:
    user = UserFactory()
    services.erase_person(
        user=user, acting_user=user, ground=ErasureGround.SELF, keeps_certificates=True, now=now
    )
    ErasureMail.objects.update(state=OutboxState.FAILED, failure="SMTPException")

    services.resend_stale_erasure_mails(now=now)

    assert ErasureMail.objects.count() == 0
