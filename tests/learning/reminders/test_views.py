"""The page on which a learner says how often she is reminded, and the button below a reminder."""

import pytest
from django.urls import reverse

from lms.core.models import AuditEvent
from lms.learning.enums import NoticeKind, ReminderChoice
from lms.learning.models import ReminderSetting
from lms.learning.notices import notify_learner
from tests.factories import UserFactory
from tests.learning.cast import NOW, client_of, make_cast

pytestmark = pytest.mark.django_db
URL = "/mi-aprendizaje/recordatorios/"


def test_everybody_who_is_logged_in_has_the_page() -> None:
    assert reverse("reminder_settings") == URL
    statuses = make_cast().statuses(URL)
    assert statuses.pop("nobody") == 302
    assert set(statuses.values()) == {200}


def test_choice_is_shown_and_kept() -> None:
    learner, other = UserFactory(), UserFactory()
    client = client_of(learner)
    assert client.get(URL).context["form"]["choice"].value() == ReminderChoice.USUAL
    assert client.post(URL, {"choice": "few"})["Location"] == URL
    assert client.get(URL).context["form"]["choice"].value() == ReminderChoice.FEW
    assert client_of(other).get(URL).context["form"]["choice"].value() == ReminderChoice.USUAL
    event = AuditEvent.objects.get(action="reminders_chosen")
    assert (event.actor_id, event.changed_fields) == (learner.pk, ["choice"])


@pytest.mark.parametrize("choice", ["", "often"])
def test_choice_that_is_none_is_said_at_its_field(choice: str) -> None:
    answer = client_of(UserFactory()).post(URL, {"choice": choice})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["choice"]
    assert not ReminderSetting.objects.exists()


def test_one_press_below_a_reminder_ends_them_and_profile_leads_to_the_page() -> None:
    learner = UserFactory()
    notify_learner(learner=learner, kind=NoticeKind.REMINDER, now=NOW, path="/cursos/")
    client = client_of(learner)
    page = client.get("/mi-aprendizaje/").content.decode()
    assert f'formaction="{URL}" name="choice" value="none"' in page
    assert f'href="{URL}"' in page
    assert f'href="{URL}"' in client.get(reverse("profile")).content.decode()
    client.post(URL, {"choice": "none", "notice": "1"})
    assert ReminderSetting.objects.get(learner=learner).choice == ReminderChoice.NONE


def test_other_news_offers_no_end_of_reminders() -> None:
    learner = UserFactory()
    notify_learner(learner=learner, kind=NoticeKind.MESSAGE, now=NOW, path="/mensajes/1/")
    assert "formaction" not in client_of(learner).get("/mi-aprendizaje/").content.decode()
