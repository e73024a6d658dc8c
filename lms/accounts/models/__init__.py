"""Users, agencies with their units and memberships, and the ways into an account."""

from lms.accounts.models.agencies import Agency, Membership, MembershipQuerySet, Unit
from lms.accounts.models.care import CareSettings, ContactWish
from lms.accounts.models.devices import KnownDevice, SignInTally
from lms.accounts.models.erasures import ErasureMail, ErasureRecord
from lms.accounts.models.invitations import ON_PAPER, UNANSWERED, AccessCode, Invitation
from lms.accounts.models.people import ERASED_NAME, User, UserManager, display_name
from lms.accounts.models.privacy import Consent, ConsentText, CorrectionRequest, PersonalFile

__all__ = [
    "ERASED_NAME",
    "ON_PAPER",
    "UNANSWERED",
    "AccessCode",
    "Agency",
    "CareSettings",
    "Consent",
    "ConsentText",
    "ContactWish",
    "CorrectionRequest",
    "ErasureMail",
    "ErasureRecord",
    "Invitation",
    "KnownDevice",
    "Membership",
    "MembershipQuerySet",
    "PersonalFile",
    "SignInTally",
    "Unit",
    "User",
    "UserManager",
    "display_name",
]
