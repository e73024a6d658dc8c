"""What the tests of the coordinator's desk begin with."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certificates import services
from certificates.enums import CertificateState
from certificates.models import ApiToken, Certificate, CertificateShare
from lms.accounts.models import Agency
from tests.factories import make_course
from tests.factories.certificates import make_certificate
from tests.learning.cast import Cast, client_of, make_cast


@dataclass
class Desk:
    """An agency with its coordinator's browser, and the cast of a course."""

    cast: Cast
    agency: Agency

    def url(self, name: str, *args: int) -> str:
        return reverse(name, args=[self.agency.pk, *args])

    @property
    def browser(self) -> Client:
        return client_of(self.cast.coordinator)

    def certificate(self, state: CertificateState = CertificateState.VALID) -> Certificate:
        return make_certificate(state, now=timezone.now(), release=self.cast.release)

    def share(self, certificate: Certificate, **changes: Any) -> CertificateShare:
        values = {"agency": self.agency, "created_at": timezone.now(), **changes}
        return CertificateShare.objects.create(certificate=certificate, **values)

    def key(self, name: str = "Sistema", **changes: Any) -> ApiToken:
        now = timezone.now()
        values = {"agency": self.agency, "acting_user": self.cast.coordinator, "now": now}
        return services.create_token(
            name=name, expires_at=now + timedelta(days=9), **{**values, **changes}
        )[0]

    def paste(self, codes: str, **data: Any) -> Any:
        return self.browser.post(self.url("agency_check"), {"codes": codes, **data})

    def bring(self, content: bytes, *, name: str = "hoja.xlsx", **data: Any) -> Any:
        file = SimpleUploadedFile(name, content)
        return self.browser.post(self.url("agency_check"), {"kind": "sheet", "file": file, **data})


def make_desk() -> Desk:
    cast = make_cast(make_course(lessons=1))
    return Desk(cast, cast.coordinator.memberships.get().agency)
