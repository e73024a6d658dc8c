"""Moodle's questions with gaps: cloze (`{1:SHORTANSWER:=…}`), drop-downs and words to drag."""

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from courses.formats.gift import ANY
from courses.formats.moodle_parts import Part
from courses.formats.plaintext import clean_html, escape, one_line
from courses.formats.structures import QuestionRefused
from courses.question_types.exchange import ExchangedAnswer, ExchangedGap, Shape

CHOICE = r"MULTICHOICE(?:_[VH]?S?)?|MC[VH]?S?"
SHORT = r"SHORTANSWER(?:_C)?|SAC?|MWC?"
KINDS = rf"{CHOICE}|{SHORT}|NUMERICAL|NM|MULTIRESPONSE(?:_[VH]?S?)?|MR[VH]?S?"
GAP = re.compile(rf"\{{(\d{{0,4}}):({KINDS}):((?:[^\\}}]|\\.){{0,4000}}+)\}}", re.DOTALL)
"""A gap ends within 4,000 letters: without an end, each of many beginnings would read on for ever."""

SPLIT = re.compile(r"(?<!\\)~")
FEEDBACK = re.compile(r"(?<!\\)#")
WEIGHT = re.compile(r"%(-?\d+(?:\.\d+)?)%")
ESCAPED = re.compile(r"\\([\\~#}/\"=%])")
SLOT = re.compile(r"\[\[(\d{1,4})\]\]")


def read_cloze(part: Part) -> dict[str, Any]:
    """Return the gaps of a cloze; a gap with several right choices at once has no equal."""
    gaps: list[ExchangedGap] = []

    def replaced(found: re.Match[str]) -> str:
        gaps.append(_gap(part, str(len(gaps) + 1), found))
        return f"[[{len(gaps)}]]"

    source = GAP.sub(replaced, SLOT.sub(r"[\1]", part.stem_source()))
    if not gaps:
        raise QuestionRefused(_("The text has no gap that is understood."), part.element.line)
    return {"shape": Shape.GAPS, "gaps": tuple(gaps), "stem": part.stem(source)}


def _gap(part: Part, gap_id: str, found: re.Match[str]) -> ExchangedGap:
    weight, kind, inside = found.groups()
    if kind.startswith(("MR", "MULTIR")):
        message = _("A gap with several right choices at once (%s) has no equal here.")
        raise QuestionRefused(message % kind, part.element.line)
    if kind.endswith("C") and kind != "MC":
        part.lose([_("that capital letters count")])
    if kind in {"NUMERICAL", "NM"}:
        shape = Shape.NUMBER
    else:
        shape = Shape.SINGLE_CHOICE if re.fullmatch(CHOICE, kind) else Shape.SHORT_ANSWER
    pieces = [piece for piece in SPLIT.split(inside) if piece.strip()]
    answers = tuple(_answer(part, piece, shape) for piece in pieces)
    if not answers:
        raise QuestionRefused(_("A gap has no answers."), part.element.line)
    return ExchangedGap(gap_id, shape, answers, Decimal(int(weight or 1) or 1))


def _answer(part: Part, piece: str, shape: Shape) -> ExchangedAnswer:
    source, *feedback = FEEDBACK.split(piece.strip(), maxsplit=1)
    fraction = Decimal(0)
    if source.startswith("="):
        fraction, source = Decimal(1), source[1:]
    elif found := WEIGHT.match(source):
        fraction, source = Decimal(found.group(1)) / 100, source[found.end() :]
    said = _text(part, feedback[0]) if feedback else {}
    if shape == Shape.NUMBER:
        value, _sign, tolerance = _unescaped(source).partition(":")
        digits, allowed = part.number(value.strip(), tolerance.strip())
        return ExchangedAnswer({"es": digits}, fraction, said, tolerance=allowed)
    texts = _text(part, source)
    if not texts:
        raise QuestionRefused(_("A gap has an empty answer."), part.element.line)
    return ExchangedAnswer(texts, fraction, said)


def _unescaped(source: str) -> str:
    return ESCAPED.sub(r"\1", source)


def _text(part: Part, source: str) -> dict[str, str]:
    cleaned = clean_html(_unescaped(source), part.language)
    part.lose(cleaned.lost)
    return {code: one_line(text) for code, text in cleaned.texts.items()}


def read_drop_downs(part: Part) -> dict[str, Any]:
    """Return the gaps of "select missing words" or "drag and drop into text" as choices."""
    choices = [
        (one_line(box.value("group", "1")), part.bare(box))
        for box in part.element.children
        if box.name in {"selectoption", "dragbox"}
    ]
    gaps: list[ExchangedGap] = []

    def replaced(found: re.Match[str]) -> str:
        right = int(found.group(1)) - 1
        if not 0 <= right < len(choices):
            message = _("The text asks for choice %d, which does not exist.")
            raise QuestionRefused(message % (right + 1), part.element.line)
        answers = tuple(
            ExchangedAnswer(texts=texts, fraction=Decimal(place == right))
            for place, (group, texts) in enumerate(choices)
            if group == choices[right][0]
        )
        gaps.append(ExchangedGap(str(len(gaps) + 1), Shape.SINGLE_CHOICE, answers))
        return f"[[{len(gaps)}]]"

    source = SLOT.sub(replaced, part.stem_source())
    if not gaps:
        raise QuestionRefused(_("The text has no gap that is understood."), part.element.line)
    return {"shape": Shape.GAPS, "gaps": tuple(gaps), "stem": part.stem(source)}


# -- writing ---------------------------------------------------------------------------------------


def cloze_code(gap: ExchangedGap, language: str) -> str:
    """Return a gap as cloze code, for a text that is HTML; its weight as a whole number."""
    kinds = {Shape.SINGLE_CHOICE: "MULTICHOICE", Shape.NUMBER: "NUMERICAL"}
    weight = max(1, int(gap.weight))
    answers = "~".join(_answer_code(gap, answer, language) for answer in gap.answers)
    return f"{{{weight}:{kinds.get(gap.shape, 'SHORTANSWER')}:{answers}}}"


def _answer_code(gap: ExchangedGap, answer: ExchangedAnswer, language: str) -> str:
    texts = answer.texts
    text = one_line(texts.get(language) or texts.get("es") or next(iter(texts.values()), ""))
    said = one_line(answer.feedback.get(language) or answer.feedback.get("es") or "")
    if gap.shape == Shape.NUMBER:
        tolerance = f":{format(answer.tolerance or Decimal(0), 'f')}"
        code = text if text == ANY else f"{text}{tolerance}"
    else:
        code = _escaped(text)
    weight = format((answer.fraction * 100).normalize(), "f")
    sign = "=" if answer.fraction == 1 else f"%{weight}%"
    return f"{sign}{code}{f'#{_escaped(said)}' if said else ''}"


def _escaped(text: str) -> str:
    return re.sub(r"([\\~#}])", r"\\\1", escape(text))
