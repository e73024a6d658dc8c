"""Writes Moodle XML: what Moodle can read in its own elements, the whole in our own copy.

Texts in two languages stand in Moodle's multilang spans. A question with gaps is written as cloze
in one language, hotspots as a multiple choice with the picture (the list that is their text
alternative), an open answer without its rubric; our own copy brings all of it back.
"""

import base64
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import quote

from django.utils.translation import gettext as _

from courses.formats.carried import moodle_xml_carries
from courses.formats.moodle_gaps import cloze_code
from courses.formats.moodle_parts import PLUGIN_FILE
from courses.formats.moodle_xml import OWN, read_standard
from courses.formats.own_copy import digest_of, to_json
from courses.formats.plaintext import escape, in_one, one_line, to_html
from courses.formats.safe_xml import read_xml
from courses.formats.structures import QuestionRefused, WrittenFile, label_of
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion, Shape
from courses.texts import Texts, in_language

KINDS = {
    Shape.SINGLE_CHOICE: "multichoice",
    Shape.MULTIPLE_CHOICE: "multichoice",
    Shape.HOTSPOTS: "multichoice",
    Shape.TRUE_FALSE: "truefalse",
    Shape.SHORT_ANSWER: "shortanswer",
    Shape.NUMBER: "numerical",
    Shape.MATCHING: "matching",
    Shape.ORDERING: "ordering",
    Shape.GAPS: "cloze",
    Shape.OPEN: "essay",
    Shape.TEXT: "description",
}
COMBINED = (
    ("correctfeedback", "feedback_right"),
    ("partiallycorrectfeedback", "feedback_partly"),
    ("incorrectfeedback", "feedback_wrong"),
)
WITH_COMBINED = {"multichoice", "matching", "ordering"}
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'


def write_moodle_xml(questions: Sequence[ExchangedQuestion], *, language: str) -> WrittenFile:
    """Return the questions as Moodle XML; `language` is the one that needs no multilang span."""
    pieces: list[str] = []
    lost, left_out = [], []
    category = ""
    for question in questions:
        kept = moodle_xml_carries(question)
        if kept.category != category:
            category = kept.category
            path = escape("/".join(["$course$/top", *([category] if category else [])]))
            pieces.append(
                f'<question type="category"><category><text>{path}</text></category></question>\n'
            )
        try:
            pieces.append(_whole(kept, language))
        except QuestionRefused as error:
            left_out.append((label_of(question), error.message))
            continue
        names = (*question.lost, *_only_here(kept))
        if names:
            lost.append((label_of(question), names))
    return WrittenFile(f"{HEAD}{''.join(pieces)}</quiz>\n", tuple(lost), tuple(left_out))


def _whole(question: ExchangedQuestion, language: str) -> str:
    """Return a question's element with our copy, whose digest is that of the rest as it is read."""
    standard = _standard(question, language)
    root, _notes = read_xml(f"{HEAD}{standard}</question></quiz>".encode())
    digest = digest_of(read_standard(root.children[0], language="es"))
    copy = escape(json.dumps(to_json(question)))
    return f'{standard}<{OWN} version="1" digest="{digest}">{copy}</{OWN}>\n</question>\n'


def _only_here(question: ExchangedQuestion) -> tuple[str, ...]:
    """Name what Moodle itself will not show; our own copy keeps it."""
    kind = KINDS[question.shape]
    has_combined = any(getattr(question, name) for _element, name in COMBINED)
    found = (
        (question.shape == Shape.HOTSPOTS, _("the places in the picture: Moodle gets a list")),
        (
            question.shape == Shape.GAPS and len(question.stems) > 1,
            _("the gaps in more than one language"),
        ),
        (question.criteria, _("the rubric")),
        (has_combined and kind not in WITH_COMBINED, _("what is said to right and wrong")),
        (question.extra, _("sources, level and other notes of ours")),
    )
    return tuple(name for is_so, name in found if is_so)


def _text(name: str, texts: Texts, language: str, *, inside: str = "", attributes: str = "") -> str:
    html = escape(to_html(texts, language=language))
    return f'<{name} format="html"{attributes}><text>{html}</text>{inside}</{name}>\n'


def _plain(name: str, text: str) -> str:
    return f"<{name}><text>{escape(text)}</text></{name}>\n"


def _standard(question: ExchangedQuestion, language: str) -> str:
    """Return a question's element, left open, with what Moodle's own elements can say."""
    kind = KINDS[question.shape]
    parts = [f'<question type="{kind}">\n', _plain("name", question.name or label_of(question))]
    if not question.name:
        parts[1] = _plain("name", "")
    parts.append(_stem(question, language))
    parts.append(_text("generalfeedback", question.explanations, language))
    if question.key:
        parts.append(f"<idnumber>{escape(question.key)}</idnumber>\n")
    if kind in WITH_COMBINED:
        parts += [_text(name, getattr(question, own), language) for name, own in COMBINED]
    if question.hints:
        parts.append(_text("hint", question.hints, language))
    parts.append(_answers(question, language))
    tags = "".join(f"<tag><text>{escape(tag)}</text></tag>" for tag in question.tags)
    parts.append(f"<tags>{tags}</tags>\n" if tags else "")
    return "".join(parts)


