"""Taking a certificate back, and putting another in its place. Nothing is ever deleted."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.codes import new_code
from certificates.enums import RevocationClass
from certificates.models import Certificate
from certificates.services.issuing import open_issuance, printable
from certificates.services.signing import enter_status_list
from lms.accounts.documents import document_tail
from lms.accounts.models import User
from lms.core.services import record_event


class AlreadySettledError(Exception):
    """The certificate was revoked or replaced before; its message is for people."""


@transaction.atomic
def revoke_certificate(
    *,
    certificate: Certificate,
    revocation_class: RevocationClass,
    reason: str,
    acting_user: User,
    now: datetime,
) -> Certificate:
    """Take a certificate back: its check then shows the date and the public words, never the reason.

    Raises:
        AlreadySettledError: it was revoked or replaced before.
        ValueError: no reason was given.
    """
    if not reason.strip():
        raise ValueError("a revocation needs a reason")
    locked = _lock_standing(certificate)
    locked.revoked_at = now
    locked.revocation_class = revocation_class
    locked.revocation_reason = reason.strip()
    changed = ["revoked_at", "revocation_class", "revocation_reason"]
    locked.save(update_fields=changed)
    record_event(
        action="certificate_revoked",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=changed,
        reason=reason.strip(),
    )
    return locked


@transaction.atomic
def replace_certificate(
    *, certificate: Certificate, acting_user: User, reason: str, now: datetime
) -> Certificate:
    """Issue a certificate with the learner's name as it is on record today; return the new one.

    It bears today's date; all else is copied, so that what was certified and until when stays as
    it was. The old certificate stays checkable and points to the new one.

    Raises:
        AlreadySettledError: it was revoked or replaced before, it has expired, or it has lost its
            holder, whose name would come back.
        ValueError: no reason was given.
    """
    if not reason.strip():
        raise ValueError("a replacement needs a reason")
    old = _lock_standing(certificate)
    if old.valid_until <= now:
        raise AlreadySettledError(_("This certificate has expired, so it cannot be replaced."))
    if old.holder_erased_at is not None:
        raise AlreadySettledError(_("This certificate has no holder any more."))
    new = _corrected_copy(old, now=now)
    _put_in_place_of(old, new)
    enter_status_list(new, now=now)
    open_issuance(new, now=now)
    for action, target, changed in (
        ("certificate_replaced", old, ["replaced_by"]),
        ("certificate_issued", new, ["full_name"]),
    ):
        record_event(
            action=action,
            target=target,
            acting_user=acting_user,
            now=now,
            changed_fields=changed,
            reason=reason.strip(),
        )
    return new


def _corrected_copy(old: Certificate, *, now: datetime) -> Certificate:
    """Return the new certificate, not saved yet: the person's data of today, the rest as it was."""
    learner = User.objects.get(pk=old.enrolment.learner_id)
    facts = {
        **old.facts,
        "full_name": printable(learner.full_name),
        "document_tail": document_tail(learner),
        "issue_date": timezone.localdate(now).isoformat(),
    }
    return Certificate(
        code=new_code(),
        enrolment=old.enrolment,
        language=old.language,
        design=old.design,
        facts=facts,
        issued_at=now,
        valid_until=old.valid_until,
    )


def _put_in_place_of(old: Certificate, new: Certificate) -> None:
    """Save the new certificate while the old one steps aside.

    Only one certificate of an enrolment may stand, and the database checks it at every statement:
    so the new row is born pointing to the old one, and both pointers are then turned round.
    """
    new.replaced_by = old
    new.save()
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    new.replaced_by = None
    new.save(update_fields=["replaced_by"])


def _lock_standing(certificate: Certificate) -> Certificate:
    locked = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("enrolment")
        .get(pk=certificate.pk)
    )
    if locked.revoked_at is not None or locked.replaced_by_id is not None:
        raise AlreadySettledError(_("This certificate was revoked or replaced before."))
    return locked
