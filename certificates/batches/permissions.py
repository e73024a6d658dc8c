"""The only road from a request to the certificates of a cohort."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404

from certificates.models import Certificate, CertificateShare, IssueBatch
from lms.accounts.enums import MembershipRole
from lms.accounts.models import Membership, User
from lms.learning.cohorts.permissions import access_cohort
from lms.learning.models import Cohort


@dataclass(frozen=True)
class SharedCohort:
    """What an agency's coordinator may have of a cohort: the certificates shared with her agency."""

    cohort: Cohort
    certificate_ids: tuple[int, ...]


def access_batch(user: User, cohort_id: int, pk: int) -> IssueBatch:
    """Return a batch of a cohort whose course the user follows; to others there is none (404)."""
    cohort = access_cohort(user, cohort_id)
    found = IssueBatch.objects.filter(pk=pk, cohort=cohort).first()
    if found is None:
        raise Http404
    return found


def access_shared_cohort(user: Any, pk: int, *, on: date) -> SharedCohort:
    """Return the certificates of a cohort that stand and are shared with the user's agency.

    404 to whoever coordinates no agency on that day, and where nobody shares: a cohort that exists
    must not be told from one that does not.
    """
    if not isinstance(user, User):
        raise Http404
    coordinated = Membership.objects.current(on=on).filter(
        user=user, role=MembershipRole.COORDINATOR
    )
    agencies = list(coordinated.values_list("agency_id", flat=True))
    pks = tuple(_shared_certificates(pk, agencies)) if agencies else ()
    if not pks:
        raise Http404
    return SharedCohort(Cohort.objects.get(pk=pk), pks)


def _shared_certificates(cohort_id: int, agencies: Iterable[int]) -> list[int]:
    """Return the certificates of a cohort that stand and are shared with one of these agencies.

    Ordered by the holder's name. Whose sharing has ended, or who was erased, is not among them.
    """
    shares = CertificateShare.objects.filter(
        certificate=OuterRef("pk"), agency__in=list(agencies), ended_at=None
    )
    rows = Certificate.objects.filter(
        Exists(shares),
        enrolment__cohort=cohort_id,
        revoked_at=None,
        replaced_by=None,
        holder_erased_at=None,
    )
    return list(rows.order_by("enrolment__learner__full_name", "pk").values_list("pk", flat=True))
