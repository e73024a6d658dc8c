"""Choose the spots in a picture; a list of the same spots says and does exactly the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from courses.enums import QuestionGroup
from courses.question_types.base import (
    InvalidAnswer,
    InvalidContent,
    Posted,
    Problem,
    QuestionType,
)
from courses.question_types.common import Common, read_common, text_problems, write_common
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion, Shape
from courses.question_types.form_blocks import (
    kept_children,
    list_to_form,
    plain_number,
    texts_from_form,
)
from courses.question_types.part_blocks import SpotBlock
from courses.question_types.parts import read_own_parts, share
from courses.texts import Texts, in_language, read_texts

MOST_SPOTS = 20
LEAST_SPOTS = 2
SIDES = ("x", "y", "width", "height")
PICTURE = Decimal(100)
"""The width and the height of the picture: every measure is per cent of them."""
FINEST = Decimal("0.01")


@dataclass(frozen=True)
class Spot:
    """One area of the picture, in per cent from its upper left corner."""

    id: str
    texts: Texts
    feedback: Texts
    is_right: bool
    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal

    @property
    def area(self) -> tuple[Decimal, Decimal, Decimal, Decimal]:
        """The measures in the order in which files write them."""
        return (self.x, self.y, self.width, self.height)


@dataclass(frozen=True)
class HotspotsContent:
    """A picture's spots; `is_multiple` lets a learner choose several."""

    common: Common
    spots: tuple[Spot, ...] = ()
    is_multiple: bool = True

    def spot(self, spot_id: str) -> Spot | None:
        """Return the spot with this id."""
        return next((spot for spot in self.spots if spot.id == spot_id), None)


