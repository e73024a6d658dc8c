"""Asking for a correction, and the administrator's pages about personal data."""

import pytest
from django.urls import reverse

from lms.accounts.models import ConsentText, CorrectionRequest
from lms.accounts.privacy.services import MOST_OPEN_CORRECTIONS, CorrectionRefused
from lms.desks.record.services import answer_request
from lms.learning.enums import NoticeKind
from lms.learning.notices import notices_of_kind
from tests.factories.privacy import complain
from tests.learning.cast import NOW, Cast, client_of, make_cast

pytestmark = pytest.mark.django_db
OVERVIEW = "/admin/datos-personales/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_request_is_kept_once_and_nothing_typed_is_lost(cast: Cast) -> None:
    browser, url = client_of(cast.learner), reverse("ask_correction")
    broken = browser.post(url, {"subject": "nada", "text": "Mi nombre es otro."})
    assert (broken.status_code, list(broken.context["form"].errors)) == (400, ["subject"])
    assert "Mi nombre es otro." in broken.content.decode()
    for _press in range(2):
        browser.post(url, {"subject": "certificate", "text": "Mi nombre es otro."})
    assert CorrectionRequest.objects.get().user == cast.learner
    assert "Mi nombre es otro." in browser.get(reverse("my_data")).content.decode()
    assert (
        "Mi nombre es otro."
        not in client_of(cast.stranger).get(reverse("my_data")).content.decode()
    )


def test_only_so_many_wait_for_an_answer(cast: Cast) -> None:
    for number in range(MOST_OPEN_CORRECTIONS):
        complain(cast.learner, f"Número {number}", now=NOW)
    with pytest.raises(CorrectionRefused):
        complain(cast.learner, "Uno más", now=NOW)


def test_answer_is_given_once_and_told(cast: Cast) -> None:
    asked = complain(cast.learner, now=NOW)
    given = {"is_corrected": True, "acting_user": cast.administrator, "now": NOW}
    with pytest.raises(CorrectionRefused):
        answer_request(request=asked, answer="  ", **given)
    answer_request(request=asked, answer="Se emitió uno nuevo.", **given)
    with pytest.raises(CorrectionRefused):
        answer_request(request=asked, answer="Otra cosa.", **given)
    assert [one.learner for one in notices_of_kind(NoticeKind.CORRECTION_ANSWERED)] == [
        cast.learner
    ]
    page = client_of(cast.learner).get(reverse("my_data")).content.decode()
    assert "Se emitió uno nuevo." in page
    assert cast.administrator.full_name not in page


@pytest.mark.parametrize("address", ["", "texto/nuevo/", "texto/{text}/", "pedido/{asked}/"])
def test_admin_pages_are_for_administrators(cast: Cast, address: str) -> None:
    asked = complain(cast.learner, now=NOW)
    text = ConsentText.objects.earliest("pk")
    url = OVERVIEW + address.format(text=text.pk, asked=asked.pk)
    found = cast.statuses(url)
    assert found.pop("administrator") == 200
    assert 200 not in found.values()


def test_administrator_answers_and_publishes_the_next_version(cast: Cast) -> None:
    asked = complain(cast.learner, now=NOW)
    browser = client_of(cast.administrator)
    browser.post(f"{OVERVIEW}pedido/{asked.pk}/", {"answer": "Hecho.", "is_corrected": "yes"})
    asked.refresh_from_db()
    assert (asked.answer, asked.is_corrected) == ("Hecho.", True)

    old = ConsentText.objects.get(purpose="follow_up")
    names = ("purpose", "title_es", "title_en", "words_es", "words_en")
    given = {name: getattr(old, name) for name in names} | {"since_date": "2099-01-01"}
    url = f"{OVERVIEW}texto/nuevo/"
    assert browser.post(url, given).context["form"].non_field_errors()
    past = browser.post(url, given | {"words_es": "Otra cosa.", "since_date": "2020-01-01"})
    assert list(past.context["form"].errors) == ["since_date"]
    browser.post(url, given | {"words_es": "Otra cosa."})
    newest = ConsentText.objects.filter(purpose="follow_up").latest("number")
    assert (newest.number, newest.words_es, newest.created_by) == (
        2,
        "Otra cosa.",
        cast.administrator,
    )
