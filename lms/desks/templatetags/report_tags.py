"""What the templates of reports look up."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at_key(values: Mapping[str, Any], key: str) -> Any:
    """Return what stands under a key, None where nothing does."""
    return values.get(key)
