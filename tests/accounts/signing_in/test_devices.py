"""New devices, visits that are ended, and keys that open once."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse

from lms.accounts.models import KnownDevice, User
from lms.accounts.signing_in import limits, services
from lms.accounts.signing_in.browsers import browser_kind
from lms.accounts.signing_in.cookies import secret_of, signed
from lms.accounts.signing_in.doors import door_of
from lms.accounts.signing_in.services import NO_ADDRESS
from lms.core.enums import OutboxState
from tests.factories import UserFactory
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
AGENT = "Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0"


def log_in(user: User, client: Client | None = None) -> Client:
    client = client or Client(headers={"user-agent": AGENT})
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert "_auth_user_id" in client.session
    return client


def waiting() -> list[int]:
    rows = KnownDevice.objects.filter(state=OutboxState.PENDING)
    return list(rows.values_list("pk", flat=True))


def test_second_device_is_told_once_and_the_first_never(now: datetime) -> None:
    user = UserFactory()
    first = log_in(user)
    first.post("/accounts/logout/")
    log_in(user, first)
    told_before = waiting()

    log_in(user)
    pks = waiting()
    sent = [services.send_device_mail(device_id=pks[0], now=now) for _try in range(2)]

    message = mail.outbox[-1]
    assert (told_before, len(pks), sent) == ([], 1, [True, False])
    assert message.to == [user.email]
    assert "trata" not in (message.subject + message.body).lower()
    assert "127.0.0.1" not in message.body


def test_visits_keep_the_kind_of_browser_and_no_address() -> None:
    user = UserFactory()
    client = log_in(user)

    session = UserSession.objects.get(user=user)
    html = client.get(reverse("usersessions_list")).content.decode()

    assert (session.ip, session.user_agent) == (NO_ADDRESS, "Firefox, Android")
    assert "Firefox, Android" in html
    assert NO_ADDRESS not in html


def test_one_visit_or_all_others_are_ended_and_nobody_elses() -> None:
    user, stranger = UserFactory(), UserFactory()
    mine, second, third = (log_in(user) for _device in range(3))
    hers = log_in(stranger)
    number = UserSession.objects.get(session_key=second.session.session_key).pk
    foreign = UserSession.objects.get(user=stranger).pk

    statuses = [
        mine.post(reverse("end_session", args=[pk])).status_code for pk in (number, foreign)
    ]
    mine.post(reverse("usersessions_list"))

    profile = reverse("profile")
    seen = [one.get(profile).status_code for one in (mine, second, third, hers)]
    assert (statuses, seen) == ([302, 404], [200, 302, 302, 200])
    assert KnownDevice.objects.filter(user=user).count() == 1


def test_reset_opens_once_and_ends_every_visit_device_and_wait(now: datetime) -> None:
    user = UserFactory()
    elsewhere = log_in(user)
    tried = door_of(login=user.email or "", address="10.0.0.2", device_digest="")
    for _try in range(6):
        limits.take_try(replace(tried, network=f"{_try:064}"), now=now)
    links = []
    for _mail in range(2):
        Client().post(reverse("account_reset_password"), {"email": user.email})
        links.append(re.findall(r"https?://\S+/key/\S+", mail.outbox[-1].body)[0])
    new = {"password1": "otra-clave-muy-larga", "password2": "otra-clave-muy-larga"}

    opened = []
    for link in links:
        client = Client()
        path = client.get("/" + link.split("/", 3)[3])
        opened.append(path.status_code == 302)
        if opened[-1]:
            client.post(path["Location"], new)

    waited = limits.take_try(tried, now=now)
    assert (opened, waited) == ([True, False], 0)
    assert elsewhere.get(reverse("profile")).status_code == 302
    assert KnownDevice.objects.filter(user=user).count() == 0


def test_device_in_hand_stays_known_after_a_change_so_that_the_next_one_is_told() -> None:
    user = UserFactory()
    mine, lost = log_in(user), log_in(user)
    KnownDevice.objects.update(state=OutboxState.DONE)
    old, new = PASSWORD, "otra-clave-muy-larga"

    mine.post(
        reverse("account_change_password"),
        {"oldpassword": old, "password1": new, "password2": new},
    )
    known = KnownDevice.objects.filter(user=user).count()
    lost.post("/accounts/login/", {"login": user.email, "password": new})

    assert (known, len(waiting())) == (1, 1)


def test_cookie_of_somebody_else_or_made_up_is_no_device(settings: Any) -> None:
    cookie = signed("secreto")
    settings.SECRET_KEY = "x" * 60
    assert [secret_of(one) for one in (cookie, "", "palabra:firma:otra")] == ["", "", ""]


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        (AGENT, "Firefox, Android"),
        ("", ""),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Edg/130", "Edge, Windows"),
    ],
)
def test_browser_kind(agent: str, kind: str) -> None:
    assert browser_kind(agent) == kind


def test_devices_are_few_and_forgotten_after_a_year(now: datetime) -> None:
    user = UserFactory()
    for number in range(25):
        services.remember_device(
            user=user, digest=f"{number:064}", browser="", is_first=True, now=now
        )

    assert KnownDevice.objects.filter(user=user).count() == services.MOST_DEVICES
    assert services.forget_old_devices(now=now + timedelta(days=366)) == services.MOST_DEVICES
