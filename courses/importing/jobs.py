"""An import in the admin: the uploaded file, the check by the worker, the trainer's word, the writing.

The row is the outbox. `uploaded` waits for its check, `running` for its writing; a worker claims it
with a lease that it renews while it works, and the sweep sends again what nobody holds.
"""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.enums import ImportState
from courses.formats.structures import FileRefused
from courses.importing.pictures import MediaFiles, MediaRefused, ZipOfMedia
from courses.importing.plan import Report
from courses.importing.preparing import Origin
from courses.importing.running import run_file
from courses.models import QuestionBank, QuestionImport
from lms.accounts.models import User
from lms.core.outbox import send_now, send_on_commit
from lms.core.services import record_event

TASK = "courses.run_question_import"
LEASE = timedelta(minutes=3)
MOST_TRIES = 3
RESENT_AT_ONCE = 50
WAITING = (ImportState.UPLOADED, ImportState.RUNNING)


class ImportRefused(Exception):
    """The import is in no state for this; the message is for people."""


@transaction.atomic
def begin_import(
    *,
    bank: QuestionBank,
    format_name: str,
    language: str,
    file: UploadedFile,
    media: UploadedFile | None,
    source: str,
    is_lenient: bool,
    is_publishing: bool,
    acting_user: User,
    now: datetime,
) -> QuestionImport:
    """Keep an uploaded file and ask the worker to check it; nothing goes into the bank yet."""
    row = QuestionImport(
        bank=bank,
        format=format_name,
        language=language,
        file_name=str(file.name)[:200],
        source=(source or str(file.name))[:80],
        is_lenient=is_lenient,
        is_publishing=is_publishing,
        report=Report(language=get_language() or "").to_json(),
        created_at=now,
        created_by=acting_user,
    )
    row.file.save(secrets.token_hex(16), ContentFile(file.read()), save=False)
    if media is not None:
        row.media.save(secrets.token_hex(16), ContentFile(media.read()), save=False)
    row.save()
    record_event(action="import_uploaded", target=row, acting_user=acting_user, now=now)
    send_on_commit(TASK, import_id=row.pk)
    return row


@transaction.atomic
def confirm_import(
    *, question_import: QuestionImport, is_lenient: bool, acting_user: User, now: datetime
) -> QuestionImport:
    """Ask the worker to write a checked import; doing it twice asks once.

    Raises:
        ImportRefused: it is not checked, or something in it is refused and nobody said that the
            good ones are enough.
    """
    row = QuestionImport.objects.select_for_update().get(pk=question_import.pk)
    if row.state in (ImportState.RUNNING, ImportState.DONE):
        return row
    if row.state != ImportState.CHECKED:
        raise ImportRefused(_("Only a checked import can be written."))
    row.is_lenient = row.is_lenient or is_lenient
    counts = Report.from_json(row.report).counts
    if counts["refuse"] and not row.is_lenient:
        raise ImportRefused(_("Some questions are refused: mend the file, or write the good ones."))
    row.state = ImportState.RUNNING
    row.claimed_until = None
    row.tries = row.done = 0
    row.save(update_fields=["is_lenient", "state", "claimed_until", "tries", "done"])
    record_event(
        action="import_confirmed",
        target=row,
        acting_user=acting_user,
        now=now,
        changed_fields=["state", "is_lenient"],
    )
    send_on_commit(TASK, import_id=row.pk)
    return row


def _waiting(now: datetime) -> QuerySet[QuestionImport]:
    return QuestionImport.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lt=now), state__in=WAITING
    )


def run_import(*, import_id: int, now: datetime) -> bool:
    """Check or write one import, whichever it waits for; True if this call did it.

    Does nothing if another worker holds it. An unknown error rises, and the sweep tries again when
    the lease is over, MOST_TRIES times in all.
    """
    rows = _waiting(now).filter(pk=import_id)
    if not rows.update(claimed_until=now + LEASE, tries=F("tries") + 1):
        return False
    row = QuestionImport.objects.select_related("bank", "created_by").get(pk=import_id)
    language = Report.from_json(row.report).language
    with translation.override(language or "es"):
        _run(row, now)
    return True


def _run(row: QuestionImport, now: datetime) -> None:
    is_dry = row.state == ImportState.UPLOADED
    held = QuestionImport.objects.filter(pk=row.pk, state=row.state, tries=row.tries)

    def on_progress(done: int, total: int) -> None:
        held.update(done=done, total=total, claimed_until=timezone.now() + LEASE)

    try:
        plan = run_file(
            _bytes_of(row.file),
            origin=Origin(
                bank=row.bank,
                format_name=row.format,
                source=row.source,
                language=row.language,
                acting_user=row.created_by,
                media=_media_of(row),
            ),
            now=now,
            is_dry=is_dry,
            is_lenient=row.is_lenient,
            is_publishing=row.is_publishing,
            on_progress=on_progress,
        )
    except FileRefused as error:
        _refuse(row, error.message, error.line, now)
    except (MediaRefused, FileNotFoundError) as error:
        message = str(error) if isinstance(error, MediaRefused) else _("The file was lost.")
        _refuse(row, message, 0, now)
    else:
        report = plan.report().in_language(Report.from_json(row.report).language)
        state = ImportState.CHECKED if not plan.is_written else ImportState.DONE
        _finish(row, state, report, now)


def _bytes_of(file: Any) -> bytes:
    with file.storage.open(file.name, "rb") as stored:
        data: bytes = stored.read()
    return data


def _media_of(row: QuestionImport) -> MediaFiles:
    return ZipOfMedia(row.media.storage.open(row.media.name, "rb")) if row.media else MediaFiles()


def _refuse(row: QuestionImport, message: str, line: int, now: datetime) -> None:
    old = Report.from_json(row.report)
    report = replace(old, failure=message, failure_line=line)
    _finish(row, ImportState.REFUSED, report, now)


def _finish(row: QuestionImport, state: ImportState, report: Report, now: datetime) -> None:
    """Keep the report; the file goes once nothing is to be done with it any more."""
    is_over = state != ImportState.CHECKED
    QuestionImport.objects.filter(pk=row.pk, tries=row.tries).update(
        state=state,
        report=report.to_json(),
        claimed_until=None,
        finished_at=now if is_over else None,
    )
    record_event(
        action=f"import_{state.value}",
        target=row,
        acting_user=row.created_by,
        now=now,
        changed_fields=["state", "report"],
    )
    if is_over:
        for file in (row.file, row.media):
            if file:
                file.storage.delete(file.name)


def resend_stale_imports(*, now: datetime) -> int:
    """Send again every import that waits and that nobody holds; return how many were sent.

    One whose worker vanished again and again is refused, for it would kill the next one too.
    """
    stale = _waiting(now).filter(created_at__lte=now - LEASE)
    for row in stale.filter(tries__gte=MOST_TRIES).select_related("created_by"):
        with translation.override(Report.from_json(row.report).language or "es"):
            message = _("The program failed over this file again and again; nothing was written.")
            _refuse(row, message, 0, now)
    waiting = stale.filter(tries__lt=MOST_TRIES).order_by("created_at", "pk")
    pks = list(waiting.values_list("pk", flat=True)[:RESENT_AT_ONCE])
    for pk in pks:
        send_now(TASK, import_id=pk)
    return len(pks)
