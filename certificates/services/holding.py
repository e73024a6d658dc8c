"""What a holder decides about her own certificate."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from certificates.models import Certificate, SignedCredential
from certificates.print_jobs import FIRST_LAYOUT
from certificates.queries import issuances
from certificates.services.issuing import RENDER_TASK
from certificates.services.rendering import reopen_issuance
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.core.outbox import send_on_commit
from lms.core.services import record_event


class ChoiceRefusedError(Exception):
    """A holder's choice cannot be carried out; its message is for people."""


def lock_for_choice(certificate: Certificate, *, must_stand: bool = True) -> Certificate:
    """Return the locked row of a certificate about which its holder decides, inside a transaction.

    Raises:
        ChoiceRefusedError: it has lost its holder, or must stand and was revoked or replaced.
    """
    rows = Certificate.objects.select_for_update(of=("self",)).select_related("enrolment")
    locked = rows.get(pk=certificate.pk)
    if locked.holder_erased_at is not None:
        raise ChoiceRefusedError(_("This certificate has no holder any more. Nothing was changed."))
    if must_stand and (locked.revoked_at is not None or locked.replaced_by_id is not None):
        raise ChoiceRefusedError(
            _("This certificate was revoked or replaced. Nothing was changed.")
        )
    return locked


@transaction.atomic
def set_tells_of_checks(
    *, certificate: Certificate, is_wanted: bool, acting_user: User, now: datetime
) -> Certificate:
    """Tell the holder from now on when her certificate is checked, or stop telling her.

    Raises:
        ChoiceRefusedError: the certificate has lost its holder.
    """
    locked = lock_for_choice(certificate, must_stand=False)
    if locked.tells_of_checks != is_wanted:
        locked.tells_of_checks = is_wanted
        _note_choice(locked, "tells_of_checks", acting_user=acting_user, now=now)
    return locked


@transaction.atomic
def set_offline_qr(
    *, certificate: Certificate, is_wanted: bool, acting_user: User, now: datetime
) -> Certificate:
    """Print the QR for checks without a network from now on, or leave it out; the PDF is made anew.

    Copies of the file that are out already stay genuine.

    Raises:
        ChoiceRefusedError: the certificate stands no more, was issued before any was signed, or has
            the first layout, which keeps to one QR.
    """
    locked = lock_for_choice(certificate)
    if locked.has_offline_qr == is_wanted:
        return locked
    if is_wanted and not SignedCredential.objects.filter(certificate=locked).exists():
        raise ChoiceRefusedError(
            _("This certificate was issued before this QR existed, so it cannot bear one.")
        )
    if is_wanted and locked.design == FIRST_LAYOUT:
        raise ChoiceRefusedError(_("The design of this certificate has no place for this QR."))
    locked.has_offline_qr = is_wanted
    _note_choice(locked, "has_offline_qr", acting_user=acting_user, now=now)
    _make_anew(locked, acting_user=acting_user, now=now)
    return locked


def _note_choice(certificate: Certificate, field: str, *, acting_user: User, now: datetime) -> None:
    certificate.save(update_fields=[field])
    record_event(
        action="certificate_choice_made",
        target=certificate,
        acting_user=acting_user,
        now=now,
        changed_fields=[field],
        subject=certificate.enrolment.learner_id,
    )


def _make_anew(certificate: Certificate, *, acting_user: User, now: datetime) -> None:
    """Ask for the file again, and take the row from a worker that began before the choice.

    Such a worker knows the old choice. Without its lease it cannot finish the row.
    """
    issuance = issuances().get(certificate=certificate)
    under_way = issuances().filter(pk=issuance.pk, state=OutboxState.PENDING)
    if under_way.update(claimed_until=None, tries=0, failure=""):
        send_on_commit(RENDER_TASK, issuance_id=issuance.pk)
    else:
        reopen_issuance(issuance=issuance, acting_user=acting_user, now=now)
