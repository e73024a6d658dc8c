"""Issuing, rendering, revoking and replacing certificates, and the keys of agencies' systems."""

from certificates.services.agency_checks import CheckedCode, check_for_agency
from certificates.services.issuing import request_certificate
from certificates.services.keys import distrust_key, ensure_keys, rotate_keys
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
from certificates.services.signing import build_achievement, sign_certificate
from certificates.services.status import signed_status_list
from certificates.services.tokens import TooManyKeysError, create_token, note_use, revoke_token

__all__ = [
    "AlreadySettledError",
    "CheckedCode",
    "TooManyKeysError",
    "build_achievement",
    "check_for_agency",
    "create_token",
    "distrust_key",
    "ensure_keys",
    "note_use",
    "render_certificate",
    "render_issuance",
    "reopen_issuance",
    "replace_certificate",
    "request_certificate",
    "resend_stale_issuances",
    "revoke_certificate",
    "revoke_token",
    "rotate_keys",
    "sign_certificate",
    "signed_status_list",
    "stored_pdf",
]
