"""Ways into an account that an agency opens: an invitation by mail, a code on paper."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from lms.accounts.enums import DocumentKind, InvitationState, Language
from lms.accounts.models.agencies import Agency, Membership, Unit
from lms.core.enums import OutboxState
from lms.core.models import OutboxRow

UNANSWERED = Q(accepted_at__isnull=True, declined_at__isnull=True, withdrawn_at__isnull=True)
ON_PAPER = Q(email="")


class Invitation(OutboxRow):
    """An agency asks somebody by mail, or on paper, to join its people; the row is the mail's outbox.

    What the agency says of the person (name, document, unit) stays here until she accepts; no
    account is made before, and whether she has one already is told to nobody. The link of the mail
    holds a secret of which only the digest is kept; it is made when the mail is sent.

    Without an address it is made on paper, for somebody who has an account already: nothing is
    sent, and what is kept is the keyed digest of the code that she types.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="invitations")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    email = models.EmailField(_("e-mail"), blank=True)
    full_name = models.CharField(_("full name"), max_length=200)
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.SPANISH
    )
    document_kind = models.CharField(
        _("kind of identity document"), max_length=10, choices=DocumentKind.choices, blank=True
    )
    document_ciphertext = models.TextField(_("identity document, encrypted"), blank=True)
    document_fingerprint = models.CharField(
        _("identity document, keyed fingerprint"), max_length=64, blank=True, db_index=True
    )
    token_digest = models.CharField(_("digest of the secret"), max_length=64, blank=True)
    expires_at = models.DateTimeField(_("expires at"))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    membership = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="invitations"
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    declined_at = models.DateTimeField(_("declined at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                "agency",
                Lower("email"),
                condition=UNANSWERED & ~ON_PAPER,
                name="invitation_unanswered_once",
                violation_error_message=_("This person has been invited already."),
            ),
            models.UniqueConstraint(
                fields=["token_digest"],
                condition=~Q(token_digest=""),
                name="invitation_digest_unique",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True)
                | Q(declined_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_answer",
            ),
            models.CheckConstraint(
                condition=(
                    Q(document_kind="", document_ciphertext="", document_fingerprint="")
                    | (
                        ~Q(document_kind="")
                        & ~Q(document_ciphertext="")
                        & ~Q(document_fingerprint="")
                    )
                ),
                name="invitation_document_whole_or_absent",
            ),
            models.CheckConstraint(
                condition=~ON_PAPER
                | Q(state=OutboxState.DONE) & (~Q(token_digest="") | ~UNANSWERED),
                name="invitation_on_paper_has_code_and_no_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.pk}"

    @property
    def is_on_paper(self) -> bool:
        """Whether it has no address: its code is typed by somebody who is logged in."""
        return self.email == ""

    def answer(self, *, now: datetime) -> InvitationState:
        """Return what became of the invitation by now."""
        if self.accepted_at is not None:
            return InvitationState.ACCEPTED
        if self.declined_at is not None:
            return InvitationState.DECLINED
        if self.withdrawn_at is not None:
            return InvitationState.WITHDRAWN
        return InvitationState.OPEN if self.expires_at > now else InvitationState.EXPIRED


class AccessCode(models.Model):
    """A code on paper by which somebody without an e-mail address chooses a password, once.

    Only the digest is kept. A new code ends the one before.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="access_codes")
    digest = models.CharField(_("digest of the code"), max_length=64)
    created_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    failures = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("access code")
        verbose_name_plural = _("access codes")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at__isnull=True, ended_at__isnull=True),
                name="access_code_standing_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}, {self.pk}"
