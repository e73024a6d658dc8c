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


class ConsentPurpose(models.TextChoices):
    """What people are asked to agree to; each has its own texts and can be answered apart."""

    PARTICIPATION = "participation", _("taking part and certificates")
    DOCUMENT = "document", _("identity document")
    FOLLOW_UP = "follow_up", _("questions after a course")


REQUIRED_PURPOSES = (ConsentPurpose.PARTICIPATION,)
"""Without a yes to these nobody can learn here; the others are free and change nothing."""


class ConsentWay(models.TextChoices):
    """Where somebody answered."""

    SIGN_UP = "sign_up", _("when the account was made")
    INVITATION = "invitation", _("with an invitation")
    PAPER = "paper", _("with a code on paper")
    PAGE = "page", _("on the page of consents")
    DOCUMENT = "document", _("when the document was given")


class CorrectionSubject(models.TextChoices):
    """What somebody cannot correct by herself."""

    CERTIFICATE = "certificate", _("a certificate")
    RESULT = "result", _("a result or an attendance")
    AGENCY = "agency", _("what an agency says of me")
    OTHER = "other", _("something else")


class PersonalFileKind(models.TextChoices):
    """What a file made for a person holds."""

    RECORD_PDF = "record_pdf", _("my record (PDF)")
    DATA_JSON = "data_json", _("my data (JSON)")
    DATA_PDF = "data_pdf", _("my data (PDF)")


class ErasureGround(models.TextChoices):
    """Who asked for the erasure of a person's data."""

    SELF = "self", _("the person herself, on her page")
    LETTER = "letter", _("the person herself, in writing")
    AGENT = "agent", _("somebody who may act for her, in writing")
    ORDER = "order", _("an authority, by an order")
