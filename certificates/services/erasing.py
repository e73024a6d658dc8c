"""Taking a person's name off her certificates, for good.

The certificate itself stays: it is still found by its code, with its state and its facts. What made
it hers is emptied: the name and the end of the document, the signed forms, the file.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from certificates.enums import RevocationClass
from certificates.models import (
    Certificate,
    CertificateCheck,
    CertificateMail,
    CertificateShare,
    SignedCredential,
)
from certificates.queries import issuances
from certificates.services.rendering import ERASED, clear_after_erasure
from certificates.services.sharing import end_shares
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.core.outbox import send_on_commit
from lms.core.services import record_event

CLEAR_TASK = "certificates.clear_after_erasure"
SWEPT_FOR = timedelta(days=2)
DROPPED = "The holder's name was taken off the certificate."


def chain_of(certificate: Certificate) -> list[Certificate]:
    """Return everything that stands or falls with a certificate, itself included, oldest first.

    The same enrolment's certificates (those that were replaced bear the name too), and those of the
    same learner that renew one of them or are renewed by one: they lead to each other by code.
    """
    of_learner = Certificate.objects.filter(
        enrolment__learner=certificate.enrolment.learner_id
    ).only("pk", "enrolment_id", "renews_id")
    rows = list(of_learner)
    found = {certificate.pk}
    grown = True
    while grown:
        enrolments = {row.enrolment_id for row in rows if row.pk in found}
        renewed = {row.renews_id for row in rows if row.pk in found}
        wider = {
            row.pk
            for row in rows
            if row.enrolment_id in enrolments or row.pk in renewed or row.renews_id in found
        }
        grown = not wider <= found
        found |= wider
    chain = Certificate.objects.filter(pk__in=found).select_related("enrolment")
    return list(chain.order_by("issued_at", "pk"))


@transaction.atomic
def detach_holder(
    *, certificate: Certificate, keep: bool, acting_user: User | None, now: datetime
) -> list[Certificate]:
    """Take the holder's name off a certificate and off its whole chain; return what was changed.

    Nothing brings it back. Who checks one of the codes then sees its state and its facts without a
    name; the credential and the file are gone. Copies that somebody has already are out of reach.
    Doing it again changes nothing.

    Args:
        certificate: any one of the chain.
        keep: False takes the standing one back first, at the holder's request.
        acting_user: the holder; None where her account is erased by the system.
        now: when.
    """
    chain = [one.pk for one in chain_of(certificate)]
    return _detach(chain, keep=keep, acting_user=acting_user, now=now)


@transaction.atomic
def detach_all_of(user: User, *, keep: bool, acting_user: User | None, now: datetime) -> int:
    """Take a person's name off all of her certificates; return how many bore it until now."""
    rows = Certificate.objects.filter(enrolment__learner=user)
    pks = list(rows.values_list("pk", flat=True))
    return len(_detach(pks, keep=keep, acting_user=acting_user, now=now))


def _detach(
    pks: Iterable[int], *, keep: bool, acting_user: User | None, now: datetime
) -> list[Certificate]:
    rows = Certificate.objects.filter(pk__in=pks, holder_erased_at=None)
    locked = list(rows.select_for_update(of=("self",)).select_related("enrolment").order_by("pk"))
    for one in locked:
        is_standing = one.revoked_at is None and one.replaced_by_id is None
        if not keep and is_standing:
            _end_at_request(one, acting_user=acting_user, now=now)
        _empty(one, acting_user=acting_user, now=now)
    return list(Certificate.objects.filter(pk__in=[one.pk for one in locked]).order_by("pk"))


def _end_at_request(certificate: Certificate, *, acting_user: User | None, now: datetime) -> None:
    """Revoke one locked certificate because its holder wishes it, which takes no second person."""
    certificate.revoked_at = now
    certificate.revocation_class = RevocationClass.HOLDER_REQUEST
    certificate.revocation_reason = _("The holder asked for it when she had her name removed.")
    changed = ["revoked_at", "revocation_class", "revocation_reason"]
    certificate.save(update_fields=changed)
    record_event(
        action="certificate_revoked",
        target=certificate,
        acting_user=acting_user,
        now=now,
        changed_fields=changed,
        reason=certificate.revocation_reason,
        subject=certificate.enrolment.learner_id,
    )


def _empty(certificate: Certificate, *, acting_user: User | None, now: datetime) -> None:
    """Empty whatever of one locked certificate tells whose it was."""
    changed = {
        "facts": {**certificate.facts, "full_name": "", "document_tail": ""},
        "has_offline_qr": False,
        "tells_of_checks": False,
        "holder_erased_at": now,
    }
    Certificate.objects.filter(pk=certificate.pk).update(**changed)
    signed = SignedCredential.objects.filter(certificate=certificate)
    signed.update(json_text="", jwt_text="", fragment="")
    shares = CertificateShare.objects.filter(certificate=certificate)
    end_shares(shares, acting_user=acting_user, now=now)
    CertificateCheck.objects.filter(certificate=certificate).delete()
    mails: QuerySet[CertificateMail] = QuerySet(CertificateMail).filter(
        certificate=certificate, state=OutboxState.PENDING
    )
    mails.update(state=OutboxState.FAILED, failure=DROPPED)
    _drop_file(certificate, now=now)
    record_event(
        action="certificate_holder_erased",
        target=certificate,
        acting_user=acting_user,
        now=now,
        changed_fields=changed,
        subject=certificate.enrolment.learner_id,
    )


def _drop_file(certificate: Certificate, *, now: datetime) -> None:
    """Close the outbox row for good, and have a worker delete the file.

    Even the digest goes: with the code at hand it would tell whether a guessed name is right.
    """
    rows = issuances().filter(certificate=certificate)
    rows.update(state=OutboxState.DONE, done_at=now, claimed_until=None, failure="", digest=ERASED)
    for pk in rows.values_list("pk", flat=True):
        send_on_commit(CLEAR_TASK, issuance_id=pk)


def clear_after_erasures(*, now: datetime) -> int:
    """Clear once more after whoever was erased lately; return how many rows were looked at.

    A message may be lost, a storage be away, a worker write a file that it began before.
    """
    lately = issuances().filter(Q(certificate__holder_erased_at__gt=now - SWEPT_FOR), digest=ERASED)
    pks = list(lately.values_list("pk", flat=True))
    for pk in pks:
        clear_after_erasure(issuance_id=pk)
    return len(pks)
