"""Titles and addresses of pages in the reader's language, many in one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from wagtail.models import Page

from courses.models.serving import active_language


@dataclass(frozen=True)
class PageLink:
    """Where a page is; `language` is the code of its title's language if it is not the reader's."""

    title: str
    url: str
    language: str = ""
    is_live: bool = True


def page_url(url_path: str) -> str:
    """Return the address, in the active language, of a page with this path in Wagtail's tree.

    The first name of the path is the home page's own, which no address shows.
    """
    _start, _home, below = url_path.split("/", 2)
    return reverse("wagtail_serve", args=[below])


def link_to(page: Any) -> PageLink:
    """Return the link to a page that is in hand; its locale is read too."""
    written_in = page.locale.language_code
    return PageLink(
        title=page.title,
        url=page_url(page.url_path),
        language="" if written_in == active_language() else written_in,
        is_live=page.live,
    )


@dataclass(frozen=True)
class Links:
    """Links by the key of a page, and addresses by the database id of those asked for by id."""

    by_key: dict[UUID, PageLink]
    urls_by_id: dict[int, str]


def links_of(keys: Iterable[UUID], page_ids: Iterable[int] = ()) -> Links:
    """Return the links to pages that are or were published, in one query for all.

    For a key, a live page in the active language comes first, then one in the source language,
    then one that was published once and is not any more. By their id only live pages are found.
    """
    active, ids = active_language(), set(page_ids)
    wanted = Q(
        Q(live=True) | Q(first_published_at__isnull=False),
        translation_key__in=set(keys),
        locale__language_code__in={active, settings.LANGUAGE_CODE},
    )
    if ids:
        wanted |= Q(live=True, pk__in=ids)
    rows = Page.objects.filter(wanted).values_list(
        "pk", "translation_key", "title", "url_path", "live", "locale__language_code"
    )
    ranked: dict[UUID, tuple[tuple[bool, bool], PageLink]] = {}
    urls: dict[int, str] = {}
    for pk, key, title, url_path, live, language in rows:
        link = PageLink(title, page_url(url_path), "" if language == active else language, live)
        rank = (live, language == active)
        if key not in ranked or rank > ranked[key][0]:
            ranked[key] = (rank, link)
        if pk in ids and live:
            urls[pk] = link.url
    return Links({key: link for key, (_rank, link) in ranked.items()}, urls)


def links_by_key(keys: Iterable[UUID]) -> dict[UUID, PageLink]:
    """Return the link to each page by its key; see `links_of`."""
    return links_of(keys).by_key


def urls_by_id(page_ids: Iterable[int]) -> dict[int, str]:
    """Return the addresses of live pages by their database id, in one query."""
    return links_of((), page_ids).urls_by_id
