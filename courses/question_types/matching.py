"""Matching: items on the left, each with its half on the right, and halves that fit nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from string import ascii_uppercase
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
from courses.question_types.common import read_common, text_problems, write_common
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion, Shape
from courses.question_types.form_blocks import (
    kept_children,
    list_to_form,
    texts_from_form,
)
from courses.question_types.matching_content import (
    MOST_PAIRS,
    Distractor,
    MatchingContent,
    Pair,
    also_from_extra,
    also_to_extra,
    read_also,
)
from courses.question_types.part_blocks import DistractorBlock, PairBlock
from courses.question_types.parts import (
    main_text,
    one_value_each,
    opaque_id,
    read_own_parts,
    share,
    stored_parts,
)
from courses.texts import Texts, in_language, read_texts

MOST_DISTRACTORS = 10
LEAST_PAIRS = 2
ARROW = "→"


class Matching(QuestionType[MatchingContent]):
    """Each item is matched with one of the answers on the right; each pair is an equal part."""

    name = "matching"
    label = gettext_lazy("Matching")
    help_text = gettext_lazy("Each item is given what belongs to it; every pair is an equal part.")
    template_name = "courses/questions/matching.html"
    own_group = QuestionGroup.ARRANGE
    shape = Shape.MATCHING
    accepts_more = True

    # -- content -----------------------------------------------------------------------------------

    def read(self, data: Mapping[str, Any]) -> MatchingContent:
        """Check and type the content; raise InvalidContent with every problem."""
        problems: list[Problem] = []
        common = read_common(data, problems)
        pairs = read_own_parts(data.get("pairs"), "pairs", MOST_PAIRS, problems)
        others = read_own_parts(
            data.get("distractors") or [], "distractors", MOST_DISTRACTORS, problems
        )
        if problems:
            raise InvalidContent(problems)
        return MatchingContent(
            common=common,
            pairs=tuple(
                Pair(
                    id=str(item["id"]),
                    texts=read_texts(item.get("texts")),
                    matches=read_texts(item.get("matches")),
                    also=read_also(item.get("also")),
                    feedback=read_texts(item.get("feedback")),
                )
                for item in pairs
            ),
            distractors=tuple(
                Distractor(id=str(item["id"]), texts=read_texts(item.get("texts")))
                for item in others
            ),
        )

    def write(self, content: MatchingContent) -> dict[str, Any]:
        """Return the content as plain JSON values."""
        return {
            **write_common(content.common),
            "pairs": [
                {
                    "id": pair.id,
                    "texts": dict(pair.texts),
                    "matches": dict(pair.matches),
                    "also": list(pair.also),
                    "feedback": dict(pair.feedback),
                }
                for pair in content.pairs
            ],
            "distractors": [
                {"id": other.id, "texts": dict(other.texts)} for other in content.distractors
            ],
        }

    def publication_problems(self, content: MatchingContent) -> list[Problem]:
        """Return what must be mended before a learner may meet the question."""
        problems = content.common.publication_problems()
        codes = content.common.languages
        if len(content.pairs) < LEAST_PAIRS:
            problems.append(Problem("pairs", _("A matching question needs at least two pairs.")))
        elif len(content.halves) < LEAST_PAIRS:
            problems.append(Problem("pairs", _("There is only one answer to choose from.")))
        items: list[str] = []
        for number, pair in enumerate(content.pairs):
            place = f"pairs.{number}"
            problems += text_problems(pair.texts, f"{place}.texts", codes)
            problems += text_problems(pair.matches, f"{place}.matches", codes)
            if main_text(pair.texts) and main_text(pair.texts) in items:
                message = _("This item stands here twice.")
                problems.append(Problem(f"{place}.texts", message))
            items.append(main_text(pair.texts))
            if not pair.accepted <= set(content.halves) | {opaque_id(pair.matches)}:
                message = _("A line here is none of the answers of this question.")
                problems.append(Problem(f"{place}.also", message))
            problems += self._twin_problems(content, pair.matches, f"{place}.matches")
        for number, other in enumerate(content.distractors):
            place = f"distractors.{number}.texts"
            problems += text_problems(other.texts, place, codes)
            if any(opaque_id(other.texts) == opaque_id(p.matches) for p in content.pairs):
                message = _("This is the right answer of an item.")
                problems.append(Problem(place, message))
            problems += self._twin_problems(content, other.texts, place)
        return problems

    def _twin_problems(self, content: MatchingContent, texts: Texts, place: str) -> list[Problem]:
        """Equal words are one answer, so that they must be equal in every language."""
        known = content.halves.get(opaque_id(texts), texts)
        return [
            Problem(f"{place}.{code}", _("The same answer has other words here than elsewhere."))
            for code in content.common.languages
            if known.get(code, "").strip() != texts.get(code, "").strip()
        ]

    def option_ids(self, content: MatchingContent) -> tuple[str, ...]:
        """Return the ids of the right halves by their words, which do not tell the pairs."""
        return tuple(content.halves)

    # -- answering and marking ---------------------------------------------------------------------

    def read_answer(self, content: MatchingContent, posted: Posted) -> dict[str, Any] | None:
        """Return the chosen half of each item; raise InvalidAnswer on anything foreign."""
        foreign = _("The answer names something that this question does not have.")
        chosen = one_value_each(posted, {pair.id for pair in content.pairs}, foreign)
        if any(half not in content.halves for half in chosen.values()):
            raise InvalidAnswer(foreign)
        ordered = {pair.id: chosen[pair.id] for pair in content.pairs if pair.id in chosen}
        return {"pairs": ordered} if ordered else None

    def mark(self, content: MatchingContent, given: Mapping[str, Any] | None) -> Decimal:
        """Return the share of the pairs that are right."""
        chosen = stored_parts(given, "pairs")
        right = sum(chosen.get(pair.id) in pair.accepted for pair in content.pairs)
        return share(right, len(content.pairs))

    def accepting(self, content: MatchingContent, answer_key: str) -> MatchingContent:
        """Return the content in which this half is right for this item too."""
        pair_id, _arrow, half_id = answer_key.partition(ARROW)
        half = content.halves.get(half_id)
        if content.pair(pair_id) is None or half is None:
            raise InvalidAnswer(answer_key)
        pairs = tuple(
            replace(pair, also=(*pair.also, main_text(half)))
            if pair.id == pair_id and half_id not in pair.accepted
            else pair
            for pair in content.pairs
        )
        return replace(content, pairs=pairs)

    # -- showing -----------------------------------------------------------------------------------

    def learner_view(
        self,
        content: MatchingContent,
        *,
        language: str,
        order: Sequence[str],
        given: Mapping[str, Any] | None,
        is_revealed: bool,
    ) -> dict[str, Any]:
        """Return the items, the right halves in this attempt's order and, if revealed, the key."""
        chosen = stored_parts(given, "pairs")
        words = {half: in_language(texts, language) for half, texts in content.halves.items()}
        is_judged = is_revealed and not content.common.is_opinion
        rows: list[dict[str, Any]] = []
        for pair in content.pairs:
            row: dict[str, Any] = {
                "id": pair.id,
                "text": in_language(pair.texts, language),
                "chosen": chosen.get(pair.id, ""),
                "chosen_text": words.get(chosen.get(pair.id, ""), ""),
            }
            if is_judged:
                row["is_right"] = chosen.get(pair.id) in pair.accepted
                row["right_text"] = in_language(pair.matches, language)
            if is_revealed:
                row["feedback"] = in_language(pair.feedback, language)
            rows.append(row)
        return {
            **content.common.learner_view(
                language, is_revealed, self.mark(content, given) if is_revealed else None
            ),
            "items": rows,
            "choices": [
                {"id": half, "letter": _letter(number), "text": words[half]}
                for number, half in enumerate(half for half in order if half in words)
            ],
            "is_judged": is_judged,
            "is_answered": bool(chosen),
        }

    def answer_text(
        self, content: MatchingContent, given: Mapping[str, Any] | None, *, language: str
    ) -> str:
        """Return every matched pair in words."""
        return "; ".join(
            self.tally_label(content, key, language=language)
            for key in self.tallied(content, given)
        )

    def tallied(self, content: MatchingContent, given: Mapping[str, Any] | None) -> tuple[str, ...]:
        """Return a key `item→half` for each item that was matched."""
        chosen = stored_parts(given, "pairs")
        return tuple(f"{p.id}{ARROW}{chosen[p.id]}" for p in content.pairs if p.id in chosen)

    def tally_label(self, content: MatchingContent, answer_key: str, *, language: str) -> str:
        """Return the words of an item and of what was matched with it."""
        pair_id, _arrow, half_id = answer_key.partition(ARROW)
        pair, half = content.pair(pair_id), content.halves.get(half_id)
        if pair is None or half is None:
            return answer_key
        return f"{in_language(pair.texts, language)} {ARROW} {in_language(half, language)}"

    def right_keys(self, content: MatchingContent) -> frozenset[str]:
        """Return the keys of all right pairs."""
        return frozenset(
            f"{pair.id}{ARROW}{half}"
            for pair in content.pairs
            for half in pair.accepted
            if half in content.halves
        )

    def sample_answers(self, content: MatchingContent) -> list[Mapping[str, Any]]:
        """Return all pairs wrong, one pair right, and all pairs right."""
        halves = list(content.halves)
        right = {pair.id: opaque_id(pair.matches) for pair in content.pairs}
        wrong = {
            pair.id: next((half for half in halves if half not in pair.accepted), "")
            for pair in content.pairs
        }
        partly = {**wrong, **dict(list(right.items())[:1])}
        return [{"pairs": wrong}, {"pairs": partly}, {"pairs": right}]

    # -- the trainer's form ------------------------------------------------------------------------

    def form_blocks(self) -> list[tuple[str, blocks.Block]]:
        """Return the list of pairs and that of answers which fit nothing."""
        pair = PairBlock()
        return [
            (
                "pairs",
                blocks.ListBlock(
                    pair,
                    label=gettext_lazy("Pairs"),
                    default=[pair.get_default() for _number in range(3)],
                    max_num=MOST_PAIRS,
                ),
            ),
            (
                "distractors",
                blocks.ListBlock(
                    DistractorBlock(),
                    label=gettext_lazy("Answers that fit nothing"),
                    default=[],
                    max_num=MOST_DISTRACTORS,
                    help_text=gettext_lazy(
                        "They keep the last pair from being found by exclusion."
                    ),
                ),
            ),
        ]

    def to_form(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the stored pairs as raw values."""
        pairs = [
            {**pair, "also": "\n".join(pair.get("also") or ())}
            for pair in content.get("pairs") or ()
        ]
        return {
            "pairs": list_to_form(pairs),
            "distractors": list_to_form(content.get("distractors") or []),
        }

    def from_form(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the pairs of the form as content."""
        return {
            "pairs": [
                {
                    "id": str(child.id),
                    "texts": texts_from_form(child.value["texts"]),
                    "matches": texts_from_form(child.value["matches"]),
                    "also": _lines(child.value["also"]),
                    "feedback": texts_from_form(child.value["feedback"]),
                }
                for child in kept_children(value["pairs"], _is_empty)
            ],
            "distractors": [
                {"id": str(child.id), "texts": texts_from_form(child.value["texts"])}
                for child in kept_children(value["distractors"], _is_empty)
            ],
        }

    # -- files -------------------------------------------------------------------------------------

    def to_exchange(self, content: MatchingContent) -> ExchangedQuestion:
        """Return the pairs, then the distractors without a left half; `also` is in `extra`."""
        pairs = tuple(
            ExchangedAnswer(
                texts=pair.texts, match=pair.matches, fraction=Decimal(1), feedback=pair.feedback
            )
            for pair in content.pairs
        )
        others = tuple(ExchangedAnswer(texts={}, match=d.texts) for d in content.distractors)
        return ExchangedQuestion(
            shape=self.shape,
            stems=content.common.stems,
            answers=pairs + others,
            extra=also_to_extra(content.pairs),
        )

    def from_exchange(self, question: ExchangedQuestion) -> dict[str, Any]:
        """Return pairs `p1`, `p2`… and distractors `d1`, `d2`…."""
        pairs = [answer for answer in question.answers if main_text(answer.texts)]
        others = [answer for answer in question.answers if not main_text(answer.texts)]
        also = also_from_extra(question.extra)
        return {
            "pairs": [
                {
                    "id": f"p{number}",
                    "texts": dict(answer.texts),
                    "matches": dict(answer.match),
                    "also": also.get(opaque_id(answer.texts), []),
                    "feedback": dict(answer.feedback),
                }
                for number, answer in enumerate(pairs, start=1)
            ],
            "distractors": [
                {"id": f"d{number}", "texts": dict(answer.match)}
                for number, answer in enumerate(others, start=1)
            ],
        }


def _letter(number: int) -> str:
    """Return A to Z, then AA, AB…."""
    letters = ascii_uppercase
    more, last = divmod(number, len(letters))
    return (letters[more - 1] if more else "") + letters[last]


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _is_empty(part: Mapping[str, Any]) -> bool:
    texts = [part[name] for name in ("texts", "matches", "feedback") if name in part]
    written = any(any(texts_from_form(text).values()) for text in texts)
    return not written and not part.get("also")
