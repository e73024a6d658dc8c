"""What changed in the source language since a translation was done."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from wagtail.models import Locale, Revision

from courses.models import (
    Case,
    CasePage,
    CaseVersion,
    CheckedPage,
    CoursePage,
    LessonPage,
    ModulePage,
    PracticePage,
    Question,
    QuestionVersion,
    QuizPage,
    TranslationCheck,
)
from courses.reviewing.enums import ReviewedKind
from courses.reviewing.gathering import (
    course_of,
    course_roots,
    courses_of_versions,
    keys_by_path,
)
from courses.reviewing.states import revision_state
from courses.reviewing.subjects import case_subject, question_subject
from courses.texts import languages

MODELS: tuple[Any, ...] = (CoursePage, ModulePage, LessonPage, QuizPage, CasePage, PracticePage)


@dataclass(frozen=True)
class Stale:
    """A translation that lags behind, in which language, and since when.

    `before` and `after` are the revisions, or the numbers of the versions, of the other language.
    """

    kind: ReviewedKind
    pk: int
    title: str
    kind_label: str
    language: str
    changed_at: datetime | None
    before: int
    after: int
    courses: frozenset[UUID]

    @property
    def url(self) -> str:
        """Where the old and the new text stand side by side."""
        return reverse("revisiones:translation", args=[self.kind, self.pk])


def source_page(page: CheckedPage) -> CheckedPage | None:
    """Return the page in the source language of which this one is the translation."""
    model: Any = type(page)
    found: CheckedPage | None = (
        model.objects.filter(
            translation_key=page.translation_key, locale__language_code=languages()[0]
        )
        .exclude(pk=page.pk)
        .first()
    )
    return found


def stale_page(page: CheckedPage) -> Stale | None:
    """Return how the translation of one page lags behind, or None if it does not."""
    source = source_page(page)
    if source is None or source.live_revision_id == page.translated_from_revision:
        return None
    return next(iter(_stale([(page, source)], page.locale.language_code)), None)


def stale_pages() -> list[Stale]:
    """Return every published translation of a page that lags behind what is live in its source."""
    codes = dict(Locale.objects.values_list("pk", "language_code"))
    pairs: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    for model in MODELS:
        pages = list(model.objects.live().filter(alias_of=None))
        sources = {
            page.translation_key: page for page in pages if codes[page.locale_id] == languages()[0]
        }
        for page in pages:
            source = sources.get(page.translation_key)
            if source is not None and source is not page:
                pairs[codes[page.locale_id]].append((page, source))
    return [row for code, found in pairs.items() for row in _stale(found, code)]


def _stale(pairs: Sequence[tuple[Any, Any]], code: str) -> list[Stale]:
    behind = [
        (page, source)
        for page, source in pairs
        if source.live_revision_id and source.live_revision_id != page.translated_from_revision
    ]
    bases = _bases(behind)
    wanted = {*bases.values(), *(source.live_revision_id for _page, source in behind)}
    revisions = Revision.objects.in_bulk(wanted) if behind else {}
    keys = keys_by_path() if behind else {}
    found = []
    for page, source in behind:
        before, after = revisions.get(bases.get(page.pk)), revisions.get(source.live_revision_id)
        if before is None or after is None:
            continue
        model = type(page)
        if revision_state(model, before.content) == revision_state(model, after.content):
            continue
        course = course_of(page.path, keys)
        found.append(
            Stale(
                kind=ReviewedKind.PAGE,
                pk=page.pk,
                title=page.title,
                kind_label=str(model._meta.verbose_name),
                language=code,
                changed_at=source.last_published_at,
                before=before.pk,
                after=after.pk,
                courses=frozenset({course} if course else ()),
            )
        )
    return found


def _bases(pairs: Sequence[tuple[Any, Any]]) -> dict[int, int]:
    """Return the revision of the source from which each page was translated.

    A page that was translated in the admin names none: then it is the newest one that was there
    when the translation was published.
    """
    found = {
        page.pk: page.translated_from_revision
        for page, _source in pairs
        if page.translated_from_revision
    }
    unnamed = {
        str(source.pk): page
        for page, source in pairs
        if page.pk not in found and page.last_published_at
    }
    if not unnamed:
        return found
    rows = Revision.page_revisions.filter(object_id__in=unnamed).order_by("created_at", "pk")
    for pk, object_id, created_at in rows.values_list("pk", "object_id", "created_at"):
        page = unnamed[object_id]
        if created_at <= page.last_published_at:
            found[page.pk] = pk
    return found


def texts_of(content: Any, code: str, place: str = "") -> dict[str, str]:
    """Return every text in one language of a question or a case, by its place."""
    found: dict[str, str] = {}
    if isinstance(content, Mapping):
        if isinstance(content.get(code), str) and set(content) <= set(languages()):
            return {place: content[code]}
        for key, value in content.items():
            name = content.get("id") if key == "id" else key
            found |= texts_of(value, code, f"{place}/{name}" if place else str(name))
    elif isinstance(content, list | tuple):
        for number, value in enumerate(content, start=1):
            own = value.get("id") if isinstance(value, Mapping) else None
            found |= texts_of(value, code, f"{place} {own or number}".strip())
    return found


def lagging(contents: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return which languages lag behind after these versions, and since which of them.

    A language lags from the version in which another one changed alone until it changes itself;
    that it catches up leaves no other one behind.
    """
    behind: dict[str, int] = {}
    for number in range(1, len(contents)):
        old, new = contents[number - 1], contents[number]
        changed = {code for code in languages() if texts_of(old, code) != texts_of(new, code)}
        is_catching_up = changed <= set(behind)
        for code in languages():
            if code in changed:
                behind.pop(code, None)
            elif not is_catching_up and any(texts_of(new, code).values()):
                behind.setdefault(code, number - 1)
    return behind


