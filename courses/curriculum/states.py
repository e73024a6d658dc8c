"""The state of records as digests: what a load compares to see whether a trainer was there."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Max
from wagtail.fields import StreamField

from courses.curriculum.structures import PAGE_MODELS, digest
from courses.models import (
    Card,
    Case,
    Figure,
    GlossaryTerm,
    Helpline,
    Question,
    QuestionCategory,
    Quiz,
    Service,
    SourceRecord,
)

_OF_EVERY_PAGE = ("title", "slug", "live", "has_unpublished_changes")
_PAGE_FIELDS: dict[str, Sequence[str]] = {
    "home": ("lead", "about"),
    "course": (
        "summary",
        "audience",
        "objectives",
        "body",
        "certificate_text",
        "is_enrolment_open",
        "validity_months",
        "is_partner_reviewed",
        "scale",
    ),
    "module": ("summary", "objectives", "body", "closing", "requires"),
    "lesson": (
        "objective",
        "minutes",
        "body",
        "content_notice",
        "after_care",
        "brief_body",
        "sources",
        "last_reviewed_date",
        "review_due_date",
        "needs_legal_review",
    ),
    "quiz": ("intro", "fail_text", "minutes", "quiz_id", "requires"),
    "case": (
        "objective",
        "intro",
        "minutes",
        "content_notice",
        "after_care",
        "case_id",
        "requires",
    ),
    "practice": ("objective", "intro", "minutes", "criteria", "needed", "after_care", "requires"),
}
_LATER_FIELDS: dict[str, Sequence[str]] = {
    "course": ("renews_id", "attendance_percent", "needs_approval", "asks_for_document"),
    "module": ("guide_title", "guide"),
}
"""Fields that came later: a page in which they are empty keeps the digest that it had before."""
_SNIPPET_FIELDS: dict[Any, Sequence[str]] = {
    Helpline: (
        "number",
        "name",
        "purpose",
        "hours",
        "spoken_languages",
        "is_emergency",
        "source",
        "source_read_on",
        "verified_on",
        "sort_order",
    ),
    GlossaryTerm: ("term", "definition"),
    SourceRecord: (
        "kind",
        "number",
        "title_es",
        "title_en",
        "issued",
        "url",
        "mark",
        "state",
        "state_checked_date",
        "needs_legal_review",
        "replaced_by_id",
        "summary_es",
        "summary_en",
        "is_in_library",
    ),
    Service: tuple(field.name for field in Service._meta.fields if not field.primary_key),
    Figure: tuple(field.attname for field in Figure._meta.fields if not field.primary_key),
}

States = dict[tuple[str, str], str]
Fetched = tuple[dict[str, Any], States]


def fetch(model: Any, ids: Iterable[str]) -> Fetched:
    """Return the records of a model by their id, and the digests of their states."""
    records = {str(record.pk): record for record in _query(model, list(ids))}
    read: Callable[[Any], Any] = _READERS.get(model, _file)
    label = model._meta.label_lower
    return records, {(label, pk): digest(read(record)) for pk, record in records.items()}


def state_of(record: Any) -> str:
    """Return the digest of one record that was fetched by other means."""
    return next(iter(fetch(type(record), [str(record.pk)])[1].values()), "")


def states_of(records: Iterable[Any]) -> States:
    """Return the digests of records as the database has them now."""
    ids: dict[Any, list[str]] = defaultdict(list)
    for record in records:
        ids[type(record)].append(str(record.pk))
    found: States = {}
    for model, wanted in ids.items():
        found |= fetch(model, wanted)[1]
    return found


def _query(model: Any, ids: list[str]) -> Iterable[Any]:
    rows = model._default_manager.filter(pk__in=ids)
    if model in (Question, Case):
        rows = rows.select_related("live_version").annotate(newest=Max("versions__number"))
    if model is Question:
        rows = rows.select_related("category")
    if model is Card:
        rows = rows.prefetch_related("sources")
    if model is Quiz:
        rows = rows.prefetch_related("sources", "sections")
    return list(rows)


def _page(names: Sequence[str], later: Sequence[str] = ()) -> Callable[[Any], Any]:
    def read(page: Any) -> list[Any]:
        found = [_plain(page, name) for name in (*_OF_EVERY_PAGE, *names)]
        return [*found, *([name, value] for name, value in _filled(page, later))]

    return read


def _filled(page: Any, names: Sequence[str]) -> list[tuple[str, Any]]:
    return [(name, value) for name in names if (value := _plain(page, name))]


def _plain(page: Any, name: str) -> Any:
    if name.endswith("_id"):
        return getattr(page, name)
    field = page._meta.get_field(name)
    value = field.value_from_object(page)
    if not isinstance(field, StreamField):
        return value
    blocks = field.stream_block.get_prep_value(value)
    return [_without_later(block) for block in blocks] if name == "sources" else blocks


def _without_later(block: dict[str, Any]) -> dict[str, Any]:
    """Return a source as before it could name a record, where it names none."""
    said = {
        name: value
        for name, value in block["value"].items()
        if value or name not in ("record", "place")
    }
    return {**block, "value": said}


def _snippet(names: Sequence[str]) -> Callable[[Any], Any]:
    return lambda record: [getattr(record, name) for name in names]


def _question(question: Any) -> list[Any]:
    live = question.live_version.number if question.live_version else None
    return [question.key, question.category.path, live, question.newest]


def _case(case: Any) -> list[Any]:
    live = case.live_version.number if case.live_version else None
    return [case.key, case.name, live, case.newest]


_QUIZ_DEFAULTS = {
    name: Quiz._meta.get_field(name).get_default()
    for name in (
        "mode",
        "weight",
        "counting",
        "wait_minutes",
        "opens_at",
        "closes_at",
        "time_limit_minutes",
        "compared_with_id",
        "is_anonymous",
        "is_marked_anonymously",
        "needs_second_marker",
        "marking_difference",
    )
}


def _quiz(quiz: Quiz) -> list[Any]:
    values = [
        quiz.name,
        quiz.slug,
        quiz.pass_mark,
        quiz.attempts,
        quiz.is_question_order_shuffled,
        quiz.is_option_order_shuffled,
        quiz.layout,
        quiz.feedback,
    ]
    rows = sorted(
        (
            source.sort_order or 0,
            source.question_id or 0,
            source.category_id or 0,
            source.count or 0,
        )
        for source in quiz.sources.all()
    )
    later = _quiz_settings_of_later(quiz)
    return [*map(str, values), rows, *([later] if later else [])]


def _quiz_settings_of_later(quiz: Quiz) -> dict[str, Any]:
    """Return what differs from the default of settings that came later.

    A quiz without any keeps the digest that an older version of the program stored for it.
    """
    found: dict[str, Any] = {
        name: str(getattr(quiz, name))
        for name, default in _QUIZ_DEFAULTS.items()
        if getattr(quiz, name) != default
    }
    rows = sorted(
        (
            source.sort_order or 0,
            source.tag_id or 0,
            source.difficulty,
            source.marks,
            source.section or 0,
            *([source.level] if source.level else []),
        )
        for source in quiz.sources.all()
        if source.tag_id or source.difficulty or source.level or source.marks != 1 or source.section
    )
    sections = sorted(
        (section.number, section.title_es, section.title_en, section.pass_mark)
        for section in quiz.sections.all()
    )
    if rows:
        found["sources"] = [list(map(str, row)) for row in rows]
    if sections:
        found["sections"] = [list(map(str, row)) for row in sections]
    return found


def _category(category: QuestionCategory) -> list[str]:
    return [category.path, category.name]


def _card(card: Card) -> list[Any]:
    names = ("title", "purpose", "shows_helplines", "last_reviewed_date", "review_due_date")
    said = [_plain(card, name) for name in (*names, "sort_order", "body")]
    return [*said, sorted(source.key for source in card.sources.all())]


def _file(record: Any) -> list[str]:
    return [record.title, record.file.name]


_READERS: dict[Any, Callable[[Any], Any]] = {
    **{
        PAGE_MODELS[kind]: _page(names, _LATER_FIELDS.get(kind, ()))
        for kind, names in _PAGE_FIELDS.items()
    },
    **{model: _snippet(names) for model, names in _SNIPPET_FIELDS.items()},
    Card: _card,
    Question: _question,
    Case: _case,
    Quiz: _quiz,
    QuestionCategory: _category,
}
