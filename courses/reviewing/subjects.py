"""What is reviewed, and how it stands: one text in one state, with the decisions about it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from wagtail.models import Page, Revision

from courses.models import (
    Case,
    CaseVersion,
    CheckedPage,
    ContentReview,
    LessonPage,
    Question,
    QuestionVersion,
)
from courses.models.reviews import page_key
from courses.reviewing.enums import ReviewedKind, ReviewOutcome, ReviewPart, Standing
from courses.reviewing.states import content_state, page_state
from courses.texts import in_language

Reviews = Sequence[ContentReview]
LONGEST_TITLE = 90


@dataclass(frozen=True)
class Subject:
    """A text in one state; `record` is a page with the fields of that state, a question or a case.

    `version` is the revision of the page, or the number of the version.
    """

    kind: ReviewedKind
    pk: int
    key: str
    title: str
    digest: str
    version: int | None
    is_asking: bool
    record: Any
    content: Mapping[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it is read and decided."""
        return reverse("revisiones:item", args=[self.kind, self.pk])


def page_subject(page: CheckedPage, *, version: int | None = None) -> Subject:
    """Return a page as these fields of it say, which may be those of a draft."""
    return Subject(
        kind=ReviewedKind.PAGE,
        pk=page.pk,
        key=page_key(page),
        title=page.title,
        digest=page_state(page),
        version=version,
        is_asking=isinstance(page, LessonPage) and page.needs_legal_review,
        record=page,
    )


def latest_subject(page: CheckedPage) -> Subject:
    """Return a page in its newest state, published or not."""
    return page_subject(page.get_latest_revision_as_object(), version=page.latest_revision_id)


