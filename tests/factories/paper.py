"""People without an e-mail address, and those who are named for wishes to be contacted."""

from itertools import count
from typing import Any

from lms.accounts.models import Agency, CareSettings, User
from tests.factories.accounts import MembershipFactory, UserFactory

NUMBERS = count(1)


def make_person_without_mail(agency: Agency | None = None, **fields: Any) -> User:
    """Return somebody with a user name who never chose a password; a member, where there is an agency."""
    fields.setdefault("full_name", "Rosa de Prueba")
    fields.setdefault("username", f"persona.puesto.{next(NUMBERS)}")
    user: User = UserFactory(email=None, **fields)
    user.set_unusable_password()
    user.save()
    if agency is not None:
        MembershipFactory(user=user, agency=agency)
    return user


def name_for_care(*people: User, keep_days: int = 30) -> CareSettings:
    """Name up to two people who read wishes to be contacted."""
    first, second = [*people, None, None][:2]
    CareSettings.objects.all().delete()
    return CareSettings.objects.create(
        first_person=first, second_person=second, keep_days=keep_days
    )
