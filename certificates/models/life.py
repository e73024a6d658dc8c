"""What happens to a certificate after its issue."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certificates.enums import ProposalKind, ProposalState, RevocationClass
from certificates.models.certificates import Certificate
from lms.accounts.models import Agency
from lms.core.models import OutboxRow


class CertificateShare(models.Model):
    """A holder lets an agency see her certificate; she may end it at any time."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="shares")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("agency"))
    created_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("shared certificate")
        verbose_name_plural = _("shared certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "agency"],
                condition=Q(ended_at__isnull=True),
                name="certificate_shared_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}, {self.agency_id}"


class Reminder(models.Model):
    """The holder was told so many days before her certificate ends; once for each number."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="reminders")
    days = models.PositiveSmallIntegerField(_("days before the end"))
    created_at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["certificate", "days"], name="reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}, {self.days}"


class CertificateMail(OutboxRow):
    """A holder asked for her certificate by mail."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="mails")

    class Meta:
        verbose_name = _("certificate sent by mail")
        verbose_name_plural = _("certificates sent by mail")
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(state="pending"),
                name="certificate_mail_one_under_way",
            )
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} ({self.state})"


class CertificateProposal(models.Model):
    """A revocation or a replacement that one person asks for and another one decides."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="proposals")
    kind = models.CharField(_("what"), max_length=10, choices=ProposalKind.choices)
    revocation_class = models.CharField(
        _("public words"), max_length=20, choices=RevocationClass.choices, blank=True
    )
    reason = models.TextField(_("reason, kept inside"))
    state = models.CharField(
        _("state"), max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    proposed_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("decision that needs two people")
        verbose_name_plural = _("decisions that need two people")
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(state="open"),
                name="certificate_proposal_one_open",
                violation_error_message=_("Another decision about this certificate waits."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True)
                | (
                    ~Q(state="open")
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    # Only whoever asked may take it back herself; to approve takes another person.
                    & (Q(state="withdrawn") | ~Q(decided_by=F("proposed_by")))
                ),
                name="certificate_proposal_two_people",
                violation_error_message=_("The person who asked cannot decide."),
            ),
            models.CheckConstraint(
                condition=(Q(kind="revoke") & ~Q(revocation_class=""))
                | Q(kind="replace", revocation_class=""),
                name="certificate_proposal_class_of_revocation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.kind} ({self.state})"


class UpdateInvitation(OutboxRow):
    """Holders whose certificates rest on a lesson are invited to read what has changed."""

    item_key = models.UUIDField(_("lesson, case or quiz"))
    words = models.JSONField(_("what has changed, by language"), default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    last_certificate_id = models.BigIntegerField(_("done up to"), default=0)
    invited = models.PositiveIntegerField(_("people invited"), default=0)

    class Meta:
        verbose_name = _("invitation to an update")
        verbose_name_plural = _("invitations to updates")

    def __str__(self) -> str:
        return f"{self.item_key} ({self.state})"
