"""A certificate in its holder's hands, with a file that costs no rendering."""

import hashlib
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from certificates import services
from certificates.models import Certificate, Issuance
from lms.core.enums import OutboxState
from tests.factories.accounts import PASSWORD
from tests.factories.certificates import complete
from tests.learning.cast import Cast, client_of

PDF = b"%PDF-1.7 not a real one"


def hold(cast: Cast, *, now: datetime, is_signed: bool = True, is_made: bool = True) -> Certificate:
    """Return the learner's certificate: signed, and with its file, unless told otherwise."""
    enrolment = complete(cast.enrolment, now=now)
    certificate = services.request_certificate(enrolment=enrolment, now=now)
    Certificate.objects.filter(pk=certificate.pk).update(design="horizonte-2")
    if is_signed:
        services.sign_certificate(certificate=certificate, now=now)
    if is_made:
        store_file(certificate, now=now)
    return Certificate.objects.select_related("issuance", "enrolment").get(pk=certificate.pk)


def store_file(certificate: Certificate, *, now: datetime) -> None:
    """Finish the outbox row of a certificate with a file that looks like a PDF."""
    issuance = Issuance.objects.get(certificate=certificate)
    issuance.file.storage.save(issuance.file.name, ContentFile(PDF))
    issuance.state = OutboxState.DONE
    issuance.done_at = now
    issuance.digest = hashlib.sha256(PDF).hexdigest()
    issuance.save()


def address(certificate: Certificate, name: str = "own_certificate") -> str:
    """Return the Spanish address of one of the holder's pages."""
    with translation.override("es"):
        return reverse(name, args=[certificate.pk])


def confirmed_client(cast: Cast) -> Client:
    """Return the learner's browser just after she typed her password again."""
    client = client_of(cast.learner)
    client.post("/accounts/reauthenticate/?next=/", {"password": PASSWORD})
    return client


def main_of(response: Any) -> str:
    """Return what stands between the header and the footer of a page."""
    text: str = response.content.decode()
    return text.split("<main")[1].split("</main>")[0]
