"""People and agencies."""

from datetime import date
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from lms.accounts.enums import MembershipRole, Sector, StaffRole
from lms.accounts.models import Agency, Membership, User

PASSWORD = "una-clave-larga-de-prueba"


class UserFactory(factory.django.DjangoModelFactory):
    """A person with a verified address; traits give the staff roles."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"persona{n}@example.test")
    full_name = factory.Sequence(lambda n: f"Persona de Prueba {n}")

    @factory.post_generation
    def password(self: Any, create: bool, extracted: str | None, **kwargs: Any) -> None:
        self.set_password(extracted or PASSWORD)
        self.save()

    @factory.post_generation
    def verified_address(self: Any, create: bool, extracted: bool | None, **kwargs: Any) -> None:
        if self.email and extracted is not False:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)

    @factory.post_generation
    def role(self: Any, create: bool, extracted: StaffRole | None, **kwargs: Any) -> None:
        if extracted:
            self.groups.add(Group.objects.get(name=extracted))


class AgencyFactory(factory.django.DjangoModelFactory):
    """An agency of an invented region."""

    class Meta:
        model = Agency

    name = factory.Sequence(lambda n: f"Comisaría de prueba {n}")
    sector = Sector.POLICE
    region = "Valle Alto"


class MembershipFactory(factory.django.DjangoModelFactory):
    """A membership that still holds."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    agency = factory.SubFactory(AgencyFactory)
    role = MembershipRole.MEMBER
    from_date = date(2026, 1, 1)
