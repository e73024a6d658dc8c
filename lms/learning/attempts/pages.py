"""An attempt as its learner may see it at this moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from wagtail.images import get_image_model
from wagtail.images.models import AbstractRendition, SourceImageIOError

from courses.question_types import Posted, QuestionType, question_type
from lms.learning.attempts.rules import AttemptRule, Revealed, SectionResult
from lms.learning.enums import CLOSED_STATES
from lms.learning.models import Attempt, AttemptItem, ItemMark, Response

FIGURE_FILTER = "max-960x960|format-webp"


@dataclass(frozen=True)
class Unsaved:
    """What somebody sent that was not stored, and why; it is shown again, so that nothing is lost."""

    posted: Posted
    message: str


@dataclass(frozen=True)
class ShownQuestion:
    """A question as its learner may see it now; its key only if `is_revealed`.

    `earned` is the fraction of its marks, known once marks may be seen; `lesson` is the path of the
    lesson that grounds it, known once the key is. `is_read_only` says that it takes no answer.
    `number` counts the questions without the texts between them; None for such a text.
    """

    item: AttemptItem
    response: Response | None
    question: Mapping[str, Any]
    kind: QuestionType[Any]
    is_revealed: bool
    is_read_only: bool
    lesson: str
    earned: Decimal | None
    error: str
    number: int | None
    comment: str = ""

    @property
    def template_name(self) -> str:
        """The template of its type."""
        return self.kind.template_name

    @property
    def takes_answer(self) -> bool:
        """Whether there is something to answer, and not only to read."""
        return self.kind.takes_answer

    @property
    def is_waiting(self) -> bool:
        """Whether a person still has to mark it."""
        return self.item.is_waiting

    @property
    def is_out(self) -> bool:
        """Whether it was a question with marks and was dropped from the result."""
        return self.item.is_dropped and self.takes_answer and self.earned is not None

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
    """An attempt with the place of each question and, where asked for, the questions themselves.

    `seen` is how much of a closed attempt its learner may see now.
    """

    attempt: Attempt
    rule: AttemptRule
    items: tuple[AttemptItem, ...]
    questions: tuple[ShownQuestion, ...]
    seen: Revealed

    @cached_property
    def total(self) -> int:
        """How many questions the attempt has, without the texts between them."""
        return sum(place.number is not None for place in self.map)

    @property
    def last_position(self) -> int:
        """The position of the last question or text."""
        return len(self.items)

    @cached_property
    def map(self) -> list["PlaceOnMap"]:
        """Every position with whether it has an answer."""
        return places(self.items)

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(place.is_answered for place in self.map)

    @property
    def unanswered(self) -> list["PlaceOnMap"]:
        """The questions without an answer."""
        return [one for one in self.map if one.number is not None and not one.is_answered]

    @property
    def sections(self) -> list[SectionResult]:
        """What each section earned."""
        return [SectionResult.from_json(one) for one in self.attempt.section_results]

    @property
    def shows_verdict(self) -> bool:
        """Whether passed or not passed may be seen."""
        return self.seen >= Revealed.VERDICT

    @property
    def shows_marks(self) -> bool:
        """Whether marks may be seen."""
        return self.seen >= Revealed.MARKS

    @property
    def shows_keys(self) -> bool:
        """Whether keys, feedback and explanations may be seen."""
        return self.seen == Revealed.ALL

    @property
    def has_problems(self) -> bool:
        """Whether something that was sent could not be stored."""
        return any(question.error for question in self.questions)

    @property
    def next_open(self) -> int | None:
        """Where to go on: the first question that waits, or the text that stands before it."""
        waiting = (number for number, place in enumerate(self.map) if self._is_waiting(place))
        index = next(waiting, None)
        if index is None:
            return None
        while index > 0 and self.map[index - 1].number is None:
            index -= 1
        return self.map[index].position

    def _is_waiting(self, place: "PlaceOnMap") -> bool:
        if place.number is None:
            return False
        if self.rule.is_feedback_after_each:
            return not place.is_final
        return not place.is_answered


@dataclass(frozen=True)
class PlaceOnMap:
    """One place on the map of an attempt; a text between questions has no number."""

    position: int
    number: int | None
    is_answered: bool
    is_final: bool


def places(items: Sequence[AttemptItem]) -> list[PlaceOnMap]:
    """Return the map of an attempt from its items, read with version and response."""
    found: list[PlaceOnMap] = []
    number = 0
    for item in items:
        takes_answer = question_type(item.question_version.kind).takes_answer
        number += takes_answer
        response = response_of(item)
        found.append(
            PlaceOnMap(
                position=item.position,
                number=number if takes_answer else None,
                is_answered=response is not None and response.given is not None,
                is_final=response is not None and response.is_final,
            )
        )
    return found


def response_of(item: AttemptItem) -> Response | None:
    """Return the stored response; no query if the item was loaded with it."""
    found: Response | None = getattr(item, "response", None)
    return found


def attempt_page(
    attempt: Attempt,
    *,
    position: int | None = None,
    unsaved: Mapping[int, Unsaved] | None = None,
    seen: Revealed = Revealed.NOTHING,
) -> AttemptPage:
    """Return an attempt with one of its questions, or with all, in two queries.

    Answer keys, feedback, explanations and sources are in it only where the learner may see them
    now: after submission as far as `seen` allows, or for an answer that was checked where the rule
    says so. `unsaved` holds by position what was sent and not stored.
    """
    rule = AttemptRule.from_json(attempt.rule)
    items = tuple(
        AttemptItem.objects.filter(attempt=attempt)
        .select_related("response", "question_version")
        .order_by("position")
    )
    numbers = {place.position: place.number for place in places(items)}
    wanted = [item for item in items if position is None or item.position == position]
    is_closed = attempt.state in CLOSED_STATES
    seen = seen if is_closed else Revealed.NOTHING
    view = _View(rule, is_closed, seen, _comments(attempt, wanted, seen))
    return AttemptPage(
        attempt=attempt,
        rule=rule,
        items=items,
        questions=tuple(
            _shown(item, view, (unsaved or {}).get(item.position), numbers[item.position])
            for item in wanted
        ),
        seen=view.seen,
    )


@dataclass(frozen=True)
class _View:
    """How an attempt is looked at now; `comments` are those of markers, by item."""

    rule: AttemptRule
    is_closed: bool
    seen: Revealed
    comments: Mapping[int, str]


def _comments(attempt: Attempt, items: Iterable[AttemptItem], seen: Revealed) -> dict[int, str]:
    """Return the newest comment on each answer that a person marked."""
    by_hand = [one for one in items if question_type(one.question_version.kind).is_marked_by_hand]
    if seen < Revealed.MARKS or not by_hand:
        return {}
    rows = ItemMark.objects.filter(item__attempt=attempt, is_draft=False).exclude(comment="")
    return dict(rows.order_by("created_at", "pk").values_list("item_id", "comment"))


def _shown(
    item: AttemptItem, view: _View, unsaved: Unsaved | None, number: int | None
) -> ShownQuestion:
    response = response_of(item)
    is_final = response is not None and response.is_final
    is_checked = view.rule.is_feedback_after_each and is_final
    is_revealed = is_checked or view.seen == Revealed.ALL
    version = item.question_version
    kind = question_type(version.kind)
    content = version.typed_content
    given = response.given if response else None
    if unsaved is not None and not is_revealed:
        given = kind.shown_again(content, unsaved.posted) or given
    earned = _earned(item, content, given, view, is_checked=is_checked)
    question = kind.learner_view(
        content,
        language=get_language() or settings.LANGUAGE_CODE,
        order=item.option_order,
        given=given,
        is_revealed=is_revealed,
    )
    if view.is_closed or not view.rule.has_hints:
        question = {**question, "hint": ""}
    if is_revealed and earned is not None:
        question = {**question, "outcome": _outcome(content, earned)}
    return ShownQuestion(
        item=item,
        response=response,
        question=question,
        kind=kind,
        is_revealed=is_revealed,
        is_read_only=is_revealed or view.is_closed,
        lesson=content.common.lesson if is_revealed else "",
        earned=earned,
        error=unsaved.message if unsaved else "",
        number=number,
        comment=view.comments.get(item.pk, ""),
    )


def _outcome(content: Any, earned: Decimal) -> str:
    """Return what the author says, by the mark that counts: a person may have given it."""
    text: str = content.common.outcome_text(earned, get_language() or settings.LANGUAGE_CODE)
    return text


def _earned(
    item: AttemptItem,
    content: Any,
    given: Mapping[str, Any] | None,
    view: _View,
    *,
    is_checked: bool,
) -> Decimal | None:
    """Return the fraction that was earned; None while nobody may know it, or nobody does."""
    kind = question_type(item.question_version.kind)
    if not kind.takes_answer or content.common.is_opinion:
        return None
    if view.seen >= Revealed.MARKS:
        return None if item.mark is None else item.mark / item.max_mark
    if is_checked and not kind.is_marked_by_hand:
        return kind.mark(content, given)
    return None


def count_answered(attempt: Attempt) -> tuple[int, int, int]:
    """Return how many questions have an answer, how many there are, and the last position."""
    items = AttemptItem.objects.filter(attempt=attempt)
    found = places(list(items.select_related("response", "question_version").order_by("position")))
    questions = [place for place in found if place.number is not None]
    return sum(place.is_answered for place in questions), len(questions), len(found)


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
