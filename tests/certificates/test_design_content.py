"""What a design may say: plain lines, known fields, checked colours."""

from typing import Any

import pytest

from certificates.colours import contrast_with_white, mixed_with_white
from certificates.design_content import (
    FIELDS,
    PIECES,
    DesignContent,
    DesignLogo,
    DesignSignatory,
    PieceError,
    check_piece,
    filled,
)
from certificates.design_facts import field_values, with_design
from certificates.facts import CertificateFacts, PrintedSignatory
from tests.factories.certificates import FACTS

DIGEST = "a" * 64


def content(**changes: Any) -> DesignContent:
    values = {"layout": "marco-1", "main_colour": "#1c2d4f", "accent_colour": "#d09a35"}
    return DesignContent(**{**values, **changes})


def test_content_comes_back_as_it_was_stored() -> None:
    whole = content(
        headings={"es": "Constancia"},
        attests={"es": "{nombre} terminó {curso}.", "en": "{nombre} finished {curso}."},
        logos=(DesignLogo("Ministerio", DIGEST),),
        signatories=(DesignSignatory("Rosa Ccori", "Directora"),),
    )

    assert DesignContent.from_json(whole.to_json()) == whole


@pytest.mark.parametrize(
    "colour",
    [
        "red",
        "#fff",
        "#FFFFFF",
        "#12345g",
        "#1c2d4f;",
        "#fff;background:url(http://x/)",
        "#1c2d4f\n",
        "url(http://127.0.0.1/)",
        "var(--main)",
        "",
    ],
)
@pytest.mark.parametrize("name", ["main_colour", "accent_colour"])
def test_colour_is_six_digits_and_nothing_else(name: str, colour: str) -> None:
    with pytest.raises(ValueError, match="colour"):
        content(**{name: colour})


@pytest.mark.parametrize(
    ("colour", "contrast"),
    [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.54), ("#777777", 4.48)],
)
def test_contrast_is_that_of_the_standard(colour: str, contrast: float) -> None:
    assert round(contrast_with_white(colour), 2) == contrast


@pytest.mark.parametrize("colour", ["#777777", "#ffffff", "#d09a35"])
def test_titles_are_never_too_light_to_be_read(colour: str) -> None:
    with pytest.raises(ValueError, match="too light"):
        content(main_colour=colour)


def test_shades_are_colours_too() -> None:
    assert mixed_with_white("#000000", 0) == "#000000"
    assert mixed_with_white("#102030", 1) == "#ffffff"
    assert mixed_with_white("#000000", 0.5) == "#808080"


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("{otro}", "unknown", "otro"),
        ("{nombre} y {nombre}", "twice", "nombre"),
        ("{nombre", "brace", ""),
        ("nombre}", "brace", ""),
        ("{Nombre}", "brace", ""),
        ("{nombre.__class__}", "brace", ""),
        ("{0}", "brace", ""),
        ("{nombre!r}", "brace", ""),
        ("{nombre:>1000000}", "brace", ""),
        ("{{ nombre }}", "brace", ""),
        ("{{nombre}}", "brace", ""),
        ("{% include 'x' %}", "brace", ""),
        ("{#  #}", "brace", ""),
        ("una línea\notra", "control", ""),
        ("al revés \u202e", "control", ""),
        ("nulo \x00", "control", ""),
        ("x" * 161, "long", ""),
    ],
)
def test_piece_with_anything_but_known_fields_is_refused(text: str, kind: str, name: str) -> None:
    with pytest.raises(PieceError) as caught:
        check_piece(text, longest=PIECES["closings"])

    assert (caught.value.kind, caught.value.name) == (kind, name)
    with pytest.raises(ValueError, match=kind):
        content(closings={"es": text})


def test_heading_takes_no_fields() -> None:
    with pytest.raises(PieceError):
        content(headings={"es": "{curso}"})


@pytest.mark.parametrize(
    "changes",
    [
        {"layout": "horizonte-1"},
        {"layout": "../../../etc/passwd"},
        {"headings": {"qu": "Certificado"}},
        {"logos": (DesignLogo("Uno"),) * 5},
        {"signatories": (DesignSignatory("Uno", "Dos"),) * 4},
        {"logos": (DesignLogo("Uno", "../x"),)},
        {"logos": (DesignLogo("Uno", "http://x/a.png"),)},
        {"logos": (DesignLogo(" ", DIGEST),)},
        {"signatories": (DesignSignatory("", "Cargo"),)},
        {"signatories": (DesignSignatory("Nombre", ""),)},
        {"signatories": (DesignSignatory("N" * 121, "Cargo"),)},
        {"signatories": (DesignSignatory("Nombre\nOtro", "Cargo"),)},
    ],
)
def test_content_that_is_not_whole_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        content(**changes)


def test_pictures_are_named_once_each() -> None:
    found = content(
        logos=(DesignLogo("Uno", DIGEST), DesignLogo("Dos", DIGEST), DesignLogo("Tres")),
        signatories=(DesignSignatory("N", "C", "b" * 64),),
    ).pictures()

    assert found == (DIGEST, "b" * 64)


def test_every_field_has_a_value() -> None:
    assert set(field_values(FACTS, "es")) == set(FIELDS)


def test_fields_are_filled_and_what_is_filled_in_is_not_read_again() -> None:
    values = {**field_values(FACTS, "es"), "nombre": "{curso} {{ x }}"}

    found = filled("{nombre}: {horas}, {fin}", values).replace("\u00a0", " ")

    assert found == ("{curso} {{ x }}: 2,8 horas académicas de 45 minutos, 24 de noviembre de 2026")


def test_design_adds_its_words_in_the_language_of_the_certificate() -> None:
    design = content(
        headings={"es": "Constancia"},
        attests={"es": "{nombre}, {nota}", "en": "{nombre}, {nota}, {vigencia}"},
        logos=(DesignLogo("Ministerio", DIGEST), DesignLogo("Municipalidad")),
        signatories=(DesignSignatory("Julio Huanca", "Jefe"),),
    )
    spanish = with_design(FACTS, design, language="es")
    english = with_design(FACTS, design, language="en")

    assert (spanish.heading, english.heading) == ("Constancia", "")
    assert spanish.attests == "María del Pilar Quispe Ñahui, 17,5 / 20"
    assert english.attests.endswith("24 November 2028")
    assert spanish.institutions == ("Ministerio", "Municipalidad")
    assert spanish.signatories == (PrintedSignatory("Julio Huanca", "Jefe"),)
    assert with_design(FACTS, content(), language="es").signatories == FACTS.signatories


def test_facts_from_before_there_were_designs_come_back_as_they_were() -> None:
    old = FACTS.to_json()

    assert not {"heading", "attests", "closing", "institutions"} & set(old)
    assert CertificateFacts.from_json(old).to_json() == old
    new = with_design(FACTS, content(logos=(DesignLogo("Uno"),)), language="es")
    assert CertificateFacts.from_json(new.to_json()) == new
