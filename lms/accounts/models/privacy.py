"""What people were told and agreed to, what they ask to have corrected, and files made for them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lms.accounts.enums import ConsentPurpose, ConsentWay, CorrectionSubject, PersonalFileKind
from lms.core.enums import OutboxState
from lms.core.models import OutboxRow


class ConsentText(models.Model):
    """One version of what people read before they agree to something, in both languages.

    The newest version that has begun is shown; what somebody answered stays bound to the one that
    she read. A version is never changed: a correction is the next one (a trigger holds it).
    """

    purpose = models.CharField(_("what for"), max_length=20, choices=ConsentPurpose.choices)
    number = models.PositiveSmallIntegerField(_("number"))
    title_es = models.CharField(_("title (Spanish)"), max_length=120)
    title_en = models.CharField(_("title (English)"), max_length=120)
    words_es = models.TextField(_("text (Spanish)"), max_length=6000)
    words_en = models.TextField(_("text (English)"), max_length=6000)
    since_date = models.DateField(_("holds since"))
    created_at = models.DateTimeField(_("written at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("text of a consent")
        verbose_name_plural = _("texts of consents")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "number"], name="consent_text_number_once"),
            models.CheckConstraint(
                condition=~Q(title_es="") & ~Q(title_en="") & ~Q(words_es="") & ~Q(words_en=""),
                name="consent_text_in_both_languages",
                violation_error_message=_("The text is needed in both languages."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} ({self.number})"

    @property
    def title(self) -> str:
        """The title in the active language."""
        return self.title_en if get_language() == "en" else self.title_es

    @property
    def words(self) -> str:
        """The text in the active language."""
        return self.words_en if get_language() == "en" else self.words_es


class Consent(models.Model):
    """What somebody answered to one version of a text; a yes may be taken back later.

    Whoever changes her mind answers anew, by another row.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="answers")
    is_given = models.BooleanField(_("agreed"))
    answered_at = models.DateTimeField(_("answered at"))
    way = models.CharField(_("where"), max_length=12, choices=ConsentWay.choices)
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "text"],
                condition=Q(is_given=True, withdrawn_at__isnull=True),
                name="consent_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True)
                | Q(is_given=True, withdrawn_at__gte=models.F("answered_at")),
                name="consent_withdrawn_was_given",
            ),
        ]
        indexes = [models.Index(fields=["user", "answered_at"], name="consent_user_time")]

    def __str__(self) -> str:
        return f"{self.user_id}, {self.text_id}"


class CorrectionRequest(models.Model):
    """Somebody asks to have something corrected that she cannot correct herself, and the answer."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="correction_requests"
    )
    subject = models.CharField(
        _("what it is about"), max_length=12, choices=CorrectionSubject.choices
    )
    text = models.TextField(_("what is wrong, and how it should be"), max_length=2000)
    asked_at = models.DateTimeField(_("asked at"))
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    is_corrected = models.BooleanField(_("corrected"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("request for a correction")
        verbose_name_plural = _("requests for corrections")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="correction_says_what"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="", is_corrected__isnull=True)
                | (Q(answered_at__isnull=False, is_corrected__isnull=False) & ~Q(answer="")),
                name="correction_answered_has_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class PersonalFile(OutboxRow):
    """A file that somebody asked for about herself: her record or her data; the row is its outbox.

    The bytes stand encrypted in the row, and go with it when its hours are over.
    """

    public_id = models.UUIDField(_("public number"), default=uuid.uuid4, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="personal_files"
    )
    kind = models.CharField(_("what is in it"), max_length=12, choices=PersonalFileKind.choices)
    language = models.CharField(_("language"), max_length=2)
    expires_at = models.DateTimeField(_("deleted at"), db_index=True)
    ciphertext = models.BinaryField(_("file, encrypted"), default=b"")
    byte_count = models.PositiveIntegerField(_("size in bytes"), default=0)

    class Meta:
        verbose_name = _("file made for a person")
        verbose_name_plural = _("files made for people")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "language"],
                condition=Q(state=OutboxState.PENDING),
                name="personal_file_one_in_the_making",
            ),
            models.CheckConstraint(
                condition=~Q(state=OutboxState.DONE) | Q(byte_count__gt=0, done_at__isnull=False),
                name="personal_file_done_has_content",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} ({self.state})"
