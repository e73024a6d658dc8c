"""Reading what an agency may see: certificates whose codes it has, its keys, what is shared with it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import QuerySet

from certificates.models import ApiToken, Certificate, CertificateShare

SOON = timedelta(days=90)
"""How long before its end a certificate is said to end soon."""


def certificates_by_codes(codes: Iterable[str]) -> Mapping[str, Certificate]:
    """Return the certificates with these codes, their successors at hand; one query for all."""
    found = Certificate.objects.filter(code__in=set(codes)).select_related("replaced_by")
    return {certificate.code: certificate for certificate in found}


def keys_of(agency_id: int) -> QuerySet[ApiToken]:
    """Return an agency's keys, newest first; those that have ended too."""
    found = ApiToken.objects.filter(agency_id=agency_id).select_related("created_by")
    return found.order_by("-created_at", "-pk")


def live_keys_of(agency_id: int, *, now: datetime) -> QuerySet[ApiToken]:
    """Return the keys of an agency that still open something."""
    return keys_of(agency_id).filter(revoked_at=None, expires_at__gt=now)


def shares_with(agency_id: int) -> QuerySet[CertificateShare]:
    """Return the certificates whose holders share them with an agency now, newest share first."""
    return (
        CertificateShare.objects.filter(
            agency_id=agency_id, ended_at=None, certificate__holder_erased_at=None
        )
        .select_related("certificate__issuance")
        .order_by("-created_at", "-pk")
    )


def ending_soon(shares: QuerySet[CertificateShare], *, now: datetime) -> QuerySet[CertificateShare]:
    """Keep the certificates that stand and end within 90 days, the first to end first."""
    return shares.filter(
        certificate__revoked_at=None,
        certificate__replaced_by=None,
        certificate__valid_until__gt=now,
        certificate__valid_until__lte=now + SOON,
    ).order_by("certificate__valid_until", "pk")
