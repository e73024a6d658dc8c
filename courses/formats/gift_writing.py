"""Writes GIFT; one language a file. What GIFT cannot say is named, question by question."""

from collections.abc import Sequence
from decimal import Decimal

from courses.formats.carried import gift_carries
from courses.formats.gift import ANY, CATEGORY
from courses.formats.structures import WrittenFile, label_of
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion, Shape

SIGNS = "\\:#={}~"
FORMAT_NAMES = "["


def write_gift(questions: Sequence[ExchangedQuestion], *, language: str) -> WrittenFile:
    """Return the questions as a GIFT file in one language, and what it could not carry."""
    blocks: list[str] = []
    lost, left_out = [], []
    category = ""
    for question in questions:
        carried = gift_carries(question, language=language)
        if carried.question is None:
            left_out.append((label_of(question), carried.reason))
            continue
        names = (*question.lost, *carried.lost)
        if names:
            lost.append((label_of(question), names))
        if carried.question.category != category:
            category = carried.question.category
            blocks.append(f"{CATEGORY} {category or 'top'}")
        blocks.append(_block(carried.question, language))
    return WrittenFile("\n\n".join(blocks) + "\n", tuple(lost), tuple(left_out))


def _escaped(text: str) -> str:
    for sign in SIGNS:
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _text(text: str) -> str:
    """Return a text inside the answers; one that looks like a format says that it has none."""
    return f"[plain]{_escaped(text)}" if text.startswith(FORMAT_NAMES) else _escaped(text)


def _block(question: ExchangedQuestion, language: str) -> str:
    marks = [f"[id:{_bracketed(question.key)}]"] if question.key else []
    marks += [f"[tag:{_bracketed(tag)}]" for tag in question.tags]
    comment = f"// {' '.join(marks)}\n" if marks else ""
    title = f"::{_escaped(question.name)}::" if question.name else ""
    stem = f"{comment}{title}[plain]{_escaped(question.stems[language])}"
    if question.shape == Shape.TEXT:
        return stem
    general = question.explanations.get(language, "")
    end = f"\n####{_text(general)}\n" if general else "\n"
    inside = _inside(question, language)
    return f"{stem} {{{inside}{end if inside or general else ''}}}"


def _bracketed(text: str) -> str:
    return text.replace("]", "\\]")


def _inside(question: ExchangedQuestion, language: str) -> str:
    if question.shape == Shape.OPEN:
        return ""
    if question.shape == Shape.TRUE_FALSE:
        return _true_false(question, language)
    lines = [_answer(question, answer, language) for answer in question.answers]
    if question.shape == Shape.NUMBER:
        return "\n".join(["#", *lines])
    return "\n" + "\n".join(lines)


def _true_false(question: ExchangedQuestion, language: str) -> str:
    right = next(answer for answer in question.answers if answer.fraction == 1)
    wrong = next(answer for answer in question.answers if answer is not right)
    said = [_text(answer.feedback.get(language, "")) for answer in (wrong, right)]
    while said and not said[-1]:
        said.pop()
    truth = "TRUE" if right.texts["es"] == "true" else "FALSE"
    return "#".join([truth, *said])


def _percent(fraction: Decimal) -> str:
    return f"%{format((fraction * 100).normalize(), 'f')}%"


def _answer(question: ExchangedQuestion, answer: ExchangedAnswer, language: str) -> str:
    if question.shape == Shape.MATCHING:
        left, right = answer.texts.get(language, ""), answer.match[language]
        return f"={_text(left)} -> {_escaped(right)}"
    said = answer.feedback.get(language, "")
    feedback = f" #{_text(said)}" if said else ""
    if question.shape == Shape.NUMBER:
        weight = "" if answer.fraction == 1 else _percent(answer.fraction)
        tolerance = f":{format(answer.tolerance or Decimal(0), 'f')}"
        return f"={weight}{answer.texts['es']}{'' if answer.texts['es'] == ANY else tolerance}{feedback}"
    text = answer.texts[language]
    if question.shape == Shape.SHORT_ANSWER:
        weight = (
            "" if answer.fraction == 1 and not text.startswith("%") else _percent(answer.fraction)
        )
        return f"={weight}{_escaped(text)}{feedback}"
    is_full = question.shape == Shape.SINGLE_CHOICE and answer.fraction == 1
    if is_full:
        return f"={'%100%' if text.startswith('%') else ''}{_text(text)}{feedback}"
    weight = "" if answer.fraction == 0 and not text.startswith("%") else _percent(answer.fraction)
    return f"~{weight}{_text(text)}{feedback}"
