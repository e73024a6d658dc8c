"""One attempt as staff reads it: questions, answers, marks."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.translation import get_language

from courses.question_types import question_type
from courses.texts import in_language
from lms.learning.attempts.pages import response_of
from lms.learning.attempts.rules import SectionResult
from lms.learning.enums import AttemptState
from lms.learning.models import AttemptItem
from lms.learning.supervision.places import FollowedQuiz
from lms.learning.supervision.queries import FollowedAttempt


@dataclass(frozen=True)
class ReadItem:
    """One question of an attempt with what was answered and earned.

    `safety_rule` is the rule that was broken in it; `is_hidden` keeps an answer from whoever may
    mark it without knowing the name.
    """

    position: int
    stem: str
    answer: str
    mark: Decimal | None
    max_mark: Decimal
    takes_answer: bool
    is_waiting: bool
    is_dropped: bool
    is_hidden: bool
    safety_rule: str


@dataclass(frozen=True)
class ReadAttempt:
    """An attempt with everything that staff may read of it now; no answers while it is under way."""

    row: FollowedAttempt
    items: tuple[ReadItem, ...]
    sections: tuple[SectionResult, ...]

    @property
    def safety_rules(self) -> list[str]:
        """The rules that were broken, each once."""
        return list(dict.fromkeys(item.safety_rule for item in self.items if item.safety_rule))


def read_attempt(followed: FollowedQuiz, row: FollowedAttempt) -> ReadAttempt:
    """Return an attempt for its staff; one query, none where nothing may be read.

    Answers are kept back while the attempt is under way. An answer that still waits for a marker who is not to see names is shown after it was marked.
    """
    attempt = row.attempt
    sections = tuple(SectionResult.from_json(data) for data in attempt.section_results)
    if attempt.submitted_at is None:
        return ReadAttempt(row, (), sections)
    items = (
        AttemptItem.objects.filter(attempt=attempt)
        .select_related("question_version", "response")
        .order_by("position")
    )
    return ReadAttempt(row, tuple(_read(item, followed, row) for item in items), sections)


def _read(item: AttemptItem, followed: FollowedQuiz, row: FollowedAttempt) -> ReadItem:
    language = get_language() or settings.LANGUAGE_CODE
    version = item.question_version
    kind, content = question_type(version.kind), version.typed_content
    response = response_of(item)
    given = response.given if response else None
    is_broken = (
        item.position in row.attempt.safety_errors and row.attempt.state != AttemptState.ANNULLED
    )
    is_hidden = item.is_waiting and followed.quiz.is_marked_anonymously
    return ReadItem(
        position=item.position,
        stem=in_language(content.common.stems, language),
        answer="" if is_hidden else kind.answer_text(content, given, language=language),
        mark=item.mark,
        max_mark=item.max_mark,
        takes_answer=kind.takes_answer,
        is_waiting=item.is_waiting,
        is_dropped=item.is_dropped,
        is_hidden=is_hidden,
        safety_rule=in_language(content.common.safety_rules, language) if is_broken else "",
    )
