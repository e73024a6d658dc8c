"""GIFT as Moodle documents it, case by case."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from courses.formats.gift import read_gift
from courses.formats.plaintext import decode
from courses.formats.structures import MOST_BYTES, FileRefused
from courses.question_types.exchange import ExchangedQuestion, Shape


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def one(text: str) -> ExchangedQuestion:
    """Return the only question of a text that is read without a refusal."""
    contents = read_gift(text, language="es")
    assert contents.refusals == ()
    (question,) = contents.questions
    return question


def refused(text: str) -> list[tuple[int, str]]:
    contents = read_gift(text, language="es")
    return [(refusal.line, refusal.message) for refusal in contents.refusals]


def answers(question: ExchangedQuestion) -> list[tuple[str, Decimal, str]]:
    return [(a.texts.get("es", ""), a.fraction, a.feedback.get("es", "")) for a in question.answers]


def test_single_choice_with_feedback_and_general_feedback() -> None:
    question = one(
        "::Capital::¿Cuál es la capital?{\n=Lima#Sí\n~Cusco # No\n~%-25%Ica\n####La costa.\n}"
    )
    assert (question.shape, question.name, question.line) == (Shape.SINGLE_CHOICE, "Capital", 1)
    assert question.stems == {"es": "¿Cuál es la capital?"}
    assert question.explanations == {"es": "La costa."}
    assert answers(question) == [
        ("Lima", Decimal(1), "Sí"),
        ("Cusco", Decimal(0), "No"),
        ("Ica", Decimal("-0.25"), ""),
    ]


def test_multiple_choice_by_weights() -> None:
    question = one("Elija dos{~%50%uno ~%50%dos ~%-33.33333%tres}")
    assert question.shape == Shape.MULTIPLE_CHOICE
    assert [fraction for _t, fraction, _f in answers(question)] == [
        Decimal("0.5"),
        Decimal("0.5"),
        Decimal("-0.3333333"),
    ]


@pytest.mark.parametrize(
    ("source", "right"),
    [("{T}", "true"), ("{TRUE}", "true"), ("{F}", "false"), ("{false}", "false")],
)
def test_true_and_false(source: str, right: str) -> None:
    question = one(f"El agua moja.{source}")
    assert question.shape == Shape.TRUE_FALSE
    assert [a.texts["es"] for a in question.answers if a.fraction == 1] == [right]


def test_true_false_feedback_is_for_wrong_then_right() -> None:
    question = one("El agua moja.{TRUE#Piense otra vez.#Así es.}")
    assert answers(question) == [
        ("true", Decimal(1), "Así es."),
        ("false", Decimal(0), "Piense otra vez."),
    ]


def test_short_answer_with_weights_and_wildcard() -> None:
    question = one("Dos más dos{=cuatro =%50%4#Casi =%0%*#No}")
    assert question.shape == Shape.SHORT_ANSWER
    assert answers(question) == [
        ("cuatro", Decimal(1), ""),
        ("4", Decimal("0.5"), "Casi"),
        ("*", Decimal(0), "No"),
    ]


def test_short_answer_without_sign() -> None:
    assert answers(one("Dos más dos{cuatro}")) == [("cuatro", Decimal(1), "")]


def test_matching_with_distractor() -> None:
    question = one("Una{\n=Perú -> Lima\n=Chile -> Santiago\n= -> Quito\n}")
    assert question.shape == Shape.MATCHING
    assert [(dict(a.texts), dict(a.match)) for a in question.answers] == [
        ({"es": "Perú"}, {"es": "Lima"}),
        ({"es": "Chile"}, {"es": "Santiago"}),
        ({}, {"es": "Quito"}),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{#1822}", [("1822", 0, 1)]),
        ("{#3.14:0.005}", [("3.14", "0.005", 1)]),
        ("{#1..5}", [("3", 2, 1)]),
        ("{#=1822:0 =%50%1822:2}", [("1822", 0, 1), ("1822", 2, "0.5")]),
        ("{#-2.5:1 ~#No}", [("-2.5", 1, 1), ("*", 0, 0)]),
        ("{#\n=1\\:1 #bien\n}", [("1", 1, 1)]),
    ],
)
def test_numbers_tolerances_and_ranges(source: str, expected: list[Any]) -> None:
    question = one(f"¿En qué año?{source}")
    assert question.shape == Shape.NUMBER
    assert [(a.texts["es"], a.tolerance, a.fraction) for a in question.answers] == [
        (digits, Decimal(tolerance), Decimal(fraction)) for digits, tolerance, fraction in expected
    ]


def test_essay_and_description() -> None:
    assert one("Explique.{}").shape == Shape.OPEN
    assert one("Explique.{####Lo esencial.}").explanations == {"es": "Lo esencial."}
    assert one("Ahora siga leyendo.").shape == Shape.TEXT


def test_missing_word() -> None:
    question = one("El Perú tiene {=tres ~dos} regiones.")
    assert question.stems == {"es": "El Perú tiene _____ regiones."}
    assert question.shape == Shape.SINGLE_CHOICE


def test_escapes() -> None:
    question = one("::A\\:B::Uno \\{x\\} \\= y\\~z \\# \\\\ a\\:b\\nOtra línea{=s\\=í ~n\\#o}")
    assert question.name == "A:B"
    assert question.stems == {"es": "Uno {x} = y~z # \\ a:b\nOtra línea"}
    assert [text for text, _w, _f in answers(question)] == ["s=í", "n#o"]


@pytest.mark.parametrize(
    ("source", "text", "lost"),
    [
        ("[html]<p>Uno</p><p>Dos <b>tres</b></p>", "Uno\n\nDos tres", ("formatting (b)",)),
        ("[plain]a <b> c", "a <b> c", ()),
        ("[markdown]Uno **dos**", "Uno dos", ("formatting (strong)",)),
        ("[moodle]Uno\nDos", "Uno\nDos", ()),
        ("Uno<br>Dos &amp; tres", "Uno\nDos & tres", ()),
        ("[html]<script>x()</script>Uno", "Uno", ("active content (script)",)),
        ("[html]<ul><li>Uno</li><li>Dos</li></ul>", "- Uno\n- Dos", ()),
    ],
)
def test_formats_become_plain_text_and_say_what_was_lost(
    source: str, text: str, lost: tuple[str, ...]
) -> None:
    question = one(f"::T::{source}{{}}")
    assert question.stems == {"es": text}
    assert question.lost == lost


def test_picture_is_named_as_lost() -> None:
    question = one('::T::[html]Mire <img src\\="@@PLUGINFILE@@/a.png">{}')
    assert question.lost == ("a picture (@@PLUGINFILE@@/a.png): GIFT holds no files",)


def test_categories_ids_tags_and_comments() -> None:
    text = (
        "// un comentario\n$CATEGORY: $course$/top/Módulo 1/Mitos\n\n"
        "// question: 7  name: uno\n// [id:m1-01] [tag:ley] [tag:básico]\nUno{}\n\n"
        "$CATEGORY: Otro\n\nDos{}\n"
    )
    first, second = read_gift(text, language="es").questions
    assert (first.category, first.key, first.tags) == ("Módulo 1/Mitos", "m1-01", ("ley", "básico"))
    assert (first.line, second.category, second.line) == (6, "Otro", 10)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            "Bien{}\n\nMal {=a",
            3,
            "The { is not closed before the empty line that ends the question.",
        ),
        ("Mal }", 1, "A } has no { before it; write \\} for the sign itself."),
        ("Uno{=a ~}{b}", 1, "A question takes one pair of { }; an empty line ends it."),
        ("Uno{=a#x ~#y}", 1, "An option has no text."),
        ("Uno{~%150%a ~b}", 1, "A weight lies between -100 % and 100 %."),
        ("Uno{~%x%a ~b}", 1, "A weight is written as %50% with a number."),
        ("Uno{=a -> b =c}", 1, "A pair is written as = left -> right."),
        ("::Solo título::{}", 1, "The question has no text."),
        ("Uno{#5..1}", 1, "A range runs from the smaller to the bigger number."),
        ("Uno{#x}", 1, "“x” is no number with a tolerance, as in 5, 5:0.1 or 4.9..5.1."),
        (
            "Uno{#1e999999}",
            1,
            "“1e999999” is no number with a tolerance, as in 5, 5:0.1 or 4.9..5.1.",
        ),
    ],
)
def test_mistakes_are_named_with_their_line(text: str, line: int, message: str) -> None:
    assert refused(text) == [(line, message)]


def test_one_bad_question_leaves_the_others() -> None:
    contents = read_gift("Uno{=a ~b}\n\nMal{=a\n\nTres{}", language="es")
    assert [question.line for question in contents.questions] == [1, 5]
    assert [refusal.line for refusal in contents.refusals] == [3]


# -- bytes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings_are_read_without_a_word(encoding: str) -> None:
    assert decode("¿Qué\r\nes?\r".encode(encoding)) == ("¿Qué\nes?\n", ())


def test_latin_1_is_read_and_said() -> None:
    text, notes = decode("¿Qué?".encode("latin-1"))
    assert text == "¿Qué?"
    assert notes == ("The file is not in UTF-8; it was read as Latin-1. Check the accents.",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \n", "The file is empty."),
        (b"PK\x03\x04\x00\x00", "The file is no text."),
        (b"a" * (MOST_BYTES + 1), "The file is bigger than 20 MB."),
    ],
)
def test_files_that_cannot_be_read_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(FileRefused, match=message):
        decode(data)
