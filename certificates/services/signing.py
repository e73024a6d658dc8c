"""Signing what a certificate says, once, and keeping the bytes; drawing its place in a status list."""

import json
import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.credentials import documents, jwt_form
from certificates.credentials.data_integrity import add_proof
from certificates.credentials.fragments import OfflineFacts, make_fragment
from certificates.credentials.status_bits import ENTRIES
from certificates.enums import KeyPurpose
from certificates.facts import CertificateFacts
from certificates.keyring import LoadedKey, active_key, ed25519_key, rsa_jwk, rsa_key
from certificates.models import Certificate, SignedCredential, StatusEntry, StatusList
from certificates.services.keys import ensure_keys
from certificates.wording import number_words
from courses.texts import in_language

MOST_DRAWS = 200
RENEWAL_SUFFIX = "-r"
"""Ends the name of an achievement that renews the certificate of another course."""
FULL = ENTRIES // 2
"""Entries that a list takes: beyond its half, a random index is found taken too often."""


def enter_status_list(certificate: Certificate, *, now: datetime) -> StatusEntry:
    """Give a certificate a random free place in the newest list; a full list is followed by a new one.

    Belongs into the transaction of the issue.
    """
    for _draw in range(MOST_DRAWS):
        newest = StatusList.objects.order_by("-number").first()
        if newest is None or newest.entries.count() >= FULL:
            newest = _next_list(newest, now=now)
        try:
            with transaction.atomic():
                return StatusEntry.objects.create(
                    status_list=newest, index=secrets.randbelow(ENTRIES), certificate=certificate
                )
        except IntegrityError:  # the index is taken, or somebody entered this certificate meanwhile
            found = StatusEntry.objects.filter(certificate=certificate).first()
            if found is not None:
                return found
    raise RuntimeError("no free index was drawn")


def _next_list(newest: StatusList | None, *, now: datetime) -> StatusList:
    number = newest.number + 1 if newest else 1
    with transaction.atomic():
        return StatusList.objects.get_or_create(number=number, defaults={"created_at": now})[0]


def sign_certificate(*, certificate: Certificate, now: datetime) -> SignedCredential | None:
    """Sign what a certificate says and keep the bytes; what was signed before stays as it is.

    A certificate that was issued before credentials existed has no place in a status list, and
    gets None: an upgrade signs nothing after the event. So does one without its holder.

    Raises:
        KeyFileError: a key's file is missing, damaged, or open to others.
    """
    found = SignedCredential.objects.filter(certificate=certificate).first()
    if found is not None:
        return found
    entry = (
        StatusEntry.objects.select_related("status_list").filter(certificate=certificate).first()
    )
    if entry is None or certificate.holder_erased_at is not None:
        return None
    ensure_keys(now=now)
    texts = _sign(certificate, entry)
    try:
        with transaction.atomic():
            return SignedCredential.objects.create(
                certificate=certificate, signed_at=certificate.issued_at, **texts
            )
    except IntegrityError:  # another worker was quicker: its bytes count
        return SignedCredential.objects.get(certificate=certificate)


def _sign(certificate: Certificate, entry: StatusEntry) -> dict[str, Any]:
    """Return both forms and the fragment, signed as of the day of issue."""
    credential_key, jwt_key = active_key(KeyPurpose.CREDENTIAL), active_key(KeyPurpose.JWT)
    credential = build_credential(certificate, entry, did=credential_key.row.did)
    secured = add_proof(
        credential,
        private=ed25519_key(credential_key),
        verification_method=credential_key.verification_method,
        created=documents.moment(certificate.issued_at),
    )
    payload = documents.jwt_payload(
        credential, issued_at=certificate.issued_at, valid_until=certificate.valid_until
    )
    return {
        "json_text": json.dumps(secured, ensure_ascii=False, separators=(",", ":")),
        "jwt_text": jwt_form.encode(
            payload, private=rsa_jwk(_private_pem(jwt_key)), kid=jwt_key.row.key_address
        ),
        "fragment": make_fragment(
            offline_facts(certificate.typed_facts, certificate.language, entry),
            code=certificate.code,
            private=ed25519_key(credential_key),
            key_name=credential_key.row.name,
        ),
        "credential_key": credential_key.row,
        "jwt_key": jwt_key.row,
    }


def _private_pem(key: LoadedKey) -> str:
    return (
        rsa_key(key)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


def build_credential(certificate: Certificate, entry: StatusEntry, *, did: str) -> dict[str, Any]:
    """Return the credential of a certificate without a proof, with fresh random identifiers."""
    facts = certificate.typed_facts
    return documents.credential_document(
        facts,
        identifiers=(uuid4(), uuid4()),
        issuer=documents.IssuerProfile(did=did, name=facts.issuer_name, url=settings.BASE_URL),
        achievement=achievement_of(certificate),
        status=documents.StatusPlace(
            settings.BASE_URL + reverse("status_list", args=[entry.status_list.number]),
            entry.index,
        ),
        issued_at=certificate.issued_at,
        valid_until=certificate.valid_until,
    )


def achievement_of(certificate: Certificate) -> dict[str, Any]:
    """Return what a certificate achieves, the same for all holders: a recertification is its own.

    The text of a recertification names a day of its holder's; what is published leaves that out.
    """
    facts, release = certificate.typed_facts, certificate.enrolment.release
    if certificate.renews_id is not None:
        texts = release.typed_promise.certificate_texts
        facts = replace(facts, certificate_text=in_language(texts, certificate.language))
    return build_achievement(
        facts,
        release_id=release.pk,
        language=certificate.language,
        is_renewal=certificate.renews_id is not None,
    )


def build_achievement(
    facts: CertificateFacts, *, release_id: int, language: str, is_renewal: bool = False
) -> dict[str, Any]:
    """Return the achievement of a course release, or of a recertification by it."""
    name = f"{release_id}-{language}" + (RENEWAL_SUFFIX if is_renewal else "")
    with translation.override(language):
        criteria = _(
            "All of the course was done: %(modules)s modules, %(hours)s academic hours."
        ) % {
            "modules": len(facts.modules),
            "hours": number_words(facts.hours, language),
        }
        if facts.pass_mark:
            criteria += " " + _("The mark to pass is %(mark)s.") % {"mark": facts.pass_mark}
        pilot_words = _("DEMONSTRATION, NOT VALID")
    return documents.achievement_document(
        facts,
        address=settings.BASE_URL + reverse("achievement", args=[name]),
        title=documents.title_of(facts, pilot_words=pilot_words),
        criteria=criteria,
    )


def offline_facts(facts: CertificateFacts, language: str, entry: StatusEntry) -> OfflineFacts:
    """Return what the second QR tells."""
    return OfflineFacts(
        name=facts.full_name,
        course=facts.course_title,
        hours=number_words(facts.hours, language),
        score=facts.score,
        start_date=facts.start_date,
        end_date=facts.end_date,
        issue_date=facts.issue_date,
        valid_until_date=facts.valid_until_date,
        is_pilot=facts.is_pilot,
        status_list=entry.status_list.number,
        status_index=entry.index,
    )
