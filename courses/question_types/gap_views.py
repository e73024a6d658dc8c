"""What a learner sees of each gap of a text."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from courses.question_types.accepted import AcceptedNumber, AcceptedText
from courses.question_types.gap_content import Gap, GapKind, GapsContent
from courses.texts import in_language


def gap_view(
    gap: Gap, number: int, total: int, value: str, language: str, order: Sequence[str]
) -> dict[str, Any]:
    """Return what the page shows of one of `total` gaps, its options in the order of the attempt."""
    places = {option_id: place for place, option_id in enumerate(order)}
    options = sorted(
        gap.texts if gap.kind == GapKind.CHOICE else (),
        key=lambda option: places.get(f"{gap.id}/{option.id}", len(places)),
    )
    return {
        "id": gap.id,
        "number": number,
        "label": _("Gap %(number)d of %(total)d") % {"number": number, "total": total},
        "kind": str(gap.kind),
        "typed": value,
        "answer": in_words(gap, value, language) if value else "",
        "options": [
            {
                "id": option.id,
                "text": in_language(option.texts, language),
                "is_chosen": option.id == value,
            }
            for option in options
        ],
    }


def revealed_in_gap(content: GapsContent, gap: Gap, value: str, language: str) -> dict[str, Any]:
    """Return what is told of a gap once its answers may be seen."""
    accepted = content.accepted(gap, value)
    full = [answer for answer in gap.answers if answer.fraction == 1]
    return {
        "is_right": accepted is not None and accepted.fraction == 1,
        "is_partly_right": accepted is not None and 0 < accepted.fraction < 1,
        "accepted": list(dict.fromkeys(_shown(answer, language) for answer in full)),
        "feedback": in_language(accepted.feedback, language) if accepted else "",
    }


def _shown(answer: AcceptedText | AcceptedNumber, language: str) -> str:
    return answer.shown(language) if isinstance(answer, AcceptedText) else answer.shown()


def in_words(gap: Gap, value: str, language: str) -> str:
    """Return what was chosen or typed into a gap, as it is read."""
    option = gap.option(value) if gap.kind == GapKind.CHOICE else None
    return in_language(option.texts, language) if option else value
