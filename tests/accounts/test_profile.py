"""The profile page."""

import pytest
from django.test import Client

from lms.accounts.documents import document_tail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PROFILE = "/accounts/perfil/"
DOCUMENT = "/accounts/perfil/documento/"
TYPED = {"full_name": "Ana Rosa", "display_name": "Ana", "language": "es", "sex": "woman"}


def test_profile_changes_names_and_goes_on_in_the_chosen_language(client: Client) -> None:
    person = UserFactory()
    client.force_login(person)
    response = client.post(PROFILE, {**TYPED, "language": "en"})
    assert response["Location"] == "/en/accounts/perfil/"
    person.refresh_from_db()
    assert (person.full_name, person.display_name, person.language) == ("Ana Rosa", "Ana", "en")
    assert person.sex == "woman"
    client.post(PROFILE, {**TYPED, "sex": ""})
    person.refresh_from_db()
    assert person.sex == ""


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"full_name": "A" * 201}, ["full_name"]),
        ({"full_name": "Ana\x00"}, ["full_name"]),
        ({"full_name": ""}, ["full_name"]),
        ({"full_name": "Ana \N{GRINNING FACE}", "display_name": "\N{RIGHT-TO-LEFT MARK}x"}, ["full_name", "display_name"]),
        ({"display_name": "a" * 61}, ["display_name"]),
        ({"language": "fr"}, ["language"]),
    ],
)  # fmt: skip
def test_profile_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(
    client: Client, changes: dict[str, str], fields: list[str]
) -> None:
    person = UserFactory(full_name="Antes")
    client.force_login(person)
    response = client.post(PROFILE, {**TYPED, **changes})
    assert response.status_code == 200
    form = response.context["form"]
    assert list(form.errors) == fields
    typed = {**TYPED, **changes}
    assert {name: form[name].value() for name in form.fields} == typed
    person.refresh_from_db()
    assert person.full_name == "Antes"


def test_document_is_stored_and_shown_by_its_last_three_only(client: Client) -> None:
    person = UserFactory()
    client.force_login(person)
    assert client.post(DOCUMENT, {"kind": "dni", "number": "4321 8765"})["Location"] == PROFILE
    person.refresh_from_db()
    assert document_tail(person) == "765"
    for page in (PROFILE, DOCUMENT):
        html = client.get(page).content.decode()
        assert "765" in html
        assert "43218765" not in html
        assert "8765" not in html


def test_document_with_a_wrong_shape_keeps_what_was_typed(client: Client) -> None:
    client.force_login(UserFactory())
    response = client.post(DOCUMENT, {"kind": "dni", "number": "123"})
    assert list(response.context["form"].errors) == ["number"]
    assert response.context["form"]["number"].value() == "123"


def test_document_can_be_deleted_by_post_only(client: Client) -> None:
    person = UserFactory()
    client.force_login(person)
    client.post(DOCUMENT, {"kind": "passport", "number": "AB123456"})
    assert client.get(f"{DOCUMENT}borrar/").status_code == 405
    assert client.post(f"{DOCUMENT}borrar/")["Location"] == PROFILE
    person.refresh_from_db()
    assert person.document_ciphertext == ""


def test_profile_is_never_cached(client: Client) -> None:
    client.force_login(UserFactory())
    assert "no-store" in client.get(PROFILE)["Cache-Control"]
