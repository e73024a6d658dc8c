"""Values that are emptied by the clock."""

from datetime import datetime, timedelta

import pytest

from lms.accounts.models import ERASED_NAME, UNANSWERED, Invitation
from lms.desks.leaving.retention import forget_old_values
from lms.learning.enums import StaffImportStage
from lms.learning.models import StaffImport
from tests.factories import AgencyFactory
from tests.factories.staff import make_coordinator, make_invitation

pytestmark = pytest.mark.django_db


def test_old_invitations_lose_name_and_address_and_no_list_shows_them(now: datetime) -> None:
    agency = AgencyFactory()
    by = make_coordinator(agency)
    old = make_invitation(agency, by=by, now=now - timedelta(days=50))
    fresh = make_invitation(agency, by=by, now=now - timedelta(days=40))

    counts = [forget_old_values(now=now) for _night in range(2)]

    found = {row.pk: row for row in Invitation.objects.all()}
    assert counts == [1, 0]
    assert (found[old.pk].email, found[old.pk].full_name) == ("", ERASED_NAME)
    assert (found[fresh.pk].email, found[fresh.pk].full_name) == (fresh.email, fresh.full_name)
    assert [row.pk for row in Invitation.objects.filter(UNANSWERED)] == [fresh.pk]


def test_old_imports_lose_the_name_of_their_file(now: datetime) -> None:
    agency = AgencyFactory()
    row = StaffImport.objects.create(
        agency=agency,
        made_by=make_coordinator(agency),
        file_name="rosa-mamani.xlsx",
        created_at=now - timedelta(days=61),
        stage=StaffImportStage.OVER,
        state="done",
    )

    forget_old_values(now=now)

    row.refresh_from_db()
    assert row.file_name == ERASED_NAME
