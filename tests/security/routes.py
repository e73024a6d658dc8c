"""Every address of the site, with the objects of one test filled in."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.urls import get_resolver
from django.urls.resolvers import LocalePrefixPattern, URLPattern, URLResolver

CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
CHANGE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)', re.IGNORECASE)
NAMED_GROUP = re.compile(r"\(\?P<(\w+)>[^()]*\)")


@dataclass(frozen=True)
class Route:
    """An address as the URL configuration writes it."""

    text: str
    name: str

    def address(self, values: Mapping[str, str]) -> str:
        """Return the address with its parts filled in; raise KeyError if a part is not known."""
        if self.text in values:
            return f"/{values[self.text]}"
        space = self.name.rpartition(":")[0]

        def value(match: re.Match[str]) -> str:
            part = match[1]
            return values.get(f"{space}:{part}") or values[part]

        filled = CONVERTER.sub(value, NAMED_GROUP.sub(value, self.text))
        return "/" + filled.replace("^", "").replace("$", "").replace("\\.", ".")


def routes() -> list[Route]:
    """Return all of them, each once."""
    found = {route.text: route for route in _walk(get_resolver(), "", "")}
    return list(found.values())


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        is_language = isinstance(entry.pattern, LocalePrefixPattern)
        text = prefix if is_language else prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Route(text, f"{space}{entry.name or ''}")
        else:
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry, text, inner)


@contextmanager
def undone() -> Iterator[Counter[str]]:
    """Undo what happens inside, and tell how often each table was written to."""
    written: Counter[str] = Counter()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        change = CHANGE.match(sql)
        if change:
            written[change[1]] += 1
        return result

    savepoint = transaction.savepoint()
    try:
        with connection.execute_wrapper(note):
            yield written
    finally:
        transaction.savepoint_rollback(savepoint)
        if written:
            cache.clear()
