"""What a regrade would do, attempt by attempt; the service does exactly this.

The preview and the service ask the same function about the same rows, so that nobody is surprised.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from courses.models import QuestionVersion
from courses.question_types import InvalidAnswer, question_type
from courses.texts import in_language
from lms.learning.attempts.pages import response_of
from lms.learning.attempts.rules import AttemptRule, ItemResult, Result, result_of
from lms.learning.enums import CLOSED_STATES, RESULT_STATES, EnrolmentState, RegradeKind
from lms.learning.models import Attempt, AttemptItem, Regrade
from lms.learning.regrading import Correction, Standing, corrected, regrades_of

CHUNK = 200
NAMES_SHOWN = 50
CHOICES_SHOWN = 60


@dataclass(frozen=True)
class ItemChange:
    """How one regrade changes one answer; `is_change` is false where it stays as it is."""

    item: AttemptItem
    before: Standing
    after: Standing

    @property
    def is_change(self) -> bool:
        """Whether anything becomes different."""
        return self.before != self.after


@dataclass(frozen=True)
class AttemptChange:
    """One attempt that a regrade changes, with its result before and after."""

    attempt: Attempt
    change: ItemChange
    was_passed: bool | None
    is_passed: bool | None

    @property
    def passes_by_it(self) -> bool:
        """Whether it did not pass before, and does now."""
        return bool(self.is_passed) and self.was_passed is False

    @property
    def fails_by_it(self) -> bool:
        """Whether it passed before, and does not any more."""
        return self.is_passed is False and bool(self.was_passed)

    @property
    def keeps_course(self) -> bool:
        """Whether the learner has completed the course, which stays so."""
        return self.attempt.enrolment.state == EnrolmentState.COMPLETED

    @property
    def name(self) -> str:
        """The learner's name."""
        return self.attempt.enrolment.learner.full_name


@dataclass(frozen=True)
class Preview:
    """What a regrade would do to everybody."""

    changed: int
    waiting: int
    passes: tuple[AttemptChange, ...]
    fails: tuple[AttemptChange, ...]

    @property
    def digest(self) -> str:
        """What the page showed, so that nobody confirms something else."""
        return f"{self.changed}-{len(self.passes)}-{len(self.fails)}"

    @property
    def shown_passes(self) -> tuple[AttemptChange, ...]:
        """The first of those who pass by it."""
        return self.passes[:NAMES_SHOWN]

    @property
    def shown_fails(self) -> tuple[AttemptChange, ...]:
        """The first of those who do not pass any more."""
        return self.fails[:NAMES_SHOWN]

    @property
    def completed(self) -> int:
        """How many of those who do not pass any more have completed the course; they keep it."""
        return sum(change.keeps_course for change in self.fails)


def regraded_items(quiz_key: UUID, version: QuestionVersion) -> QuerySet[AttemptItem]:
    """Return the answers to a version in the attempts at a quiz that were handed in."""
    return AttemptItem.objects.filter(
        attempt__quiz_key=quiz_key,
        attempt__state__in=CLOSED_STATES,
        question_version=version,
    )


def item_change(item: AttemptItem, corrections: Sequence[Correction]) -> ItemChange:
    """Return what these corrections do to one answer."""
    response = response_of(item)
    before = Standing(item.mark, item.is_waiting, item.is_dropped)
    after = corrected(
        before,
        max_mark=item.max_mark,
        version=item.question_version,
        given=response.given if response else None,
        corrections=corrections,
    )
    return ItemChange(item, before, after)


def corrections_with(
    quiz_key: UUID, version: QuestionVersion, correction: Correction
) -> list[Correction]:
    """Return this correction with the answers accepted before it; one query.

    An earlier mark for everybody or a drop has been made, and is not made again: a mark that
    somebody changed since stays hers.
    """
    made = regrades_of(quiz_key, [version.pk])[version.pk]
    accepted = [one.accepted for one in made if one.kind == RegradeKind.ACCEPT]
    return [*(Correction(RegradeKind.ACCEPT, key) for key in accepted), correction]


def preview_regrade(quiz_key: UUID, version: QuestionVersion, correction: Correction) -> Preview:
    """Return what a regrade would do; a few queries for every CHUNK attempts that it changes."""
    corrections = corrections_with(quiz_key, version, correction)
    changed = waiting = 0
    passes: list[AttemptChange] = []
    fails: list[AttemptChange] = []
    for changes in _chunks(regraded_items(quiz_key, version), version, corrections):
        for change in attempt_changes(changes):
            changed += 1
            waiting += change.attempt.state not in RESULT_STATES
            if change.passes_by_it:
                passes.append(change)
            elif change.fails_by_it:
                fails.append(change)
    return Preview(
        changed, waiting, tuple(sorted(passes, key=_by_name)), tuple(sorted(fails, key=_by_name))
    )


def _by_name(change: AttemptChange) -> str:
    return change.name.casefold()


