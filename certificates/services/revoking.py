"""Taking a certificate back, and putting another in its place. Nothing is ever deleted.

These act at once. What an administrator asks for goes through `proposals`, where the rule of two
people stands. Nobody decides about a certificate of her own, here as there.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.codes import new_code
from certificates.design_facts import with_design
from certificates.enums import RevocationClass
from certificates.life.places import certificate_path
from certificates.models import Certificate, CertificateShare
from certificates.services.issuing import open_issuance, printable
from certificates.services.signing import enter_status_list
from lms.accounts.documents import document_tail
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.enums import NoticeKind
from lms.learning.notices import notify_learner


class AlreadySettledError(Exception):
    """The certificate was revoked or replaced before; its message is for people."""


class OwnCertificateError(Exception):
    """Somebody would decide about a certificate of her own; its message is for people."""


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

    Its holder is told that something changed.

    Raises:
        AlreadySettledError: it was revoked or replaced before.
        OwnCertificateError: the acting user is its holder.
        ValueError: no reason was given.
    """
    if not reason.strip():
        raise ValueError("a revocation needs a reason")
    locked = lock_standing(certificate, acting_user=acting_user)
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
        subject=locked.enrolment.learner_id,
    )
    _tell_holder(locked, about=locked, now=now)
    return locked


@transaction.atomic
def replace_certificate(
    *, certificate: Certificate, acting_user: User, reason: str, now: datetime
) -> Certificate:
    """Issue a certificate with the learner's name as it is on record today; return the new one.

    It bears today's date; all else is copied, so that what was certified and until when stays as
    it was. The old certificate stays checkable; each of the two points to the other. The agencies
    with which the holder shares the old one see the new one instead, and she is told.

    Raises:
        AlreadySettledError: it was revoked or replaced before, it has expired, or it has lost its
            holder, whose name would come back.
        OwnCertificateError: the acting user is its holder.
        ValueError: no reason was given.
    """
    if not reason.strip():
        raise ValueError("a replacement needs a reason")
    old = lock_standing(certificate, acting_user=acting_user)
    refuse_expired(old, now=now)
    if old.holder_erased_at is not None:
        raise AlreadySettledError(_("This certificate has no holder any more."))
    new = _corrected_copy(old, now=now)
    _put_in_place_of(old, new)
    _move_shares(old, new, now=now)
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
            subject=old.enrolment.learner_id,
        )
    _tell_holder(old, about=new, now=now)
    return new


def _corrected_copy(old: Certificate, *, now: datetime) -> Certificate:
    """Return the new certificate, not saved yet: the person's data of today, the rest as it was."""
    learner = User.objects.get(pk=old.enrolment.learner_id)
    asks_for_document = old.enrolment.release.typed_promise.asks_for_document
    facts = replace(
        old.typed_facts,
        full_name=printable(learner.full_name),
        document_tail=document_tail(learner) if asks_for_document else "",
        issue_date=timezone.localdate(now),
    )
    if old.design_version is not None:
        facts = with_design(facts, old.design_version.typed_content, language=old.language)
    return Certificate(
        code=new_code(),
        enrolment=old.enrolment,
        language=old.language,
        design=old.design,
        design_version=old.design_version,
        facts=facts.to_json(),
        issued_at=now,
        valid_until=old.valid_until,
        renews=old.renews,
        has_offline_qr=old.has_offline_qr,
        tells_of_checks=old.tells_of_checks,
    )


def _put_in_place_of(old: Certificate, new: Certificate) -> None:
    """Save the new certificate while the old one steps aside.

    Only one certificate of an enrolment may stand, and the database checks it at every statement:
    so the new row is born as a revoked one, which nobody outside of this transaction ever sees, and
    stands up once the old one points to it. (It cannot be born pointing to the old one: that has
    room for one pointer only, and an earlier correction may hold it.)
    """
    new.revoked_at = new.issued_at
    new.revocation_class = RevocationClass.ISSUED_IN_ERROR
    new.revocation_reason = "not standing yet"
    new.save()
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    new.revoked_at = None
    new.revocation_class = new.revocation_reason = ""
    new.save(update_fields=["revoked_at", "revocation_class", "revocation_reason"])


def _move_shares(old: Certificate, new: Certificate, *, now: datetime) -> None:
    """Let the agencies that see the old certificate see the new one: it is the same achievement."""
    shares = CertificateShare.objects.filter(certificate=old, ended_at__isnull=True)
    agencies = list(shares.values_list("agency_id", flat=True))
    shares.update(ended_at=now)
    CertificateShare.objects.bulk_create(
        CertificateShare(certificate=new, agency_id=agency_id, created_at=now)
        for agency_id in agencies
    )


def _tell_holder(certificate: Certificate, *, about: Certificate, now: datetime) -> None:
    """Tell the holder, with a link to the page of the certificate that she should look at."""
    if certificate.holder_erased_at is not None:
        return
    notify_learner(
        learner=User.objects.get(pk=certificate.enrolment.learner_id),
        kind=NoticeKind.CERTIFICATE_CHANGED,
        now=now,
        path=certificate_path(about.pk),
        words=certificate.typed_facts.course_title,
    )


def refuse_expired(certificate: Certificate, *, now: datetime) -> None:
    """Raise AlreadySettledError for a certificate whose time is over: nothing could be corrected."""
    if certificate.valid_until <= now:
        raise AlreadySettledError(_("This certificate has expired, so it cannot be replaced."))


def lock_standing(certificate: Certificate, *, acting_user: User) -> Certificate:
    """Return the certificate, locked, for somebody else than its holder to decide about.

    Raises:
        AlreadySettledError: it was revoked or replaced before.
        OwnCertificateError: the acting user is its holder.
    """
    locked = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("enrolment")
        .get(pk=certificate.pk)
    )
    if locked.enrolment.learner_id == acting_user.pk:
        raise OwnCertificateError(
            _("This certificate is your own. Somebody else has to decide about it.")
        )
    if locked.revoked_at is not None or locked.replaced_by_id is not None:
        raise AlreadySettledError(_("This certificate was revoked or replaced before."))
    return locked
