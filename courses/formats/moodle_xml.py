"""Reads Moodle XML: https://docs.moodle.org/en/Moodle_XML_format (both languages by multilang)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from courses.formats.gift import ANY, normal_category
from courses.formats.moodle_gaps import read_cloze, read_drop_downs
from courses.formats.moodle_parts import SETTINGS, Part, percent
from courses.formats.moodle_places import read_markers
from courses.formats.own_copy import UnreadableCopy, digest_of, read_copy
from courses.formats.plaintext import one_line
from courses.formats.safe_xml import Element, read_xml
from courses.formats.structures import (
    FileContents,
    FileRefused,
    QuestionRefused,
    Refusal,
    unique,
)
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion, Shape

OWN = "amparo"
IN_ALL = {
    *("name", "questiontext", "generalfeedback", "hint", "tags", "idnumber", "defaultgrade"),
    *("hidden", OWN),
}
COMBINED = {"correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"}


def read_moodle_xml(data: bytes, *, language: str) -> FileContents:
    """Return the questions of a Moodle XML file; a text without language is in the given one.

    Raises:
        FileRefused: the file is no well-formed Moodle XML, or a dangerous one.
    """
    root, notes = read_xml(data)
    if root.name != "quiz":
        raise FileRefused(_("This is XML, but no file of Moodle questions (<quiz>)."), root.line)
    questions: list[ExchangedQuestion] = []
    refusals: list[Refusal] = []
    category = ""
    ignored: dict[str, None] = {}
    for element in root.children:
        if element.name != "question":
            ignored[element.name] = None
        elif element.attributes.get("type") == "category":
            category = normal_category(element.value("category"))
            ignored.update(dict.fromkeys(["info"] if element.value("info") else []))
        else:
            ignored.update(dict.fromkeys(c.name for c in element.children if c.name in SETTINGS))
            try:
                question = read_question(element, language=language)
                questions.append(replace(question, category=category, line=element.line))
            except QuestionRefused as error:
                name = one_line(element.value("name"))[:80]
                refusals.append(Refusal(element.line, name, error.message))
    if ignored:
        message = _("Settings of Moodle that have no equal here were left out: %s.")
        notes = (*notes, message % ", ".join(sorted(ignored)))
    return FileContents(tuple(questions), tuple(refusals), notes)


def read_question(element: Element, *, language: str) -> ExchangedQuestion:
    """Return one question: our own copy if Moodle's elements still say the same, else those."""
    question = read_standard(element, language=language)
    own = element.find(OWN)
    if own is None:
        return question
    try:
        copy = read_copy(own.text)
    except UnreadableCopy:
        return replace(question, lost=(*question.lost, _("our own additions, which are damaged")))
    if own.attributes.get("digest") != digest_of(read_standard(element, language="es")):
        message = _("our own additions, for the question was changed in the file since")
        return replace(question, lost=(*question.lost, message))
    return replace(copy, figure=question.figure)


def read_standard(element: Element, *, language: str) -> ExchangedQuestion:
    """Return what Moodle's own elements of a question say."""
    kind = element.attributes.get("type", "")
    reader, own = READERS.get(kind, (None, set()))
    if reader is None:
        message = _("The type “%s” of Moodle has no equal here.")
        raise QuestionRefused(message % one_line(kind)[:40], element.line)
    part = Part(element, language)
    unknown = [child.name for child in element.children]
    part.lose(
        _("the element <%s>") % name
        for name in unique(unknown)
        if name not in IN_ALL | own | set(SETTINGS)
    )
    parts = reader(part)
    stems, figure, alts = parts.pop("stem", None) or part.stem()
    if not stems:
        raise QuestionRefused(_("The question has no text."), element.line)
    return ExchangedQuestion(
        stems=stems,
        figure=figure,
        figure_alts=alts,
        explanations=part.texts("generalfeedback"),
        hints=part.hints(),
        name=one_line(element.value("name")),
        key=one_line(element.value("idnumber")),
        tags=_tags(element),
        **{**_combined(part), **parts},
        lost=_lost(part),
    )


def _tags(element: Element) -> tuple[str, ...]:
    tags = element.find("tags")
    found = [one_line(tag.value("text")) for tag in tags.all("tag")] if tags else []
    return unique([tag for tag in found if tag])


def _combined(part: Part) -> dict[str, Any]:
    return {
        "feedback_right": part.texts("correctfeedback"),
        "feedback_partly": part.texts("partiallycorrectfeedback"),
        "feedback_wrong": part.texts("incorrectfeedback"),
    }


def _lost(part: Part) -> tuple[str, ...]:
    element = part.element
    marks = element.value("defaultgrade")
    if marks and marks.strip("0").rstrip(".") not in {"1", "1."}:
        part.lose([_("the marks (%s): a quiz gives them here") % one_line(marks)[:20]])
    if element.value("hidden") in {"1", "true"}:
        part.lose([_("that it was hidden in Moodle")])
    return unique(part.lost)


# -- one reader for each type ----------------------------------------------------------------------


def _options(part: Part) -> tuple[ExchangedAnswer, ...]:
    answers = tuple(
        ExchangedAnswer(
            texts=part.formatted(answer),
            fraction=percent(answer),
            feedback=part.formatted(answer.find("feedback")),
        )
        for answer in part.element.all("answer")
    )
    if not answers or any(not answer.texts for answer in answers):
        raise QuestionRefused(_("An option has no text."), part.element.line)
    return answers


