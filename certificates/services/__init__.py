"""Issuing, rendering, revoking and replacing certificates, and the keys of agencies' systems."""

from certificates.services.invitations import (
    InvitationRefused,
    invite_holders,
    resend_stale_invitations,
    work_invitation,
)
from certificates.services.issuing import request_certificate
from certificates.services.keys import distrust_key, ensure_keys, rotate_keys
from certificates.services.proposals import (
    ProposalRefused,
    approve_proposal,
    ask_to_replace,
    ask_to_revoke,
    refuse_proposal,
    withdraw_proposal,
)
from certificates.services.reminders import send_reminders, tell_coordinators
from certificates.services.rendering import (
    render_certificate,
    render_issuance,
    reopen_issuance,
    resend_stale_issuances,
    stored_pdf,
)
from certificates.services.revoking import (
    AlreadySettledError,
    OwnCertificateError,
    replace_certificate,
    revoke_certificate,
)
from certificates.services.signing import RENEWAL_SUFFIX, achievement_of, sign_certificate
from certificates.services.status import signed_status_list
from certificates.services.tokens import create_token, note_use, revoke_token

__all__ = [
    "RENEWAL_SUFFIX",
    "AlreadySettledError",
    "InvitationRefused",
    "OwnCertificateError",
    "ProposalRefused",
    "achievement_of",
    "approve_proposal",
    "ask_to_replace",
    "ask_to_revoke",
    "create_token",
    "distrust_key",
    "ensure_keys",
    "invite_holders",
    "note_use",
    "refuse_proposal",
    "render_certificate",
    "render_issuance",
    "reopen_issuance",
    "replace_certificate",
    "request_certificate",
    "resend_stale_invitations",
    "resend_stale_issuances",
    "revoke_certificate",
    "revoke_token",
    "rotate_keys",
    "send_reminders",
    "sign_certificate",
    "signed_status_list",
    "stored_pdf",
    "tell_coordinators",
    "withdraw_proposal",
    "work_invitation",
]
