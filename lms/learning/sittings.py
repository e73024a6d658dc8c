"""Takes sittings of django-quiz-app over as records; they issue no certificate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.formats.django_quiz_app import Dump, DumpSitting
from courses.models import Quiz
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.models import ImportedSitting

BATCH = 500


@dataclass(frozen=True)
class SittingRow:
    """A sitting of the dump: its line, what it is called, and what happens to it.

    `action` is one of `create` and `skip`; `note` says what somebody should know of it.
    """

    line: int
    label: str
    action: str
    note: str = ""


def read_users(text: str) -> dict[str, str]:
    """Return the mail address by number or name, from lines as `7,ana@example.org`.

    Raises:
        ValueError: a line has another form; the message names it.
    """
    found = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        user, comma, address = (part.strip() for part in line.partition(","))
        if not line.strip():
            continue
        if not (comma and user and "@" in address):
            raise ValueError(_("Line %d is not of the form “number,mail address”.") % number)
        found[user] = address
    return found


def _learners(dump: Dump, users: Mapping[str, str]) -> dict[str, User]:
    """Return who of us each user of the dump is."""
    addresses = {**dump.addresses, **users}
    wanted = {sitting.user: addresses.get(sitting.user, "").lower() for sitting in dump.sittings}
    known = {
        str(user.email).lower(): user
        for user in User.objects.filter(email__in={one for one in wanted.values() if one})
    }
    return {user: known[address] for user, address in wanted.items() if address in known}


FORGOTTEN = ("answers", "learner", "user_label")


@transaction.atomic
def forget_sittings_of(*, learner: User, acting_user: User | None, now: datetime) -> int:
    """Clear what leads from taken-over sittings to a learner; return how many were cleared.

    Her answers, who she is, and her number or name in the source go. What stays says how many
    right answers somebody had in which quiz: it is a figure of the course, of nobody. The erasure
    of a person calls this before the account goes, for the link to her is what finds the rows. The
    audit trail gets one row for each sitting. Doing it again changes nothing. A sitting whose user
    was nobody here (`learner` is empty) cannot be found by it.
    """
    rows = list(ImportedSitting.objects.select_for_update().filter(learner=learner).order_by("pk"))
    for row in rows:
        record_event(
            action="sitting_forgotten",
            target=row,
            acting_user=acting_user,
            now=now,
            changed_fields=FORGOTTEN,
            subject=learner,
        )
    ImportedSitting.objects.filter(pk__in=[row.pk for row in rows]).update(
        answers=[], learner=None, user_label=""
    )
    return len(rows)


@transaction.atomic
def import_sittings(
    dump: Dump,
    *,
    source: str,
    quiz_prefix: str,
    users: Mapping[str, str],
    acting_user: User | None,
    now: datetime,
    is_dry: bool,
) -> list[SittingRow]:
    """Take over the sittings that are not here yet; a sitting taken over before is never changed.

    `quiz_prefix` is the beginning of the origin of the quizzes that came from the same source. A
    user without a known mail address leaves the record without a learner. The audit trail gets one
    row for each.
    """
    numbers = [sitting.pk for sitting in dump.sittings]
    there = set(
        ImportedSitting.objects.filter(source=source, sitting_number__in=numbers).values_list(
            "sitting_number", flat=True
        )
        if len(numbers) <= BATCH
        else ImportedSitting.objects.filter(source=source).values_list("sitting_number", flat=True)
    )
    learners = _learners(dump, users)
    fresh = [sitting for sitting in dump.sittings if sitting.pk not in there]
    if not is_dry:
        _write(fresh, source, quiz_prefix, learners, acting_user, now)
    return [
        SittingRow(
            line=sitting.line,
            label=_("Sitting %(number)d: %(quiz)s")
            % {"number": sitting.pk, "quiz": sitting.quiz.title},
            action="skip" if sitting.pk in there else "create",
            note="" if sitting.user in learners else _("user %s is nobody here") % sitting.user,
        )
        for sitting in dump.sittings
    ]


def _write(
    fresh: Sequence[DumpSitting],
    source: str,
    quiz_prefix: str,
    learners: Mapping[str, User],
    acting_user: User | None,
    now: datetime,
) -> None:
    keys = {f"{quiz_prefix}:quiz.quiz:{sitting.quiz.pk}" for sitting in fresh}
    quizzes = {quiz.source_key: quiz for quiz in Quiz.objects.filter(source_key__in=keys)}
    rows = [
        ImportedSitting(
            source=source,
            sitting_number=sitting.pk,
            learner=learners.get(sitting.user),
            user_label=sitting.user[:150],
            quiz=quizzes.get(f"{quiz_prefix}:quiz.quiz:{sitting.quiz.pk}"),
            quiz_title=sitting.quiz.title[:120],
            score=sitting.score,
            possible=sitting.possible,
            percent=sitting.percent,
            pass_mark=sitting.quiz.pass_mark,
            is_complete=sitting.is_complete,
            is_passed=sitting.is_passed,
            answers=[dict(answer) for answer in sitting.answers],
            started_at=sitting.started_at,
            ended_at=sitting.ended_at,
            imported_at=now,
        )
        for sitting in fresh
    ]
    for row in ImportedSitting.objects.bulk_create(rows, batch_size=BATCH):
        record_event(
            action="sitting_imported",
            target=row,
            acting_user=acting_user,
            now=now,
            subject=row.learner_id,
        )