def stale_versions() -> list[Stale]:
    """Return every published question and case of which one language changed alone."""
    checks: dict[tuple[str, str], int] = {}
    for kind, key, version in TranslationCheck.objects.values_list("kind", "item_key", "version"):
        checks[kind, key] = max(version, checks.get((kind, key), 0))
    places = courses_of_versions(course_roots())
    return [
        row
        for kind, model, versions, owner in (
            (ReviewedKind.QUESTION, Question, QuestionVersion, "question_id"),
            (ReviewedKind.CASE, Case, CaseVersion, "case_id"),
        )
        for row in _stale_versions(kind, model, versions, owner, checks, places)
    ]


def _stale_versions(
    kind: ReviewedKind,
    model: Any,
    versions: Any,
    owner: str,
    checks: Mapping[tuple[str, str], int],
    places: Mapping[tuple[str, int], Iterable[UUID]],
) -> list[Stale]:
    revised = model.objects.filter(live_version__number__gt=1).select_related("live_version")
    records = {record.pk: record for record in revised}
    contents: dict[int, list[Any]] = defaultdict(list)
    for version in versions.objects.filter(**{f"{owner}__in": records}).order_by("number"):
        record = records[getattr(version, owner)]
        first = checks.get((kind.value, str(record.pk)), 0)
        if first <= version.number <= record.live_version.number:
            contents[record.pk].append(version)
    found = []
    for pk, kept in contents.items():
        for code, index in lagging([version.content for version in kept]).items():
            record = records[pk]
            describe: Any = question_subject if kind == ReviewedKind.QUESTION else case_subject
            subject = describe(record, record.live_version)
            found.append(
                Stale(
                    kind=kind,
                    pk=pk,
                    title=subject.title,
                    kind_label=str(kind.label),
                    language=code,
                    changed_at=record.live_version.created_at,
                    before=kept[index].number,
                    after=record.live_version.number,
                    courses=frozenset(places.get((kind.value, pk), ())),
                )
            )
    return sorted(found, key=lambda row: row.title)
