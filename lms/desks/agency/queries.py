"""What the coordinator's desk shows."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from certificates.agency.queries import ending_soon, live_keys_of, shares_with
from certificates.enums import CertificateState
from certificates.models import CertificateShare
from lms.accounts.models import Agency
from lms.core.enums import OutboxState
from lms.learning.models import Cohort

MOST_COHORTS = 50


@dataclass(frozen=True)
class AgencyDesk:
    """The numbers of the desk's first page."""

    agency: Agency
    shared: int
    ending: int
    keys: int


def agency_desk(agency: Agency, *, now: datetime) -> AgencyDesk:
    """Return what the desk of an agency says at a glance; three queries."""
    shares = shares_with(agency.pk)
    return AgencyDesk(
        agency=agency,
        shared=shares.count(),
        ending=ending_soon(shares, now=now).count(),
        keys=live_keys_of(agency.pk, now=now).count(),
    )


@dataclass(frozen=True)
class SharedCertificate:
    """A certificate that its holder shares, with its state today."""

    share: CertificateShare
    state: CertificateState

    @property
    def is_standing(self) -> bool:
        """Whether its file is still worth having: it was neither revoked nor replaced."""
        return self.state in {CertificateState.VALID, CertificateState.EXPIRED}

    @property
    def is_ready(self) -> bool:
        """Whether its PDF can be downloaded."""
        return bool(self.share.certificate.issuance.state == OutboxState.DONE)


def shared_rows(shares: list[CertificateShare], *, now: datetime) -> list[SharedCertificate]:
    """Return these shares with their states; no query."""
    return [SharedCertificate(share, share.certificate.state(now=now)) for share in shares]


def shared_cohorts(agency: Agency) -> QuerySet[Cohort]:
    """Return the cohorts of which certificates that stand are shared with the agency, newest first."""
    path = "enrolments__certificates__"
    standing = Q(
        **{
            f"{path}shares__agency": agency,
            f"{path}shares__ended_at": None,
            f"{path}revoked_at": None,
            f"{path}replaced_by": None,
            f"{path}holder_erased_at": None,
        }
    )
    counted = Cohort.objects.annotate(shared=Count(f"{path}shares", filter=standing, distinct=True))
    return counted.filter(shared__gt=0).order_by("-ends_date", "-pk")[:MOST_COHORTS]
