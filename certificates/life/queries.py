"""Reading what may be renewed, what ends, what waits, and what rests on a lesson."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from certificates.enums import ProposalState
from certificates.models import (
    Certificate,
    CertificateProposal,
    CertificateShare,
    Reminder,
    UpdateInvitation,
)
from courses.models import CourseRelease, SourceChange
from lms.accounts.enums import MembershipRole
from lms.accounts.models import Membership, User
from lms.core.numbers import posted_number
from lms.learning.models import Enrolment

STILL_RENEWABLE = timedelta(days=365)
"""How long after its end a certificate can be renewed; later the whole course is due again."""
RENEWALS_IN_A_ROW = 4
"""How many renewals back a certificate is said to rest on the lessons of the first course."""


def standing() -> "QuerySet[Certificate]":
    """Return the certificates that were neither revoked nor replaced and still have a holder."""
    return Certificate.objects.filter(
        revoked_at__isnull=True, replaced_by__isnull=True, holder_erased_at__isnull=True
    )


def renewable(enrolment: Enrolment, *, now: datetime) -> Certificate | None:
    """Return the certificate that the completion of this enrolment renews; None if there is none.

    The learner's own, of the course that the release renews or an earlier renewal of it, neither
    revoked nor replaced, valid or ended at most a year ago. A pilot's certificate is renewed by a
    pilot only: it never had any validity that another course could give it.
    """
    renewed = enrolment.release.typed_promise.renews
    if renewed is None:
        return None
    own = standing().filter(
        enrolment__learner_id=enrolment.learner_id, valid_until__gt=now - STILL_RENEWABLE
    )
    of_course = Q(enrolment__course_key=renewed)
    of_renewal = Q(enrolment__course_key=enrolment.course_key, renews__isnull=False)
    found = own.filter(of_course | of_renewal).exclude(enrolment=enrolment)
    if not enrolment.release.is_pilot:
        found = found.filter(enrolment__release__is_pilot=False)
    return found.order_by("-valid_until", "-pk").first()


@dataclass(frozen=True)
class Renewal:
    """What a check says of the certificate that renewed another one."""

    code: str
    issued_at: datetime


def with_renewal(found: "QuerySet[Certificate]") -> "QuerySet[Certificate]":
    """Have the certificates bring along what renewed them, so that it costs no query of its own."""
    renewals = _renewals(OuterRef("enrolment_id"))
    return found.annotate(
        renewal_code=Subquery(renewals.values("code")[:1]),
        renewal_issued_at=Subquery(renewals.values("issued_at")[:1]),
    )


def renewal_of(certificate: Certificate) -> Renewal | None:
    """Return the standing certificate that renewed this one, whichever correction of it; or None.

    One query at most, whatever the length of the chain: a correction keeps the enrolment, a renewal
    has another one. None where `with_renewal` brought it along.
    """
    known = vars(certificate)
    if "renewal_code" in known:
        code, issued_at = known["renewal_code"], known["renewal_issued_at"]
        return Renewal(code, issued_at) if code else None
    row = _renewals(certificate.enrolment_id).values_list("code", "issued_at").first()
    return Renewal(*row) if row is not None else None


def _renewals(enrolment_id: Any) -> "QuerySet[Certificate]":
    """Return the standing renewals of an enrolment's certificates, the newest first."""
    found = Certificate.objects.filter(
        renews__enrolment_id=enrolment_id, revoked_at__isnull=True, replaced_by__isnull=True
    )
    return found.order_by("-issued_at", "-pk")


def not_renewed(found: "QuerySet[Certificate]") -> "QuerySet[Certificate]":
    """Leave out the certificates that a standing one has renewed."""
    renewals = _renewals(OuterRef("enrolment_id")).order_by()
    return found.filter(~Exists(renewals))


def ending(*, now: datetime, days: int, after_days: int = 0) -> "QuerySet[Certificate]":
    """Return the certificates that end within so many days, and not within the smaller number.

    Only those whose end matters: no pilot's, none that was renewed, none without its holder.
    """
    found = standing().filter(
        valid_until__gt=now + timedelta(days=after_days),
        valid_until__lte=now + timedelta(days=days),
        enrolment__release__is_pilot=False,
        enrolment__learner__is_active=True,
    )
    return not_renewed(found)


def to_remind(*, now: datetime, days: int, after_days: int) -> "QuerySet[Certificate]":
    """Return the certificates of such a time whose holders were not reminded for this number."""
    said = Reminder.objects.filter(certificate=OuterRef("pk"), days=days)
    return ending(now=now, days=days, after_days=after_days).filter(~Exists(said))


def coordinators_to_tell(*, now: datetime, days: int) -> "QuerySet[User]":
    """Return the coordinators of agencies with which certificates are shared that end so soon."""
    shares = CertificateShare.objects.filter(
        ended_at__isnull=True, certificate__in=ending(now=now, days=days)
    )
    posts = Membership.objects.current(on=timezone.localdate(now)).filter(
        role=MembershipRole.COORDINATOR, agency__in=shares.values("agency")
    )
    return User.objects.filter(is_active=True, pk__in=posts.values("user")).order_by("pk")


