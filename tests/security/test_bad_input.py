"""Requests that no browser of ours sends are answered, and never with an error page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lms.accounts.enums import StaffRole
from lms.accounts.models import Membership
from tests.factories import MembershipFactory, UserFactory, make_course
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
PART = b'--x\r\nContent-Disposition: form-data; name="code"\r\n\r\nabc\r\n--x--'


@pytest.mark.parametrize("encoding", ["utf-7", "utf-16", "idna", "hex", "undefined", "latin-1"])
@pytest.mark.parametrize("name", ["verify", "account_login"])
def test_form_in_another_encoding_is_refused(encoding: str, name: str) -> None:
    for kind, body in ((FORM, b"code=+ADw-"), ("multipart/form-data; boundary=x", PART)):
        answer = Client().generic("POST", reverse(name), body, f"{kind}; charset={encoding}")
        assert answer.status_code == 400


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "nothing-known"])
def test_form_in_utf8_is_read(encoding: str) -> None:
    answer = Client().generic("POST", reverse("verify"), b"code=x", f"{FORM}; charset={encoding}")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "https://[evil",
        "javascript:alert(1)",
        "http://testserver@evil.example/",
    ],
)
def test_login_and_logout_lead_nowhere_else(target: str) -> None:
    user = UserFactory()
    client = Client()
    fields: dict[str, Any] = {"login": user.email, "password": PASSWORD, "next": target}

    before = client.post(reverse("account_login"), fields).url
    again = client.get(reverse("account_login"), {"next": target}).url
    after = client.post(reverse("account_logout"), {"next": target}).url

    assert (before, again, after) == (reverse("my_learning"), reverse("my_learning"), "/")


@pytest.mark.parametrize("number", ["9" * 19, "9" * 30, "9" * 5000])
@pytest.mark.parametrize(
    "address",
    [
        "/admin/ediciones/{}/",
        "/admin/preguntas/preview/{}/1/",
        "/admin/person_chooser/chosen/{}/",
        "/admin/bulk/wagtailcore/page/publish/?id={}",
        "/admin/users/?group={}",
        "/mi-aprendizaje/certificado/{}/",
        "/archivo/00000000-0000-0000-0000-000000000000/image/{}/",
    ],
)
def test_number_that_no_row_can_have_is_not_found(address: str, number: str) -> None:
    client = Client()
    client.force_login(UserFactory(role=StaffRole.ADMINISTRATOR))

    assert client.get(address.format(number)).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/admin/bulk/wagtailimages/image/delete/?id=x",
        "/admin/documents/chooser/chosen-multiple/?id=x",
        "/admin/images/chooser/chosen/x/",
        "/admin/person_chooser/chosen-multiple/?id=😀",
        "/admin/snippets/choose/courses/helpline/chosen/٣/",
    ],
)
def test_word_where_a_number_belongs_is_not_found(address: str) -> None:
    client = Client()
    client.force_login(UserFactory(role=StaffRole.ADMINISTRATOR))

    assert client.get(address).status_code in (404, 403)


def test_rich_text_that_is_no_json_is_refused() -> None:
    made = make_course()
    client = Client()
    client.force_login(UserFactory(role=StaffRole.ADMINISTRATOR))
    url = reverse("wagtailadmin_pages:edit", args=[made.modules[0].pk])
    counts = {"objectives-count": "0", "requires-count": "0"}

    assert client.post(url, {**counts, "title": "Texto", "body": "<p>"}).status_code == 400


def test_row_that_others_need_is_not_deleted() -> None:
    membership = MembershipFactory()
    client = Client()
    client.force_login(UserFactory(role=StaffRole.ADMINISTRATOR))
    url = reverse("agencies:delete", args=[membership.agency_id])

    answer = client.post(url)

    assert (answer.status_code, answer.url) == (302, url)
    assert Membership.objects.count() == 1
