"""Template tags of marking: points, what stands below a result, the guard against real cases."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template

from courses.question_types import question_type
from lms.accounts.models import User
from lms.learning.attempts.pages import ShownQuestion
from lms.learning.case_data_guard import ALLOWED, FIND, DataKind
from lms.learning.guarding import (
    checked_name,
    guard_findings,
    kind_words,
    stem_texts,
    warned_pieces,
)
from lms.learning.marking.forms import plain_points
from lms.learning.marking.queries.appeals import objection_to
from lms.learning.models import Attempt
from lms.learning.notices import ShownNotice, unread_notices

register = template.Library()
register.filter("points", plain_points)


@register.filter
def unlocalized(value: Decimal) -> str:
    """Return a number as scripts read it: 2.5."""
    return f"{value.normalize():f}"


@register.inclusion_tag("learning/marking/appeal_box.html", takes_context=True)
def objection_box(context: Mapping[str, Any], attempt: Attempt) -> dict[str, Any]:
    """Show below a result the learner's objection with its answer, or the form for one."""
    return {"after": objection_to(attempt), "request": context["request"]}


@register.inclusion_tag("learning/marking/guard.html", takes_context=True)
def guard_warning(context: Mapping[str, Any], shown: ShownQuestion) -> dict[str, Any]:
    """Warn of real case data in an answer that was refused, and while one is being written.

    Stands beside the field of a question that a person marks; nothing for any other.
    """
    version = shown.item.question_version
    is_guarded = question_type(version.kind).is_marked_by_hand and not shown.is_revealed
    user = context["request"].user
    pieces: list[tuple[str, str]] = []
    if is_guarded and shown.error and isinstance(user, User):
        text = str(shown.question.get("typed") or "")
        findings = guard_findings(text, user, known_text=stem_texts(version))
        pieces = warned_pieces(text, findings) if findings else []
    return {
        "is_guarded": is_guarded,
        "pieces": pieces,
        "button_name": checked_name(shown.position),
        "patterns": _patterns() if is_guarded else "",
    }


def _patterns() -> str:
    """Return the patterns of the guard, and what they find in words, for the page's script."""
    find = [[kind_words(DataKind(kind)), pattern] for kind, pattern in FIND]
    return json.dumps({"allowed": ALLOWED, "find": find})


@register.inclusion_tag("learning/notices/list.html", takes_context=True)
def notices_of(context: Mapping[str, Any], user: User) -> dict[str, Any]:
    """Show what the learner has not put away yet."""
    notices: list[ShownNotice] = unread_notices(user)
    return {"notices": notices, "request": context["request"]}
