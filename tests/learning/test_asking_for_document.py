"""A course may ask for an identity document; nobody has to give it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from courses.models import CoursePage
from lms.accounts.models import User
from lms.learning.models import Enrolment
from tests.factories import UserFactory, make_course, release_course_for_tests
from tests.factories.privacy import promise
from tests.learning.cast import client_of, path_of, serve_home

pytestmark = pytest.mark.django_db
GIVEN = {"kind": "dni", "number": "45678417"}


def _enrol(person: User, *, asks: bool) -> tuple[str, str]:
    """Let somebody enrol; return the address of the course and where she is led."""
    made = make_course()
    serve_home(made)
    CoursePage.objects.update(is_enrolment_open=True)
    release = promise(release_course_for_tests(made), asks_for_document=asks)
    answer = client_of(person).post(reverse("enrol", args=[release.course_key]))
    return path_of(made.course), answer["Location"]


def test_course_that_does_not_ask_leads_to_itself() -> None:
    course, target = _enrol(UserFactory(), asks=False)
    assert target == course


def test_course_that_asks_leads_to_a_page_that_can_be_left_out() -> None:
    person = UserFactory()
    course, target = _enrol(person, asks=True)
    assert urlsplit(target).path == reverse("profile_document")
    assert parse_qs(urlsplit(target).query) == {"next": [course]}
    browser = client_of(person)
    page = browser.get(target).content.decode()
    assert f'href="{course}"' in page
    assert Enrolment.objects.get().learner == person
    line = f"{reverse('profile_document')}?next="
    assert line in browser.get(reverse("my_learning")).content.decode()

    answer = browser.post(reverse("profile_document"), {**GIVEN, "next": course})
    assert answer["Location"] == course
    assert line not in browser.get(reverse("my_learning")).content.decode()
    profile = browser.get(reverse("profile")).content.decode()
    assert "417" in profile
    assert "45678417" not in profile


def test_page_for_the_document_leads_to_no_strange_place() -> None:
    browser = client_of(UserFactory())
    url = reverse("profile_document")
    for strange in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert strange not in browser.get(url, {"next": strange}).content.decode()
        answer = browser.post(url, {**GIVEN, "next": strange})
        assert answer["Location"] == reverse("profile")


def test_whoever_has_given_one_is_not_asked_again() -> None:
    person = UserFactory()
    client_of(person).post(reverse("profile_document"), GIVEN)
    person.refresh_from_db()
    course, target = _enrol(person, asks=True)
    assert target == course
