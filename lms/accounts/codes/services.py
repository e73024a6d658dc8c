"""Accounts for people without an e-mail address of their own."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.accounts.codes.usernames import clean_username
from lms.accounts.documents import clean_document_number, document_fingerprint, encrypt_number
from lms.accounts.models import Agency, Membership, Unit, User
from lms.accounts.names import clean_full_name
from lms.core.services import record_event


class AccountRefused(Exception):
    """An account cannot be made; the message says why."""


@transaction.atomic
def make_member_without_mail(
    *,
    agency: Agency,
    username: str,
    full_name: str,
    language: str,
    acting_user: User,
    now: datetime,
    unit: Unit | None = None,
    document_kind: str = "",
    document_number: str = "",
) -> Membership:
    """Make an account with a user name, and its person a member of the agency.

    Nobody can log in with it until a code on paper was made for it. Three queries and a savepoint.

    Raises:
        ValidationError: the user name, the name or the document cannot be right.
        AccountRefused: somebody has this user name already.
    """
    user = User(
        username=clean_username(username), full_name=clean_full_name(full_name), language=language
    )
    if document_number:
        cleaned = clean_document_number(document_kind, document_number)
        user.document_kind = document_kind
        user.document_ciphertext = encrypt_number(cleaned)
        user.document_fingerprint = document_fingerprint(document_kind, cleaned)
    user.set_unusable_password()
    user.joined_at = now
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise AccountRefused(
            _("Somebody has this user name already. Choose another one.")
        ) from error
    membership = Membership.objects.create(
        user=user, agency=agency, unit=unit, from_date=timezone.localdate(now)
    )
    record_event(
        action="account_without_mail_made",
        target=membership,
        acting_user=acting_user,
        now=now,
        changed_fields=["unit", "user"],
    )
    return membership
