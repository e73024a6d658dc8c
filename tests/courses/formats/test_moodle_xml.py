"""Moodle XML as Moodle writes it, and files that mean harm."""

import base64
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from PIL import Image

from courses.formats.moodle_xml import read_moodle_xml
from courses.formats.moodle_xml_writing import write_moodle_xml
from courses.formats.structures import FileContents, FileRefused
from courses.question_types.exchange import (
    Attachment,
    ExchangedAnswer,
    ExchangedCriterion,
    ExchangedGap,
    ExchangedLevel,
    ExchangedQuestion,
    Shape,
)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def read(inside: str) -> FileContents:
    data = f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{inside}\n</quiz>'.encode()
    return read_moodle_xml(data, language="es")


def one(kind: str, inside: str, stem: str = "Pregunta") -> ExchangedQuestion:
    """Return the only question of a file with this type."""
    contents = read(
        f'<question type="{kind}"><name><text>N</text></name><questiontext format="html">'
        f"<text><![CDATA[{stem}]]></text></questiontext>{inside}</question>"
    )
    assert contents.refusals == ()
    (question,) = contents.questions
    return question


def refusal(kind: str, inside: str, stem: str = "Pregunta") -> str:
    contents = read(
        f'<question type="{kind}"><questiontext format="html">'
        f"<text><![CDATA[{stem}]]></text></questiontext>{inside}</question>"
    )
    assert contents.questions == ()
    return contents.refusals[0].message


def answer(text: str, fraction: str, feedback: str = "", inside: str = "") -> str:
    return (
        f'<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>{inside}'
        f"<feedback><text>{feedback}</text></feedback></answer>"
    )


def picture(width: int = 200, height: int = 100) -> str:
    target = io.BytesIO()
    Image.new("RGB", (width, height)).save(target, "PNG")
    return base64.b64encode(target.getvalue()).decode()


def test_multichoice_with_everything_around_it() -> None:
    contents = read(
        '<question type="category"><category><text>$course$/top/Módulo 1</text></category></question>'
        '<question type="multichoice"><name><text>Uno</text></name>'
        '<questiontext format="html"><text><![CDATA[<p>¿Qué <b>va</b>?</p>]]></text></questiontext>'
        "<generalfeedback><text>Porque sí</text></generalfeedback><defaultgrade>2.0</defaultgrade>"
        "<penalty>0.3333333</penalty><idnumber>m1-01</idnumber><single>false</single>"
        "<correctfeedback><text>Bien</text></correctfeedback>"
        "<partiallycorrectfeedback><text>Casi</text></partiallycorrectfeedback>"
        "<incorrectfeedback><text>No</text></incorrectfeedback>"
        "<hint><text>Piense</text></hint><hint><text>Lea</text></hint>"
        f"{answer('a', '50')}{answer('b', '50', 'sí')}{answer('c', '-33.33333')}"
        "<tags><tag><text>ley</text></tag></tags><novelty>1</novelty></question>"
    )
    (question,) = contents.questions
    assert (question.shape, question.name, question.key) == (Shape.MULTIPLE_CHOICE, "Uno", "m1-01")
    assert (question.category, question.tags, question.line) == ("Módulo 1", ("ley",), 3)
    assert question.stems == {"es": "¿Qué va?"}
    assert question.hints == {"es": "Piense\n\nLea"}
    assert [question.feedback_right, question.feedback_partly, question.feedback_wrong] == [
        {"es": "Bien"},
        {"es": "Casi"},
        {"es": "No"},
    ]
    assert [a.fraction for a in question.answers] == [
        Decimal("0.5"),
        Decimal("0.5"),
        Decimal("-0.3333333"),
    ]
    assert set(question.lost) == {
        "formatting (b)",
        "the marks (2.0): a quiz gives them here",
        "the element <novelty>",
    }
    assert contents.notes == ("Settings of Moodle that have no equal here were left out: penalty.",)


def test_multilang_spans_become_languages() -> None:
    stem = (
        '<span lang="es" class="multilang">Hola</span><span lang="en" class="multilang">Hello</span>'
        '<span lang="fr" class="multilang">Salut</span>'
    )
    question = one("essay", "", stem)
    assert question.stems == {"es": "Hola", "en": "Hello"}
    assert question.lost == ("a text in the language “fr”",)


