"""A holder lets one of her agencies see a certificate, and ends it when she likes."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.models import Certificate, CertificateShare
from certificates.services.holding import ChoiceRefusedError, lock_for_choice
from lms.accounts.models import Agency, Membership, User
from lms.core.services import record_event


@transaction.atomic
def share_certificate(
    *, certificate: Certificate, agency: Agency, acting_user: User, now: datetime
) -> CertificateShare:
    """Let an agency see a certificate from now on; sharing twice is sharing once.

    Raises:
        ChoiceRefusedError: she does not belong to it today, or the certificate stands no more.
    """
    locked = lock_for_choice(certificate)
    today = timezone.localdate(now)
    memberships = Membership.objects.current(on=today)
    if not memberships.filter(user=locked.enrolment.learner_id, agency=agency).exists():
        raise ChoiceRefusedError(
            _("You do not belong to this institution today, so nothing was shared.")
        )
    found = CertificateShare.objects.filter(certificate=locked, agency=agency, ended_at=None)
    standing = found.first()
    if standing is not None:
        return standing
    share = CertificateShare.objects.create(certificate=locked, agency=agency, created_at=now)
    record_event(
        action="certificate_shared",
        target=share,
        acting_user=acting_user,
        now=now,
        subject=locked.enrolment.learner_id,
    )
    return share


@transaction.atomic
def end_share(*, certificate: Certificate, agency: Agency, acting_user: User, now: datetime) -> int:
    """Stop an agency from seeing a certificate, at once; 0 if it did not see it."""
    shares = CertificateShare.objects.filter(certificate=certificate, agency=agency)
    return end_shares(shares, acting_user=acting_user, now=now)


def end_shares(
    shares: QuerySet[CertificateShare], *, acting_user: User | None, now: datetime
) -> int:
    """End those of these shares that still hold, inside a transaction; return how many it were."""
    found = shares.filter(ended_at=None).select_related("certificate__enrolment")
    live = list(found.select_for_update(of=("self",)).order_by("pk"))
    for share in live:
        share.ended_at = now
        share.save(update_fields=["ended_at"])
        record_event(
            action="certificate_share_ended",
            target=share,
            acting_user=acting_user,
            now=now,
            changed_fields=["ended_at"],
            subject=share.certificate.enrolment.learner_id,
        )
    return len(live)
