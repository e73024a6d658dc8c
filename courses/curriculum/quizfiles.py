"""The rules of a quiz, from its YAML file."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from courses.curriculum.fields import Fields
from courses.curriculum.structures import QuizSectionSpec, QuizSourceSpec, QuizSpec
from courses.enums import (
    UNCOUNTED_MODES,
    AttemptCounting,
    Difficulty,
    FeedbackTiming,
    QuizLayout,
    QuizMode,
    ThinkingLevel,
)
from courses.models import Quiz

_CATEGORY = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*", re.ASCII)
_TAG_LONGEST = 100

_OPTIONAL: dict[str, tuple[str, Callable[[Fields, str], Any]]] = {
    "weight": ("weight", lambda fields, name: fields.number(name, 0, 100)),
    "counting": ("counting", lambda fields, name: fields.choice(name, AttemptCounting.values)),
    "wait_minutes": ("wait_minutes", lambda fields, name: fields.whole(name, 0, 60 * 24 * 90)),
    "opens_at": ("opens_at", lambda fields, name: fields.moment(name)),
    "closes_at": ("closes_at", lambda fields, name: fields.moment(name)),
    "time_limit": ("time_limit_minutes", lambda fields, name: fields.whole(name, 1, 600)),
    "anonymous": ("is_anonymous", lambda fields, name: fields.truth(name)),
    "hide_names_from_markers": (
        "is_marked_anonymously",
        lambda fields, name: fields.truth(name),
    ),
    "second_marker": ("needs_second_marker", lambda fields, name: fields.truth(name)),
    "marking_difference": ("marking_difference", lambda fields, name: fields.number(name, 0, 100)),
}
"""Fields that a file may leave out, with the setting that each becomes."""

OPTIONAL_SETTINGS = ("mode", *(setting for setting, _read in _OPTIONAL.values()))
"""Settings that fall back to the default of the model where the file says nothing."""


def default_of(setting: str) -> Any:
    """Return what a quiz has where nobody chose."""
    return Quiz._meta.get_field(setting).get_default()


def read_quiz(fields: Fields, address: str, title: str) -> QuizSpec:
    """Return the rules, sections and sources of questions; the fields of the page are left to it."""
    slug = address.replace("/", "-")
    if len(slug) > 60:
        fields.note(f"the names of course, module and quiz are too long together: {slug}")
    mode = fields.choice("mode", QuizMode.values) if fields.has("mode") else QuizMode.GRADED
    values = {
        "name": title[:120],
        "pass_mark": _pass_mark(fields, mode),
        "attempts": fields.whole_or_null("attempts", 1, 99),
        "is_question_order_shuffled": fields.truth("shuffle_questions"),
        "is_option_order_shuffled": fields.truth("shuffle_options"),
        "layout": fields.choice("layout", QuizLayout.values),
        "feedback": fields.choice("feedback", FeedbackTiming.values),
    }
    chosen = {
        setting: read(fields, name)
        for name, (setting, read) in _OPTIONAL.items()
        if fields.has(name)
    }
    if mode != QuizMode.GRADED:
        chosen["mode"] = mode
    sections = tuple(map(_section, fields.records("sections", is_required=False)))
    sources = tuple(filter(None, map(_source, fields.records("sources"))))
    if not sources:
        fields.note("`sources` names at least one source of questions", "sources")
    names = {setting: name for name, (setting, _read) in _OPTIONAL.items()}
    return QuizSpec(
        path=fields.path,
        slug=slug,
        values={**values, **{name: value for name, value in chosen.items() if value is not None}},
        sources=sources,
        sections=sections,
        compared_with=_compared_with(fields, address),
        lines={
            name: fields.line_of(names.get(name, name))
            for name in (*OPTIONAL_SETTINGS, *values, "compared_with")
        },
    )


def _pass_mark(fields: Fields, mode: str) -> Decimal:
    if mode not in UNCOUNTED_MODES:
        return Decimal(fields.whole("pass_mark", 0, 100))
    if fields.has("pass_mark"):
        fields.note(f"a {mode} has no pass mark: leave `pass_mark` out", "pass_mark")
    return Decimal(default_of("pass_mark"))


def _compared_with(fields: Fields, address: str) -> str:
    """Return the address of the pre-test, which is written as `requires` writes items."""
    if not fields.has("compared_with"):
        return ""
    text = fields.text("compared_with", longest=200)
    course, _slash, _rest = address.partition("/")
    return f"{course}/{text}" if "/" in text else f"{address.rpartition('/')[0]}/{text}"


def _section(record: Fields) -> QuizSectionSpec:
    found = QuizSectionSpec(
        line=record.line,
        number=record.whole("number", 1, 9),
        title_es=record.text("es", longest=120),
        title_en=record.text("en", longest=120),
        pass_mark=record.number("pass_mark", 0, 100) if record.has("pass_mark") else None,
    )
    record.finish()
    return found


def _source(record: Fields) -> QuizSourceSpec | None:
    found = None
    if record.has("question"):
        found = QuizSourceSpec(
            record.line, question=record.key("question"), **_every_source(record)
        )
        if record.has("draw") or record.has("from"):
            record.note("a source is either `question`, or `draw` and `from`")
    elif record.has("draw"):
        category = record.text("from", longest=200)
        if category and not _CATEGORY.fullmatch(category):
            record.note(f"`from` is the path of a category, not “{category}”", "from")
        found = QuizSourceSpec(
            record.line_of("from"),
            category=category,
            count=record.whole("draw", 1, 200),
            tag=record.text("tag", longest=_TAG_LONGEST) if record.has("tag") else "",
            difficulty=_difficulty(record),
            level=record.choice("level", ThinkingLevel.values) if record.has("level") else "",
            **_every_source(record),
        )
    else:
        record.has("from")
        record.note("a source is either `question`, or `draw` and `from`")
    record.finish()
    return found


def _difficulty(record: Fields) -> str:
    return record.choice("difficulty", Difficulty.values) if record.has("difficulty") else ""


def _every_source(record: Fields) -> dict[str, Any]:
    """Return what both kinds of source may say."""
    marks = record.number("marks", 0, 999) if record.has("marks") else Decimal(1)
    if not marks:
        record.note("`marks` is more than 0", "marks")
    section = record.whole("section", 1, 9) if record.has("section") else None
    return {"marks": marks, "section": section}
