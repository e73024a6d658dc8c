"""The slow half: a worker claims the outbox row, makes the PDF and stores it, exactly once.

A row is claimed by one conditional UPDATE with a lease. Who dies in the middle loses the lease,
and the sweep sends the row again. The file's name is fixed when the certificate is issued and equal
facts give equal bytes, so it does not matter which of two workers wrote the file.
"""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction

from certificates import pdf
from certificates.designs.queries import design_pictures
from certificates.models import Certificate, Issuance, SignedCredential
from certificates.print_jobs import Print
from certificates.queries import issuances
from certificates.services.file_signing import file_signer, signing_time
from certificates.services.issuing import RENDER_TASK
from certificates.services.signing import sign_certificate
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.core.outbox import NotedFailure, send_now, send_on_commit
from lms.core.services import record_event

MOST_TRIES = 5
RESENT_AT_ONCE = 500
ERASED = "erased"
"""In place of the digest: there is no file any more, and there will be none."""
LOST_WORKER = "The worker ended before it had finished, again and again."


def render_lease() -> timedelta:
    """Return how long a worker may take before another one tries."""
    return timedelta(seconds=settings.CERTIFICATE_RENDER_LEASE_SECONDS)


def render_issuance(*, issuance_id: int, now: datetime) -> bool:
    """Make and store the PDF of one outbox row; True if this call did it.

    Does nothing if another worker holds the row, or if it is done. A failure is written on the row
    and rises; the sweep tries again when the lease is over, MOST_TRIES times in all.
    """
    lease = render_lease()
    if not Issuance.objects.claim(issuance_id, now=now, lease=lease):
        return False
    issuance = issuances().select_related("certificate__design_version").get(pk=issuance_id)
    rows = Issuance.objects.filter(pk=issuance_id)
    with NotedFailure(rows, most_tries=MOST_TRIES):
        content = render_certificate(issuance.certificate, now=now)
        _write_over(issuance.file.storage, str(issuance.file.name), content)
    is_done = bool(
        issuances()
        .filter(pk=issuance_id, state=OutboxState.PENDING, claimed_until=now + lease)
        .update(
            state=OutboxState.DONE,
            done_at=now,
            failure="",
            digest=hashlib.sha256(content).hexdigest(),
        )
    )
    if not is_done:
        clear_after_erasure(issuance_id=issuance_id)
    return is_done


def clear_after_erasure(*, issuance_id: int) -> bool:
    """Delete the file of a certificate that has lost its holder; False if it has not.

    What a worker signed while the name was taken off goes too.
    """
    rows = issuances().filter(pk=issuance_id, certificate__holder_erased_at__isnull=False)
    issuance = rows.first()
    if issuance is None:
        return False
    issuance.file.storage.delete(str(issuance.file.name))
    signed = SignedCredential.objects.filter(certificate=issuance.certificate_id)
    signed.update(json_text="", jwt_text="", fragment="")
    return True


def render_certificate(certificate: Certificate, *, now: datetime) -> bytes:
    """Return the PDF of a certificate from its snapshot, signed; asking again gives the same bytes.

    One that was issued before there were signatures has none, and stays as it was.

    Raises:
        SignerUnavailableError, KeyFileError: nobody can sign.
    """
    signed = sign_certificate(certificate=certificate, now=now)
    if signed is None:
        return pdf.render(_job(certificate))
    by = file_signer(now=now)
    job = replace(
        _job(certificate),
        credential=signed.json_text,
        fragment=signed.fragment if certificate.has_offline_qr else "",
        signer=by.signer,
        signed_at=signing_time(certificate, key=by.key, now=now),
    )
    return pdf.render(job)


def _job(certificate: Certificate) -> Print:
    """Return what is printed of a certificate, signed or not."""
    version = certificate.design_version
    content = version.typed_content if version is not None else None
    return Print(
        facts=certificate.typed_facts,
        code=certificate.code,
        language=certificate.language,
        layout=certificate.design,
        content=content,
        pictures=design_pictures(content) if content is not None else {},
    )


def _write_over(storage: Storage, name: str, content: bytes) -> None:
    """Store a file under exactly this name; a copy that another worker raced us to is the same."""
    storage.delete(name)
    stored = storage.save(name, ContentFile(content))
    if stored != name:
        storage.delete(stored)


def resend_stale_issuances(*, now: datetime) -> int:
    """Send again every row that waits and that nobody holds; return how many were sent.

    Rows younger than a lease are left to the message that their transaction sent. A row whose
    worker vanished MOST_TRIES times is given up, with the reason: it would kill the next one too.
    """
    stale = Issuance.objects.stale(now=now)
    stale.filter(tries__gte=MOST_TRIES, failure="").update(failure=LOST_WORKER)
    stale.filter(tries__gte=MOST_TRIES).update(state=OutboxState.FAILED)
    waiting = stale.filter(created_at__lte=now - render_lease()).order_by("created_at", "pk")
    pks = list(waiting.values_list("pk", flat=True)[:RESENT_AT_ONCE])
    for pk in pks:
        send_now(RENDER_TASK, issuance_id=pk)
    return len(pks)


@transaction.atomic
def reopen_issuance(
    *, issuance: Issuance, acting_user: User | None, now: datetime, sends_task: bool = True
) -> Issuance:
    """Ask for the PDF again, after a failure or because its file was lost; the tries start over.

    A certificate that has lost its holder gets no file any more.
    """
    locked = issuances().select_for_update().get(pk=issuance.pk)
    if locked.state == OutboxState.PENDING or locked.digest == ERASED:
        return locked
    locked.state = OutboxState.PENDING
    locked.claimed_until = locked.done_at = None
    locked.tries = 0
    locked.failure = ""
    locked.save(update_fields=["state", "claimed_until", "done_at", "tries", "failure"])
    record_event(
        action="issuance_reopened",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=["state"],
        subject=locked.certificate.enrolment.learner_id,
    )
    if sends_task:
        send_on_commit(RENDER_TASK, issuance_id=locked.pk)
    return locked


def stored_pdf(*, certificate: Certificate, now: datetime) -> bytes | None:
    """Return the PDF of a certificate, or None while it is being made.

    A file that the storage has lost or damaged is asked for again: it comes back with the same
    bytes. A certificate that has lost its holder has none for ever.
    """
    issuance: Issuance = certificate.issuance
    if issuance.state != OutboxState.DONE or issuance.digest == ERASED:
        return None
    try:
        with issuance.file.storage.open(str(issuance.file.name), "rb") as stored:
            content: bytes = stored.read()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() == issuance.digest:
        return content
    reopen_issuance(issuance=issuance, acting_user=None, now=now)
    return None
