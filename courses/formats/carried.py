"""What a format can carry of a question: the measure for "what goes out comes in again equal".

Reading what a format wrote gives exactly `…_carries(question).question`; what is missing in it is
named in `lost`, and a question that the format cannot say at all has a `reason` instead.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from courses.formats.gift import ANY, normal_category, number
from courses.formats.plaintext import in_one, one_line, plain
from courses.formats.structures import QuestionRefused, unique
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion, Shape
from courses.texts import Texts

ARROW = "->"
CHOICES = (Shape.SINGLE_CHOICE, Shape.MULTIPLE_CHOICE)
GIFT_SHAPES = (
    *CHOICES,
    Shape.TRUE_FALSE,
    Shape.SHORT_ANSWER,
    Shape.NUMBER,
    Shape.MATCHING,
    Shape.OPEN,
    Shape.TEXT,
)


@dataclass(frozen=True)
class Carried:
    """A question as the format keeps it; None and the reason if it cannot say it."""

    question: ExchangedQuestion | None
    lost: tuple[str, ...] = ()
    reason: str = ""


def _plain(texts: Texts, language: str) -> dict[str, str]:
    return in_one(plain(texts.get(language, "")), language)


def _has(texts: Texts) -> bool:
    return any(plain(text) for text in texts.values())


class _Losses:
    """Names what is left out, each thing once."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def note(self, is_lost: object, name: str) -> None:
        """Add the name if something is lost."""
        if is_lost:
            self.names.append(name)


def gift_carries(question: ExchangedQuestion, *, language: str) -> Carried:
    """Return what a GIFT file in one language keeps of a question."""
    try:
        return _gift(question, language)
    except QuestionRefused as error:
        return Carried(None, reason=error.message)


def _gift(question: ExchangedQuestion, language: str) -> Carried:
    if question.shape not in GIFT_SHAPES:
        raise QuestionRefused(_("GIFT has no such type of question."))
    stem = _plain(question.stems, language)
    if not stem:
        raise QuestionRefused(_("The question has no text in this language."))
    losses = _Losses()
    is_text = question.shape == Shape.TEXT
    kept = ExchangedQuestion(
        shape=question.shape,
        stems=stem,
        answers=_gift_answers(question, language, losses),
        explanations={} if is_text else _plain(question.explanations, language),
        **_identity(question, losses),
    )
    losses.note(is_text and _has(question.explanations), _("the explanation"))
    _note_common(question, kept, losses)
    return Carried(kept, unique(losses.names))


def _identity(question: ExchangedQuestion, losses: _Losses) -> dict[str, Any]:
    """Return name, key, tags and category as comments and titles can hold them."""
    key = one_line(question.key)
    tags = unique([one_line(tag) for tag in question.tags if one_line(tag)])
    fit = tuple(tag for tag in tags if not re.search(r"[\[\]\\]", tag))
    losses.note(fit != tags, _("tags with brackets"))
    return {
        "name": one_line(question.name),
        "key": "" if re.search(r"[\[\]\\]", key) else key,
        "tags": fit,
        "category": normal_category(question.category),
    }


def _note_common(question: ExchangedQuestion, kept: ExchangedQuestion, losses: _Losses) -> None:
    """Name what of a question the format leaves out."""
    for name, label in (
        ("hints", _("the hint")),
        ("feedback_right", _("what is said to whoever is right")),
        ("feedback_partly", _("what is said to whoever is partly right")),
        ("feedback_wrong", _("what is said to whoever is wrong")),
        ("model_answers", _("the model answer")),
    ):
        losses.note(_has(getattr(question, name)) and not getattr(kept, name), label)
    losses.note(question.criteria, _("the rubric"))
    losses.note(question.most_words, _("the limit of words"))
    losses.note(question.figure, _("the picture"))
    languages = {code for code, text in question.stems.items() if plain(text)}
    losses.note(languages - set(kept.stems), _("the other languages"))
    losses.note("also" in question.extra, _("further right answers of a pair"))
    losses.note(question.extra, _("sources, level and other notes of ours"))


def _gift_answers(
    question: ExchangedQuestion, language: str, losses: _Losses
) -> tuple[ExchangedAnswer, ...]:
    shape, answers = question.shape, question.answers
    if shape in (Shape.OPEN, Shape.TEXT):
        return ()
    if not answers:
        raise QuestionRefused(_("The question has no answers."))
    if shape == Shape.TRUE_FALSE:
        return _true_false(question, language)
    if shape == Shape.MATCHING:
        losses.note(any(_has(answer.feedback) for answer in answers), _("feedback to pairs"))
        return tuple(_pair(answer, language) for answer in answers)
    if shape == Shape.NUMBER:
        return tuple(_number(answer, language) for answer in answers)
    kept = tuple(
        ExchangedAnswer(
            texts=_filled(answer.texts, language),
            fraction=answer.fraction,
            feedback=_plain(answer.feedback, language),
        )
        for answer in answers
    )
    if shape == Shape.SINGLE_CHOICE and not any(answer.fraction == 1 for answer in kept):
        raise QuestionRefused(_("GIFT takes it for another type without a right option."))
    if shape == Shape.SINGLE_CHOICE and all(answer.fraction == 1 for answer in kept):
        raise QuestionRefused(_("GIFT takes it for another type without a wrong option."))
    if shape == Shape.SHORT_ANSWER and any(
        ARROW in f"{answer.texts[language]}{answer.feedback.get(language, '')}" for answer in kept
    ):
        raise QuestionRefused(_("GIFT takes “->” in a short answer for a pair."))
    return kept


def _filled(texts: Texts, language: str) -> dict[str, str]:
    kept = _plain(texts, language)
    if not kept:
        raise QuestionRefused(_("An answer has no text in this language."))
    return kept


