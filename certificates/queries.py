"""Reading certificates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from certificates.codes import token_digest
from certificates.life.queries import with_renewal
from certificates.models import ApiToken, Certificate, Issuance, SignedCredential, StatusList
from lms.core.models import AuditEvent
from lms.learning.attempts.queries import counted_scores
from lms.learning.models import Enrolment

BURST_ACTION = "unknown_codes_burst"


@dataclass(frozen=True)
class CountedScore:
    """What a learner got in one quiz that counts, in per cent, and its weight in the whole."""

    score: Decimal
    weight: Decimal


def counted_in(enrolment: Enrolment) -> Mapping[UUID, CountedScore]:
    """Return the counting score of each quiz that the release promised to count.

    A diagnosis or a survey is not among them, whatever was scored there.
    """
    scores = counted_scores(enrolment)
    return {
        item.key: CountedScore(scores[item.key], item.weight)
        for item in enrolment.release.typed_promise.items()
        if item.is_counted and item.key in scores
    }


def mean_score(scores: Iterable[CountedScore]) -> Decimal | None:
    """Return the mean of the quizzes by the weights that were promised.

    None where nothing was marked, or where every quiz weighs 0: those only have to be passed.
    """
    rows = list(scores)
    weights = sum((row.weight for row in rows), Decimal(0))
    if not weights:
        return None
    return sum((row.score * row.weight for row in rows), Decimal(0)) / weights


def certificate_by_code(code: str | None) -> Certificate | None:
    """Return the certificate with this code, its neighbours at hand; None if there is none.

    They are the one that took its place, the one whose place it took, the one that it renews, and
    what a check says of the one that renewed it.

    Whether it was signed is at hand too, without the texts. Asks the database for a text that
    cannot be a code, too: an unreadable code must not be answered faster than an unknown one.
    """
    near = ("replaced_by", "replaces", "renews", "issuance", "signed")
    texts = ("signed__json_text", "signed__jwt_text", "signed__fragment")
    rows = Certificate.objects.select_related(*near).defer(*texts).filter(code=code or "")
    return with_renewal(rows).first()


def standing_or_newest(enrolment: Enrolment) -> Certificate | None:
    """Return the enrolment's certificate that stands, else its newest; None if it has none."""
    found = list(Certificate.objects.filter(enrolment=enrolment).order_by("-issued_at", "-pk"))
    standing = (one for one in found if one.revoked_at is None and one.replaced_by_id is None)
    return next(standing, found[0] if found else None)


def certificates_found(text: str, *, code: str | None) -> "QuerySet[Certificate]":
    """Return the certificates whose code this is, or whose printed name has this text; all for ''.

    For administrators only: the public has no search by name.
    """
    found = Certificate.objects.select_related("issuance").order_by("-issued_at", "-pk")
    if not text:
        return found
    return found.filter(Q(code=code or "") | Q(facts__full_name__icontains=text))


def issuances() -> "QuerySet[Issuance]":
    """Return the outbox rows, typed as what they are: the shared manager knows only OutboxRow."""
    return QuerySet(Issuance)


def live_token(secret: str, *, now: datetime) -> ApiToken | None:
    """Return the key with this secret, unless it is unknown, expired or revoked."""
    return (
        ApiToken.objects.filter(digest=token_digest(secret), revoked_at=None, expires_at__gt=now)
        .select_related("agency")
        .first()
    )


def bursts_since(moment: datetime) -> "QuerySet[AuditEvent]":
    """Return the alarms about bursts of unknown codes, newest first; `reason` is a BurstKind."""
    found = AuditEvent.objects.filter(action=BURST_ACTION, at__gt=moment)
    return found.order_by("-at", "-pk")


def indexes_taken_back(status_list: StatusList) -> list[int]:
    """Return the places of a list whose certificates were revoked or replaced, in order."""
    taken_back = Q(certificate__revoked_at__isnull=False) | Q(
        certificate__replaced_by__isnull=False
    )
    return list(
        status_list.entries.filter(taken_back).order_by("index").values_list("index", flat=True)
    )


def newest_of_release(
    release_id: int, language: str, *, is_renewal: bool = False
) -> Certificate | None:
    """Return some certificate of a course release, for what it says of the course alone."""
    rows = Certificate.objects.filter(
        enrolment__release_id=release_id, language=language, renews__isnull=not is_renewal
    ).select_related("enrolment__release")
    return rows.order_by("-issued_at", "-pk").first()


def signed_at_place(number: int, index: int) -> SignedCredential | None:
    """Return what was signed for a place in a status list; None if nobody has it."""
    rows = SignedCredential.objects.select_related("certificate__replaced_by")
    return rows.filter(
        certificate__status_entry__status_list__number=number,
        certificate__status_entry__index=index,
    ).first()
