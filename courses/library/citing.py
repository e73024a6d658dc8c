"""Figures and cards cite sources, too: how those that rest on one are found when it changes.

Their rows count no versions. When one was edited last is known by Wagtail's log of the form and by
the ledger of the curriculum, and its second serves as the number that grows with every edit.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry

from courses.models import Card, Figure, LoadedItem, SourceRecord
from courses.models.serving import active_language
from courses.sources.kinds import CitingItem, CitingKind
from courses.texts import in_language
from lms.core.terms import worded

FIGURE, CARD = "figure", "card"
NEVER_EDITED = 1
"""The number of a row that no form and no file ever touched; 0 would say that it is not public."""


def _last_edits(model: Any, ids: Collection[int]) -> dict[str, int]:
    """Return the second of the last edit by the id of a row as text; two queries."""
    wanted = [str(pk) for pk in ids]
    kind = ContentType.objects.get_for_model(model)
    logged = ModelLogEntry.objects.filter(content_type=kind, object_id__in=wanted)
    loaded = LoadedItem.objects.filter(label=model._meta.label_lower, object_id__in=wanted)
    found: dict[str, int] = {}
    for pk, moment in (
        *logged.values_list("object_id").annotate(Max("timestamp")),
        *loaded.values_list("object_id", "loaded_at"),
    ):
        found[pk] = max(found.get(pk, NEVER_EDITED), int(moment.timestamp()))
    return found


def _item(kind: str, row: Any, title: str, edited: dict[str, int], language: str) -> CitingItem:
    version = edited.get(str(row.pk), NEVER_EDITED)
    return CitingItem(
        kind=kind,
        item_id=row.pk,
        title=title,
        language=language,
        live_version=version,
        newest_version=version,
        edit_url=reverse(f"wagtailsnippets_courses_{kind}:edit", args=[row.pk]),
    )


def _figures(rows: Iterable[Figure]) -> list[CitingItem]:
    found = list(rows)
    edited = _last_edits(Figure, [row.pk for row in found])
    active = active_language()
    return [
        _item(
            FIGURE,
            row,
            f"{row.value} {in_language({'es': row.unit_es, 'en': row.unit_en}, active)} ({row.year})",
            edited,
            "",
        )
        for row in found
    ]


def _cards(rows: Iterable[Card]) -> list[CitingItem]:
    found = list(rows)
    edited = _last_edits(Card, [row.pk for row in found])
    return [
        _item(CARD, row, worded(row.title, code), edited, code)
        for row in found
        for code in [row.locale.language_code]
    ]


def _figures_citing(record: SourceRecord) -> list[CitingItem]:
    return _figures(record.figures.order_by("-year", "key"))


def _current_figures(ids: Collection[int]) -> dict[int, CitingItem]:
    return {item.item_id: item for item in _figures(Figure.objects.filter(pk__in=ids))}


def _cards_citing(record: SourceRecord) -> list[CitingItem]:
    return _cards(record.cards.select_related("locale").order_by("sort_order", "pk"))


def _current_cards(ids: Collection[int]) -> dict[int, CitingItem]:
    rows = Card.objects.filter(pk__in=ids).select_related("locale")
    return {item.item_id: item for item in _cards(rows)}


FIGURES = CitingKind(FIGURE, _("figure"), _figures_citing, _current_figures)
CARDS = CitingKind(CARD, _("card"), _cards_citing, _current_cards)
