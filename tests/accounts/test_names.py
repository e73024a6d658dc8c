"""What may stand in a name."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.names import clean_display_name, clean_full_name


@pytest.mark.parametrize(
    "name",
    [
        "Saturnina",
        "María del Carmen Ñahui Güisa",
        "Ana Rosa Huamán Ccori",
        "D'Angelo O\N{RIGHT SINGLE QUOTATION MARK}Brien",
        "Q\N{MODIFIER LETTER APOSTROPHE}oñi Sut\N{MODIFIER LETTER APOSTROPHE}i",
        "Jean-Pierre Shimpukat",
        "J. A. Ríos T.",
        "Ẽdison Ãkabari",
        "Y" * 200,
    ],
)
def test_clean_full_name_keeps_a_name_of_peru(name: str) -> None:
    assert clean_full_name(name) == name


def test_clean_full_name_composes_and_collapses_spaces() -> None:
    typed = (
        "  Nun\N{COMBINING TILDE}ez\N{NO-BREAK SPACE}\tQuispe \n Mamani\N{NON-BREAKING HYPHEN}Ríos "
    )
    assert clean_full_name(typed) == "Nuñez Quispe Mamani-Ríos"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Ana \N{GRINNING FACE}", "character"),
        ("Ana \N{RIGHT-TO-LEFT OVERRIDE}anA", "invisible"),
        ("Ana\N{RIGHT-TO-LEFT MARK}", "invisible"),
        ("Ana\N{ZERO WIDTH SPACE}Rosa", "invisible"),
        ("Ana\x00Rosa", "invisible"),
        ("Ana\x07", "invisible"),
        ("\N{CYRILLIC CAPITAL LETTER A}na", "character"),
        ("安娜", "character"),
        ("Ana 2", "character"),
        ("Ana <b>", "character"),
        ("=cmd", "character"),
        ("- . '", "no_letter"),
        ("\N{COMBINING ACUTE ACCENT}Ana", "marks"),
        ("Z" + "\N{COMBINING ENCLOSING CIRCLE}", "character"),
        ("Z" + "\N{COMBINING TILDE BELOW}" * 20, "marks"),
        ("Y" * 201, "too_long"),
    ],
)
def test_clean_full_name_refuses_what_cannot_be_printed(name: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        clean_full_name(name)
    assert refused.value.code == code


def test_clean_display_name_allows_an_alias_and_nothing() -> None:
    assert [clean_display_name(text) for text in ("Colibrí_27", "  ", "")] == ["Colibrí_27", "", ""]


@pytest.mark.parametrize("name", ["Ana\N{LEFT-TO-RIGHT OVERRIDE}", "\N{SNOWMAN}", "a" * 61, "77"])
def test_clean_display_name_refuses_what_a_name_may_not_hold(name: str) -> None:
    with pytest.raises(ValidationError):
        clean_display_name(name)


@given(st.text(max_size=60))
def test_clean_full_name_result_is_stable_and_free_of_control_characters(text: str) -> None:
    try:
        name = clean_full_name(text)
    except ValidationError:
        return
    assert clean_full_name(name) == name == unicodedata.normalize("NFC", name)
    assert not any(unicodedata.category(character).startswith("C") for character in name)
