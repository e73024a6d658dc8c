"""Codes: unguessable, and read however they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.codes import ALPHABET, LENGTH, grouped, new_code, read_code

codes = st.text(alphabet=ALPHABET, min_size=LENGTH, max_size=LENGTH)
LOOKS_LIKE = {"0": "0oO", "1": "1iIlL"}
BETWEEN = st.text(alphabet=" -.\t\u00a0\u2013\u2011", max_size=2)


def test_new_codes_are_twenty_characters_of_the_alphabet_and_differ() -> None:
    made = {new_code() for _ in range(1000)}

    assert len(made) == 1000
    assert {len(code) for code in made} == {LENGTH}
    assert set("".join(made)) == set(ALPHABET)


@given(code=codes)
def test_grouped_code_reads_back(code: str) -> None:
    assert read_code(grouped(code)) == code
    assert [len(group) for group in grouped(code).split("-")] == [4] * 5


@given(code=codes, data=st.data())
def test_sloppy_code_reads_as_meant(code: str, data: st.DataObject) -> None:
    typed = ""
    for sign in code:
        choices = LOOKS_LIKE.get(sign, sign + sign.lower())
        typed += data.draw(st.sampled_from(choices)) + data.draw(BETWEEN)

    assert read_code(typed) == code


@given(code=codes)
def test_full_width_code_reads_as_meant(code: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)

    assert read_code(wide) == code


@given(typed=st.text(max_size=300))
def test_reading_never_raises_and_gives_a_code_or_nothing(typed: str) -> None:
    found = read_code(typed)

    assert found is None or (len(found) == LENGTH and set(found) <= set(ALPHABET))


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0",
        "0" * 19,
        "0" * 21,
        "U" * 20,
        "\x00" * 20,
        "0" * 19 + "\x00",
        "\ud800" * 20,
        "\u202e" + "0" * 20,
        "\U0001f600" * 20,
        "ﷺ" * 200,
        "0" * 1_000_000,
        " " * 1_000_000,
        "' OR 1=1 --         ",
        "../../../etc/passwd ",
    ],
)
def test_what_cannot_be_a_code_is_nothing(typed: str) -> None:
    assert read_code(typed) is None
