"""The certificates of a cohort in one ZIP, streamed: a thousand of them never stand in memory."""

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.models import Certificate
from certificates.services.rendering import stored_pdf

LONGEST_NAME = 80
NOT_IN_A_NAME = re.compile(r"[^\w\-.' ]+")


class _Outlet:
    """Takes what the ZIP writes, and gives it on piece by piece; it cannot be wound back."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: whoever reads empties it."""

    def close(self) -> None:
        """Do nothing: there is no file behind it."""

    def emptied(self) -> bytes:
        """Return what was written since the last call."""
        written = b"".join(self.pieces)
        self.pieces.clear()
        return written


def file_name(certificate: Certificate) -> str:
    """Return the name of a certificate's file: its holder's printed name and four of its code.

    Without whatever a file system or a command could take for more than a name.
    """
    name = unicodedata.normalize("NFC", certificate.typed_facts.full_name)
    clean = " ".join(NOT_IN_A_NAME.sub(" ", name).split())[:LONGEST_NAME].strip(" .-")
    return f"{clean or _('certificate')} {certificate.code[:4]}.pdf"


def zip_of(certificates: Iterable[Certificate], *, now: datetime) -> Iterator[bytes]:
    """Yield a ZIP with the files of these certificates, as they are read; nothing is compressed.

    A certificate whose file is not there (yet, or no more) is named in a text file at the end,
    and its file is asked for.
    """
    outlet = _Outlet()
    stamp = timezone.localtime(now).timetuple()[:6]
    missing: list[str] = []
    taken: set[str] = set()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for certificate in certificates:
            name = _free_name(file_name(certificate), taken)
            content = stored_pdf(certificate=certificate, now=now)
            if content is None:
                missing.append(name)
                continue
            archive.writestr(zipfile.ZipInfo(name, stamp), content)
            yield outlet.emptied()
        if missing or not taken:
            info = zipfile.ZipInfo(_("files to come") + ".txt", stamp)
            archive.writestr(info, _missing_words(missing))
    yield outlet.emptied()


def _free_name(name: str, taken: set[str]) -> str:
    """Return the name, with a number if it is taken: two namesakes may share four characters."""
    stem, number, free = name.removesuffix(".pdf"), 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{stem} {number}.pdf"
    taken.add(free.casefold())
    return free


def _missing_words(names: list[str]) -> str:
    if not names:
        return _("There is no certificate in this file.")
    words = _("These files are still being made. Download the ZIP again in some minutes.")
    return "\r\n".join([words, "", *names, ""])