class Hotspots(QuestionType[HotspotsContent]):
    """Right spots add an equal part of the mark, wrong ones take one away, never below zero."""

    name = "hotspots"
    label = gettext_lazy("Spots in a picture")
    help_text = gettext_lazy("Places in a picture are chosen, or the same places in a list.")
    template_name = "courses/questions/hotspots.html"
    own_group = QuestionGroup.CHOOSE
    needs_figure = True
    shape = Shape.HOTSPOTS
    accepts_more = True

    # -- content -----------------------------------------------------------------------------------

    def read(self, data: Mapping[str, Any]) -> HotspotsContent:
        """Check and type the content; raise InvalidContent with every problem."""
        problems: list[Problem] = []
        common = read_common(data, problems)
        records = read_own_parts(data.get("spots"), "spots", MOST_SPOTS, problems)
        measures = [
            {side: _read_measure(item, side, number, problems) for side in SIDES}
            for number, item in enumerate(records)
        ]
        if problems:
            raise InvalidContent(problems)
        return HotspotsContent(
            common=common,
            spots=tuple(
                Spot(
                    id=str(item["id"]),
                    texts=read_texts(item.get("texts")),
                    feedback=read_texts(item.get("feedback")),
                    is_right=item.get("is_right") is True,
                    **measured,
                )
                for item, measured in zip(records, measures, strict=True)
            ),
            is_multiple=data.get("is_multiple") is not False,
        )

    def write(self, content: HotspotsContent) -> dict[str, Any]:
        """Return the content as plain JSON values."""
        return {
            **write_common(content.common),
            "is_multiple": content.is_multiple,
            "spots": [
                {
                    "id": spot.id,
                    "texts": dict(spot.texts),
                    "feedback": dict(spot.feedback),
                    "is_right": spot.is_right,
                    **{side: plain_number(getattr(spot, side)) for side in SIDES},
                }
                for spot in content.spots
            ],
        }

    def publication_problems(self, content: HotspotsContent) -> list[Problem]:
        """Return what must be mended before a learner may meet the question."""
        common = content.common
        problems = common.publication_problems()
        if common.figure is None:
            problems.append(Problem("figure", _("The question needs a picture.")))
        elif common.figure.is_decorative:
            message = _("This picture is no decoration: say in words what it shows.")
            problems.append(Problem("figure.is_decorative", message))
        if len(content.spots) < LEAST_SPOTS:
            problems.append(Problem("spots", _("A picture needs at least two spots.")))
        if not (common.is_opinion or any(spot.is_right for spot in content.spots)):
            problems.append(Problem("spots", _("The question has no right answer.")))
        for number, spot in enumerate(content.spots):
            place = f"spots.{number}"
            problems += text_problems(spot.texts, f"{place}.texts", common.languages)
            for side, start in (("width", spot.x), ("height", spot.y)):
                size: Decimal = getattr(spot, side)
                if size <= 0:
                    problems.append(Problem(f"{place}.{side}", _("This spot has no size.")))
                elif start + size > PICTURE:
                    message = _("The spot reaches beyond the edge of the picture.")
                    problems.append(Problem(f"{place}.{side}", message))
        return problems

    def option_ids(self, content: HotspotsContent) -> tuple[str, ...]:
        """Return the ids of the spots in the author's order."""
        return tuple(spot.id for spot in content.spots)

    # -- answering and marking ---------------------------------------------------------------------

    def read_answer(self, content: HotspotsContent, posted: Posted) -> dict[str, Any] | None:
        """Return the chosen ids in the author's order; raise InvalidAnswer on a foreign one."""
        chosen = [value for value in posted.get("", ()) if value]
        if set(posted) - {""} or any(content.spot(one) is None for one in chosen):
            raise InvalidAnswer(_("The answer names a spot that this picture does not have."))
        if len(set(chosen)) > 1 and not content.is_multiple:
            raise InvalidAnswer(_("This question takes one answer only."))
        kept = [spot.id for spot in content.spots if spot.id in chosen]
        return {"chosen": kept} if kept else None

    def mark(self, content: HotspotsContent, given: Mapping[str, Any] | None) -> Decimal:
        """Return the right spots less the wrong ones, as a share of all right ones."""
        chosen = _chosen(given)
        right = sum(spot.is_right for spot in content.spots if spot.id in chosen)
        if not content.is_multiple:
            return Decimal(right == 1)
        wrong = sum(not spot.is_right for spot in content.spots if spot.id in chosen)
        return share(right - wrong, sum(spot.is_right for spot in content.spots))

    def accepting(self, content: HotspotsContent, answer_key: str) -> HotspotsContent:
        """Return the content with this spot as a right one; only where one spot is chosen.

        Where several are chosen, a further right spot would take marks from whoever left it out.
        """
        if content.spot(answer_key) is None or content.is_multiple:
            raise InvalidAnswer(answer_key)
        spots = tuple(
            replace(spot, is_right=True) if spot.id == answer_key else spot
            for spot in content.spots
        )
        return replace(content, spots=spots)

    # -- showing -----------------------------------------------------------------------------------

    def learner_view(
        self,
        content: HotspotsContent,
        *,
        language: str,
        order: Sequence[str],
        given: Mapping[str, Any] | None,
        is_revealed: bool,
    ) -> dict[str, Any]:
        """Return the numbered spots in this attempt's order and, only if revealed, the key."""
        chosen = _chosen(given)
        is_judged = is_revealed and not content.common.is_opinion
        rows: list[dict[str, Any]] = []
        spots = [spot for spot in map(content.spot, order) if spot is not None]
        for number, spot in enumerate(spots, start=1):
            row: dict[str, Any] = {
                "id": spot.id,
                "number": number,
                "text": in_language(spot.texts, language),
                "is_chosen": spot.id in chosen,
                **{side: f"{plain_number(getattr(spot, side))}%" for side in SIDES},
            }
            if is_judged:
                row["is_right"] = spot.is_right
            if is_revealed:
                row["feedback"] = in_language(spot.feedback, language)
            rows.append(row)
        return {
            **content.common.learner_view(
                language, is_revealed, self.mark(content, given) if is_revealed else None
            ),
            "options": rows,
            "is_multiple": content.is_multiple,
            "is_judged": is_judged,
            "is_answered": bool(chosen),
        }

    def answer_text(
        self, content: HotspotsContent, given: Mapping[str, Any] | None, *, language: str
    ) -> str:
        """Return the chosen spots in words."""
        return "; ".join(
            self.tally_label(content, key, language=language)
            for key in self.tallied(content, given)
        )

    def tallied(self, content: HotspotsContent, given: Mapping[str, Any] | None) -> tuple[str, ...]:
        """Return the ids of the chosen spots."""
        chosen = _chosen(given)
        return tuple(spot.id for spot in content.spots if spot.id in chosen)

    def tally_label(self, content: HotspotsContent, answer_key: str, *, language: str) -> str:
        """Return what is at a spot."""
        spot = content.spot(answer_key)
        return in_language(spot.texts, language) if spot else answer_key

    def right_keys(self, content: HotspotsContent) -> frozenset[str]:
        """Return the ids of the right spots."""
        return frozenset(spot.id for spot in content.spots if spot.is_right)

    def sample_answers(self, content: HotspotsContent) -> list[Mapping[str, Any]]:
        """Return a wrong spot, one of several right ones, and all right ones."""
        right = [spot.id for spot in content.spots if spot.is_right]
        wrong = [spot.id for spot in content.spots if not spot.is_right]
        if not content.is_multiple:
            return [{"chosen": one[:1]} for one in (wrong, right) if one]
        partly = right[:1] if len(right) > 1 else []
        return [{"chosen": one} for one in (wrong, partly, right) if one]

    # -- the trainer's form ------------------------------------------------------------------------

    def form_blocks(self) -> list[tuple[str, blocks.Block]]:
        """Return the list of spots, and whether several may be chosen."""
        spot = SpotBlock()
        return [
            (
                "is_multiple",
                blocks.BooleanBlock(
                    label=gettext_lazy("Several spots may be chosen"),
                    required=False,
                    default=True,
                ),
            ),
            (
                "spots",
                blocks.ListBlock(
                    spot,
                    label=gettext_lazy("Spots"),
                    default=[spot.get_default() for _number in range(LEAST_SPOTS)],
                    max_num=MOST_SPOTS,
                    help_text=gettext_lazy(
                        "Choose the picture above, save the draft, and look at the numbered spots "
                        "in the preview."
                    ),
                ),
            ),
        ]

    def to_form(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the stored spots as raw values."""
        spots = [
            {**spot, **{side: Decimal(str(spot[side])) for side in SIDES}}
            for spot in content.get("spots") or ()
        ]
        return {
            "is_multiple": content.get("is_multiple") is not False,
            "spots": list_to_form(spots),
        }

    def from_form(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the spots of the form as content."""
        return {
            "is_multiple": bool(value["is_multiple"]),
            "spots": [
                {
                    "id": str(child.id),
                    "texts": texts_from_form(child.value["texts"]),
                    "feedback": texts_from_form(child.value["feedback"]),
                    "is_right": bool(child.value["is_right"]),
                    **{side: plain_number(child.value[side] or Decimal(0)) for side in SIDES},
                }
                for child in kept_children(value["spots"], _is_empty)
            ],
        }

    # -- files -------------------------------------------------------------------------------------

    def to_exchange(self, content: HotspotsContent) -> ExchangedQuestion:
        """Return the spots with their places; several may be chosen unless `extra` says `single`."""
        return ExchangedQuestion(
            shape=self.shape,
            stems=content.common.stems,
            answers=tuple(
                ExchangedAnswer(
                    texts=spot.texts,
                    fraction=Decimal(spot.is_right),
                    feedback=spot.feedback,
                    place=",".join(plain_number(side) for side in spot.area),
                )
                for spot in content.spots
            ),
            extra={} if content.is_multiple else {"single": "true"},
        )

    def from_exchange(self, question: ExchangedQuestion) -> dict[str, Any]:
        """Return spots `s1`, `s2`…; a place that is none has no size, and is asked for later."""
        return {
            "is_multiple": question.extra.get("single") != "true",
            "spots": [
                {
                    "id": f"s{number}",
                    "texts": dict(answer.texts),
                    "feedback": dict(answer.feedback),
                    "is_right": answer.fraction > 0,
                    **dict(zip(SIDES, _sides_of(answer.place), strict=True)),
                }
                for number, answer in enumerate(question.answers, start=1)
            ],
        }


def _chosen(given: Mapping[str, Any] | None) -> frozenset[str]:
    return frozenset((given or {}).get("chosen") or ())


def _sides_of(place: str) -> list[str]:
    sides = [side.strip() for side in place.split(",")]
    return sides if len(sides) == len(SIDES) else ["0"] * len(SIDES)


def _read_measure(
    item: Mapping[str, Any], side: str, number: int, problems: list[Problem]
) -> Decimal:
    try:
        value = Decimal(str(item.get(side, "0")))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value <= PICTURE:
        message = _("A measure of a spot lies between 0 and 100 per cent.")
        problems.append(Problem(f"spots.{number}.{side}", message))
        return Decimal(0)
    return value.quantize(FINEST)


def _is_empty(spot: Mapping[str, Any]) -> bool:
    texts = [spot["texts"], spot["feedback"]]
    written = any(any(texts_from_form(text).values()) for text in texts)
    return not (written or spot["is_right"] or any(spot[side] for side in SIDES))
