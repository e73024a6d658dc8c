"""Check the file of a certificate: genuine, whole, current."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.enums import CertificateState
from certificates.pdf_checking import LARGEST_PDF, PdfCheck, check_pdf
from certificates.presenting import answer_for


class Command(BaseCommand):
    """Ends with status 0 only for a certificate of ours that is whole and valid today."""

    help = "Print what a certificate says and whether its file is genuine, whole and current."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, metavar="FILE", help="the PDF of a certificate")
        parser.add_argument(
            "--language", choices=["es", "en"], default="en", help="of what is printed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, print, and fail unless all three hold."""
        language: str = options["language"]
        check = check_pdf(_content(options["file"]), language=language)
        is_current = self._print(check, language=language)
        missing = [
            word
            for word, holds in (
                ("genuine", check.is_ours and check.certificate is not None),
                ("whole", check.is_whole),
                ("current", is_current),
            )
            if not holds
        ]
        if missing:
            raise CommandError(f"Not {', not '.join(missing)}.")

    def _print(self, check: PdfCheck, *, language: str) -> bool:
        """Print the findings and our record; return whether the certificate is valid today."""
        certificate = check.certificate
        is_genuine = check.is_ours and certificate is not None
        self.stdout.write(f"genuine: {'yes' if is_genuine else 'no'}")
        self.stdout.write(f"whole: {'yes' if check.is_whole else 'no'}")
        self.stdout.write(f"finding: {check.finding.words(language)}")
        if certificate is None:
            self.stdout.write(f"code: {check.code or 'none'}")
            self.stdout.write("current: no, there is no certificate of ours with this code")
            return False
        now = timezone.now()
        answer = answer_for(certificate, language=language, now=now)
        is_current = certificate.state(now=now) == CertificateState.VALID
        self.stdout.write(f"current: {'yes' if is_current else 'no'}, {answer.state}")
        self.stdout.write(answer.sentence)
        if answer.is_pilot:
            self.stdout.write("A demonstration, not valid whatever its state.")
        self.stdout.write("\nOur record of the certificate that the file names:")
        for line in answer.lines:
            mark = " (the file does not say this)" if line in check.missing else ""
            self.stdout.write(f"  {line.label}: {line.text}{mark}")
        return is_current


def _content(path: Path) -> bytes:
    """Return the file, unless it cannot be read or is larger than any certificate."""
    try:
        if path.stat().st_size > LARGEST_PDF:
            raise CommandError(f"{path} is larger than any certificate of ours.")
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