def _stem(question: ExchangedQuestion, language: str) -> str:
    html = to_html(question.stems, language=language)
    if question.shape == Shape.GAPS:
        html = _cloze(question, language)
    file = ""
    if question.figure is not None:
        alt = one_line(in_language(question.figure_alts, language))
        name = one_line(question.figure.name) or _("picture")
        quoted = escape(alt).replace('"', "&quot;")
        html += f'<img src="{PLUGIN_FILE}{quote(name)}" alt="{quoted}">'
        data = base64.b64encode(question.figure.data).decode()
        escaped = escape(name).replace('"', "&quot;")
        file = f'<file name="{escaped}" path="/" encoding="base64">{data}</file>'
    return f'<questiontext format="html"><text>{escape(html)}</text>{file}</questiontext>\n'


def _cloze(question: ExchangedQuestion, language: str) -> str:
    chosen = language if language in question.stems else next(iter(question.stems), language)
    html = to_html({chosen: question.stems.get(chosen, "")}, language=chosen)
    by_id = {escape(gap.id): gap for gap in question.gaps}

    def code(found: re.Match[str]) -> str:
        gap = by_id.get(found.group(1))
        return cloze_code(gap, chosen) if gap is not None else found.group()

    return re.sub(r"\[\[([^\[\]]+)\]\]", code, html)


def _per_cent(fraction: Decimal) -> str:
    return format((fraction * 100).normalize(), "f")


def _answers(question: ExchangedQuestion, language: str) -> str:
    shape, answers = question.shape, question.answers
    if shape == Shape.OPEN:
        most = question.most_words
        limit = f"<maxwordlimit>{most}</maxwordlimit>\n" if most > 0 else ""
        return (
            "<responseformat>editor</responseformat>\n<responserequired>1</responserequired>\n"
            f"<attachments>0</attachments>\n{limit}"
            + _text("graderinfo", question.model_answers, language)
        )
    if shape == Shape.SHORT_ANSWER:
        usecase = question.extra.get("heeds_case") or "0"
        return f"<usecase>{usecase}</usecase>\n" + "".join(_short(a, language) for a in answers)
    if shape == Shape.NUMBER:
        return "".join(_number(answer, language) for answer in answers)
    if shape == Shape.TRUE_FALSE:
        return "".join(_bare(a, a.texts.get("es", ""), language) for a in answers)
    if shape == Shape.MATCHING:
        return "<shuffleanswers>true</shuffleanswers>\n" + "".join(
            _text("subquestion", a.texts, language, inside=_match(a.match, language))
            for a in answers
        )
    if shape == Shape.ORDERING:
        return "<layouttype>VERTICAL</layouttype>\n<selecttype>ALL</selecttype>\n" + "".join(
            _text("answer", a.texts, language, attributes=f' fraction="{number}"')
            for number, a in enumerate(answers, start=1)
        )
    if shape in (Shape.SINGLE_CHOICE, Shape.MULTIPLE_CHOICE, Shape.HOTSPOTS):
        single = "true" if shape == Shape.SINGLE_CHOICE else "false"
        return f"<single>{single}</single>\n" + "".join(_option(a, language) for a in answers)
    return ""


def _feedback(answer: ExchangedAnswer, language: str) -> str:
    return _text("feedback", answer.feedback, language)


def _option(answer: ExchangedAnswer, language: str) -> str:
    fraction = f' fraction="{_per_cent(answer.fraction)}"'
    inside = _feedback(answer, language)
    return _text("answer", answer.texts, language, inside=inside, attributes=fraction)


def _bare(answer: ExchangedAnswer, text: str, language: str, inside: str = "") -> str:
    return (
        f'<answer fraction="{_per_cent(answer.fraction)}" format="moodle_auto_format">'
        f"<text>{escape(text)}</text>{inside}{_feedback(answer, language)}</answer>\n"
    )


def _short(answer: ExchangedAnswer, language: str) -> str:
    """Return an accepted answer once for each of its languages, for Moodle compares plain text."""
    texts = dict.fromkeys(answer.texts.values())
    return "".join(_bare(answer, text, language) for text in texts)


def _number(answer: ExchangedAnswer, language: str) -> str:
    tolerance = format(answer.tolerance or Decimal(0), "f")
    inside = f"<tolerance>{tolerance}</tolerance>"
    return _bare(answer, answer.texts.get("es", ""), language, inside)


def _match(texts: Texts, language: str) -> str:
    if set(texts) - {language}:
        return _plain("answer", to_html(texts, language=language)).rstrip("\n")
    return _plain("answer", in_one(texts.get(language, ""), language).get(language, "")).rstrip(
        "\n"
    )
