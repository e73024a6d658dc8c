"""The coordinator's desk: who comes in, and that it speaks both languages."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from certificates.codes import new_code
from certificates.models import ApiToken, CertificateCheck
from lms.accounts.enums import MembershipRole
from tests.desks.agency.desk_scene import Desk
from tests.factories import AgencyFactory, MembershipFactory
from tests.learning.cast import client_of

pytestmark = pytest.mark.django_db


def test_desk_is_for_coordinators(desk: Desk) -> None:
    expected = {
        "learner": 404,
        "trainer": 404,
        "coordinator": 200,
        "administrator": 404,
        "stranger": 404,
        "nobody": 302,
    }
    share, key = desk.share(desk.certificate()), desk.key()
    paths = [
        reverse("agency_desk"),
        desk.url("agency_home"),
        desk.url("agency_check"),
        desk.url("agency_shared"),
        desk.url("agency_keys"),
        desk.url("agency_key_add"),
        desk.url("agency_key_end", key.pk),
    ]

    assert {path: desk.cast.statuses(path) for path in paths} == dict.fromkeys(paths, expected)
    file = desk.url("agency_shared_pdf", share.pk)
    assert desk.cast.statuses(file) == {**expected, "coordinator": 302}
    assert reverse("agency_desk") == "/agencia/"


@pytest.mark.parametrize("name", ["agency_check", "agency_key_add", "agency_key_end"])
def test_others_write_nothing(desk: Desk, name: str) -> None:
    key = desk.key()
    url = desk.url(name, *([key.pk] if name == "agency_key_end" else []))
    statuses = desk.cast.statuses(url, method="post", codes=new_code(), name="x", scope="state")

    del statuses["coordinator"]
    assert set(statuses.values()) == {404, 302}
    assert ApiToken.objects.exclude(revoked_at=None).exclude(agency=desk.agency).count() == 0
    assert CertificateCheck.objects.count() == 0


def test_coordinator_of_another_agency_sees_nothing_of_this_one(desk: Desk) -> None:
    share, key = desk.share(desk.certificate()), desk.key()
    other = MembershipFactory(role=MembershipRole.COORDINATOR)
    browser = client_of(other.user)
    paths = [
        desk.url("agency_home"),
        desk.url("agency_keys"),
        # their own agency, the other's records
        reverse("agency_shared_pdf", args=[other.agency_id, share.pk]),
        reverse("agency_key_end", args=[other.agency_id, key.pk]),
    ]

    assert [browser.get(path).status_code for path in paths] == [404] * 4
    assert browser.post(paths[3]).status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"role": MembershipRole.MEMBER}, 404),
        ({"until_date": timezone.localdate() - timedelta(days=1)}, 404),
        ({"from_date": timezone.localdate() + timedelta(days=1)}, 404),
        ({"until_date": timezone.localdate()}, 200),
    ],
)
def test_desk_ends_with_the_role(desk: Desk, changes: dict[str, Any], status: int) -> None:
    desk.cast.coordinator.memberships.update(**changes)

    assert desk.browser.get(reverse("agency_desk")).status_code == status
    assert desk.browser.get(desk.url("agency_home")).status_code == status


def test_coordinator_of_two_agencies_chooses(desk: Desk) -> None:
    second = AgencyFactory(name="Albergue")
    MembershipFactory(user=desk.cast.coordinator, agency=second, role=MembershipRole.COORDINATOR)

    answer = desk.browser.get(reverse("agency_desk"))

    assert [one.name for one in answer.context["agencies"]] == ["Albergue", desk.agency.name]
    assert desk.browser.get(reverse("agency_home", args=[second.pk])).status_code == 200


def test_login_tells_the_menu_who_coordinates(desk: Desk) -> None:
    people = (desk.cast.coordinator, desk.cast.learner, desk.cast.trainer)

    noted = [client_of(user).session.get("is_coordinator", False) for user in people]

    assert noted == [True, False, False]
    page = desk.browser.get(reverse("my_learning")).content.decode()
    assert page.count('href="/agencia/"') == 2


@pytest.mark.parametrize("name", ["agency_check", "agency_shared", "agency_keys"])
def test_pages_speak_both_languages(desk: Desk, name: str) -> None:
    with translation.override("en"):
        url = desk.url(name)

    assert url.startswith("/en/agencia/")
    assert b'lang="en"' in desk.browser.get(url).content
