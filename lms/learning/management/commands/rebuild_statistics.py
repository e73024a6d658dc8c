"""manage.py rebuild_statistics: the sums of the statistics, built anew from every attempt."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.learning.booster_keys import ALL_BOOSTER_KEYS
from lms.learning.models import Attempt, QuizStatistic
from lms.learning.statistics.services import rebuild_now, rebuild_quiz_statistics


class Command(BaseCommand):
    """Build the sums of every quiz, or of one."""

    help = "Builds the statistics of quizzes anew from the attempts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the key of one quiz."""
        parser.add_argument("--quiz", metavar="KEY", type=UUID, help="only this quiz, by its key")

    def handle(self, *args: Any, quiz: UUID | None = None, **options: Any) -> None:
        """Build, and say how many."""
        attempts = Attempt.objects.exclude(quiz_key__in=ALL_BOOSTER_KEYS)
        keys = attempts.order_by("quiz_key").values_list("quiz_key", flat=True).distinct()
        wanted = [key for key in keys if quiz in (None, key)]
        if quiz is not None and not wanted:
            raise CommandError(f"Nobody has taken a quiz with the key {quiz}.")
        built = [key for key in wanted if rebuild_now(quiz_key=key, now=timezone.now())]
        # A post-test follows what was counted of its pre-test.
        for pk in QuizStatistic.objects.filter(is_stale=True).values_list("pk", flat=True):
            rebuild_quiz_statistics(statistic_id=pk, now=timezone.now())
        missed = len(wanted) - len(built)
        self.stdout.write(f"{len(wanted) - missed} of {len(wanted)} quizzes built anew.")
        if missed:
            raise CommandError("Some are being built by the worker already; try again.")