def test_true_false_short_answer_numerical_matching_ordering_essay() -> None:
    truth = one("truefalse", answer("true", "0", "No") + answer("false", "100"))
    assert [a.fraction for a in truth.answers] == [Decimal(0), Decimal(1)]
    short = one("shortanswer", f"<usecase>1</usecase>{answer('Lima*', '100')}")
    assert (short.answers[0].texts, short.extra) == ({"es": "Lima*"}, {"heeds_case": "1"})
    units = "<units><unit><multiplier>1</multiplier><unit_name>km</unit_name></unit></units>"
    tolerance = "<tolerance>0.5</tolerance>"
    number = one("numerical", answer("3.14", "100", inside=tolerance) + answer("*", "0") + units)
    assert [(a.texts["es"], a.tolerance) for a in number.answers] == [
        ("3.14", Decimal("0.5")),
        ("*", Decimal(0)),
    ]
    assert number.extra == {"unit.es": "km"}
    pairs = (
        "<subquestion><text>Perú</text><answer><text>Lima</text></answer></subquestion>"
        "<subquestion><text></text><answer><text>Quito</text></answer></subquestion>"
    )
    matching = one("matching", pairs)
    assert [(dict(a.texts), dict(a.match)) for a in matching.answers] == [
        ({"es": "Perú"}, {"es": "Lima"}),
        ({}, {"es": "Quito"}),
    ]
    ordering = one("ordering", answer("dos", "2.0") + answer("uno", "1.0"))
    assert [a.texts["es"] for a in ordering.answers] == ["uno", "dos"]
    essay = one(
        "essay", "<graderinfo><text>Modelo</text></graderinfo><maxwordlimit>80</maxwordlimit>"
    )
    assert (essay.model_answers, essay.most_words) == ({"es": "Modelo"}, 80)
    assert one("description", "").shape == Shape.TEXT


def test_cloze_becomes_gaps() -> None:
    stem = (
        "<p>La capital es {1:SHORTANSWER:=Lima#Sí~%50%Lima\\, Perú~*#No} y hay "
        "{2:MULTICHOICE:tres~=dos~%25%cua\\}tro} o {:NM:=5:0.1} puntos.</p>"
    )
    question = one("cloze", "", stem)
    assert question.stems == {"es": "La capital es [[1]] y hay [[2]] o [[3]] puntos."}
    short, choice, number = question.gaps
    assert [(g.shape, g.weight) for g in question.gaps] == [
        (Shape.SHORT_ANSWER, Decimal(1)),
        (Shape.SINGLE_CHOICE, Decimal(2)),
        (Shape.NUMBER, Decimal(1)),
    ]
    assert [(a.texts["es"], a.fraction) for a in choice.answers] == [
        ("tres", Decimal(0)),
        ("dos", Decimal(1)),
        ("cua}tro", Decimal("0.25")),
    ]
    assert (short.answers[0].feedback, number.answers[0].tolerance) == (
        {"es": "Sí"},
        Decimal("0.1"),
    )


def test_cloze_that_does_not_map_is_named() -> None:
    assert "MULTIRESPONSE" in refusal("cloze", "", "Elija {1:MULTIRESPONSE:=a~=b}")


@pytest.mark.parametrize(("kind", "box"), [("gapselect", "selectoption"), ("ddwtos", "dragbox")])
def test_drop_downs_and_dragged_words_become_gaps(kind: str, box: str) -> None:
    boxes = "".join(
        f"<{box}><text>{text}</text><group>{group}</group></{box}>"
        for text, group in (("Lima", 1), ("Cusco", 1), ("mar", 2))
    )
    question = one(kind, boxes, "Vivo en [[1]], lejos del [[3]].")
    assert question.stems == {"es": "Vivo en [[1]], lejos del [[2]]."}
    assert [[(a.texts["es"], a.fraction) for a in gap.answers] for gap in question.gaps] == [
        [("Lima", Decimal(1)), ("Cusco", Decimal(0))],
        [("mar", Decimal(1))],
    ]


