"""What somebody answered, for her download: in words, without what would have been right.

A mark is told once its attempt has its result, as on the page of results: an exam whose result is
held back until it closes says nothing here either, and a quiz that tells only whether it was passed
tells no mark. Else one would learn here, before the next attempt, which answer was right.
"""

from collections.abc import Iterator
from typing import Any

from courses.models import QuestionVersion
from courses.models.serving import active_language
from courses.question_types import question_type
from lms.accounts.models import User
from lms.desks.record.exports import course_title
from lms.learning.attempts.rules import AttemptRule, Revealed, revealed
from lms.learning.enums import RESULT_STATES
from lms.learning.models import AttemptItem, ItemMark

MODELS = ("learning.AttemptItem", "learning.Response", "learning.ItemMark")
ROWS_AT_ONCE = 500


def answers_of(user: User, *, most: int) -> Iterator[dict[str, Any]]:
    """Yield every answer of a person with what it earned and the comments on it; three queries."""
    rows = (
        AttemptItem.objects.filter(attempt__enrolment__learner=user, response__isnull=False)
        .select_related("attempt__enrolment__release", "response", "question_version")
        .order_by("attempt__started_at", "attempt_id", "position")
    )
    comments = _comments(user)
    contents: dict[int, Any] = {}
    titles: dict[int, str] = {}
    for item in rows[:most].iterator(chunk_size=ROWS_AT_ONCE):
        attempt = item.attempt
        release = attempt.enrolment.release
        if release.pk not in titles:
            titles[release.pk] = course_title(release.promise["titles"])
        seen = revealed(
            AttemptRule.from_json(attempt.rule),
            has_result=attempt.state in RESULT_STATES,
            is_closed=False,
        )
        shows_marks = seen >= Revealed.MARKS
        yield {
            "course": titles[release.pk],
            "item": attempt.quiz_key,
            "attempt": attempt.number,
            "question": item.position + 1,
            "answer": _words(item.question_version, item.response.given, contents),
            "saved_at": item.response.saved_at,
            "mark": item.mark if shows_marks else None,
            "most_marks": item.max_mark,
            "comments": comments.get(item.pk, []) if shows_marks else [],
        }


def _words(version: QuestionVersion, given: Any, contents: dict[int, Any]) -> str:
    """Return an answer in words; each version is read once."""
    kind = question_type(version.kind)
    if version.pk not in contents:
        contents[version.pk] = version.typed_content
    return kind.answer_text(contents[version.pk], given, language=active_language())


def _comments(user: User) -> dict[int, list[str]]:
    """Return what markers wrote to her, by question; their private notes are for each other."""
    rows = ItemMark.objects.filter(item__attempt__enrolment__learner=user, is_draft=False).exclude(
        comment=""
    )
    found: dict[int, list[str]] = {}
    for pk, comment in rows.order_by("created_at", "pk").values_list("item_id", "comment"):
        found.setdefault(pk, []).append(comment)
    return found