def _pair(answer: ExchangedAnswer, language: str) -> ExchangedAnswer:
    left = _plain(answer.texts, language)
    if ARROW in left.get(language, ""):
        raise QuestionRefused(_("GIFT cannot write “->” on the left of a pair."))
    if _has(answer.texts) and not left:
        raise QuestionRefused(_("An answer has no text in this language."))
    return ExchangedAnswer(texts=left, match=_filled(answer.match, language))


def _number(answer: ExchangedAnswer, language: str) -> ExchangedAnswer:
    digits = answer.texts.get("es", "").strip()
    try:
        value = ANY if digits == ANY else format(number(digits), "f")
        tolerance = Decimal(0) if digits == ANY else abs(answer.tolerance or Decimal(0))
    except ArithmeticError as error:
        raise QuestionRefused(_("An accepted number is no number.")) from error
    return ExchangedAnswer(
        texts={"es": value},
        fraction=answer.fraction,
        feedback=_plain(answer.feedback, language),
        tolerance=tolerance,
    )


def _true_false(question: ExchangedQuestion, language: str) -> tuple[ExchangedAnswer, ...]:
    by_value = {answer.texts.get("es", ""): answer for answer in question.answers}
    fractions = sorted(answer.fraction for answer in question.answers)
    if set(by_value) != {"true", "false"} or fractions != [0, 1]:
        raise QuestionRefused(_("A statement is either true or false."))
    return tuple(
        ExchangedAnswer(
            texts={"es": value},
            fraction=by_value[value].fraction,
            feedback=_plain(by_value[value].feedback, language),
        )
        for value in ("true", "false")
    )


# -- Aiken -----------------------------------------------------------------------------------------

AIKEN_OPTION = re.compile(r"([A-Z])[.)](?:[ \t]+|$)(.*)", re.DOTALL)
AIKEN_ANSWER = re.compile(r"ANSWER:\s*(.*)$")
MOST_AIKEN_OPTIONS = 26


def aiken_carries(question: ExchangedQuestion, *, language: str) -> Carried:
    """Return what an Aiken file in one language keeps: a stem, options, the right one."""
    try:
        return _aiken(question, language)
    except QuestionRefused as error:
        return Carried(None, reason=error.message)


def _aiken(question: ExchangedQuestion, language: str) -> Carried:
    if question.shape != Shape.SINGLE_CHOICE:
        raise QuestionRefused(_("Aiken holds questions with one right option only."))
    stem = one_line(question.stems.get(language, ""))
    if not stem:
        raise QuestionRefused(_("The question has no text in this language."))
    if AIKEN_OPTION.match(stem) or AIKEN_ANSWER.match(stem):
        raise QuestionRefused(_("In Aiken the text would look like an option."))
    right = [answer for answer in question.answers if answer.fraction == 1]
    if len(right) != 1 or not 2 <= len(question.answers) <= MOST_AIKEN_OPTIONS:
        raise QuestionRefused(_("Aiken needs 2 to 26 options, and exactly one right one."))
    losses = _Losses()
    answers = tuple(
        ExchangedAnswer(
            texts=in_one(one_line(_filled(answer.texts, language)[language]), language),
            fraction=Decimal(answer.fraction == 1),
        )
        for answer in question.answers
    )
    kept = ExchangedQuestion(shape=question.shape, stems={language: stem}, answers=answers)
    losses.note("\n" in plain(question.stems[language]), _("the line breaks"))
    losses.note(any(a.fraction not in (0, 1) for a in question.answers), _("parts of the mark"))
    losses.note(any(_has(a.feedback) for a in question.answers), _("feedback to options"))
    losses.note(_has(question.explanations), _("the explanation"))
    losses.note(question.name or question.key, _("name and key"))
    losses.note(question.category, _("the category"))
    losses.note(question.tags, _("tags"))
    _note_common(question, kept, losses)
    return Carried(kept, unique(losses.names))


# -- Moodle XML ------------------------------------------------------------------------------------


def moodle_xml_carries(question: ExchangedQuestion) -> ExchangedQuestion:
    """Return what a Moodle XML file of ours keeps: all of it, with the copy that we put in."""
    kept: dict[str, Any] = {
        name: _every(getattr(question, name))
        for name in (
            *("stems", "model_answers", "explanations", "hints", "figure_alts"),
            *("feedback_right", "feedback_partly", "feedback_wrong"),
        )
    }
    return replace(
        question,
        **kept,
        answers=_every_answer(question.answers),
        gaps=tuple(replace(gap, answers=_every_answer(gap.answers)) for gap in question.gaps),
        criteria=tuple(
            replace(
                criterion,
                titles=_every(criterion.titles),
                levels=tuple(
                    replace(
                        level,
                        titles=_every(level.titles),
                        descriptions=_every(level.descriptions),
                    )
                    for level in criterion.levels
                ),
            )
            for criterion in question.criteria
        ),
        name=one_line(question.name),
        key=one_line(question.key),
        category=normal_category(question.category),
        tags=unique([one_line(tag) for tag in question.tags if one_line(tag)]),
        extra={name: plain(value) for name, value in question.extra.items()},
        line=0,
        lost=(),
    )


def _every(texts: Texts) -> dict[str, str]:
    return {code: plain(text) for code, text in texts.items() if plain(text)}


def _every_answer(answers: Sequence[ExchangedAnswer]) -> tuple[ExchangedAnswer, ...]:
    return tuple(
        replace(
            answer,
            texts=_every(answer.texts),
            feedback=_every(answer.feedback),
            match=_every(answer.match),
        )
        for answer in answers
    )
