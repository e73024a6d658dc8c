"""People who learn, teach or coordinate."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.accounts.enums import DocumentKind, Language, Sex

ERASED_NAME = "—"
"""What stands for the name of somebody whose data was erased; each page says it in its language."""
NO_PASSWORD = UNUSABLE_PASSWORD_PREFIX
"""A stored password that nothing matches (the prefix without anything behind it)."""


class UserManager(BaseUserManager["User"]):
    """Makes users; empty addresses and user names become NULL, so that they stay unique."""

    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "User":
        """Create and return a user with at least an e-mail address or a user name."""
        user = self.model(email=self.normalize_email(email).lower() or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and return a user who may do everything (for the command line only)."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who learns, teaches or coordinates; only what that needs is kept.

    When her data is erased, an empty shell stays, so that what was done can still be counted:
    nothing in it says who she was, and nobody can log in with it.
    """

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        null=True,
        blank=True,
        help_text=_("For people without an e-mail address of their own."),
    )
    full_name = models.CharField(
        _("full name"),
        max_length=200,
        help_text=_("As in your identity document. It is printed on your certificates."),
    )
    display_name = models.CharField(
        _("name that others see"),
        max_length=60,
        blank=True,
        help_text=_("It may be an alias. If it is empty, others see your full name."),
    )
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
    sex = models.CharField(
        _("sex"),
        max_length=6,
        choices=Sex.choices,
        blank=True,
        help_text=_(
            "Optional. It is only counted, in groups of at least ten people, for reports on whom "
            "the courses reach. It is shown to nobody."
        ),
    )
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=Q(email__isnull=False)
                | Q(username__isnull=False)
                | Q(erased_at__isnull=False),
                name="user_has_login",
                violation_error_message=_("A user needs an e-mail address or a user name."),
            ),
            models.CheckConstraint(
                condition=~Q(email="") & ~Q(username=""),
                name="user_login_not_empty",
                violation_error_message=_("An e-mail address or user name cannot be empty text."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_any_case",
                violation_error_message=_("Somebody else uses this e-mail address."),
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="user_name_unique_any_case",
                violation_error_message=_("Somebody else uses this user name."),
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
                name="user_document_whole_or_absent",
                violation_error_message=_("An identity document needs its kind and its number."),
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(
                    email__isnull=True,
                    username__isnull=True,
                    full_name=ERASED_NAME,
                    display_name="",
                    sex="",
                    document_kind="",
                    password=NO_PASSWORD,
                    last_login__isnull=True,
                    is_active=False,
                    is_superuser=False,
                ),
                name="user_erased_is_empty",
                violation_error_message=_("The data of this person was erased."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_display_name()

    def get_full_name(self) -> str:
        """Return the name as it is printed on certificates."""
        return self.full_name

    def get_short_name(self) -> str:
        """Return the name that others see."""
        return self.get_display_name()

    def get_display_name(self) -> str:
        """Return the alias, else the full name, else the user name."""
        if self.erased_at is not None:
            return str(_("Erased account"))
        return self.display_name or self.full_name or self.username or str(_("Participant"))


def display_name(user: User) -> str:
    """Return the name that others see (allauth asks for a function)."""
    return user.get_display_name()
