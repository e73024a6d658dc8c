"""A few words, compared with the answers that the trainer accepts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from courses.question_types.accepted import (
    MOST_ANSWERS,
    AcceptedText,
    accepted_problems,
    first_text,
    free_id,
    read_accepted_texts,
    sample_texts,
    write_accepted_texts,
)
from courses.question_types.accepted_forms import (
    AcceptedTextBlock,
    accepted_to_form,
    texts_from_exchange,
    texts_to_content,
    texts_to_exchange,
)
from courses.question_types.base import (
    InvalidAnswer,
    InvalidContent,
    Posted,
    Problem,
    QuestionType,
)
from courses.question_types.common import Common, read_common, write_common
from courses.question_types.decimals import rounded
from courses.question_types.exchange import ExchangedQuestion, Shape
from courses.question_types.typed import (
    MOST_LETTERS,
    RULE_NAMES,
    TextRule,
    as_pattern,
    cleaned,
    is_cut,
    key_of,
    read_line,
    refuse_other_parts,
)
from courses.texts import in_language

ACCEPTED, TYPED = "=", "~"
"""What a key of the statistics begins with: the id of an accepted answer, or what was typed."""


@dataclass(frozen=True)
class ShortAnswerContent:
    """A question that a few words answer."""

    common: Common
    answers: tuple[AcceptedText, ...] = ()
    rule: TextRule = field(default_factory=TextRule)

    def accepted(self, given: Mapping[str, Any] | None) -> AcceptedText | None:
        """Return the first accepted answer that was given."""
        text = str((given or {}).get("text") or "")
        return first_text(self.answers, text, self.rule) if text else None


class ShortAnswer(QuestionType[ShortAnswerContent]):
    """A question that a few words answer."""

    name = "short_answer"
    label = gettext_lazy("Short answer")
    help_text = gettext_lazy("A few words, compared with the answers that you accept.")
    template_name = "courses/questions/short_answer.html"
    shape = Shape.SHORT_ANSWER
    accepts_more = True

    def read(self, data: Mapping[str, Any]) -> ShortAnswerContent:
        """Check and type the content; raise InvalidContent with every problem."""
        problems: list[Problem] = []
        content = ShortAnswerContent(
            common=read_common(data, problems),
            answers=read_accepted_texts(data.get("answers"), "answers", problems),
            rule=read_rule(data),
        )
        if problems:
            raise InvalidContent(problems)
        return content

    def write(self, content: ShortAnswerContent) -> dict[str, Any]:
        """Return the content as plain JSON values."""
        return {
            **write_common(content.common),
            "answers": write_accepted_texts(content.answers),
            **write_rule(content.rule),
        }

    def publication_problems(self, content: ShortAnswerContent) -> list[Problem]:
        """Return what must be mended before a learner may meet the question."""
        common = content.common
        problems = common.publication_problems()
        if common.is_opinion and not content.answers:
            return problems
        return problems + accepted_problems(content.answers, "answers", common.languages)

    def option_ids(self, content: ShortAnswerContent) -> tuple[str, ...]:
        """Return nothing: there is nothing to shuffle."""
        return ()

    def read_answer(self, content: ShortAnswerContent, posted: Posted) -> dict[str, Any] | None:
        """Return the typed words; raise InvalidAnswer if they are too many."""
        refuse_other_parts(posted)
        text = read_line(posted)
        return {"text": text} if text else None

    def shown_again(self, content: ShortAnswerContent, posted: Posted) -> Mapping[str, Any] | None:
        """Return what was typed, however long."""
        text = cleaned(next(iter(posted.get("", ())), ""))
        return {"text": text} if text else None

    def mark(self, content: ShortAnswerContent, given: Mapping[str, Any] | None) -> Decimal:
        """Return the fraction of the first accepted answer that was given."""
        accepted = content.accepted(given)
        return rounded(accepted.fraction) if accepted else Decimal(0)

    def accepting(self, content: ShortAnswerContent, answer_key: str) -> ShortAnswerContent:
        """Return the content that accepts what the key counts, for the whole mark."""
        codes = content.common.languages
        answers = accepting_text(content.answers, answer_key, codes)
        return replace(content, answers=answers)

    def learner_view(
        self,
        content: ShortAnswerContent,
        *,
        language: str,
        order: Sequence[str],
        given: Mapping[str, Any] | None,
        is_revealed: bool,
    ) -> dict[str, Any]:
        """Return the question, what was typed and, only if revealed, what was accepted."""
        typed = str((given or {}).get("text") or "")
        earned = self.mark(content, given) if is_revealed else None
        view = {
            **content.common.learner_view(language, is_revealed, earned),
            "typed": typed,
            "is_answered": bool(typed),
            "is_judged": is_revealed and not content.common.is_opinion,
            "unit": "",
        }
        if is_revealed:
            accepted = content.accepted(given)
            view |= revealed_answers(
                earned, accepted, [a.shown(language) for a in content.answers if a.fraction == 1]
            )
            view["feedback"] = in_language(accepted.feedback, language) if accepted else ""
        return view

    def answer_text(
        self, content: ShortAnswerContent, given: Mapping[str, Any] | None, *, language: str
    ) -> str:
        """Return what was typed."""
        return str((given or {}).get("text") or "")

    def tallied(
        self, content: ShortAnswerContent, given: Mapping[str, Any] | None
    ) -> tuple[str, ...]:
        """Return the accepted answer, or else the words as they are compared."""
        text = self.answer_text(content, given, language="")
        if not text:
            return ()
        accepted = content.accepted(given)
        return (text_key(accepted, text, content.rule),)

    def has_typed_words(self, content: ShortAnswerContent) -> bool:
        """Say yes: the answer is typed."""
        return True

    def tally_label(self, content: ShortAnswerContent, answer_key: str, *, language: str) -> str:
        """Return the accepted answer or the typed words."""
        return text_label(content.answers, answer_key, language)

    def right_keys(self, content: ShortAnswerContent) -> frozenset[str]:
        """Return the keys of the accepted answers that earn marks."""
        return frozenset(ACCEPTED + answer.id for answer in content.answers if answer.fraction)

    def sample_answers(self, content: ShortAnswerContent) -> list[Mapping[str, Any]]:
        """Return answers for the preview: a wrong one, then those that earn marks."""
        return [{"text": text} for text in sample_texts(content.answers)]

    def form_blocks(self) -> list[tuple[str, blocks.Block]]:
        """Return the accepted answers and what makes a difference."""
        return [("answers", accepted_list(AcceptedTextBlock())), *rule_blocks()]

    def to_form(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return stored content as raw values."""
        return {
            "answers": accepted_to_form(content.get("answers")),
            **{name: content.get(name) is True for name in RULE_NAMES},
        }

    def from_form(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the form's answers as content."""
        return {
            "answers": texts_to_content(value["answers"]),
            **{name: bool(value[name]) for name in RULE_NAMES},
        }

    def form_place(self, steps: Sequence[str]) -> list[str]:
        """Show what is wrong with a part of the mark at its per cent."""
        return ["percent" if step == "fraction" else step for step in steps]

    def to_exchange(self, content: ShortAnswerContent) -> ExchangedQuestion:
        """Return the accepted answers; what makes a difference is in `extra`."""
        return ExchangedQuestion(
            shape=self.shape,
            stems=content.common.stems,
            answers=texts_to_exchange(content.answers),
            extra=rule_to_extra(content.rule),
        )

    def from_exchange(self, question: ExchangedQuestion) -> dict[str, Any]:
        """Return the accepted answers of the file."""
        return {
            "answers": texts_from_exchange(question.answers),
            **rule_from_extra(question.extra),
        }


# -- what gaps share with it -----------------------------------------------------------------------


def accepted_list(block: blocks.StructBlock) -> blocks.ListBlock:
    """Return the form's list of accepted answers."""
    return blocks.ListBlock(
        block, label=gettext_lazy("Accepted answers"), max_num=MOST_ANSWERS, collapsed=False
    )


def rule_blocks() -> list[tuple[str, blocks.Block]]:
    """Return the settings of what makes a difference between two texts."""
    labels = {
        "heeds_case": gettext_lazy("Capital letters make a difference"),
        "heeds_accents": gettext_lazy("Accents make a difference"),
        "heeds_punctuation": gettext_lazy("Punctuation makes a difference"),
    }
    return [
        (name, blocks.BooleanBlock(label=label, required=False)) for name, label in labels.items()
    ]


def read_rule(data: Mapping[str, Any]) -> TextRule:
    """Return the stored settings of what makes a difference."""
    return TextRule(**{name: data.get(name) is True for name in RULE_NAMES})


def write_rule(rule: TextRule) -> dict[str, bool]:
    """Return the settings as plain JSON values."""
    return {name: getattr(rule, name) for name in RULE_NAMES}


def rule_to_extra(rule: TextRule) -> dict[str, str]:
    """Return what makes a difference for a file, by names such as `heeds_case`."""
    return {name: "1" for name in RULE_NAMES if getattr(rule, name)}


def rule_from_extra(extra: Mapping[str, str]) -> dict[str, bool]:
    """Return what makes a difference according to a file."""
    return {name: extra.get(name) == "1" for name in RULE_NAMES}


def text_key(accepted: AcceptedText | None, typed: str, rule: TextRule) -> str:
    """Return the key of a typed answer in statistics."""
    return ACCEPTED + accepted.id if accepted else TYPED + key_of(typed, rule)


def text_label(answers: Sequence[AcceptedText], answer_key: str, language: str) -> str:
    """Return the words for a key of `text_key`."""
    if answer_key[:1] == ACCEPTED:
        found = next((a for a in answers if a.id == answer_key[1:]), None)
        return found.shown(language) if found else answer_key[1:]
    if is_cut(answer_key[1:]):
        return answer_key[1:].rpartition("…")[0] + "…"
    return answer_key[1:]


def accepting_text(
    answers: tuple[AcceptedText, ...], answer_key: str, codes: Sequence[str]
) -> tuple[AcceptedText, ...]:
    """Return the answers with the one of this key, worth the whole mark and looked for first.

    Raises:
        InvalidAnswer: the key names no answer, or only the beginning of one.
    """
    text = answer_key[1:]
    if answer_key[:1] == ACCEPTED and any(answer.id == text for answer in answers):
        return tuple(
            replace(answer, fraction=Decimal(1)) if answer.id == text else answer
            for answer in answers
        )
    if answer_key[:1] != TYPED or not text or len(text) > MOST_LETTERS:
        raise InvalidAnswer(answer_key)
    if is_cut(text):
        raise InvalidAnswer(
            _("This answer is too long to be accepted: write it into the question.")
        )
    if len(answers) >= MOST_ANSWERS:
        raise InvalidAnswer(_("This list takes at most %d entries.") % MOST_ANSWERS)
    texts = dict.fromkeys(codes, as_pattern(text))
    more = AcceptedText(id=free_id(answers), texts=texts, fraction=Decimal(1), feedback={})
    return (more, *answers)


def revealed_answers(
    earned: Decimal | None, accepted: object | None, full: Sequence[str]
) -> dict[str, Any]:
    """Return what is shown of a typed answer once it is revealed."""
    return {
        "is_right": earned == 1,
        "is_partly_right": earned is not None and 0 < earned < 1,
        "accepted": list(dict.fromkeys(full)),
    }
