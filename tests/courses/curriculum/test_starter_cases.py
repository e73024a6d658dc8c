"""The cases of the starter curriculum: what every one must hold before anybody walks it."""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from django.conf import settings

from courses.case_checks import case_problems
from courses.case_graph import CaseGraph, read_case
from courses.curriculum.casefiles import read_case_file
from courses.curriculum.documents import Source
from courses.curriculum.problems import Problems
from courses.curriculum.sourcefiles import read_source_records
from courses.enums import EndingKind
from courses.texts import Texts

FOLDER = settings.BASE_DIR / "fixtures" / "curriculum"
KEYS = sorted(path.stem for path in (FOLDER / "cases").glob("*.yaml"))

# Words that speak to a learner as tú; quoted speech is left out, since adolescents are called tú.
TU_FORMS = re.compile(
    r"\b(tú|tuyo|tuya|contigo|tienes|puedes|debes|quieres|haz|eliges|piensas|recuerdas|sabes"
    r"|vosotros|vuestro|vuestra)\b",
    re.IGNORECASE,
)
LEARNER_AS_A_MAN = re.compile(r"\b(lo|los|la|las) (ve|ven|mira|miran|llama|llaman) a usted\b")


@cache
def _graph(key: str) -> CaseGraph:
    problems = Problems()
    spec = read_case_file(Source(FOLDER, problems), f"cases/{key}.yaml")
    assert problems.sorted() == []
    assert spec is not None
    return read_case(spec.content)


@cache
def _name(key: str) -> str:
    spec = read_case_file(Source(FOLDER, Problems()), f"cases/{key}.yaml")
    assert spec is not None
    return spec.name


def _texts(graph: CaseGraph) -> Iterator[tuple[str, Texts]]:
    """Yield every text that people read, with its place."""
    yield "titles", graph.titles
    yield "facilitator_notes", graph.facilitator_notes
    yield from ((f"fact {fact.id}", fact.texts) for fact in graph.facts)
    yield from (("debrief question", texts) for texts in graph.debrief_questions)
    for gauge in graph.gauges:
        yield f"gauge {gauge.id}", gauge.titles
        yield from ((f"gauge {gauge.id}", word.texts) for word in gauge.words)
    for scene in graph.scenes:
        yield f"{scene.id} titles", scene.titles
        yield f"{scene.id} texts", scene.texts
        optional = (scene.present, scene.known, scene.drawing_alts)
        yield from ((f"{scene.id} beside", texts) for texts in optional if texts)
        for choice in scene.choices:
            yield f"{scene.id} {choice.id}", choice.texts
            yield f"{scene.id} {choice.id} consequences", choice.consequences
            yield f"{scene.id} {choice.id} feedback", choice.feedback
        if scene.ending:
            yield f"{scene.id} debriefs", scene.ending.debriefs


def _found(pattern: re.Pattern[str], key: str, *codes: str, is_quoted: bool = True) -> list[str]:
    """Return where a pattern stands in the texts of a case."""
    found = []
    for place, texts in _texts(_graph(key)):
        for code in codes:
            text = texts[code] if is_quoted else re.sub(r"«[^»]*»", "", texts[code])
            found += [f"{place}: {match.group()}" for match in pattern.finditer(text)]
    return found


def test_starter_curriculum_has_seventeen_cases_and_one_for_each_sector() -> None:
    pages = [
        path
        for path in (FOLDER / "courses/curso-inicial").glob("*/caso-*.yaml")
        if "case: " in path.read_text()
    ]
    assert len([path for path in pages if path.parent.name != "casos"]) == 17
    assert len([path for path in pages if path.parent.name == "casos"]) == 8
    assert len(KEYS) == 25


@pytest.mark.parametrize(
    ("key", "subject"),
    [
        ("la-oferta", "niñez"),
        ("el-taller", "laboral"),
        ("paso-real", "trabajador extranjero sin documentos"),
    ],
)
def test_starter_cases_hold_a_child_a_labour_case_and_a_foreign_worker(
    key: str, subject: str
) -> None:
    assert subject in _name(key)


