"""What changes the sums: count one attempt, build a quiz anew, send again what was lost.

Whoever changes sums locks the rows of the attempts first, in the order of their ids, and then the
rows of `QuizStatistic`, in the order of theirs; the other rows are only touched under that lock.
The sums are not audited: they say nothing that the attempts do not say.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from courses.enums import QuizMode
from courses.models import Quiz, QuizPage
from lms.accounts.models import User
from lms.core.outbox import send_now
from lms.core.services import record_event
from lms.learning.enums import AttemptState
from lms.learning.models import Attempt, QuizStatistic
from lms.learning.models.statistics import followers_of
from lms.learning.statistics.contributions import Contribution, Versions, contributions_of, in_units
from lms.learning.statistics.counting import compared_quizzes, first_results, keys_of_quiz
from lms.learning.statistics.sums import Sums, no_steps

PkT = TypeVar("PkT")

COUNT_TASK = "lms.learning.count_attempt"
REBUILD_TASK = "lms.learning.rebuild_quiz_statistics"
BUILD_LEASE = timedelta(minutes=10)
LEFT_TO_ITS_MESSAGE = timedelta(seconds=60)
SENT_AT_ONCE = 500
READ_AT_ONCE = 500
FLAGGED_AT_ONCE = 5_000
MOST_BUILDS = 3
"""How often a build begins again because something changed under it, before the sweep takes over."""


def count_attempt(*, attempt_id: int, now: datetime) -> bool:
    """Add an attempt to the sums of its quiz, once; True if this call did it.

    Does nothing if the attempt is not its learner's first result, if it is counted already, or
    while the sums wait to be built anew: that build, or the sweep after it, counts it.
    """
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update().filter(pk=attempt_id).first()
        if attempt is None or attempt.is_in_statistics:
            return False
        if not first_results().filter(pk=attempt_id).exists():
            return False
        rows = _locked_rows(attempt.quiz_key)
        own = rows[attempt.quiz_key]
        compared = compared_quizzes(rows)
        if own.count == 0:
            own.paired_quiz_id = compared.get(own.quiz_key)
        if own.is_stale:
            return False
        if own.paired_quiz_id != compared.get(own.quiz_key):
            _go_stale(own)
            return False
        given = next(contributions_of([attempt], Versions()))
        sums = Sums.touched_by(own, given)
        sums.add(given)
        for before in _results_before(own.paired_quiz_id, [given.enrolment_id]).values():
            if given.score is not None:
                sums.add_pair(before, given.score)
        sums.save(now=now)
        Attempt.objects.filter(pk=attempt_id).update(is_in_statistics=True)
        for key, row in rows.items():
            if key != own.quiz_key:
                _add_pair_after(row, given, compared.get(key), now)
    return True


def _batches(rows: Iterable[PkT], size: int) -> Iterator[list[PkT]]:
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some


def _locked_rows(quiz_key: UUID) -> dict[UUID, QuizStatistic]:
    """Return the locked rows of a quiz and of the post-tests compared with it, made if need be.

    Those of the post-tests are made too: a row that another worker is just making cannot be locked.
    """
    keys = {quiz_key, *followers_of(quiz_key)}
    for key in sorted(keys):
        QuizStatistic.objects.get_or_create(quiz_key=key, defaults={"histogram": no_steps()})
    rows = QuizStatistic.objects.filter(quiz_key__in=keys).order_by("pk").select_for_update()
    return {row.quiz_key: row for row in rows}


def _go_stale(row: QuizStatistic) -> None:
    QuizStatistic.objects.filter(pk=row.pk).update(is_stale=True, changes=F("changes") + 1)


def _results_before(
    quiz_id: int | None, enrolment_ids: Iterable[int] | None = None
) -> dict[int, int]:
    """Return the counted result at a pre-test by enrolment, the earliest row if there are two."""
    rows = Attempt.objects.filter(
        quiz_key__in=keys_of_quiz(quiz_id), is_in_statistics=True, score__isnull=False
    )
    if enrolment_ids is not None:
        rows = rows.filter(enrolment_id__in=enrolment_ids)
    found = rows.order_by("-pk").values_list("enrolment_id", "score")
    return {enrolment_id: in_units(score) for enrolment_id, score in found}


def _add_pair_after(
    row: QuizStatistic, before: Contribution, compared_with: int | None, now: datetime
) -> None:
    """Pair a pre-test that was just counted with the post-test that its learner did before that."""
    after = Attempt.objects.filter(
        quiz_key=row.quiz_key,
        enrolment_id=before.enrolment_id,
        is_in_statistics=True,
        score__isnull=False,
    ).first()
    if after is None or before.score is None:
        return
    others = Attempt.objects.filter(
        quiz_key__in=keys_of_quiz(compared_with),
        enrolment_id=before.enrolment_id,
        is_in_statistics=True,
    ).exclude(pk=before.attempt_id)
    if row.is_stale or row.paired_quiz_id != compared_with or others.exists():
        _go_stale(row)
        return
    sums = Sums(row)
    sums.add_pair(before.score, in_units(after.score))
    sums.save_quiz(now=now)


def rebuild_quiz_statistics(*, statistic_id: int, now: datetime) -> bool:
    """Build the stale sums of one quiz from its attempts; True if this call wrote them.

    Reads without a lock, so that learners go on meanwhile, and begins again if something changed
    while it was reading. Does nothing if another worker holds the row, or if it is not stale.
    """
    lease = now + BUILD_LEASE
    row = QuizStatistic.objects.filter(pk=statistic_id, is_stale=True)
    free = row.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lt=now))
    if not free.update(claimed_until=lease):
        return False
    is_written = False
    for _build in range(MOST_BUILDS):
        seen = row.get()
        sums, included = _built(seen.quiz_key)
        is_written = _write(seen, sums, included, lease, now)
        if is_written:
            break
    QuizStatistic.objects.filter(pk=statistic_id, claimed_until=lease).update(claimed_until=None)
    return is_written


def _built(quiz_key: UUID) -> tuple[Sums, set[int]]:
    """Return the sums over all first results of a quiz, and the ids of their attempts."""
    sums = Sums.empty(quiz_key)
    sums.quiz.paired_quiz_id = compared_quizzes([quiz_key]).get(quiz_key)
    before = _results_before(sums.quiz.paired_quiz_id)
    included: set[int] = set()
    for given in _first_contributions(quiz_key):
        included.add(given.attempt_id)
        sums.add(given)
        if given.enrolment_id in before and given.score is not None:
            sums.add_pair(before[given.enrolment_id], given.score)
    return sums, included


def _first_contributions(quiz_key: UUID) -> Iterator[Contribution]:
    versions = Versions()
    pks = list(
        first_results().filter(quiz_key=quiz_key).order_by("pk").values_list("pk", flat=True)
    )
    for some in _batches(pks, READ_AT_ONCE):
        attempts = Attempt.objects.filter(pk__in=some).defer("section_results", "safety_errors")
        yield from contributions_of(attempts, versions)


def _write(
    seen: QuizStatistic, sums: Sums, included: set[int], lease: datetime, now: datetime
) -> bool:
    with transaction.atomic():
        flagged = set(
            Attempt.objects.filter(quiz_key=seen.quiz_key, is_in_statistics=True).values_list(
                "pk", flat=True
            )
        )
        moved = sorted(flagged ^ included)
        for some in _batches(moved, FLAGGED_AT_ONCE):
            rows = Attempt.objects.filter(pk__in=some).order_by("pk").select_for_update()
            list(rows.values_list("pk", flat=True))
        locked = _locked_rows(seen.quiz_key)
        stored = locked[seen.quiz_key]
        if stored.changes != seen.changes or stored.claimed_until != lease:
            return False
        sums.replace(stored, now=now)
        QuizStatistic.objects.filter(pk=stored.pk).update(is_stale=False, claimed_until=None)
        for some in _batches(moved, FLAGGED_AT_ONCE):
            attempts = Attempt.objects.filter(pk__in=some)
            attempts.filter(pk__in=included.intersection(some)).update(is_in_statistics=True)
            attempts.exclude(pk__in=included.intersection(some)).update(is_in_statistics=False)
        if moved:
            for key, row in locked.items():
                if key != seen.quiz_key:
                    _go_stale(row)
    return True


def rebuild_now(*, quiz_key: UUID, now: datetime) -> bool:
    """Build the sums of a quiz anew, whether or not they are stale; for the command."""
    row, _made = QuizStatistic.objects.get_or_create(
        quiz_key=quiz_key, defaults={"histogram": no_steps()}
    )
    QuizStatistic.objects.mark_stale(quiz_key)
    return rebuild_quiz_statistics(statistic_id=row.pk, now=now)


def sweep_statistics(*, now: datetime) -> int:
    """Send what was lost: stale quizzes, and results that are not counted; return how many.

    Notices too that a counted attempt was annulled, and that a quiz is compared with another one.
    """
    annulled = Attempt.objects.filter(state=AttemptState.ANNULLED, is_in_statistics=True)
    for key in set(annulled.values_list("quiz_key", flat=True)) | _compared_otherwise():
        QuizStatistic.objects.mark_stale(key)
    stale = QuizStatistic.objects.filter(is_stale=True)
    free = stale.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lt=now))
    builds = list(free.order_by("pk").values_list("pk", flat=True)[:SENT_AT_ONCE])
    for pk in builds:
        send_now(REBUILD_TASK, statistic_id=pk)
    waiting = (
        first_results()
        .filter(is_in_statistics=False, submitted_at__lte=now - LEFT_TO_ITS_MESSAGE)
        .exclude(quiz_key__in=stale.values("quiz_key"))
        .order_by("submitted_at", "pk")
    )
    uncounted = list(waiting.values_list("pk", flat=True)[:SENT_AT_ONCE])
    for pk in uncounted:
        send_now(COUNT_TASK, attempt_id=pk)
    return len(builds) + len(uncounted)


def _compared_otherwise() -> set[UUID]:
    """Return the post-tests whose sums are paired with another quiz than they are compared with."""
    rows = dict(QuizStatistic.objects.filter(count__gt=0).values_list("quiz_key", "paired_quiz_id"))
    pages = QuizPage.objects.filter(quiz__mode=QuizMode.DIAGNOSIS, translation_key__in=rows)
    wanted = pages.values_list("translation_key", "quiz__compared_with")
    return {key for key, quiz_id in wanted if rows[key] != quiz_id}


@transaction.atomic
def record_named_download(*, quiz: Quiz, form: str, acting_user: User, now: datetime) -> None:
    """Write down that somebody took the results of a quiz with the names of its learners."""
    record_event(
        action="results_downloaded",
        target=quiz,
        acting_user=acting_user,
        now=now,
        code=f"{form}, with names",
    )
