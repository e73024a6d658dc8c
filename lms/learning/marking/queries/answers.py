"""One answer with all that its marker may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language

from courses.models import QuizPage
from courses.permissions import may_release
from courses.question_types import question_type
from courses.texts import in_language
from lms.accounts.models import User
from lms.learning.attempts.pages import response_of
from lms.learning.enums import MarkKind
from lms.learning.marking.markers import Marker
from lms.learning.marking.queries.queue import BLIND_KINDS, number_of, to_mark_ids
from lms.learning.marking.rubrics import RubricCriterion, model_answer_of, rubric_of
from lms.learning.models import AttemptItem, ItemMark


@dataclass(frozen=True)
class MarkingRule:
    """How open answers of a quiz are marked; `difference` in per cent of the marks to be had."""

    is_anonymous: bool = True
    needs_second: bool = False
    difference: Decimal = Decimal(20)


def marking_rule_of(quiz_key: UUID) -> MarkingRule:
    """Return how a quiz is marked today; the careful default if its page is gone. One query."""
    page = QuizPage.objects.filter(translation_key=quiz_key).select_related("quiz").first()
    if page is None:
        return MarkingRule()
    quiz = page.quiz
    return MarkingRule(
        quiz.is_marked_anonymously, quiz.needs_second_marker, Decimal(quiz.marking_difference)
    )


class Stage(StrEnum):
    """What can be done with an answer by the one who looks at it."""

    FIRST = "first"
    SECOND = "second"
    OTHER = "other"
    SETTLE = "settle"
    MARKED = "marked"


def blind_marks(marks: Sequence[ItemMark]) -> list[ItemMark]:
    """Return the marks that the first and the second marker gave."""
    return [mark for mark in marks if not mark.is_draft and mark.kind in BLIND_KINDS]


def stage_of(item: AttemptItem, marks: Sequence[ItemMark], user: User, rule: MarkingRule) -> Stage:
    """Return what the user can do: give the first mark, the second, wait, settle, or mark again."""
    if not item.is_waiting:
        return Stage.MARKED
    if not rule.needs_second:
        return Stage.FIRST
    given = blind_marks(marks)
    if len(given) > 1:
        return Stage.SETTLE
    if any(mark.marker_id == user.pk for mark in given):
        return Stage.OTHER
    return Stage.SECOND if given else Stage.FIRST


def newest_final(marks: Sequence[ItemMark]) -> ItemMark | None:
    """Return the mark that holds."""
    return next((mark for mark in reversed(marks) if not mark.is_draft), None)


def marks_of(item: AttemptItem) -> list[ItemMark]:
    """Return every mark of an answer with its marker, oldest first; one query."""
    return list(item.marks.select_related("marker").order_by("created_at", "pk"))


@dataclass(frozen=True)
class MarkedAnswer:
    """One answer as the marker sees it; `learner` is empty where markers do not see names.

    `history` holds the marks that she may see: before both were given, only her own.
    """

    item: AttemptItem
    number: int
    stem: str
    text: str
    model_answer: str
    criteria: tuple[RubricCriterion, ...]
    rule: MarkingRule
    stage: Stage
    draft: ItemMark | None
    history: tuple[ItemMark, ...]
    learner: str
    waiting: tuple[int, ...]
    may_settle: bool

    @property
    def is_open_for_marking(self) -> bool:
        """Whether the reader may give her mark now."""
        return self.stage in {Stage.FIRST, Stage.SECOND}

    @property
    def may_change(self) -> bool:
        """Whether the reader may mark again; where two mark, only the lead overrules them."""
        return self.stage == Stage.MARKED and (self.may_settle or not self.rule.needs_second)

    @property
    def seen(self) -> int:
        """The newest mark that the reader saw; 0 for none, or while marking is blind."""
        newest = newest_final(self.history)
        return newest.pk if newest is not None and not self.is_open_for_marking else 0

    @property
    def next_id(self) -> int | None:
        """The answer after this one that waits for the reader."""
        return self._beside(1)

    @property
    def previous_id(self) -> int | None:
        """The answer before this one that waits for the reader."""
        return self._beside(-1)

    @property
    def place(self) -> int:
        """Its place among those that wait, from 1; 0 if it does not wait."""
        return self.waiting.index(self.item.pk) + 1 if self.item.pk in self.waiting else 0

    def _beside(self, step: int) -> int | None:
        others = [pk for pk in self.waiting if pk != self.item.pk]
        if not others:
            return None
        if not self.place:
            return others[0] if step > 0 else None
        at = self.place - 1 + step
        return self.waiting[at] if 0 <= at < len(self.waiting) else None


def marked_answer(item: AttemptItem, marker: Marker) -> MarkedAnswer:
    """Return an answer with its rubric, marks and neighbours; five queries."""
    version = item.question_version
    content = version.typed_content
    response = response_of(item)
    rule = marking_rule_of(item.attempt.quiz_key)
    marks = marks_of(item)
    stage = stage_of(item, marks, marker.user, rule)
    may_settle = may_release(marker.user, item.attempt.enrolment.course_key)
    return MarkedAnswer(
        item=item,
        number=number_of(item, marker),
        stem=in_language(content.common.stems),
        text=question_type(version.kind).answer_text(
            content,
            response.given if response else None,
            language=get_language() or settings.LANGUAGE_CODE,
        ),
        model_answer=model_answer_of(version),
        criteria=rubric_of(version, item.max_mark),
        rule=rule,
        stage=stage,
        draft=next((m for m in marks if m.is_draft and m.marker_id == marker.user.pk), None),
        history=tuple(_visible(marks, marker.user, stage, rule, may_settle=may_settle)),
        learner="" if rule.is_anonymous else item.attempt.enrolment.learner.full_name,
        waiting=tuple(to_mark_ids(item, marker)),
        may_settle=may_settle,
    )


def _visible(
    marks: Sequence[ItemMark], user: User, stage: Stage, rule: MarkingRule, *, may_settle: bool
) -> list[ItemMark]:
    final = [mark for mark in marks if not mark.is_draft]
    is_blind = rule.needs_second and stage != Stage.MARKED
    if is_blind and not (stage == Stage.SETTLE and may_settle):
        return [mark for mark in final if mark.marker_id == user.pk]
    return final


def kind_of(stage: Stage) -> MarkKind:
    """Return the kind of the mark that is given at this stage."""
    return MarkKind.SECOND if stage == Stage.SECOND else MarkKind.FIRST
