"""Addresses of ours in their Spanish form, as a notice keeps them: each reader gets them in hers."""

from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from courses.page_links import PageLink, links_by_key


def kept_path(name: str, *args: object) -> str:
    """Return the address of a view of this name."""
    with override(settings.LANGUAGE_CODE):
        return reverse(name, args=args)


def kept_links(keys: Collection[UUID]) -> dict[UUID, PageLink]:
    """Return where pages are that are or were published, by their key; one query, or none."""
    with override(settings.LANGUAGE_CODE):
        return links_by_key(keys) if keys else {}


def page_path(key: UUID) -> str:
    """Return the address of a page that learners can open; empty if there is none."""
    link = kept_links([key]).get(key)
    return link.url if link is not None and link.is_live else ""


def course_path(course_key: UUID) -> str:
    """Return the address of a course that learners can open, else that of their own page."""
    return page_path(course_key) or kept_path("my_learning")