def with_asking(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Let each question know whether any version of it ever said “needs legal review”.

    Whoever takes the flag off a question does not take it out of the reviewers' sight.
    """
    asked = QuestionVersion.objects.filter(
        question=OuterRef("pk"), content__needs_legal_review=True
    )
    return questions.annotate(has_asked=Exists(asked))


def question_subject(question: Question, version: QuestionVersion) -> Subject:
    """Return one version of a question, in all its languages."""
    stem = in_language(version.content.get("stems") or {})
    return Subject(
        kind=ReviewedKind.QUESTION,
        pk=question.pk,
        key=str(question.pk),
        title=Truncator(f"{question.key}: {stem}").chars(LONGEST_TITLE) if stem else question.key,
        digest=content_state(version.content),
        version=version.number,
        is_asking=version.content.get("needs_legal_review") is True
        or bool(getattr(question, "has_asked", False)),
        record=question,
        content=version.content,
    )


def case_subject(case: Case, version: CaseVersion) -> Subject:
    """Return one version of a case. A case has no flag: it always asks for its reviews."""
    return Subject(
        kind=ReviewedKind.CASE,
        pk=case.pk,
        key=str(case.pk),
        title=case.name,
        digest=content_state(version.content),
        version=version.number,
        is_asking=True,
        record=case,
        content=version.content,
    )


def subject_of(kind: ReviewedKind, pk: int, *, is_locked: bool = False) -> Subject | None:
    """Return what reviewers decide about: a page's newest state, or a published version."""
    if kind == ReviewedKind.PAGE:
        rows = Page.objects.select_for_update() if is_locked else Page.objects
        page = rows.filter(pk=pk).first()
        specific = page.specific if page is not None else None
        return latest_subject(specific) if isinstance(specific, CheckedPage) else None
    model: Any = Question if kind == ReviewedKind.QUESTION else Case
    found = model.objects.all()
    if is_locked:
        found = found.select_for_update(of=("self",))
    if kind == ReviewedKind.QUESTION:
        found = with_asking(found)
    record = found.select_related("live_version").filter(pk=pk).first()
    if record is None or record.live_version is None:
        return None
    if kind == ReviewedKind.QUESTION:
        return question_subject(record, record.live_version)
    return case_subject(record, record.live_version)


def reviews_of(subjects: Iterable[Subject]) -> dict[tuple[str, str], list[ContentReview]]:
    """Return the decisions about these texts in one query, each text's in their order."""
    keys = [subject.key for subject in subjects]
    found: dict[tuple[str, str], list[ContentReview]] = defaultdict(list)
    rows = ContentReview.objects.filter(item_key__in=keys).select_related("reviewer")
    for review in rows.order_by("number"):
        found[review.kind, review.item_key].append(review)
    return found


def history(subject: Subject) -> list[ContentReview]:
    """Return the decisions about one text, the first one first."""
    rows = ContentReview.objects.filter(kind=subject.kind, item_key=subject.key)
    return list(rows.select_related("reviewer").order_by("number"))


def standing(subject: Subject, part: ReviewPart, reviews: Reviews) -> Standing:
    """Return how exactly this state stands in one part."""
    own = [review for review in reviews if review.part == part]
    exact = [review for review in own if review.state_digest == subject.digest]
    if exact:
        is_approved = exact[-1].outcome == ReviewOutcome.APPROVED
        return Standing.APPROVED if is_approved else Standing.CHANGES
    if not own:
        return Standing.NONE
    is_approved = own[-1].outcome == ReviewOutcome.APPROVED
    return Standing.LAPSED if is_approved else Standing.MENDED


def is_needed(subject: Subject, reviews: Reviews) -> bool:
    """Say whether it takes reviews: it says so itself, or it was reviewed before."""
    return subject.is_asking or bool(reviews)


def has_written(subject: Subject, part: ReviewPart, reviews: Reviews, user_id: int) -> bool:
    """Say whether somebody changed the text since this part last approved it.

    Who saved the same words again, with a comment beside a block, wrote nothing.
    """
    approved = [
        review.version or 0
        for review in reviews
        if review.part == part and review.outcome == ReviewOutcome.APPROVED
    ]
    since = approved[-1] if approved else 0
    if subject.kind != ReviewedKind.PAGE:
        versions = subject.record.versions.filter(number__gt=since, created_by=user_id)
        return bool(versions.exists())
    return _has_written_page(subject, since, user_id)


def _has_written_page(subject: Subject, since: int, user_id: int) -> bool:
    page = subject.record
    revisions = Revision.objects.for_instance(page).filter(pk__gte=since).order_by("pk")
    before = None
    for revision in revisions:
        state = page_state(revision.as_object())
        is_own = revision.user_id == user_id and revision.pk != since
        if is_own and before is not None and state != before:
            return True
        before = state
    return not since and page.owner_id == user_id


APPROVALS_NAME = "reviewing-legal-approvals"
SECONDS_CACHED = 600


def legal_approvals() -> frozenset[tuple[str, str]]:
    """Return the pages and states that the legal review approves of; one query, then cached."""
    found: frozenset[tuple[str, str]] | None = cache.get(APPROVALS_NAME)
    if found is None:
        legal = ContentReview.objects.filter(kind=ReviewedKind.PAGE, part=ReviewPart.LEGAL)
        last: dict[tuple[str, str], str] = {}
        rows = legal.order_by("number").values_list("item_key", "state_digest", "outcome")
        for key, digest, outcome in rows:
            last[key, digest] = outcome
        found = frozenset(
            place for place, outcome in last.items() if outcome == ReviewOutcome.APPROVED
        )
        cache.set(APPROVALS_NAME, found, SECONDS_CACHED)
    return found


def forget_approvals() -> None:
    """Let the next reader ask the database again; called after each decision."""
    cache.delete(APPROVALS_NAME)


def is_legally_approved(page: CheckedPage) -> bool:
    """Say whether the legal review approved exactly these words of a page.

    Those of a shared module were reviewed where they were written.
    """
    approvals = legal_approvals()
    if not approvals:
        return False
    written = page if page.alias_of is None else page.alias_of
    return (page_key(written), page_state(page)) in approvals
