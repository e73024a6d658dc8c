"""Agreeing, taking it back, and the texts that people agree to."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from lms.accounts.enums import ConsentPurpose, ConsentWay, DocumentKind
from lms.accounts.models import Consent, ConsentText, User
from lms.accounts.privacy.queries import consenting, has_consent, is_required_answer_due
from lms.accounts.privacy.services import (
    ConsentRefused,
    decline_consent,
    ensure_texts,
    give_consent,
    withdraw_consent,
)
from lms.accounts.services import clear_identity_document, set_identity_document
from lms.core.models import AuditEvent
from tests.factories import UserFactory
from tests.factories.accounts import PASSWORD
from tests.factories.privacy import agree, next_text
from tests.learning.cast import client_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
PARTICIPATION, DOCUMENT, FOLLOW_UP = ConsentPurpose
TOPIC = ("trata ", "víctima", "traffick", "victim", "explota")


def test_every_purpose_has_a_shipped_text_that_names_no_topic() -> None:
    ensure_texts(now=NOW)
    texts = list(ConsentText.objects.order_by("purpose"))
    assert [(text.purpose, text.number) for text in texts] == sorted(
        (purpose.value, 1) for purpose in ConsentPurpose
    )
    for text in texts:
        said = " ".join((text.title_es, text.title_en, text.words_es, text.words_en)).lower()
        assert not any(word in said for word in TOPIC)


def test_yes_stands_until_it_is_taken_back_and_each_step_is_noted() -> None:
    person, other = UserFactory(), UserFactory()
    for _press in range(2):
        give_consent(user=person, purpose=FOLLOW_UP, way=ConsentWay.PAGE, now=NOW)
    assert has_consent(person, FOLLOW_UP)
    assert list(consenting(FOLLOW_UP)) == [person]
    assert not has_consent(other, FOLLOW_UP)
    assert not has_consent(person, DOCUMENT)

    assert withdraw_consent(user=person, purpose=FOLLOW_UP, now=NOW + timedelta(days=1)) == 1
    assert withdraw_consent(user=person, purpose=FOLLOW_UP, now=NOW + timedelta(days=2)) == 0
    assert not has_consent(person, FOLLOW_UP)
    assert Consent.objects.get().withdrawn_at == NOW + timedelta(days=1)
    events = AuditEvent.objects.filter(subject_id=person.pk).order_by("pk")
    assert [event.action for event in events] == ["consent_given", "consent_withdrawn"]


def test_no_takes_an_earlier_yes_back() -> None:
    person = UserFactory()
    agree(person, FOLLOW_UP, now=NOW)
    for _press in range(2):
        decline_consent(
            user=person, purpose=FOLLOW_UP, way=ConsentWay.PAGE, now=NOW + timedelta(hours=1)
        )
    assert not has_consent(person, FOLLOW_UP)
    rows = Consent.objects.order_by("pk")
    assert [(row.is_given, row.withdrawn_at is None) for row in rows] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize("change", [decline_consent, withdraw_consent])
def test_required_purpose_ends_with_the_account_only(change) -> None:
    person = UserFactory()
    agree(person, PARTICIPATION, now=NOW)
    more = {"way": ConsentWay.PAGE} if change is decline_consent else {}
    with pytest.raises(ConsentRefused):
        change(user=person, purpose=PARTICIPATION, now=NOW, **more)
    assert has_consent(person, PARTICIPATION)


def test_newer_text_is_due_and_leaves_the_old_yes_standing() -> None:
    person = UserFactory()
    assert is_required_answer_due(person, on=NOW.date())
    agree(person, PARTICIPATION, now=NOW)
    assert not is_required_answer_due(person, on=NOW.date())
    newer = next_text(PARTICIPATION, now=NOW, since_date=(NOW + timedelta(days=3)).date())
    assert newer.number == 2
    assert not is_required_answer_due(person, on=NOW.date())
    assert is_required_answer_due(person, on=newer.since_date)
    assert has_consent(person, PARTICIPATION)


def test_text_on_an_old_page_is_not_agreed_to() -> None:
    person = UserFactory()
    old = ConsentText.objects.get(purpose=FOLLOW_UP)
    next_text(FOLLOW_UP, now=NOW, since_date=old.since_date)
    browser = client_of(person)
    browser.post(reverse("consents"), {"purpose": "follow_up", "text": old.pk, "answer": "yes"})
    assert not Consent.objects.exists()


def test_database_refuses_to_change_a_text() -> None:
    text = ConsentText.objects.get(purpose=PARTICIPATION)
    with pytest.raises(Error), transaction.atomic():
        ConsentText.objects.filter(pk=text.pk).update(words_es="Otra cosa.")
    text.refresh_from_db()
    assert text.words_es.startswith("Para que pueda aprender")


def test_page_shows_each_text_and_takes_the_answers() -> None:
    person = UserFactory()
    browser = client_of(person)
    url = reverse("consents")
    assert Client().get(url).status_code == 302
    page = browser.get(url).content.decode()
    for text in ConsentText.objects.all():
        assert text.title_es in page
        browser.post(url, {"purpose": text.purpose, "text": text.pk, "answer": "yes"})
    assert {row.text.purpose for row in Consent.objects.filter(user=person)} == set(
        ConsentPurpose.values
    )
    page = browser.get(url).content.decode()
    assert 'value="yes"' not in page
    assert page.count('value="no"') == 2
    for broken in ({}, {"purpose": "nada", "text": "1", "answer": "yes"}, {"answer": "maybe"}):
        assert browser.post(url, broken).status_code == 302
    assert Consent.objects.count() == len(ConsentPurpose)


def test_due_text_is_a_line_that_can_be_put_off_until_the_next_login(client: Client) -> None:
    person = UserFactory(email="ana@example.test")
    form = {"login": "ana@example.test", "password": PASSWORD}
    client.post("/accounts/login/", form)
    home = reverse("my_learning")
    assert 'id="consent-due"' in client.get(home).content.decode()
    client.post(reverse("consents_later"), {"next": "//evil.example/"})
    assert 'id="consent-due"' not in client.get(home).content.decode()
    client.post("/accounts/logout/")
    client.post("/accounts/login/", form)
    assert 'id="consent-due"' in client.get(home).content.decode()
    agree(person, PARTICIPATION, now=NOW)
    client.get(reverse("consents"))
    assert 'id="consent-due"' not in client.get(home).content.decode()


@pytest.mark.parametrize("ticked", ["", "2", "no"])
def test_signup_needs_a_tick_beside_todays_text(client: Client, ticked: str) -> None:
    typed = {
        "full_name": "Ana Rosa Huamán",
        "email": "ana@example.test",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "agrees": ticked,
    }
    answer = client.post("/accounts/signup/", typed)
    assert list(answer.context["form"].errors) == ["agrees"]
    assert 'value="ana@example.test"' in answer.content.decode()
    assert not User.objects.exists()

    client.post("/accounts/signup/", {**typed, "agrees": "1"})
    consent = Consent.objects.get()
    assert (consent.user.email, consent.text.purpose, consent.text.number, consent.way) == (
        "ana@example.test",
        "participation",
        1,
        "sign_up",
    )


def test_giving_a_document_is_agreeing_and_deleting_it_takes_that_back() -> None:
    person, officer = UserFactory(), UserFactory()
    given = {"kind": DocumentKind.DNI, "number": "45678417", "now": NOW}
    set_identity_document(user=person, acting_user=officer, **given)
    assert not has_consent(person, DOCUMENT)
    set_identity_document(user=person, acting_user=person, **given)
    assert has_consent(person, DOCUMENT)
    clear_identity_document(user=person, acting_user=person, now=NOW + timedelta(hours=1))
    assert not has_consent(person, DOCUMENT)
