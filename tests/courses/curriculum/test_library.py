"""Services, figures and cards as files: what is read, refused with its line, and written once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from courses.curriculum.folder import read_curriculum
from courses.curriculum.ledger import Decision
from courses.curriculum.problems import CurriculumError
from courses.models import Card, Figure, Service
from tests.courses.curriculum.conftest import Load
from tests.courses.curriculum.records import rows
from tests.factories.library import make_source

pytestmark = pytest.mark.django_db
SERVICES = """- key: defensa
  kind: legal
  name: {es: Defensa pública, en: Public defence}
  purpose: {es: Orienta, en: Guides}
  phone: "1884"
  source: Un diario
  source_read_on: 2026-11-23
  verified_on: null
"""
FIGURES = """- key: casos
  value: "191"
  unit: {es: casos, en: cases}
  what: {es: Casos, en: Cases}
  period: {es: todo 2024, en: all of 2024}
  year: 2024
  region: madre-de-dios
  body: {es: Registro, en: Register}
  source: ley-1
  note: {es: No se suma, en: It is not added}
  mark: R
"""
CARD_ES = """---
title: Escuchar
purpose: Para empezar
order: 1
sources:
  - ley-1
last_reviewed: 2026-11-23
review_due: 2027-05-23
---

::: checklist Primero
- Preguntar
:::

Con {{enfoque}}.
"""
CARD_EN = """---
title: Listening
purpose: To begin
---

::: checklist First
- Ask
:::

With a {{enfoque}}.
"""
FILES = {
    "services.yaml": SERVICES,
    "figures.yaml": FIGURES,
    "cards/escuchar.es.md": CARD_ES,
    "cards/escuchar.en.md": CARD_EN,
}


@pytest.fixture
def shelves(folder: Path) -> Path:
    (folder / "cards").mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


def problems_of(run: Callable[[], object]) -> list[str]:
    with pytest.raises(CurriculumError) as refused:
        run()
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.usefixtures("shelves")
def test_library_is_written_once_and_again_only_where_a_file_changed(
    load: Load, shelves: Path
) -> None:
    make_source()
    load()
    before = rows()
    again = load()

    service, figure = Service.objects.get(), Figure.objects.get()
    cards = {card.locale.language_code: card for card in Card.objects.select_related("locale")}
    assert (service.name_en, service.phone, service.verified_on) == ("Public defence", "1884", None)
    assert (figure.value, figure.region, figure.source.key) == ("191", "madre-de-dios", "ley-1")
    assert cards["es"].translation_key == cards["en"].translation_key
    assert [block.id for block in cards["es"].body] == [block.id for block in cards["en"].body]
    assert [source.key for source in cards["en"].sources.all()] == ["ley-1"]
    assert (rows(), again.has_changes) == (before, False)

    (shelves / "services.yaml").write_text(SERVICES.replace("Guides", "Guides people"))
    report = load()
    assert report.counts["service"][Decision.UPDATE] == 1
    assert Service.objects.get().purpose_en == "Guides people"


def test_what_somebody_checked_is_kept(load: Load, shelves: Path) -> None:
    make_source()
    load()
    Service.objects.update(verified_on="2026-12-01")
    (shelves / "services.yaml").write_text(SERVICES.replace("Guides", "Guides people"))

    report = load()

    assert "services.yaml#defensa: edited by a trainer" in report.kept
    assert str(Service.objects.get().verified_on) == "2026-12-01"


def test_source_that_does_not_exist_is_named_with_its_line(load: Load, shelves: Path) -> None:
    (shelves / "cards/escuchar.es.md").write_text(CARD_ES)

    assert problems_of(load) == [
        "cards/escuchar.es.md:6: there is no source `ley-1` in sources.yaml",
        "figures.yaml:1: there is no source `ley-1` in sources.yaml",
    ]
    assert Service.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("services.yaml", "kind: legal", "kind: shelter", "services.yaml:2: `kind` must be one of"),
        (
            "services.yaml",
            "Orienta",
            "Es un albergue",
            "services.yaml:4: `purpose_es` says “albergue”",
        ),
        ("services.yaml", '"1884"', "llame", "services.yaml:5: `phone` takes digits"),
        ("services.yaml", "Orienta", '"Con {{enfoqe}}"', "services.yaml:4: `es` holds {{enfoqe}}"),
        ("figures.yaml", "mark: R", "mark: M-M", "figures.yaml:11: `mark` must be one of R, M-H"),
        ("figures.yaml", '"191"', "muchos", "figures.yaml:2: `value` has no digit"),
        ("figures.yaml", "year: 2024", "year: 24", "figures.yaml:6: `year` must be a whole number"),
        (
            "cards/escuchar.es.md",
            "{{enfoque}}",
            "{{otro}}",
            "cards/escuchar.es.md:15: this line holds {{otro}}, which is no term of the site",
        ),
        (
            "cards/escuchar.es.md",
            "- Preguntar",
            "- Ir al refugio",
            "cards/escuchar.es.md:12: says “refugio”",
        ),
        (
            "cards/escuchar.es.md",
            "::: checklist Primero\n- Preguntar",
            "::: situation Ana\nLlega",
            "cards/escuchar.es.md:11: a card takes no `situation`",
        ),
        (
            "cards/escuchar.en.md",
            "- Ask\n",
            "- Ask\n- Wait\n",
            "cards/escuchar.en.md:1: both languages have the same blocks",
        ),
    ],
)
def test_mistake_is_named_with_file_and_line(
    shelves: Path, name: str, old: str, new: str, problem: str
) -> None:
    text = FILES[name]
    assert old in text
    (shelves / name).write_text(text.replace(old, new))

    found = problems_of(lambda: read_curriculum(shelves))

    assert any(line.startswith(problem) for line in found), found


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("courses/curso/modulo-1/leccion-1.es.md", "Un **texto**", "Un **texto** {{nada}}"),
        ("courses/curso/modulo-1/leccion-1.es.md", "- Escuchar\n", "- Escuchar {{nada}}\n"),
        ("glossary.yaml", "Una oferta que atrapa.", '"Una {{nada}}."'),
    ],
)
def test_unknown_term_is_refused_in_every_kind_of_text(
    folder: Path, path: str, old: str, new: str
) -> None:
    text = (folder / path).read_text()
    assert old in text
    (folder / path).write_text(text.replace(old, new, 1))

    found = problems_of(lambda: read_curriculum(folder))

    assert [line.partition(":")[0] for line in found if "{{nada}}" in line] == [path]
