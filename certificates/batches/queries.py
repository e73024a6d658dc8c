"""What of a cohort's certificates is there, waits, is under way or failed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from certificates.models import Certificate, CertificateShare, IssueBatch, IssueItem
from lms.accounts.names import clean_full_name
from lms.core.enums import OutboxState
from lms.learning.enums import EnrolmentState
from lms.learning.models import Cohort, Enrolment

FAILURES_SHOWN = 50
READ_AT_ONCE = 100


@dataclass(frozen=True)
class CohortCounts:
    """How many of a cohort are where; `nameless` are waiting too, but cannot be issued."""

    people: int
    completed: int
    certified: int
    nameless: int

    @property
    def ready(self) -> int:
        """How many certificates one press would issue now."""
        return self.completed - self.certified - self.nameless


@dataclass(frozen=True)
class PrintedName:
    """A name that will be printed, and what a reader may stumble over in it."""

    name: str
    doubt: str


@dataclass(frozen=True)
class FailedItem:
    """A certificate of a batch that could not be made."""

    name: str
    reason: str
    is_given_up: bool


@dataclass(frozen=True)
class BatchProgress:
    """How far a batch is."""

    batch: IssueBatch
    total: int
    done: int
    failed: int
    failures: tuple[FailedItem, ...]

    @property
    def state(self) -> str:
        """`finished`, `stopped` or `running`."""
        if self.batch.finished_at is not None:
            return "finished"
        return "stopped" if self.batch.stopped_at is not None else "running"

    @property
    def left(self) -> int:
        """How many still wait."""
        return self.total - self.done - self.failed


def issue_items() -> "QuerySet[IssueItem]":
    """Return the rows of batches, typed as what they are: the shared manager knows only OutboxRow."""
    return QuerySet(IssueItem)


def waiting_enrolments(cohort: Cohort) -> QuerySet[Enrolment]:
    """Return those of a cohort who completed the course and never had a certificate for it.

    Whose certificate was revoked is not among them: what was taken back does not come again by
    itself. Nor is whoever closed her account: there is no name to print.
    """
    certificates = Certificate.objects.filter(enrolment=OuterRef("pk"))
    return Enrolment.objects.filter(
        ~Exists(certificates),
        cohort=cohort,
        state=EnrolmentState.COMPLETED,
        learner__erased_at=None,
    )


def issuable_enrolments(cohort: Cohort) -> QuerySet[Enrolment]:
    """Return those of a cohort whose certificates one press issues: they wait, and have a name."""
    return waiting_enrolments(cohort).exclude(learner__full_name="")


def cohort_counts(cohort: Cohort) -> CohortCounts:
    """Return how many of a cohort are where; one query."""
    done = Q(state=EnrolmentState.COMPLETED)
    certificates = Certificate.objects.filter(enrolment=OuterRef("pk"))
    rows = Enrolment.objects.filter(cohort=cohort).annotate(has_certificate=Exists(certificates))
    counts = rows.aggregate(
        people=Count("pk"),
        completed=Count("pk", filter=done),
        certified=Count("pk", filter=done & Q(has_certificate=True)),
        nameless=Count("pk", filter=done & Q(has_certificate=False, learner__full_name="")),
    )
    return CohortCounts(**counts)


def printed_names(enrolments: QuerySet[Enrolment]) -> list[PrintedName]:
    """Return the names that will be printed, those with a doubt first; one query."""
    names = enrolments.order_by("learner__full_name", "pk").values_list(
        "learner__full_name", flat=True
    )
    found = [PrintedName(name, name_doubt(name)) for name in names]
    return sorted(found, key=lambda one: not one.doubt)


def name_doubt(name: str) -> str:
    """Return what is odd about a name on a certificate, in words; empty if nothing is."""
    try:
        clean_full_name(name)
    except ValidationError as odd:
        return " ".join(odd.messages)
    if name.isupper():
        return _("all in capitals")
    if name.islower():
        return _("all in small letters")
    return _("one word only") if len(name.split()) < 2 else ""


def latest_batch(cohort: Cohort) -> IssueBatch | None:
    """Return the batch of a cohort that is under way, else its newest; one query."""
    return IssueBatch.objects.filter(cohort=cohort).order_by("-created_at", "-pk").first()


def batch_progress(batch: IssueBatch) -> BatchProgress:
    """Return how far a batch is, with the first of its failures; two queries."""
    items = issue_items().filter(batch=batch)
    counts = items.aggregate(
        total=Count("pk"),
        done=Count("pk", filter=Q(state=OutboxState.DONE)),
        failed=Count("pk", filter=Q(state=OutboxState.FAILED)),
    )
    failed = (
        items.exclude(state=OutboxState.DONE)
        .exclude(failure="")
        .select_related("enrolment__learner")
        .order_by("enrolment__learner__full_name", "pk")
    )
    failures = tuple(
        FailedItem(
            name=item.enrolment.learner.full_name,
            reason=item.failure,
            is_given_up=item.state == OutboxState.FAILED,
        )
        for item in failed[:FAILURES_SHOWN]
    )
    return BatchProgress(batch=batch, failures=failures, **counts)


def running_batches(*, quiet_since: datetime) -> QuerySet[IssueBatch]:
    """Return the batches that were begun before that moment and neither stopped nor finished."""
    return IssueBatch.objects.filter(
        finished_at=None, stopped_at=None, created_at__lte=quiet_since
    ).order_by("pk")


def cohorts_shared_with(agencies: Iterable[int]) -> QuerySet[Cohort]:
    """Return the cohorts of which an agency's coordinator may have a ZIP, the newest first.

    Each has `shared`, how many certificates stand and are shared with one of these agencies.
    """
    rows = CertificateShare.objects.filter(
        agency__in=list(agencies),
        ended_at=None,
        certificate__revoked_at=None,
        certificate__replaced_by=None,
        certificate__holder_erased_at=None,
    )
    return (
        Cohort.objects.filter(enrolments__certificates__shares__in=rows)
        .annotate(shared=Count("enrolments__certificates", distinct=True))
        .select_related("release")
        .order_by("-starts_date", "name", "pk")
    )


def certificates_in_turn(pks: Sequence[int]) -> Iterator[Certificate]:
    """Yield these certificates with their files' rows, in this order; READ_AT_ONCE at a time."""
    for first in range(0, len(pks), READ_AT_ONCE):
        some = pks[first : first + READ_AT_ONCE]
        found = Certificate.objects.select_related("issuance").in_bulk(some)
        yield from (found[pk] for pk in some if pk in found)
