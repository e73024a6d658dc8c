"""What changes a person's account."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from lms.accounts.documents import clean_document_number, document_fingerprint, encrypt_number
from lms.accounts.enums import ConsentPurpose, ConsentWay
from lms.accounts.models import Agency, User
from lms.accounts.names import clean_display_name, clean_full_name
from lms.accounts.privacy.services import give_consent, withdraw_consent
from lms.accounts.queries import role_words
from lms.core.services import record_event

DOCUMENT_FIELDS = ("document_kind", "document_ciphertext", "document_fingerprint")


@transaction.atomic
def update_profile(
    *,
    user: User,
    full_name: str,
    display_name: str,
    language: str,
    acting_user: User,
    now: datetime,
    sex: str | None = None,
) -> User:
    """Change what a person says about herself; certificates that exist keep the old name.

    What she says of her sex stays as it is where `sex` is None, and is taken away where it is empty.

    Raises ValidationError if a name cannot be printed.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    wanted = {
        "full_name": clean_full_name(full_name),
        "display_name": clean_display_name(display_name),
        "language": language,
        "sex": locked.sex if sex is None else sex,
    }
    changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, wanted[name])
    if changed:
        locked.save(update_fields=changed)
        record_event(
            action="profile_updated",
            target=locked,
            acting_user=acting_user,
            now=now,
            changed_fields=changed,
            subject=locked,
        )
    return locked


@transaction.atomic
def set_identity_document(
    *, user: User, kind: str, number: str, acting_user: User, now: datetime
) -> User:
    """Store a person's identity document, encrypted, in the place of an earlier one.

    Whoever gives her own agrees to the text that stands beside the form.

    Raises ValidationError if no document of this kind looks like that.
    """
    cleaned = clean_document_number(kind, number)
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.document_kind = kind
    locked.document_ciphertext = encrypt_number(cleaned)
    locked.document_fingerprint = document_fingerprint(kind, cleaned)
    if user.pk == acting_user.pk:
        give_consent(user=user, purpose=ConsentPurpose.DOCUMENT, way=ConsentWay.DOCUMENT, now=now)
    return _save_document(locked, action="document_set", acting_user=acting_user, now=now)


@transaction.atomic
def clear_identity_document(*, user: User, acting_user: User, now: datetime) -> User:
    """Delete a person's identity document from the account; certificates that exist keep theirs.

    Her consent to keep it counts as taken back.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.document_ciphertext:
        return locked
    locked.document_kind = locked.document_ciphertext = locked.document_fingerprint = ""
    withdraw_consent(user=user, purpose=ConsentPurpose.DOCUMENT, now=now)
    return _save_document(locked, action="document_cleared", acting_user=acting_user, now=now)


def _save_document(user: User, *, action: str, acting_user: User, now: datetime) -> User:
    user.save(update_fields=DOCUMENT_FIELDS)
    record_event(
        action=action,
        target=user,
        acting_user=acting_user,
        now=now,
        changed_fields=DOCUMENT_FIELDS,
        subject=user,
    )
    return user


@transaction.atomic
def save_signed_up_user(
    *,
    user: User,
    full_name: str,
    language: str,
    now: datetime,
    agrees: bool = False,
    way: ConsentWay = ConsentWay.SIGN_UP,
) -> User:
    """Store a person who has just filled in the sign-up form; her address is not confirmed yet.

    `agrees` says that she ticked the text about her data, and `way` where she did so.
    """
    user.full_name = clean_full_name(full_name)
    user.language = language
    user.save()
    record_event(action="user_signed_up", target=user, acting_user=user, now=now, subject=user)
    if agrees:
        give_consent(user=user, purpose=ConsentPurpose.PARTICIPATION, way=way, now=now)
    return user


def note_user_saved(
    *,
    user: User,
    acting_user: User,
    now: datetime,
    changed_fields: list[str],
    is_new: bool,
    roles_before: str = "",
) -> None:
    """Record that an administrator saved a person; of her roles what they were and what they are.

    Roles are no secret of the person's, and who gave which is what an inquiry asks first. The rest
    is recorded by the names of the fields alone.

    A changed address has to be confirmed by its owner at the next login: the earlier ones, which
    could still log in, are dropped.
    """
    if "email" in changed_fields and not is_new:
        EmailAddress.objects.filter(user_id=user.pk).exclude(email=user.email or "").delete()
    roles = role_words(user)
    record_event(
        action="user_created" if is_new else "user_updated",
        target=user,
        acting_user=acting_user,
        now=now,
        changed_fields=changed_fields,
        code=f"roles: {roles_before} → {roles}" if roles != roles_before else "",
        subject=user,
    )


def note_agency_saved(*, agency: Agency, acting_user: User, now: datetime, is_new: bool) -> None:
    """Record that an administrator saved an agency or its memberships."""
    record_event(
        action="agency_created" if is_new else "agency_updated",
        target=agency,
        acting_user=acting_user,
        now=now,
    )