def test_one_marker_becomes_hotspots_and_several_are_named() -> None:
    drop = "<drop><no>1</no><shape>rectangle</shape><coords>20,10;100,50</coords><choice>1</choice></drop>"
    circle = (
        "<drop><no>2</no><shape>circle</shape><coords>150,50;20</coords><choice>1</choice></drop>"
    )
    drag = "<drag><no>1</no><text>aquí</text></drag>"
    file = f'<file name="p.png" encoding="base64">{picture()}</file>'
    question = one("ddmarker", file + drag + drop + circle)
    assert [(a.place, a.fraction) for a in question.answers] == [
        ("10,10,50,50", Decimal("0.5")),
        ("65,30,20,40", Decimal("0.5")),
    ]
    assert question.figure is not None
    message = "Markers of several kinds have no equal here; places that one marker fits do."
    assert refusal("ddmarker", file + drag + drag + drop) == message


@pytest.mark.parametrize("kind", ["calculated", "randomsamatch", "ddimageortext", "coderunner", ""])
def test_types_without_equal_are_named(kind: str) -> None:
    assert refusal(kind, "") == f"The type “{kind}” of Moodle has no equal here."


def test_embedded_picture_comes_with_its_alternative_and_the_second_is_named() -> None:
    files = "".join(
        f'<file name="{name}" path="/" encoding="base64">{picture()}</file>'
        for name in ("plano 1.png", "otro.png", "suelto.png")
    )
    stem = (
        '<img src="@@PLUGINFILE@@/plano%201.png" alt="Un plano"><img src="@@PLUGINFILE@@/otro.png">'
        '<img src="https://example.org/x.png"> ¿Qué ve?'
    )
    contents = read(
        f'<question type="essay"><questiontext format="html"><text><![CDATA[{stem}]]></text>{files}'
        "</questiontext></question>"
    )
    (question,) = contents.questions
    assert question.figure == Attachment("plano 1.png", base64.b64decode(picture()))
    assert (question.stems, question.figure_alts) == ({"es": "¿Qué ve?"}, {"es": "Un plano"})
    assert question.lost == (
        "the picture otro.png: a question has one",
        "a picture that is not in the file (https://example.org/x.png)",
        "the file suelto.png",
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'<!DOCTYPE q [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><quiz>&b;</quiz>', "document type"),
        (b'<!DOCTYPE q SYSTEM "http://example.org/q.dtd"><quiz/>', "document type"),
        (
            b'<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>',
            "document type",
        ),
        (b"<quiz>&lol;</quiz>", "not well formed"),
        (b"<quiz><question></quiz>", "not well formed"),
        (b"<html/>", "no file of Moodle questions"),
        (b"<a>" * 60 + b"</a>" * 60, "too deeply"),
        (b"", "empty"),
    ],
)
def test_dangerous_and_broken_files_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(FileRefused, match=message):
        read_moodle_xml(data, language="es")


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("latin-1", "ISO-8859-1"), ("cp1252", "UTF-8")],
)
def test_encodings(encoding: str, declared: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{declared}"?>\r\n<quiz>\r\n<question type="essay">'
        "<questiontext><text>¿Qué?</text></questiontext></question></quiz>"
    )
    (question,) = read_moodle_xml(text.encode(encoding), language="es").questions
    assert (question.stems, question.line) == ({"es": "¿Qué?"}, 3)


RUBRIC = ExchangedQuestion(
    shape=Shape.OPEN,
    stems={"es": "Explique.", "en": "Explain."},
    criteria=(
        ExchangedCriterion(
            {"es": "Claro"}, Decimal(1), (ExchangedLevel({"es": "Sí"}, Decimal(1)),)
        ),
    ),
    model_answers={"es": "Modelo"},
    extra={"level": "apply"},
)