@pytest.mark.parametrize("key", KEYS)
def test_starter_case_passes_the_checks_of_a_publication(key: str) -> None:
    assert case_problems(_graph(key)) == []


@pytest.mark.parametrize("key", KEYS)
def test_starter_case_is_long_enough_and_may_end_well_and_badly(key: str) -> None:
    graph = _graph(key)
    endings = [scene.ending for scene in graph.scenes if scene.ending]
    assert 6 <= len(graph.scenes) <= 16
    assert len(endings) >= 2
    assert EndingKind.SAFE in {ending.kind for ending in endings}
    assert {ending.kind for ending in endings} - {EndingKind.SAFE}
    assert len(graph.gauges) <= 3


@pytest.mark.parametrize("key", KEYS)
def test_what_was_learned_or_won_in_a_starter_case_matters_later(key: str) -> None:
    conditions = [choice.condition for scene in _graph(key).scenes for choice in scene.choices]
    assert any(one.facts or one.at_least or one.at_most for one in conditions)


@pytest.mark.parametrize("key", KEYS)
def test_starter_case_says_everything_in_both_languages(key: str) -> None:
    missing = [
        (place, code)
        for place, texts in _texts(_graph(key))
        for code in ("es", "en")
        if not texts.get(code, "").strip()
    ]
    assert missing == []


@pytest.mark.parametrize("key", KEYS)
def test_starter_case_explains_every_choice_and_names_its_sources(key: str) -> None:
    graph = _graph(key)
    unexplained = [
        (scene.id, choice.id)
        for scene in graph.scenes
        for choice in scene.choices
        if not choice.feedback
    ]
    sources = [one for scene in graph.scenes if scene.ending for one in scene.ending.sources]
    assert unexplained == []
    written = [one for one in sources if not one.record]
    known = {spec.key for spec in read_source_records(Source(FOLDER, Problems()))}
    assert {one.record for one in sources} - {""} <= known
    assert [one.label for one in written if not one.date or one.mark not in _MARKS] == []


_MARKS = ("R", "M-H", "M-M")


@pytest.mark.parametrize("key", KEYS)
def test_starter_case_does_not_always_put_the_same_choice_first(key: str) -> None:
    """The way to the safe ending must not be the first choice of every scene."""
    scenes = [scene for scene in _graph(key).scenes if scene.choices]
    first = [scene.choices[0].moves.get("confianza", 0) > 0 for scene in scenes]
    assert sum(first) <= len(scenes) // 2


@pytest.mark.parametrize("key", KEYS)
def test_starter_case_shouts_nowhere(key: str) -> None:
    assert _found(re.compile("[!¡]"), key, "es", "en") == []


@pytest.mark.parametrize("key", KEYS)
def test_starter_case_speaks_to_the_learner_as_usted_of_either_sex(key: str) -> None:
    assert _found(TU_FORMS, key, "es", is_quoted=False) == []
    assert _found(LEARNER_AS_A_MAN, key, "es") == []


@pytest.mark.parametrize("key", KEYS)
def test_starter_case_holds_nothing_like_real_data(key: str) -> None:
    """No number as long as a telephone or an identity card, and no plate of a vehicle."""
    long_number = re.compile(r"\b\d[\d .-]{5,}\d\b(?!-[A-Z])|(?<!Ley )(?<!Law )\b\d{5,}\b")
    plate = re.compile(r"\b[A-Z]{1,3}\d?[A-Z]?-\d{3,4}\b")
    assert _found(long_number, key, "es", "en") == []
    assert _found(plate, key, "es", "en") == []


@pytest.mark.parametrize("key", KEYS)
def test_starter_case_keeps_to_the_words_of_the_content_policy(key: str) -> None:
    spanish = re.compile(
        r"trata de blancas|\bilegal(es)?\b|prostitución infantil|enfoque de género|DS 005-2016|Aurora",
        re.IGNORECASE,
    )
    english = re.compile(r"\billegals?\b|child prostitution|gender ideology", re.IGNORECASE)
    assert _found(spanish, key, "es") == []
    assert _found(english, key, "en") == []
