"""Prove that the audit trail is what was written."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lms.core.verifying import MOST_FAULTS, PATIENCE, Head, KeyOfSealsLost, verify_audit


def head_of(text: str) -> Head:
    """Return what `NUMBER:DIGEST` says; raise ValueError for anything else."""
    number, digest = text.strip().split(":")
    return Head(int(number), digest.lower())


class Command(BaseCommand):
    """Ends with status 1 where a row was altered, taken away, put in, moved or never sealed."""

    help = "Compute the chain over the audit trail again, and name what does not fit."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the heads that were noted, and how long a row may wait for its seal."""
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="NUMBER:DIGEST",
            help="the head that an earlier run printed; shows whether the end was cut off since",
        )
        parser.add_argument(
            "--minutes",
            type=int,
            default=int(PATIENCE.total_seconds() // 60),
            help="how long a row may wait for its seal (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify; say the first findings, the number of all, and the head."""
        try:
            noted = [head_of(text) for text in options["head"]]
        except ValueError as error:
            raise CommandError("--head is NUMBER:DIGEST, as an earlier run printed it.") from error
        try:
            verdict = verify_audit(
                now=timezone.now(), noted=noted, patience=timedelta(minutes=options["minutes"])
            )
        except KeyOfSealsLost as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"sealed rows: {verdict.rows}; waiting for a seal: {verdict.waiting}")
        if verdict.late:
            self.stdout.write(f"sealed more than a day after they were written: {verdict.late}")
        self.stdout.write(f"head: {verdict.head}")
        if verdict.faults:
            more = len(verdict.faults) - MOST_FAULTS
            lines = [*verdict.faults[:MOST_FAULTS], *([f"… {more} more"] if more > 0 else [])]
            raise CommandError("\n".join(lines))
        self.stdout.write("Nothing was altered, taken away, put in or moved.")
