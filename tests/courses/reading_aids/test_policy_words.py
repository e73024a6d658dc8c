"""Words of the content policy are found as people write them, and good words are not."""

import pytest

from courses.reading_aids.policy_words import found_words


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("es", "La TRATA DE BLANCAS no existe.", ["TRATA DE BLANCAS"]),
        ("es", "tráfico de personas, trafico humano", ["tráfico de personas", "trafico humano"]),
        ("es", "el tráfico ilícito de migrantes es otro delito", []),
        ("es", "una migrante ilegal y los ilegales", ["migrante ilegal", "los ilegales"]),
        ("es", "un acto ilegal", []),
        (
            "es",
            "Prostitución infantil; prostitución de niñas",
            ["Prostitución infantil", "prostitución de niñas"],
        ),
        ("es", "la supuesta víctima fue rescatada", ["supuesta víctima", "rescatada"]),
        ("es", "presunta víctima", []),
        ("en", "An alleged victim, an illegal migrant", ["alleged victim", "illegal migrant"]),
        ("en", "presumed victim; smuggling of migrants; it is illegal", []),
    ],
)
def test_words_are_found_with_or_without_accents(
    language: str, text: str, words: list[str]
) -> None:
    assert [one.words for one in found_words([text], language=language)] == words


def test_each_says_what_to_write_and_where_it_stands() -> None:
    (found,) = found_words(["Se habló de prostitución infantil."], language="es")
    assert found.instead == "explotación sexual de niñas, niños y adolescentes"
    assert found.around == "Se habló de prostitución infantil."
