"""Words by which the guard tells names of people from those of institutions and places.

They lie in `case_words/`, in small letters without accents and in the order of the alphabet. The
given names are frequent ones of Peru; none belongs to anybody.
"""

from pathlib import Path

FOLDER = Path(__file__).with_name("case_words")


def _words(name: str) -> frozenset[str]:
    return frozenset((FOLDER / f"{name}.txt").read_text(encoding="utf-8").split())


PARTICLES = frozenset(
    ["de", "del", "la", "las", "los", "y", "e", "da", "do", "san", "santa", "the", "of", "and"]
)
INSTITUTION_WORDS = _words("institutions")
PLACE_WORDS = _words("places")
NO_NAME_WORDS = _words("no_names")
GIVEN_NAMES = _words("given_names")
PLACES = tuple((FOLDER / "names_of_places.txt").read_text(encoding="utf-8").splitlines())
"""Places whose names look like those of people; longer ones first."""
