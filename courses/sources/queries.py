"""What is asked about sources: their records, what changed, and what is still to be checked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, F, Q, QuerySet

from courses.enums import CheckOutcome
from courses.models import (
    CasePage,
    CourseRelease,
    LessonPage,
    QuestionCategory,
    QuestionVersion,
    QuizPage,
    QuizSource,
    SourceChange,
    SourceCheck,
    SourceRecord,
)
from courses.promises import PromisedItem
from courses.sources.citing import SourceCard, card_of
from courses.sources.kinds import CitingItem, current_items, find_citing, kind_label, register_kind
from courses.sources.lessons import LESSON, LESSONS
from courses.sources.versioned import CASE, CASES, QUESTION, QUESTIONS

SECONDS_CACHED = 60
"""A corrected source reaches every page within this time."""
CARDS_NAME, FLAGS_NAME = "sources:cards", "sources:lessons"

for _kind in (LESSONS, QUESTIONS, CASES):
    register_kind(_kind)


def source_cards() -> dict[str, SourceCard]:
    """Return what readers are told of every source, by its key; at most one query, then cached."""
    found: dict[str, SourceCard] | None = cache.get(CARDS_NAME)
    if found is None:
        rows = SourceRecord.objects.select_related("replaced_by").defer("summary_es", "summary_en")
        found = {record.key: card_of(record) for record in rows}
        cache.set(CARDS_NAME, found, SECONDS_CACHED)
    return found


def citing_items(record: SourceRecord) -> list[tuple[str, list[CitingItem]]]:
    """Return what cites a source, in groups under the word for their kind."""
    groups: dict[str, list[CitingItem]] = {}
    for item in find_citing(record):
        groups.setdefault(kind_label(item.kind), []).append(item)
    return list(groups.items())


def open_checks_of(item_kind: str, item_id: int) -> list[SourceCheck]:
    """Return the checks of one item that nobody has made yet; one query."""
    rows = SourceCheck.objects.filter(
        item_kind=item_kind, item_id=item_id, outcome=CheckOutcome.OPEN
    )
    return list(rows.select_related("change__source").order_by("-change__changed_date", "pk"))


@dataclass(frozen=True)
class LessonChange:
    """A change of a source for which a lesson is being checked, as its readers are told."""

    source: str
    changed_date: date


def changes_of_lesson(page_id: int) -> list[LessonChange]:
    """Return for which changes a lesson is being checked; at most one query, then cached."""
    found: dict[int, list[LessonChange]] | None = cache.get(FLAGS_NAME)
    if found is None:
        found = {}
        rows = SourceCheck.objects.filter(item_kind=LESSON, outcome=CheckOutcome.OPEN)
        for check in rows.select_related("change__source").order_by("-change__changed_date", "pk"):
            change = LessonChange(str(check.change.source), check.change.changed_date)
            found.setdefault(check.item_id, []).append(change)
        cache.set(FLAGS_NAME, found, SECONDS_CACHED)
    return found.get(page_id, [])


def forget_cached() -> None:
    """Let readers see at once what was just noted."""
    cache.delete_many([CARDS_NAME, FLAGS_NAME])


def changes_with_progress() -> QuerySet[SourceChange]:
    """Return every change with how many items cite it and how many are checked, open ones first."""
    rows = SourceChange.objects.select_related("source", "replacement", "created_by")
    done = Count("checks", filter=~Q(checks__outcome=CheckOutcome.OPEN))
    counted = rows.annotate(total=Count("checks"), done=done)
    return counted.order_by(F("closed_at").desc(nulls_first=True), "-created_at", "-pk")


@dataclass(frozen=True)
class CheckRow:
    """A check as it is shown: what the item is, where it is edited, and what became of it."""

    check: SourceCheck
    kind: str
    title: str
    edit_url: str
    is_live: bool
    has_changed: bool


def check_rows(change: SourceChange) -> list[CheckRow]:
    """Return the checks of a change, open ones first; a constant number of queries."""
    checks = list(
        change.checks.select_related("checked_by").order_by(
            F("checked_at").desc(nulls_first=True), "item_kind", "title", "pk"
        )
    )
    found = current_items([(check.item_kind, check.item_id) for check in checks])
    return [check_row(check, found.get((check.item_kind, check.item_id))) for check in checks]


def check_row(check: SourceCheck, item: CitingItem | None) -> CheckRow:
    """Return a check beside its item as that stands now; None for one that was deleted."""
    return CheckRow(
        check=check,
        kind=kind_label(check.item_kind),
        title=item.title if item else check.title,
        edit_url=item.edit_url if item else "",
        is_live=bool(item and item.live_version),
        has_changed=item is not None and has_changed(check, item),
    )


def has_changed(check: SourceCheck, item: CitingItem) -> bool:
    """Say whether an item has a newer version than when the change was noted.

    What was public then must be newer where learners see it; of a draft, the draft itself.
    """
    if check.live_version:
        return item.live_version > check.live_version
    return item.live_version > 0 or item.newest_version > check.newest_version


def item_of(check: SourceCheck) -> CitingItem | None:
    """Return the item of a check as it stands now; None if it was deleted."""
    place = (check.item_kind, check.item_id)
    return current_items([place]).get(place)


def affected_item_keys(change: SourceChange) -> set[UUID]:
    """Return the keys of the lessons, cases and quizzes that a change touches.

    A question touches every quiz that asks it or may draw it from its category.
    """
    ids: dict[str, set[int]] = {LESSON: set(), CASE: set(), QUESTION: set()}
    for kind, pk in change.checks.values_list("item_kind", "item_id"):
        ids.setdefault(kind, set()).add(pk)
    lessons = LessonPage.objects.filter(Q(pk__in=ids[LESSON]) | Q(alias_of__in=ids[LESSON]))
    keys = lessons.values_list("translation_key", flat=True)
    cases = CasePage.objects.filter(case__in=ids[CASE]).values_list("translation_key", flat=True)
    found = {*keys, *cases}
    if ids[QUESTION]:
        pages = QuizPage.objects.filter(quiz__in=_quizzes_asking(ids[QUESTION]))
        found |= set(pages.values_list("translation_key", flat=True))
    return found


def _quizzes_asking(questions: Collection[int]) -> list[int]:
    versions = QuestionVersion.objects.filter(question__in=questions)
    places = set(versions.values_list("question__category__bank", "question__category__path"))
    above = {
        (bank, "/".join(path.split("/")[:depth]))
        for bank, path in places
        for depth in range(1, path.count("/") + 2)
    }
    rows = QuestionCategory.objects.filter(path__in={path for _bank, path in above})
    categories = [
        pk for pk, bank, path in rows.values_list("pk", "bank", "path") if (bank, path) in above
    ]
    sources = QuizSource.objects.filter(Q(question__in=questions) | Q(category__in=categories))
    return list(sources.values_list("quiz_id", flat=True).distinct())


def promised_among(keys: Collection[UUID]) -> list[tuple[CourseRelease, list[PromisedItem]]]:
    """Return the releases that promise any of these items, each with those, the newest first."""
    found = []
    for release in CourseRelease.objects.order_by("-number", "-pk"):
        items = [item for item in release.typed_promise.items() if item.key in keys]
        if items:
            found.append((release, items))
    return found


def invitable_items(change: SourceChange) -> list[PromisedItem]:
    """Return the promised items that a change touches, each once, as its newest release names it."""
    found: dict[UUID, PromisedItem] = {}
    for _release, items in promised_among(affected_item_keys(change)):
        for item in items:
            found.setdefault(item.key, item)
    return list(found.values())
