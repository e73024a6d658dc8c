"""Issuing, rendering, revoking and replacing certificates, and the keys of agencies' systems."""

from certificates.services.batches import (
    BatchRefused,
    finish_batch,
    resend_batches,
    resume_batch,
    retry_batch,
    start_batch,
    stop_batch,
    work_batch,
)
from certificates.services.issuing import request_certificate
from certificates.services.rendering import (
    render_certificate,
    render_issuance,
    reopen_issuance,
    resend_stale_issuances,
    stored_pdf,
)
from certificates.services.revoking import (
    AlreadySettledError,
    replace_certificate,
    revoke_certificate,
)
from certificates.services.tokens import create_token, note_use, revoke_token
from certificates.services.zips import zip_of

__all__ = [
    "AlreadySettledError",
    "BatchRefused",
    "create_token",
    "finish_batch",
    "note_use",
    "render_certificate",
    "render_issuance",
    "reopen_issuance",
    "replace_certificate",
    "request_certificate",
    "resend_batches",
    "resend_stale_issuances",
    "resume_batch",
    "retry_batch",
    "revoke_certificate",
    "revoke_token",
    "start_batch",
    "stop_batch",
    "stored_pdf",
    "work_batch",
    "zip_of",
]
