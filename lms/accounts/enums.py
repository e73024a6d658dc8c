"""The words in which people and agencies are described."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Language(models.TextChoices):
    """The languages of the product, each named in itself."""

    SPANISH = "es", "Español"
    ENGLISH = "en", "English"


class DocumentKind(models.TextChoices):
    """Identity documents that a person in Peru may hold (fact D12: one surname is legal)."""

    DNI = "dni", _("DNI")
    FOREIGNER_CARD = "ce", _("Foreigner's card (CE)")
    TEMPORARY_PERMIT = "ptp", _("Temporary permit (PTP or CPP)")
    PASSPORT = "passport", _("Passport")


class Sex(models.TextChoices):
    """What people may say of themselves in their profile, for counts in reports only."""

    WOMAN = "woman", _("woman")
    MAN = "man", _("man")
    OTHER = "other", pgettext_lazy("sex", "other")
    UNTOLD = "untold", _("I prefer not to say")


class Sector(models.TextChoices):
    """The sector of an agency, as the curriculum's tracks name them."""

    POLICE = "police", _("Police")
    PROSECUTION = "prosecution", _("Prosecution and care of victims")
    LABOUR = "labour", _("Labour inspection")
    MIGRATION = "migration", _("Migration")
    HEALTH = "health", _("Health")
    SHELTER = "shelter", _("Shelters and protection services")
    LOCAL = "local", _("Local government and education")
    NGO = "ngo", _("Civil society")


class UnitKind(models.TextChoices):
    """What a unit of an agency is."""

    REGION = "region", _("region")
    STATION = "station", _("post or office")
    SHIFT = "shift", _("shift")


class InvitationState(models.TextChoices):
    """What became of an invitation."""

    OPEN = "open", _("invited")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("taken back")
    EXPIRED = "expired", _("invitation ran out")


class MembershipRole(models.TextChoices):
    """What a person is in an agency."""

    MEMBER = "member", _("member")
    COORDINATOR = "coordinator", _("coordinator")


class StaffRole(models.TextChoices):
    """The staff groups; the value is the group's name in the database."""

    TRAINER = "trainer", _("Trainer")
    LEGAL_REVIEWER = "legal_reviewer", _("Legal reviewer")
    PROTECTION_REVIEWER = "protection_reviewer", _("Protection reviewer")
    ADMINISTRATOR = "administrator", _("Administrator")


class ContactWay(models.TextChoices):
    """How somebody can be reached safely who asks for contact."""

    TELEPHONE = "telephone", _("by telephone")
    EMAIL = "email", _("by e-mail")
    PAGE = "page", _("here, on this page")
