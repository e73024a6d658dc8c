"""What the forms of the library refuse, and what the database does."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from wagtail.log_actions import log

from courses.library.citing import CARDS, FIGURES
from courses.sheltered import sheltering_words
from tests.factories.library import make_card, make_figure, make_service, make_source

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Un albergue para mujeres", "albergue"),
        ("El HOGAR DE REFUGIO de la región", "hogar de refugio"),
        ("Está en el CAR del distrito", "CAR"),
        ("A safe house", "safe house"),
        ("Av. Los Pinos 123", "av. los pinos 1"),
        ("Jirón Unión 45", "jiron union 4"),
        ("-12.04637, -77.04279", "-12.04637, -77.04279"),
        ("https://goo.gl/maps/abc", "goo.gl/maps"),
        ("Personas refugiadas en situación de calle", ""),
        ("Llame a la UPE, ella decide dónde estará", ""),
        ("A car stops", ""),
    ],
)
def test_protected_places_and_streets_are_found(text: str, words: str) -> None:
    assert sheltering_words(text) == words


def test_service_that_tells_a_place_is_refused_at_its_field() -> None:
    service = make_service()
    service.purpose_es = "Va al albergue"
    service.hours_en = "Ask at 12 Long Street"

    with pytest.raises(ValidationError) as refused:
        service.full_clean()

    assert sorted(refused.value.message_dict) == ["hours_en", "purpose_es"]
    assert "albergue" in refused.value.message_dict["purpose_es"][0]


@pytest.mark.parametrize(
    "changes", [{"kind": "shelter"}, {"phone": "llame"}, {"region": "atlantida"}]
)
def test_service_takes_known_kinds_and_numbers_only(changes: dict[str, Any]) -> None:
    service = make_service()
    for name, value in changes.items():
        setattr(service, name, value)

    with pytest.raises(ValidationError) as refused:
        service.full_clean()

    assert set(changes) <= set(refused.value.message_dict)


@pytest.mark.parametrize("changes", [{"mark": "M-L"}, {"year": 1821}])
def test_database_keeps_figures_sure_and_plausible(changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_figure(source=make_source(), **changes)


def test_source_of_a_figure_is_not_deleted() -> None:
    source = make_source()
    make_figure(source=source)

    with pytest.raises(ProtectedError):
        source.delete()


def test_card_is_not_due_before_its_review() -> None:
    card = make_card()
    card.review_due_date = card.last_reviewed_date.replace(year=2020)

    with pytest.raises(ValidationError):
        card.full_clean()


def test_figures_and_cards_are_found_when_their_source_changes() -> None:
    source, other = make_source(), make_source("otra")
    figure = make_figure(source=source)
    make_figure("c-2", source=other)
    card, english = make_card(), make_card("ficha-2", "en")
    card.sources.set([source])
    english.sources.set([source, other])

    found = [item for kind in (FIGURES, CARDS) for item in kind.citing(source)]

    assert [(item.kind, item.item_id, item.language) for item in found] == [
        ("figure", figure.pk, ""),
        ("card", card.pk, "es"),
        ("card", english.pk, "en"),
    ]
    assert all(item.live_version > 0 for item in found)
    assert FIGURES.current([figure.pk])[figure.pk] == found[0]


def test_edit_of_a_card_counts_as_a_newer_version() -> None:
    card = make_card()
    before = CARDS.current([card.pk])[card.pk].live_version

    log(instance=card, action="wagtail.edit")

    assert CARDS.current([card.pk])[card.pk].live_version > before
