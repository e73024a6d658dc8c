"""Keys with which agencies' systems check certificates."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.agency.queries import live_keys_of
from certificates.codes import token_digest
from certificates.enums import TokenScope
from certificates.models import ApiToken
from lms.accounts.models import Agency, User
from lms.core.services import record_event

PREFIX = "amp_"
"""Makes a key that was left in a file easy to find."""

MOST_KEYS = 10
"""Live keys of one agency: each system has its own, and what nobody uses is ended."""


class TooManyKeysError(Exception):
    """The agency has as many live keys as it may have; its message is for people."""


@transaction.atomic
def create_token(
    *,
    name: str,
    agency: Agency,
    expires_at: datetime,
    acting_user: User,
    now: datetime,
    scope: TokenScope = TokenScope.FACTS,
) -> tuple[ApiToken, str]:
    """Make a key; return its record and the key itself, which can never be shown again.

    It belongs to the agency and stays if whoever made it leaves.

    Raises:
        TooManyKeysError: the agency has MOST_KEYS live keys.
    """
    Agency.objects.select_for_update().get(pk=agency.pk)
    if live_keys_of(agency.pk, now=now).count() >= MOST_KEYS:
        raise TooManyKeysError(
            _("An agency may have %(most)d keys at a time. End one that nobody uses any more.")
            % {"most": MOST_KEYS}
        )
    secret = f"{PREFIX}{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        name=name,
        agency=agency,
        scope=scope,
        digest=token_digest(secret),
        created_at=now,
        created_by=acting_user,
        expires_at=expires_at,
    )
    record_event(action="api_token_created", target=token, acting_user=acting_user, now=now)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, acting_user: User, now: datetime) -> ApiToken:
    """Stop a key from opening anything; doing it twice changes nothing."""
    locked = ApiToken.objects.select_for_update().get(pk=token.pk)
    if locked.revoked_at is None:
        locked.revoked_at = now
        locked.save(update_fields=["revoked_at"])
        record_event(
            action="api_token_revoked",
            target=locked,
            acting_user=acting_user,
            now=now,
            changed_fields=["revoked_at"],
        )
    return locked


def note_use(*, token: ApiToken, now: datetime) -> None:
    """Keep the last day on which a key was used; at most one write a day."""
    today = timezone.localdate(now)
    if token.last_used_date != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_date=today)
