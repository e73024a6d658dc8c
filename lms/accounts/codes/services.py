"""Accounts for people without an e-mail address of their own, and their codes on paper.

Nobody ever knows another person's password: who made an account, or mends a forgotten password,
hands over a code that works once, and the person chooses a password herself.
"""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from lms.accounts.codes.queries import digest_of, may_have_code, standing_codes
from lms.accounts.codes.usernames import clean_username, suggested_username
from lms.accounts.codes.words import new_code, plain_code
from lms.accounts.documents import clean_document_number, document_fingerprint, encrypt_number
from lms.accounts.enums import ConsentPurpose, ConsentWay
from lms.accounts.models import AccessCode, Agency, KnownDevice, Membership, Unit, User
from lms.accounts.names import clean_full_name
from lms.accounts.privacy.services import give_consent
from lms.core.services import record_event

FIRST_VALID_FOR = timedelta(days=14)
MENDED_VALID_FOR = timedelta(days=3)
MOST_WRONG_TRIES = 5
SUGGESTIONS = 20


class AccountRefused(Exception):
    """An account cannot be made; the message says why."""


class CodeRefused(Exception):
    """No code can be made for this person; the message says why."""


class WrongCode(Exception):
    """User name and code do not open anything; the message is the same whatever the reason."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The user name or the code is not right, or the code has been used or its time is "
                "over. Look at the paper again, or ask for a new code."
            )
        )


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
        subject=user,
    )
    return membership


def free_username(*, full_name: str, unit: Unit | None) -> str:
    """Return a user name to propose that nobody has.

    Raises:
        AccountRefused: none was found, which chance alone does not bring about.
    """
    for _try in range(SUGGESTIONS):
        name = suggested_username(full_name, unit.name if unit else "")
        if not User.objects.filter(username__iexact=name).exists():
            return name
    raise AccountRefused(_("Write a user name; none could be proposed."))


@transaction.atomic
def make_code(*, user: User, acting_user: User, now: datetime) -> str:
    """Return a new code on paper for somebody without an e-mail address; it ends the earlier one.

    It works once: for 14 days if she never chose a password, else for 3 days. Only its digest is
    kept. Whoever may make codes for whom is the caller's to check; five queries.

    Raises:
        CodeRefused: for oneself, for staff, for a coordinator, or for whoever has an address.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.pk == acting_user.pk:
        raise CodeRefused(_("You cannot make a code for yourself."))
    if not may_have_code(on=timezone.localdate(now)).filter(pk=locked.pk).exists():
        raise CodeRefused(_("A code is only for people who have a user name and no e-mail here."))
    earlier = AccessCode.objects.filter(user=locked, used_at__isnull=True, ended_at__isnull=True)
    earlier.update(ended_at=now)
    code = new_code()
    valid_for = MENDED_VALID_FOR if locked.has_usable_password() else FIRST_VALID_FOR
    AccessCode.objects.create(
        user=locked,
        digest=digest_of(code, user_id=locked.pk),
        created_at=now,
        expires_at=now + valid_for,
        made_by=acting_user,
    )
    record_event(
        action="access_code_made", target=locked, acting_user=acting_user, now=now, subject=locked
    )
    return code


def check_code(*, username: str, code: str, now: datetime) -> User:
    """Return whose code this is, and leave it as it is; a wrong one is counted.

    Raises:
        WrongCode: there is no such user name, or this is not its code.
    """
    with transaction.atomic():
        row = _try_code(username, code, now=now)
    if row is None:
        raise WrongCode
    return row.user


def use_code(
    *,
    username: str,
    code: str,
    new_password: str,
    full_name: str,
    now: datetime,
    agrees: bool = False,
) -> User:
    """Set the password that somebody chose who holds a code, and use the code up.

    All her sessions end. The name is the one that she read and confirmed, or corrected. The fifth
    wrong try ends a code. `agrees` says that she ticked the text about her data.

    Raises:
        WrongCode: there is no such user name, or this is not its code.
        ValidationError: the password is too weak, or the name cannot be printed; the code stays.
    """
    with transaction.atomic():
        row = _try_code(username, code, now=now)
        if row is not None:
            user = _open_account(row, new_password, clean_full_name(full_name), now=now)
            if agrees:
                purpose = ConsentPurpose.PARTICIPATION
                give_consent(user=user, purpose=purpose, way=ConsentWay.PAPER, now=now)
            return user
    raise WrongCode


def _try_code(username: str, code: str, *, now: datetime) -> AccessCode | None:
    """Return the code if it is this one and may be used; the caller commits what is counted."""
    given = plain_code(code)
    rows = standing_codes(now=now).select_for_update(of=("self",)).select_related("user")
    row = rows.filter(user__username__iexact=username.strip()).first()
    user_id = row.user_id if row else None
    if not constant_time_compare(row.digest if row else "", digest_of(given, user_id=user_id)):
        if row is not None:
            _count_wrong_try(row, now=now)
        return None
    if row is None:
        return None
    if not may_have_code(on=timezone.localdate(now)).filter(pk=row.user_id).exists():
        return None
    return row


def _count_wrong_try(row: AccessCode, *, now: datetime) -> None:
    row.failures += 1
    if row.failures >= MOST_WRONG_TRIES:
        row.ended_at = now
        record_event(
            action="access_code_guessed_at",
            target=row.user,
            acting_user=None,
            now=now,
            subject=row.user_id,
        )
    row.save(update_fields=["failures", "ended_at"])


def _open_account(row: AccessCode, password: str, full_name: str, *, now: datetime) -> User:
    user = User.objects.select_for_update().get(pk=row.user_id)
    validate_password(password, user)
    changed = ["password"] + (["full_name"] if user.full_name != full_name else [])
    user.set_password(password)
    user.full_name = full_name
    user.save(update_fields=changed)
    row.used_at = now
    row.save(update_fields=["used_at"])
    for session in UserSession.objects.filter(user=user):
        session.end()
    KnownDevice.objects.filter(user=user).delete()
    record_event(
        action="access_code_used",
        target=user,
        acting_user=user,
        now=now,
        changed_fields=changed,
        subject=user,
    )
    return user
