"""Sources, services, figures and cards for tests; nothing in them is real."""

from datetime import date
from typing import Any

from wagtail.models import Locale

from courses.models import Card, Figure, Helpline, Service, SourceRecord

DAY = date(2026, 11, 23)


def make_source(key: str = "ley-1", **changes: Any) -> SourceRecord:
    """Make a source that stands in the library."""
    values: dict[str, Any] = {
        "kind": "norm",
        "number": f"Norma {key}",
        "title_es": "Título de prueba",
        "title_en": "Test title",
        "issued": "2021",
        "url": "https://example.org/norma",
        "state": "in_force",
        "state_checked_date": DAY,
    }
    return SourceRecord.objects.create(key=key, **{**values, **changes})


def make_service(key: str = "servicio", **changes: Any) -> Service:
    """Make a service that nobody checked yet."""
    values: dict[str, Any] = {
        "kind": "legal",
        "name_es": "Oficina de prueba",
        "name_en": "Test office",
        "purpose_es": "Orienta",
        "purpose_en": "Guides",
        "source": "Ficha",
        "source_read_on": DAY,
    }
    return Service.objects.create(key=key, **{**values, **changes})


def make_figure(key: str = "cifra", *, source: SourceRecord, **changes: Any) -> Figure:
    """Make a figure of the year 2024."""
    values: dict[str, Any] = {
        "what_es": "Casos de prueba",
        "what_en": "Test cases",
        "value": "12",
        "unit_es": "casos",
        "unit_en": "cases",
        "year": 2024,
        "period_es": "todo 2024",
        "period_en": "all of 2024",
        "body_es": "Institución de prueba",
        "body_en": "Test body",
        "note_es": "Cuenta casos.",
        "note_en": "It counts cases.",
        "mark": "R",
    }
    return Figure.objects.create(key=key, source=source, **{**values, **changes})


def make_card(
    key: str = "ficha", language: str = "es", text: str = "Escuche.", **changes: Any
) -> Card:
    """Make a card in one language with one text in it."""
    values: dict[str, Any] = {
        "title": f"Ficha {key}",
        "purpose": "Para probar",
        "last_reviewed_date": DAY,
        "review_due_date": date(2027, 5, 23),
        "locale": Locale.objects.get_or_create(language_code=language)[0],
        "body": [("idea", f"<p>{text}</p>")],
    }
    return Card.objects.create(key=key, **{**values, **changes})


def make_helpline(key: str = "105", language: str = "es", **changes: Any) -> Helpline:
    """Make a line that nobody called yet."""
    values: dict[str, Any] = {
        "number": key,
        "name": f"Línea {key}",
        "purpose": "Orientar",
        "hours": "24 horas",
        "source": "Ficha",
        "source_read_on": DAY,
        "locale": Locale.objects.get_or_create(language_code=language)[0],
    }
    return Helpline.objects.create(key=key, **{**values, **changes})
