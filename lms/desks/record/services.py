"""Files made for people: asked for, made, given out, deleted; and corrections that are answered."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.pdf import document_pdf
from lms.accounts.crypto import cipher
from lms.accounts.enums import PersonalFileKind
from lms.accounts.models import CorrectionRequest, PersonalFile, User
from lms.accounts.privacy.services import answer_correction
from lms.core.enums import OutboxState
from lms.core.outbox import NotedFailure, send_now, send_on_commit
from lms.core.services import record_event
from lms.desks.record.download import SMALL, my_data, size_of
from lms.desks.record.presenting import record_file
from lms.desks.record.printing import data_html, record_html
from lms.desks.record.queries import personal_files
from lms.desks.record.records import my_record
from lms.learning.enums import NoticeKind
from lms.learning.kept_paths import kept_path
from lms.learning.notices import notify_learner

MAKE_TASK = "lms.desks.make_personal_file"
PURPOSE = "personal-file"
KEPT_FOR = timedelta(hours=72)
LEASE = timedelta(minutes=5)
MOST_TRIES = 4
MOST_A_DAY = 10
MOST_BYTES = 20_000_000
CONTENT_TYPES = {
    PersonalFileKind.RECORD_PDF: "application/pdf",
    PersonalFileKind.DATA_PDF: "application/pdf",
    PersonalFileKind.DATA_JSON: "application/json",
}


class FileRefused(Exception):
    """A file cannot be asked for; the message says why."""


class TooLargeError(ValueError):
    """A file is larger than any that is made here."""


@transaction.atomic
def ask_for_file(
    *, user: User, kind: PersonalFileKind, language: str, now: datetime
) -> PersonalFile:
    """Ask for a file about oneself; one that is being made already is not asked for again.

    A small file of data is made at once; PDFs and large files are made by the worker. The earlier
    ones of the same kind and language go.

    Raises:
        FileRefused: she asked MOST_A_DAY times within a day.
    """
    User.objects.select_for_update().get(pk=user.pk)
    rows = personal_files().filter(user=user)
    waiting = rows.filter(kind=kind, language=language, state=OutboxState.PENDING).first()
    if waiting is not None:
        return waiting
    if rows.filter(created_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise FileRefused(_("You asked for many files today. Please try again tomorrow."))
    _empty(rows.filter(kind=kind, language=language))
    file = rows.create(
        user=user, kind=kind, language=language, created_at=now, expires_at=now + KEPT_FOR
    )
    record_event(action="personal_file_asked", target=file, acting_user=user, now=now, subject=user)
    if kind == PersonalFileKind.DATA_JSON and size_of(user) <= SMALL:
        _store(file, _content(file, now=now), now=now)
    else:
        send_on_commit(MAKE_TASK, file_id=file.pk)
    return file


def _empty(rows: Any) -> None:
    """Delete the bytes and end the hours of files; their rows still count for MOST_A_DAY."""
    for row in rows.exclude(state=OutboxState.PENDING).only("pk", "created_at"):
        personal_files().filter(pk=row.pk).update(ciphertext=b"", expires_at=row.created_at)


def make_file(*, file_id: int, now: datetime) -> bool:
    """Make one file; True if this call made it. Whoever claims the row makes it."""
    if not PersonalFile.objects.claim(file_id, now=now, lease=LEASE):
        return False
    file = personal_files().select_related("user").get(pk=file_id)
    with NotedFailure(PersonalFile.objects.filter(pk=file_id), most_tries=MOST_TRIES):
        _store(file, _content(file, now=now), now=now)
    return True


def _content(file: PersonalFile, *, now: datetime) -> bytes:
    """Return the bytes of a file, in its language.

    Raises:
        TooLargeError: it would be larger than MOST_BYTES.
    """
    with translation.override(file.language):
        if file.kind == PersonalFileKind.RECORD_PDF:
            html = record_html(my_record(file.user, now=now))
            content = document_pdf(html, identifier=str(file.public_id))
        elif file.kind == PersonalFileKind.DATA_PDF:
            html = data_html(file.user, my_data(file.user, now=now))
            content = document_pdf(html, identifier=str(file.public_id))
        else:
            content = as_json(my_data(file.user, now=now))
    if len(content) > MOST_BYTES:
        raise TooLargeError(f"{len(content)} bytes")
    return content


def as_json(data: Any) -> bytes:
    """Return a structure as a readable JSON file; days and moments in the form of ISO 8601."""
    return json.dumps(data, default=_plain, ensure_ascii=False, indent=2).encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)


def _store(file: PersonalFile, content: bytes, *, now: datetime) -> None:
    """Keep the bytes, encrypted, while the row still waits for them."""
    personal_files().filter(pk=file.pk, state=OutboxState.PENDING).update(
        ciphertext=cipher(PURPOSE).encrypt(content),
        byte_count=len(content),
        state=OutboxState.DONE,
        done_at=now,
        failure="",
        claimed_until=None,
    )
    file.state = OutboxState.DONE


@transaction.atomic
def open_file(*, file: PersonalFile, acting_user: User, now: datetime) -> bytes:
    """Return the bytes of a finished file to whom it was made for, and note that she took it."""
    record_event(
        action="personal_file_downloaded",
        target=file,
        acting_user=acting_user,
        now=now,
        subject=acting_user,
    )
    return cipher(PURPOSE).decrypt(bytes(file.ciphertext))


@transaction.atomic
def take_record_along(*, user: User, now: datetime) -> bytes:
    """Return a person's record as a file to carry elsewhere, and note that she took it."""
    record_event(action="record_downloaded", target=user, acting_user=user, now=now, subject=user)
    return as_json(record_file(my_record(user, now=now)))


def sweep_files(*, now: datetime) -> tuple[int, int]:
    """Send again what was lost on the way, and delete what is over; return how many of each.

    Files whose workers vanished MOST_TRIES times are given up.
    """
    gone, _by_model = personal_files().filter(expires_at__lte=now - timedelta(days=1)).delete()
    over = personal_files().filter(expires_at__lte=now).exclude(ciphertext=b"")
    over.update(ciphertext=b"")
    stale = PersonalFile.objects.stale(now=now)
    stale.filter(tries__gte=MOST_TRIES).update(
        state=OutboxState.FAILED, failure="The worker ended before the file was made."
    )
    waiting = stale.filter(created_at__lte=now - timedelta(minutes=1))
    pks = list(waiting.order_by("created_at").values_list("pk", flat=True)[:100])
    for pk in pks:
        send_now(MAKE_TASK, file_id=pk)
    return len(pks), gone


@transaction.atomic
def answer_request(
    *,
    request: CorrectionRequest,
    answer: str,
    is_corrected: bool,
    acting_user: User,
    now: datetime,
) -> CorrectionRequest:
    """Answer a request for a correction, and tell whoever asked.

    Raises:
        CorrectionRefused: somebody answered it already, or there are no words.
    """
    answered = answer_correction(
        request=request,
        answer=answer,
        is_corrected=is_corrected,
        acting_user=acting_user,
        now=now,
    )
    notify_learner(
        learner=answered.user,
        kind=NoticeKind.CORRECTION_ANSWERED,
        now=now,
        path=kept_path("my_data"),
    )
    return answered
