"""Identity documents: checked once, stored encrypted, never shown whole again."""

import re

from cryptography.fernet import InvalidToken
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lms.accounts.crypto import cipher, fingerprint
from lms.accounts.enums import DocumentKind
from lms.accounts.models import User

TAIL_LENGTH = 3
SEPARATORS = re.compile(r"[\s.\-]+")
SHAPES = {
    DocumentKind.DNI: (re.compile(r"[0-9]{8}"), _("A DNI has 8 digits.")),
    DocumentKind.FOREIGNER_CARD: (
        re.compile(r"[0-9]{9}"),
        _("A foreigner's card (CE) has 9 digits."),
    ),
    DocumentKind.TEMPORARY_PERMIT: (
        re.compile(r"[0-9]{9}"),
        _("A temporary permit (PTP or CPP) has 9 digits."),
    ),
    DocumentKind.PASSPORT: (
        re.compile(r"[A-Z0-9]{6,12}"),
        _("A passport has between 6 and 12 letters and digits."),
    ),
}


def clean_document_number(kind: str, number: str) -> str:
    """Return the number without spaces, points and hyphens, in capitals.

    Raises ValidationError, in words for the person, if no document of this kind looks like that.
    """
    shape, message = SHAPES[DocumentKind(kind)]
    cleaned = SEPARATORS.sub("", number).upper()
    if not shape.fullmatch(cleaned):
        raise ValidationError(message, code="document_shape")
    return cleaned


def encrypt_number(number: str) -> str:
    """Return the number as it is stored."""
    return cipher("identity-document").encrypt(number.encode()).decode()


def document_fingerprint(kind: str, number: str) -> str:
    """Return the keyed fingerprint by which the same document can be found again."""
    return fingerprint(f"{kind}:{number}", purpose="identity-document-fingerprint")


def document_tail(user: User) -> str:
    """Return the last three characters of the identity document; '' if there is none to read."""
    if not user.document_ciphertext:
        return ""
    try:
        number = cipher("identity-document").decrypt(user.document_ciphertext.encode())
    except InvalidToken:  # made with a SECRET_KEY that is gone
        return ""
    return number.decode()[-TAIL_LENGTH:]
