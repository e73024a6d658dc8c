"""An attempt as its learner may see it at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, prefetch_related_objects
from django.utils.translation import get_language
from wagtail.images import get_image_model
from wagtail.images.models import AbstractRendition, SourceImageIOError

from courses.question_types import InvalidAnswer, Posted, QuestionType, question_type
from lms.learning.attempts.rules import AttemptRule
from lms.learning.enums import RESULT_STATES
from lms.learning.models import Attempt, AttemptItem, Response

FIGURE_FILTER = "max-960x960|format-webp"


@dataclass(frozen=True)
class Unsaved:
    """What somebody sent that was not stored, and why; it is shown again, so that nothing is lost."""

    posted: Posted
    message: str


@dataclass(frozen=True)
class ShownQuestion:
    """A question as its learner may see it now; its key only if `is_revealed`.

    `earned` is the fraction of its marks, `lesson` the path of the lesson that grounds it; both too
    are empty until then.
    """

    item: AttemptItem
    response: Response | None
    question: Mapping[str, Any]
    template_name: str
    is_revealed: bool
    lesson: str
    earned: Decimal | None
    error: str

    @property
    def position(self) -> int:
        """Its number in the attempt, from 1."""
        return self.item.position

    @property
    def field_name(self) -> str:
        """The name of its inputs."""
        return f"answer-{self.item.position}"

    @property
    def sequence_name(self) -> str:
        """The name of the field that carries its sequence number."""
        return f"sequence-{self.item.position}"

    @property
    def field_id(self) -> str:
        """The beginning of the ids of its inputs."""
        return f"q{self.item.position}"

    @property
    def sequence(self) -> int:
        """The lowest sequence number that counts as newer than what is stored."""
        return self.response.sequence + 1 if self.response else 1

    @property
    def has_figure(self) -> bool:
        """Whether a picture belongs to it."""
        return self.question.get("figure") is not None

    @property
    def is_answered(self) -> bool:
        """Whether an answer is stored."""
        return self.response is not None and self.response.given is not None

    @property
    def is_final(self) -> bool:
        """Whether the stored answer was checked and stays."""
        return self.response is not None and self.response.is_final

    @property
    def saved_at(self) -> datetime | None:
        """When the stored answer was saved."""
        return self.response.saved_at if self.response and self.is_answered else None

    @property
    def is_right(self) -> bool:
        """Whether it earned the whole mark; known only once it is revealed."""
        return self.earned == 1

    @property
    def is_partly_right(self) -> bool:
        """Whether it earned something, but not the whole mark."""
        return self.earned is not None and 0 < self.earned < 1


@dataclass(frozen=True)
class AttemptPage:
    """An attempt with the place of each question and, where asked for, the questions themselves."""

    attempt: Attempt
    rule: AttemptRule
    items: tuple[AttemptItem, ...]
    questions: tuple[ShownQuestion, ...]

    @cached_property
    def total(self) -> int:
        """How many questions the attempt has."""
        return len(self.items)

    @cached_property
    def map(self) -> list["PlaceOnMap"]:
        """Every position with whether it has an answer."""
        return [_place(item) for item in self.items]

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(place.is_answered for place in self.map)

    @property
    def unanswered(self) -> list[int]:
        """The positions without an answer."""
        return [place.position for place in self.map if not place.is_answered]

    @property
    def has_problems(self) -> bool:
        """Whether something that was sent could not be stored."""
        return any(question.error for question in self.questions)

    @property
    def next_open(self) -> int | None:
        """The first position that waits for an answer (or for its check)."""
        return next((place.position for place in self.map if self._is_waiting(place)), None)

    def _is_waiting(self, place: "PlaceOnMap") -> bool:
        if self.rule.is_feedback_after_each:
            return not place.is_final
        return not place.is_answered


@dataclass(frozen=True)
class PlaceOnMap:
    """One question on the map of an attempt."""

    position: int
    is_answered: bool
    is_final: bool


def _place(item: AttemptItem) -> PlaceOnMap:
    response = response_of(item)
    return PlaceOnMap(
        position=item.position,
        is_answered=response is not None and response.given is not None,
        is_final=response is not None and response.is_final,
    )


def response_of(item: AttemptItem) -> Response | None:
    """Return the stored response; no query if the item was loaded with it."""
    found: Response | None = getattr(item, "response", None)
    return found


def attempt_page(
    attempt: Attempt,
    *,
    position: int | None = None,
    unsaved: Mapping[int, Unsaved] | None = None,
) -> AttemptPage:
    """Return an attempt with one of its questions, or with all, in two queries.

    Answer keys, feedback, explanations and sources are in it only where the learner may see them
    now: after submission, or for an answer that was checked where the rule says so. `unsaved`
    holds by position what was sent and not stored.
    """
    rule = AttemptRule.from_json(attempt.rule)
    items = list(
        AttemptItem.objects.filter(attempt=attempt).select_related("response").order_by("position")
    )
    wanted = [item for item in items if position is None or item.position == position]
    prefetch_related_objects(wanted, "question_version")
    return AttemptPage(
        attempt=attempt,
        rule=rule,
        items=tuple(items),
        questions=tuple(
            _shown(item, attempt, rule, (unsaved or {}).get(item.position)) for item in wanted
        ),
    )


def _shown(
    item: AttemptItem, attempt: Attempt, rule: AttemptRule, unsaved: Unsaved | None
) -> ShownQuestion:
    response = response_of(item)
    is_submitted = attempt.state in RESULT_STATES
    is_checked = rule.is_feedback_after_each and response is not None and response.is_final
    is_revealed = is_submitted or is_checked
    version = item.question_version
    kind = question_type(version.kind)
    content = version.typed_content
    given = response.given if response else None
    if unsaved is not None and not is_revealed:
        given = _given_of(kind, content, unsaved.posted) or given
    return ShownQuestion(
        item=item,
        response=response,
        question=kind.learner_view(
            content,
            language=get_language() or settings.LANGUAGE_CODE,
            order=item.option_order,
            given=given,
            is_revealed=is_revealed,
        ),
        template_name=kind.template_name,
        is_revealed=is_revealed,
        lesson=content.common.lesson if is_revealed else "",
        earned=kind.mark(content, given) if is_revealed else None,
        error=unsaved.message if unsaved else "",
    )


def _given_of(kind: QuestionType[Any], content: Any, posted: Posted) -> Mapping[str, Any] | None:
    try:
        return kind.read_answer(content, posted)
    except InvalidAnswer:
        return None


def count_answered(attempt: Attempt) -> tuple[int, int]:
    """Return how many questions of an attempt have an answer, and how many there are."""
    counts = AttemptItem.objects.filter(attempt=attempt).aggregate(
        total=Count("pk"), answered=Count("pk", filter=Q(response__given__isnull=False))
    )
    return counts["answered"], counts["total"]


def figure_of(attempt: Attempt, position: int) -> AbstractRendition | None:
    """Return the picture of a question, drawn small enough for a telephone; None without one.

    It is found by the question's position, and served without its name in the library, which may
    tell more than the question does.
    """
    shown = next(iter(attempt_page(attempt, position=position).questions), None)
    if shown is None or not shown.has_figure:
        return None
    image = get_image_model().objects.filter(pk=shown.question["figure"]["image_id"]).first()
    if image is None:
        return None
    try:
        rendition: AbstractRendition = image.get_rendition(FIGURE_FILTER)
    except SourceImageIOError:
        return None
    return rendition
