"""The audit trail in the admin: found by many sides, read by administrators, and that is noted."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.core.models import AuditEvent
from lms.core.sealing import seal_committed
from lms.core.services import destroy_person_key, record_event
from tests.factories import UserFactory
from tests.learning.cast import NOW, Cast, client_of, make_cast

pytestmark = pytest.mark.django_db
WORDS = "Se cortó la luz en su casa."


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def admin(cast: Cast) -> Client:
    return client_of(cast.administrator)


def page() -> str:
    return reverse("registro-de-auditoria:index")


def note(person: User, by: User, **changes: Any) -> AuditEvent:
    values = {"action": "user_updated", "target": person, "subject": person, "reason": WORDS}
    return record_event(**{**values, "acting_user": by, "now": NOW, **changes})


def shown(client: Client, method: str = "get", **sides: str) -> list[int]:
    """Return the numbers of the rows that somebody finds."""
    answer = client.get(page(), sides)
    assert answer.status_code == 200
    return [row.event.pk for row in answer.context["rows"]]


def test_only_administrators_read_the_trail(cast: Cast) -> None:
    found = cast.statuses(page())

    assert found.pop("administrator") == 200
    assert set(found.values()) <= {302, 403}
    assert set(cast.statuses(page(), method="post").values()) <= {200, 302, 403}


def test_rows_are_found_by_every_side(cast: Cast, admin: Client) -> None:
    ñusta = UserFactory(full_name="Ñusta Núñez", display_name="Ñusta")
    first = note(ñusta, cast.trainer)
    second = note(cast.learner, ñusta, now=NOW + timedelta(days=2))
    third = note(cast.learner, cast.trainer, target=cast.enrolment, action="deadline_moved")

    assert shown(admin, person="nunez") == [first.pk]
    assert shown(admin, person=f"{ñusta.pk}") == [first.pk]
    assert shown(admin, by="ñusta NÚÑEZ") == [second.pk]
    assert shown(admin, action="deadline_moved") == [third.pk]
    assert shown(admin, kind="learning.enrolment", number=f"{cast.enrolment.pk}") == [third.pk]
    assert shown(admin, from_date="2026-11-26", until_date="2026-11-26") == [second.pk]
    assert shown(admin, kind="courses.case") == []


@pytest.mark.parametrize(
    ("sides", "field"),
    [
        ({"person": "zzzz"}, "person"),
        ({"from_date": "2026-11-26", "until_date": "2026-11-25"}, "until_date"),
        ({"from_date": "ayer"}, "from_date"),
        ({"action": "no_such_thing"}, "action"),
    ],
)
def test_bad_input_is_said_at_its_field_and_stays(
    admin: Client, sides: dict[str, str], field: str
) -> None:
    answer = admin.get(page(), sides)

    assert list(answer.context["form"].errors) == [field]
    assert list(answer.context["rows"]) == []
    assert all(value in answer.content.decode() for key, value in sides.items() if key != "action")


def test_name_of_too_many_people_asks_for_more(admin: Client) -> None:
    for _one in range(51):
        UserFactory(full_name="María Repetida")

    assert list(admin.get(page(), {"person": "repetida"}).context["form"].errors) == ["person"]


def test_reasons_are_shown_on_request_and_that_is_noted(cast: Cast, admin: Client) -> None:
    note(cast.learner, cast.trainer)
    note(cast.learner, cast.trainer)
    free = note(cast.learner, cast.trainer, subject=None, code="csv, 3")
    assert WORDS not in unescape(admin.get(page()).content.decode())

    answer = admin.post(f"{page()}?person={cast.learner.pk}")

    assert unescape(answer.content.decode()).count(WORDS) == 2
    read = AuditEvent.objects.filter(action="audit_reasons_read")
    assert [(row.subject_id, row.target_type, row.actor_id) for row in read] == [
        (cast.learner.pk, "accounts.user", cast.administrator.pk)
    ]
    answer = admin.post(page())
    assert f"csv, 3: {WORDS}" in unescape(answer.content.decode())
    assert read.filter(target_type="core.auditevent", target_id=str(free.pk)).count() == 1


def test_erased_and_missing_people_are_shown_as_such(cast: Cast, admin: Client) -> None:
    erased, gone = UserFactory(display_name="Zoila"), UserFactory(display_name="Yola")
    note(erased, gone)
    numbers = {"erased": erased.pk, "gone": gone.pk}
    destroy_person_key(person_id=erased.pk, now=NOW)
    gone.delete()

    answer = admin.post(f"{page()}?person={erased.pk}")

    words = unescape(answer.content.decode())
    assert _("Person %(number)d, erased") % {"number": numbers["erased"]} in words
    assert _("Person %(number)d, no longer here") % {"number": numbers["gone"]} in words
    assert _("This reason was erased together with the person's data.") in words
    assert "Zoila" not in words


def test_each_row_says_whether_it_is_sealed(cast: Cast, admin: Client) -> None:
    note(cast.learner, cast.trainer)
    seal_committed(now=NOW, is_complete=True)
    note(cast.learner, cast.trainer)

    rows = admin.get(page(), {"person": str(cast.learner.pk)}).context["rows"]

    assert [row.is_sealed for row in rows] == [False, True]


def test_list_takes_the_same_queries_for_many_rows(cast: Cast, admin: Client) -> None:
    def queries() -> int:
        admin.get(page())
        with CaptureQueriesContext(connection) as found:
            admin.get(page())
        return len(found)

    note(cast.learner, cast.trainer)
    one = queries()
    for _again in range(3):
        note(UserFactory(), UserFactory())

    assert queries() == one