def _multichoice(part: Part) -> dict[str, Any]:
    is_single = part.element.value("single", "true").lower() in {"true", "1"}
    if part.element.value("shuffleanswers", "true").lower() in {"false", "0"}:
        part.lose([_("that the options keep their order: a quiz decides it here")])
    shape = Shape.SINGLE_CHOICE if is_single else Shape.MULTIPLE_CHOICE
    return {"shape": shape, "answers": _options(part)}


def _true_false(part: Part) -> dict[str, Any]:
    by_value = {answer.value("text").lower(): answer for answer in part.element.all("answer")}
    if set(by_value) != {"true", "false"}:
        raise QuestionRefused(_("A statement is either true or false."), part.element.line)
    return {
        "shape": Shape.TRUE_FALSE,
        "answers": tuple(
            ExchangedAnswer(
                texts={"es": value},
                fraction=percent(by_value[value]),
                feedback=part.formatted(by_value[value].find("feedback")),
            )
            for value in ("true", "false")
        ),
    }


def _short_answer(part: Part) -> dict[str, Any]:
    heeds_case = part.element.value("usecase") in {"1", "true"}
    answers = tuple(
        ExchangedAnswer(
            texts=part.bare(answer),
            fraction=percent(answer),
            feedback=part.formatted(answer.find("feedback")),
        )
        for answer in part.element.all("answer")
    )
    if not answers or any(not answer.texts for answer in answers):
        raise QuestionRefused(_("An accepted answer is empty."), part.element.line)
    extra = {"heeds_case": "1"} if heeds_case else {}
    return {"shape": Shape.SHORT_ANSWER, "answers": answers, "extra": extra}


def _number(part: Part) -> dict[str, Any]:
    units = part.element.find("units")
    names = [one_line(unit.value("unit_name")) for unit in units.all("unit")] if units else []
    names = [name for name in names if name]
    part.lose(_("the unit “%s”: one is kept") % name for name in names[1:])
    answers = []
    for answer in part.element.all("answer"):
        feedback = part.formatted(answer.find("feedback"))
        value = (answer.find("text") or answer).text.strip() or ANY
        digits, tolerance = part.number(value, answer.value("tolerance"))
        answers.append(
            ExchangedAnswer(
                texts={"es": digits},
                fraction=percent(answer),
                feedback=feedback,
                tolerance=tolerance,
            )
        )
    if not answers:
        raise QuestionRefused(_("The question has no answers."), part.element.line)
    extra = {f"unit.{part.language}": names[0]} if names else {}
    return {"shape": Shape.NUMBER, "answers": tuple(answers), "extra": extra}


def _matching(part: Part) -> dict[str, Any]:
    answers = tuple(
        ExchangedAnswer(texts=part.formatted(pair), match=part.bare(pair.find("answer")))
        for pair in part.element.all("subquestion")
    )
    if not answers or any(not answer.match for answer in answers):
        raise QuestionRefused(_("A pair has no right half."), part.element.line)
    return {"shape": Shape.MATCHING, "answers": answers}


def _ordering(part: Part) -> dict[str, Any]:
    found = list(part.element.all("answer"))
    places = [percent(answer) for answer in found]
    if len(set(places)) == len(places):
        found = [answer for _place, answer in sorted(zip(places, found, strict=True), key=_first)]
    answers = tuple(ExchangedAnswer(texts=part.formatted(answer)) for answer in found)
    if not answers or any(not answer.texts for answer in answers):
        raise QuestionRefused(_("A step has no text."), part.element.line)
    return {"shape": Shape.ORDERING, "answers": answers}


def _first(pair: tuple[Any, Any]) -> Any:
    return pair[0]


def _essay(part: Part) -> dict[str, Any]:
    most, least = part.element.value("maxwordlimit"), part.element.value("minwordlimit")
    if part.element.value("attachments", "0") not in {"0", ""}:
        part.lose([_("that files may be handed in")])
    if part.texts("responsetemplate"):
        part.lose([_("the template of the answer")])
    if least not in {"", "0"}:
        part.lose([_("the least number of words")])
    return {
        "shape": Shape.OPEN,
        "model_answers": part.texts("graderinfo"),
        "most_words": int(most) if most.isascii() and most.isdigit() and len(most) < 7 else 0,
    }


def _description(part: Part) -> dict[str, Any]:
    return {"shape": Shape.TEXT}


ESSAY = {"graderinfo", "responsetemplate", "maxwordlimit", "minwordlimit", "attachments"}
READERS: dict[str, tuple[Callable[[Part], dict[str, Any]] | None, set[str]]] = {
    "multichoice": (_multichoice, {"single", "shuffleanswers", "answer", *COMBINED}),
    "truefalse": (_true_false, {"answer"}),
    "shortanswer": (_short_answer, {"answer", "usecase"}),
    "numerical": (_number, {"answer", "units"}),
    "matching": (_matching, {"subquestion", *COMBINED}),
    "ordering": (_ordering, {"answer", *COMBINED}),
    "essay": (_essay, ESSAY),
    "description": (_description, set()),
    "cloze": (read_cloze, set()),
    "gapselect": (read_drop_downs, {"selectoption", *COMBINED}),
    "ddwtos": (read_drop_downs, {"dragbox", *COMBINED}),
    "ddmarker": (read_markers, {"file", "drag", "drop", *COMBINED}),
}
