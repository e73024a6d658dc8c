"""Users, agencies and memberships."""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from lms.accounts.enums import DocumentKind, Language, MembershipRole, Sector


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
    """A person who learns, teaches or coordinates; only what that needs is kept."""

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
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=Q(email__isnull=False) | Q(username__isnull=False),
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
        return self.display_name or self.full_name or self.username or str(_("Participant"))


class Agency(ClusterableModel):
    """A ministry, police unit, shelter or organisation that sends its people."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector.choices)
    region = models.CharField(_("region"), max_length=60)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Filters by day: a membership that has ended stays on record."""

    def current(self, *, on: date) -> Self:
        """Return the memberships that hold on that day."""
        return self.filter(Q(until_date=None) | Q(until_date__gte=on), from_date__lte=on)


class Membership(models.Model):
    """Somebody belongs to an agency from one day until another."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    agency = ParentalKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(
        _("role"),
        max_length=12,
        choices=MembershipRole.choices,
        default=MembershipRole.MEMBER,
    )
    from_date = models.DateField(_("from"))
    until_date = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency"],
                condition=Q(until_date__isnull=True),
                name="membership_open_once",
                violation_error_message=_("This person already belongs to this agency."),
            ),
            models.CheckConstraint(
                condition=Q(until_date__isnull=True) | Q(until_date__gte=F("from_date")),
                name="membership_ends_after_start",
                violation_error_message=_("A membership cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}, {self.agency_id} ({self.role})"


def display_name(user: User) -> str:
    """Return the name that others see (allauth asks for a function)."""
    return user.get_display_name()
