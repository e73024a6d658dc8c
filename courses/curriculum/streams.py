"""Blocks as Wagtail stores them, with the same ids in every language and at every load."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from courses.curriculum.body import Block

_NAMESPACE = UUID("5c1f0e0e-3c2f-4f4b-9a43-0d8a8f8f7a10")


def block_id(place: str) -> str:
    """Return the id of the block at a place: both languages share it, so that they can be matched."""
    return str(uuid5(_NAMESPACE, place))


def as_stream(
    blocks: Sequence[Block],
    place: str,
    language: str,
    references: Mapping[str, Mapping[str, int]],
) -> tuple[str, list[Block]]:
    """Return a stream's JSON, and the blocks whose picture, document or term is missing."""
    raw, missing = [], []
    for number, block in enumerate(blocks):
        here = f"{place}/{number}"
        value = _with_items(block.value, here)
        for name, key in block.references.items():
            found = references[name].get(f"{key}.{language}" if name == "term" else key)
            value = {**value, name: found}
            if found is None:
                missing.append(block)
        raw.append({"type": block.kind, "value": value, "id": block_id(here)})
    return json.dumps(raw), missing


def _with_items(value: Any, place: str) -> Any:
    if not isinstance(value, dict) or "items" not in value:
        return value
    items = [
        {"type": "item", "value": item, "id": block_id(f"{place}/items/{number}")}
        for number, item in enumerate(value["items"])
    ]
    return {**value, "items": items}


def criteria_stream(blocks: Sequence[Block], place: str) -> str:
    """Return the JSON of a checklist, whose lines keep their ids wherever they stand in it."""
    raw = []
    for block in blocks:
        value = {name: said for name, said in block.value.items() if name != "key"}
        raw.append(
            {"type": block.kind, "value": value, "id": block_id(f"{place}/{block.value['key']}")}
        )
    return json.dumps(raw)


def requirements_stream(pages: Iterable[Any], place: str) -> str:
    """Return the JSON of the pages that must be done first."""
    raw = [
        {"type": "page", "value": page.pk, "id": block_id(f"{place}/{number}")}
        for number, page in enumerate(pages)
    ]
    return json.dumps(raw)