def _chunks(
    rows: QuerySet[AttemptItem], version: QuestionVersion, corrections: Sequence[Correction]
) -> Iterator[list[ItemChange]]:
    chunk: list[ItemChange] = []
    rows = rows.select_related("attempt__enrolment__learner", "response").order_by("pk")
    for item in rows.iterator(chunk_size=CHUNK):
        item.question_version = version
        change = item_change(item, corrections)
        if change.is_change:
            chunk.append(change)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def attempt_changes(changes: Sequence[ItemChange]) -> list[AttemptChange]:
    """Return the attempts of these answers with their results before and after; two queries."""
    items: dict[int, list[AttemptItem]] = defaultdict(list)
    rows = AttemptItem.objects.filter(attempt__in=[change.item.attempt_id for change in changes])
    for item in rows.order_by("position"):
        items[item.attempt_id].append(item)
    critical = _critical_versions(
        {item.question_version_id for of in items.values() for item in of}
    )
    found = []
    for change in changes:
        attempt = change.item.attempt
        result = _result(items[attempt.pk], change, critical, AttemptRule.from_json(attempt.rule))
        is_passed = (
            result.is_passed if _would_have_result(attempt, items[attempt.pk], change) else None
        )
        found.append(AttemptChange(attempt, change, attempt.is_passed, is_passed))
    return found


def _would_have_result(attempt: Attempt, items: Iterable[AttemptItem], change: ItemChange) -> bool:
    """Whether the attempt has a result afterwards, as far as its marks decide it."""
    if attempt.state in RESULT_STATES:
        return True
    others = any(item.is_waiting for item in items if item.pk != change.item.pk)
    return not others and not change.after.is_waiting


def _critical_versions(version_ids: set[int]) -> set[int]:
    versions = QuestionVersion.objects.filter(pk__in=version_ids)
    return {version.pk for version in versions if version.typed_content.common.is_critical}


def _result(
    items: Sequence[AttemptItem], change: ItemChange, critical: set[int], rule: AttemptRule
) -> Result:
    return result_of(
        [
            ItemResult(
                position=item.position,
                mark=(change.after.mark if item.pk == change.item.pk else item.mark) or Decimal(0),
                max_mark=item.max_mark,
                section=item.section,
                is_dropped=change.after.is_dropped
                if item.pk == change.item.pk
                else item.is_dropped,
                is_critical=item.question_version_id in critical,
            )
            for item in items
        ],
        rule,
    )


@dataclass(frozen=True)
class AcceptableAnswer:
    """An answer that could be accepted; `count` tells how many gave it."""

    key: str
    words: str
    count: int


def acceptable_answers(quiz_key: UUID, version: QuestionVersion) -> list[AcceptableAnswer]:
    """Return the answers that were given or offered and do not earn the mark; the frequent first."""
    kind = question_type(version.kind)
    if not kind.accepts_more:
        return []
    content = version.typed_content
    counts: Counter[str] = Counter(dict.fromkeys(kind.option_ids(content), 0))
    for given in regraded_items(quiz_key, version).values_list("response__given", flat=True):
        counts.update(set(kind.tallied(content, given)) if given is not None else ())
    accepted = set(
        Regrade.objects.filter(
            quiz_key=quiz_key, question_version=version, kind=RegradeKind.ACCEPT
        ).values_list("accepted", flat=True)
    )
    language = get_language() or settings.LANGUAGE_CODE
    found = []
    for key, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        if not key or key in kind.right_keys(content) or key in accepted:
            continue
        try:
            kind.accepting(content, key)
        except InvalidAnswer:
            continue
        words = kind.tally_label(content, key, language=language)
        found.append(AcceptableAnswer(key, words, count))
    return found[:CHOICES_SHOWN]


@dataclass(frozen=True)
class RegradableQuestion:
    """A question as it was asked in a quiz, with how many got it and what was done about it."""

    version_id: int
    stem: str
    number: int
    answers: int
    to_mark: int
    regrades: tuple[Regrade, ...]


def asked_questions(quiz_key: UUID) -> list[RegradableQuestion]:
    """Return the questions of a quiz that were handed in, in three queries."""
    rows = (
        AttemptItem.objects.filter(attempt__quiz_key=quiz_key, attempt__state__in=CLOSED_STATES)
        .values("question_version")
        .annotate(answers=Count("pk"), waiting=Count("pk", filter=Q(is_waiting=True)))
    )
    counts = {row["question_version"]: row for row in rows.order_by("question_version")}
    made = regrades_of(quiz_key, counts)
    versions = QuestionVersion.objects.filter(pk__in=counts).select_related("question")
    return [
        RegradableQuestion(
            version_id=version.pk,
            stem=in_language(version.typed_content.common.stems),
            number=version.number,
            answers=counts[version.pk]["answers"],
            to_mark=counts[version.pk]["waiting"],
            regrades=tuple(made[version.pk]),
        )
        for version in versions.order_by("question__key", "-number")
    ]
