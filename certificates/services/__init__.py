"""Issuing, rendering, revoking and replacing certificates, and the keys of agencies' systems."""

from certificates.services.agency_checks import CheckedCode, check_for_agency
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
from certificates.services.tokens import TooManyKeysError, create_token, note_use, revoke_token

__all__ = [
    "AlreadySettledError",
    "CheckedCode",
    "TooManyKeysError",
    "check_for_agency",
    "create_token",
    "note_use",
    "render_certificate",
    "render_issuance",
    "reopen_issuance",
    "replace_certificate",
    "request_certificate",
    "resend_stale_issuances",
    "revoke_certificate",
    "revoke_token",
    "stored_pdf",
]
