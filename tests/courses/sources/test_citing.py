"""How sources are said to readers: words of authors, records, their state."""

from datetime import date
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from courses.blocks import SourceBlock
from courses.enums import SourceKind, SourceState
from courses.models import SourceRecord
from courses.question_types.common import Source, read_source, source_from_form, write_source
from courses.sources.citing import card_of, cite_all
from tests.factories.sources import citation, make_norm


def said(record: SourceRecord, language: str = "es", **source: str) -> Any:
    cards = {record.key: card_of(record)}
    with translation.override(language):
        return cite_all([citation(record.key, **source)], cards, language=language).lines[0]


def record_of(**changes: Any) -> SourceRecord:
    values = {"key": "k", "kind": SourceKind.NORM, "number": "Ley 1", "title_es": "Ley de algo"}
    return SourceRecord(**{**values, "title_en": "Law on something", **changes})


def test_record_speaks_the_language_of_the_reader() -> None:
    record = record_of(issued="2007-01-16", state=SourceState.IN_FORCE, url="https://e.pe/1")
    spanish, english = said(record), said(record, "en")
    assert (spanish.words, spanish.place) == ("Ley 1, Ley de algo", "artículo 9")
    assert (spanish.date, spanish.url, spanish.state) == (
        "16 de enero de 2007",
        "https://e.pe/1",
        "",
    )
    assert english.words == "Ley 1, Law on something"


def test_words_of_the_author_stand_before_those_of_the_record() -> None:
    line = said(record_of(), label="La ley, comentada", date="2020", mark="M-H")
    assert (line.words, line.date, line.mark) == ("La ley, comentada", "2020", "M-H")


@pytest.mark.parametrize(
    ("state", "kind", "words"),
    [
        (SourceState.IN_FORCE, SourceKind.NORM, ""),
        (SourceState.AMENDED, SourceKind.NORM, "amended: read the current text"),
        (SourceState.REPEALED, SourceKind.NORM, "no longer in force; replaced by DS 2"),
        (SourceState.UNKNOWN, SourceKind.PROTOCOL, "not confirmed that it is in force"),
        (SourceState.NOT_A_RULE, SourceKind.FIGURES, ""),
    ],
)
def test_state_is_said_in_words_where_it_is_not_simply_in_force(
    state: str, kind: str, words: str
) -> None:
    record = record_of(state=state, kind=kind)
    if state == SourceState.REPEALED:
        record.replaced_by = record_of(key="ds-2", number="DS 2")
    assert said(record, "en").state == words


def test_record_that_is_gone_is_shown_by_its_key_and_nothing_is_left_out() -> None:
    found = cite_all([citation("ds-1"), {"label": ""}, {"label": "Ficha"}], {}, language="es")
    assert [line.words for line in found.lines] == ["ds 1", "Ficha"]


def test_old_content_is_read_as_before_and_written_back_the_same() -> None:
    old = {"label": "Ficha", "date": "2026", "url": "", "mark": "R"}
    assert write_source(read_source(old)) == old
    assert read_source(citation()) == Source(record="ley-28950", place="artículo 9")
    assert write_source(read_source(citation())) == citation()


@pytest.mark.django_db
def test_block_keeps_the_key_and_gives_the_record_back() -> None:
    record, block = make_norm(), SourceBlock()
    value = block.to_python(citation())
    assert value["record"] == record
    assert block.get_prep_value(value)["record"] == "ley-28950"
    assert source_from_form(value) == citation()
    assert block.to_python(citation("otra"))["record"] is None


@pytest.mark.django_db
def test_list_says_the_day_of_the_oldest_check_and_where_to_look() -> None:
    make_norm()
    make_norm("ds-1", number="DS 1", state_checked_date=date(2026, 5, 2))
    sources = [read_source(citation()), read_source(citation("ds-1"))]
    html = render_to_string("courses/sources/list.html", {"sources": sources})
    assert "2 de mayo de 2026" in html
    assert "SPIJ" in html
    plain = render_to_string("courses/sources/list.html", {"sources": [Source(label="Ficha")]})
    assert "SPIJ" not in plain
