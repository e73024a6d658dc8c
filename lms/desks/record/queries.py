"""Reading files that were made for people."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from lms.accounts.enums import PersonalFileKind
from lms.accounts.models import CorrectionRequest, PersonalFile, User
from lms.core.enums import OutboxState

DATA_KINDS = (PersonalFileKind.DATA_JSON, PersonalFileKind.DATA_PDF)


def personal_files() -> QuerySet[PersonalFile]:
    """Return the rows as what they are: the manager of an outbox knows them by their base only."""
    return QuerySet(PersonalFile)


@dataclass(frozen=True)
class FileInHand:
    """A file that somebody asked for, as she sees it."""

    file: PersonalFile

    @property
    def words(self) -> str:
        """What is in it."""
        return str(PersonalFileKind(self.file.kind).label)

    @property
    def is_ready(self) -> bool:
        """Whether it can be downloaded."""
        return bool(self.file.state == OutboxState.DONE)

    @property
    def is_failed(self) -> bool:
        """Whether it could not be made."""
        return bool(self.file.state == OutboxState.FAILED)

    @property
    def kilobytes(self) -> int:
        """Its size in kilobytes, rounded up."""
        return -(-self.file.byte_count // 1000)

    @property
    def expires_at(self) -> datetime:
        """When it is deleted, in local time."""
        return timezone.localtime(self.file.expires_at)


def files_in_hand(
    user: User, kinds: tuple[PersonalFileKind, ...], *, now: datetime
) -> list[FileInHand]:
    """Return the newest file of each kind and language that is kept, newest first; one query."""
    rows = personal_files().filter(user=user, kind__in=kinds, expires_at__gt=now)
    found: dict[tuple[str, str], FileInHand] = {}
    for row in rows.defer("ciphertext").order_by("-created_at", "-pk"):
        found.setdefault((row.kind, row.language), FileInHand(row))
    return list(found.values())


def open_corrections() -> QuerySet[CorrectionRequest]:
    """Return the requests that wait for an answer, the oldest first."""
    rows = CorrectionRequest.objects.filter(answered_at__isnull=True).select_related("user")
    return rows.order_by("asked_at", "pk")