def test_our_own_copy_is_not_believed_once_the_question_was_changed_by_hand() -> None:
    written = write_moodle_xml([RUBRIC], language="es").text
    (kept,) = read_moodle_xml(written.encode(), language="es").questions
    assert kept.criteria == RUBRIC.criteria
    changed = written.replace("Explique.", "Describa.", 1)
    (question,) = read_moodle_xml(changed.encode(), language="es").questions
    assert (question.criteria, question.stems["es"]) == ((), "Describa.")
    assert question.lost == ("our own additions, for the question was changed in the file since",)


@pytest.mark.parametrize("copy", ["{", "[]", '{"shape": "x"}', '{"shape": "open"}'])
def test_damaged_copy_is_named(copy: str) -> None:
    written = write_moodle_xml([RUBRIC], language="es").text
    broken = re.sub(r"(<amparo[^>]*>)[^<]*", lambda found: found.group(1) + copy, written)
    (question,) = read_moodle_xml(broken.encode(), language="es").questions
    assert question.lost == ("our own additions, which are damaged",)


def plain_moodle(question: ExchangedQuestion) -> ExchangedQuestion:
    """Return what a Moodle without our copy reads of a question."""
    written = write_moodle_xml([question], language="es").text
    bare = re.sub(r"<amparo.*</amparo>", "", written)
    contents = read_moodle_xml(bare.encode(), language="es")
    assert contents.refusals == ()
    return contents.questions[0]


def test_moodle_itself_reads_both_languages_and_the_weights() -> None:
    question = ExchangedQuestion(
        shape=Shape.MULTIPLE_CHOICE,
        stems={"es": "Uno\n\nDos & <tres>", "en": "One"},
        answers=(
            ExchangedAnswer({"es": "a", "en": "A"}, Decimal("0.33333"), {"es": "sí"}),
            ExchangedAnswer({"es": "b"}, Decimal("-0.5")),
        ),
        explanations={"en": "Because"},
        hints={"es": "Piense"},
        feedback_partly={"es": "Casi"},
        key="m1-01",
        tags=("ley",),
    )
    assert plain_moodle(question) == ExchangedQuestion(**{**vars(question), "line": 3})


def test_moodle_reads_gaps_as_cloze_and_hotspots_as_a_list() -> None:
    gaps = (
        ExchangedGap("a", Shape.SHORT_ANSWER, (ExchangedAnswer({"es": "x~y}"}, Decimal(1)),)),
        ExchangedGap(
            "b", Shape.NUMBER, (ExchangedAnswer({"es": "5"}, Decimal(1), tolerance=Decimal(1)),)
        ),
    )
    gapped = plain_moodle(ExchangedQuestion(Shape.GAPS, {"es": "El [[a]] y [[b]]."}, gaps=gaps))
    assert gapped.stems == {"es": "El [[1]] y [[2]]."}
    assert [gap.answers for gap in gapped.gaps] == [gap.answers for gap in gaps]
    spots = ExchangedQuestion(
        Shape.HOTSPOTS,
        {"es": "¿Dónde?"},
        answers=(ExchangedAnswer({"es": "Puerta"}, Decimal(1), place="1,2,3,4"),),
        figure=Attachment("p.png", b"x"),
        figure_alts={"es": "Plano"},
    )
    listed = plain_moodle(spots)
    assert (listed.shape, listed.figure, listed.figure_alts) == (
        Shape.MULTIPLE_CHOICE,
        spots.figure,
        spots.figure_alts,
    )
    assert [a.texts for a in listed.answers] == [{"es": "Puerta"}]


@pytest.mark.parametrize("encoding", ["punycode", "undefined", "unicode_escape", "utf-7", "hex"])
def test_encoding_that_is_none_of_a_text_is_not_used(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><quiz>+2AA- \\ud800</quiz>'
    contents = read_moodle_xml(text.encode(), language="es")
    assert (contents.questions, len(contents.notes)) == ((), 1)


def test_gap_that_never_ends_is_given_up_soon() -> None:
    """Many beginnings without an end: no gap is longer than one that people write."""
    assert "no gap" in refusal("cloze", "", "{1:SA:=" + "a" * 5000 + "}")
    assert one("cloze", "", "{1:SA:=" + "a" * 50 + "}").gaps
    assert "no gap" in refusal("cloze", "", "{1:SA:=a" * 3000)