def open_proposals() -> "QuerySet[CertificateProposal]":
    """Return the decisions that wait for a second person, the oldest first."""
    rows = CertificateProposal.objects.filter(state=ProposalState.OPEN)
    return rows.select_related("certificate", "proposed_by").order_by("proposed_at", "pk")


def open_proposal_of(certificate: Certificate) -> CertificateProposal | None:
    """Return the decision about a certificate that waits, if one does."""
    return open_proposals().filter(certificate=certificate).first()


@dataclass(frozen=True)
class TaughtItem:
    """A lesson, quiz or case that some release of a course promised, by its newest title."""

    key: UUID
    title: str
    kind_word: str


@dataclass(frozen=True)
class TaughtCourse:
    """A course with everything that any of its releases promised."""

    key: UUID
    title: str
    items: tuple[TaughtItem, ...]


def taught_courses() -> list[TaughtCourse]:
    """Return every released course with all that was ever promised in it; one query.

    It is read from the releases, so that what was unpublished or deleted since is found too.
    """
    titles: dict[UUID, str] = {}
    items: dict[UUID, dict[UUID, TaughtItem]] = {}
    for release in CourseRelease.objects.order_by("course_key", "-number"):
        promise = release.typed_promise
        titles.setdefault(promise.course_key, promise.title)
        of_course = items.setdefault(promise.course_key, {})
        for item in promise.items():
            of_course.setdefault(item.key, TaughtItem(item.key, item.title, item.kind_word))
    courses = [
        TaughtCourse(key, title, tuple(items[key].values())) for key, title in titles.items()
    ]
    return sorted(courses, key=lambda course: course.title.casefold())


@dataclass(frozen=True)
class RestingOn:
    """A lesson, quiz or case with the releases that promised it and what rests on them."""

    item: TaughtItem
    course: TaughtCourse
    releases: tuple["ReleaseCount", ...]
    certificates: int
    people: int


@dataclass(frozen=True)
class ReleaseCount:
    """How many valid certificates rest on what one release taught; renewals count there too."""

    number: int
    created_at: datetime
    certificates: int


def releases_with(item_key: UUID) -> list[CourseRelease]:
    """Return the releases that promised an item, the newest first."""
    rows = CourseRelease.objects.order_by("-number", "-pk")
    return [row for row in rows if row.typed_promise.item(item_key) is not None]


def resting_on(releases: Iterable[CourseRelease], *, now: datetime) -> "QuerySet[Certificate]":
    """Return the valid certificates of these releases, and the renewals of such certificates.

    A renewal rests on what its holder learned in the first course, however short the refresher.
    """
    ids = [release.pk for release in releases]
    wanted, way = Q(), ""
    for _step in range(RENEWALS_IN_A_ROW + 1):
        wanted |= Q(**{f"{way}enrolment__release_id__in": ids})
        way = f"renews__{way}"
    return standing().filter(wanted, valid_until__gt=now)


def to_invite(releases: Iterable[CourseRelease], *, now: datetime) -> "QuerySet[Certificate]":
    """Return the certificates whose holders are told when something that they learned changed."""
    return resting_on(releases, now=now).filter(enrolment__learner__is_active=True)


def what_rests_on(item_key: UUID, *, now: datetime) -> RestingOn | None:
    """Return what rests on a lesson, quiz or case; None if no release ever promised it."""
    course = next(
        (one for one in taught_courses() if any(item.key == item_key for item in one.items)), None
    )
    if course is None:
        return None
    item = next(item for item in course.items if item.key == item_key)
    releases = releases_with(item_key)
    counts = tuple(
        ReleaseCount(one.number, one.created_at, resting_on([one], now=now).count())
        for one in releases
    )
    found = resting_on(releases, now=now)
    people = to_invite(releases, now=now).aggregate(
        total=Count("enrolment__learner", distinct=True)
    )
    return RestingOn(
        item=item,
        course=course,
        releases=counts,
        certificates=found.count(),
        people=people["total"],
    )


def decided_proposals() -> "QuerySet[CertificateProposal]":
    """Return the decisions that were made or withdrawn, the last one first."""
    rows = CertificateProposal.objects.exclude(state=ProposalState.OPEN)
    return rows.select_related("certificate", "proposed_by", "decided_by").order_by(
        "-decided_at", "-pk"
    )


def invitations_about(item_key: UUID) -> "QuerySet[UpdateInvitation]":
    """Return the invitations about a lesson, quiz or case, the last one first."""
    rows: QuerySet[UpdateInvitation] = QuerySet(UpdateInvitation).filter(item_key=item_key)
    return rows.select_related("created_by").order_by("-created_at", "-pk")


def words_of_change(number: str) -> dict[str, str]:
    """Return what the holders may be told of a change of a source, to begin the form with."""
    change = SourceChange.objects.filter(pk=posted_number(number) or 0).first()
    if change is None:
        return {}
    return {"words_es": change.words_es, "words_en": change.words_en}
