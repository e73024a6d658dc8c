"""Issuing, rendering, revoking and replacing certificates; the holder's choices; agencies' keys."""

from certificates.services.agency_checks import CheckedCode, check_for_agency
from certificates.services.alarms import note_burst
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
from certificates.services.checks import note_certificate_check, note_certificate_checks
from certificates.services.designs import (
    NameTakenError,
    duplicate_design,
    ensure_default_design,
    keep_pictures,
    make_default,
    save_design,
    use_design,
)
from certificates.services.erasing import (
    chain_of,
    clear_after_erasures,
    detach_all_of,
    detach_holder,
)
from certificates.services.holding import ChoiceRefusedError, set_offline_qr, set_tells_of_checks
from certificates.services.invitations import (
    InvitationRefused,
    invite_holders,
    resend_stale_invitations,
    work_invitation,
)
from certificates.services.issuing import request_certificate
from certificates.services.keys import distrust_key, ensure_keys, rotate_keys
from certificates.services.mailing import request_mail, resend_stale_mails, send_certificate_mail
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
    clear_after_erasure,
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
from certificates.services.sharing import end_share, share_certificate
from certificates.services.signing import (
    RENEWAL_SUFFIX,
    achievement_of,
    build_achievement,
    sign_certificate,
)
from certificates.services.status import signed_status_list
from certificates.services.tokens import TooManyKeysError, create_token, note_use, revoke_token
from certificates.services.zips import zip_of

__all__ = [
    "RENEWAL_SUFFIX",
    "AlreadySettledError",
    "BatchRefused",
    "CheckedCode",
    "ChoiceRefusedError",
    "InvitationRefused",
    "NameTakenError",
    "OwnCertificateError",
    "ProposalRefused",
    "TooManyKeysError",
    "achievement_of",
    "approve_proposal",
    "ask_to_replace",
    "ask_to_revoke",
    "build_achievement",
    "chain_of",
    "check_for_agency",
    "clear_after_erasure",
    "clear_after_erasures",
    "create_token",
    "detach_all_of",
    "detach_holder",
    "distrust_key",
    "duplicate_design",
    "end_share",
    "ensure_default_design",
    "ensure_keys",
    "finish_batch",
    "invite_holders",
    "keep_pictures",
    "make_default",
    "note_burst",
    "note_certificate_check",
    "note_certificate_checks",
    "note_use",
    "refuse_proposal",
    "render_certificate",
    "render_issuance",
    "reopen_issuance",
    "replace_certificate",
    "request_certificate",
    "request_mail",
    "resend_batches",
    "resend_stale_invitations",
    "resend_stale_issuances",
    "resend_stale_mails",
    "resume_batch",
    "retry_batch",
    "revoke_certificate",
    "revoke_token",
    "rotate_keys",
    "save_design",
    "send_certificate_mail",
    "send_reminders",
    "set_offline_qr",
    "set_tells_of_checks",
    "share_certificate",
    "sign_certificate",
    "signed_status_list",
    "start_batch",
    "stop_batch",
    "stored_pdf",
    "tell_coordinators",
    "use_design",
    "withdraw_proposal",
    "work_batch",
    "work_invitation",
    "zip_of",
]
