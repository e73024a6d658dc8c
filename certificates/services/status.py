"""The signed lists that say which credentials were taken back."""

import hashlib
import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from certificates.credentials import documents
from certificates.credentials.data_integrity import add_proof
from certificates.credentials.status_bits import encode_bits
from certificates.enums import KeyPurpose
from certificates.keyring import active_key, ed25519_key
from certificates.models import StatusList
from certificates.queries import indexes_taken_back
from certificates.services.keys import ensure_keys

SIGNED_AGAIN_AFTER = timedelta(days=1)
"""A list says of when it is, so it is signed anew each day even where nothing changed."""


@transaction.atomic
def signed_status_list(*, status_list: StatusList, now: datetime) -> StatusList:
    """Return the list with its signed text as of now; it is signed only when something changed.

    Raises:
        KeyFileError: the key that signs cannot be used.
    """
    encoded = encode_bits(indexes_taken_back(status_list))
    digest = hashlib.sha256(encoded.encode()).hexdigest()
    is_fresh = (
        status_list.signed_at is not None and now - status_list.signed_at < SIGNED_AGAIN_AFTER
    )
    if status_list.bits_digest == digest and is_fresh:
        return status_list
    ensure_keys(now=now)
    key = active_key(KeyPurpose.CREDENTIAL)
    document = documents.status_list_document(
        address=settings.BASE_URL + reverse("status_list", args=[status_list.number]),
        did=key.row.did,
        encoded=encoded,
        valid_from=now,
    )
    secured = add_proof(
        document,
        private=ed25519_key(key),
        verification_method=key.verification_method,
        created=documents.moment(now),
    )
    status_list.bits_digest, status_list.signed_at = digest, now
    status_list.signed_text = json.dumps(secured, separators=(",", ":"))
    status_list.save(update_fields=["bits_digest", "signed_text", "signed_at"])
    return status_list
