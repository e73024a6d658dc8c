"""The rules of a quiz, from its YAML file."""

import re
from decimal import Decimal

from courses.curriculum.fields import Fields
from courses.curriculum.structures import QuizSourceSpec, QuizSpec
from courses.enums import FeedbackTiming, QuizLayout

_CATEGORY = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*", re.ASCII)


def read_quiz(fields: Fields, address: str, title: str) -> QuizSpec:
    """Return the rules and the sources of questions; the fields of the page are left to it."""
    slug = address.replace("/", "-")
    if len(slug) > 60:
        fields.note(f"the names of course, module and quiz are too long together: {slug}")
    values = {
        "name": title[:120],
        "pass_mark": Decimal(fields.whole("pass_mark", 0, 100)),
        "attempts": fields.whole_or_null("attempts", 1, 99),
        "is_question_order_shuffled": fields.truth("shuffle_questions"),
        "is_option_order_shuffled": fields.truth("shuffle_options"),
        "layout": fields.choice("layout", QuizLayout.values),
        "feedback": fields.choice("feedback", FeedbackTiming.values),
    }
    sources = tuple(filter(None, map(_source, fields.records("sources"))))
    if not sources:
        fields.note("`sources` names at least one source of questions", "sources")
    return QuizSpec(fields.path, slug, values, sources)


def _source(record: Fields) -> QuizSourceSpec | None:
    found = None
    if record.has("question"):
        found = QuizSourceSpec(record.line, question=record.key("question"))
        if record.has("draw") or record.has("from"):
            record.note("a source is either `question`, or `draw` and `from`")
    elif record.has("draw"):
        category = record.text("from", longest=200)
        if category and not _CATEGORY.fullmatch(category):
            record.note(f"`from` is the path of a category, not “{category}”", "from")
        count = record.whole("draw", 1, 200)
        found = QuizSourceSpec(record.line_of("from"), category=category, count=count)
    else:
        record.has("from")
        record.note("a source is either `question`, or `draw` and `from`")
    record.finish()
    return found
