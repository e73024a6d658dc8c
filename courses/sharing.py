"""Modules that several courses share.

A shared module is written in one course. In the others stand aliases of its pages, a mechanism of
Wagtail: whatever is published in the original is published in them. Each alias has an address and a
key of its own, so that progress, attempts and promises belong to the course of the learner; the
quiz, the case and the questions behind it are the same.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.models import CoursePage, ModulePage
from courses.permissions import course_keys, is_administrator
from courses.texts import languages
from lms.accounts.models import User


class SharingRefused(Exception):
    """The module cannot stand in that course; the message says why, for the trainer to read."""


def is_shared_copy(page: Page) -> bool:
    """Say whether a page follows one of another course."""
    return page.alias_of_id is not None


@transaction.atomic
def share_module(*, module: ModulePage, course: CoursePage) -> ModulePage:
    """Let a course use a module of another one, in every language that both have; return its copy.

    Does nothing but bring it up to date where the course has it already. Raises SharingRefused if
    the module is the course's own, is a copy itself, is not published, or if its address is taken.
    """
    module, course = _in_source_language(module), _in_source_language(course)
    if is_shared_copy(module):
        raise SharingRefused(_("Share the module of the course in which it was written."))
    if module.is_descendant_of(course):
        raise SharingRefused(_("The module stands in this course already."))
    if not module.live:
        raise SharingRefused(_("Publish the module first."))
    if _copy_in(module, course) is None and _is_taken(module, course):
        message = _("The course has a module with the address “%s” already.")
        raise SharingRefused(message % module.slug)
    for original, target in _pairs(module, course):
        if _copy_in(original, target) is None:
            original.create_alias(parent=target, recursive=True, log_action=None)
    tend_copies(module)
    copy: ModulePage = ModulePage.objects.child_of(course).get(alias_of=module)
    return copy


@transaction.atomic
def tend_copies(module: ModulePage) -> None:
    """Bring every copy of a module in line with it: new items, their order, their translations.

    What the items say follows by itself when they are published.
    """
    module = _in_source_language(module)
    for copy in ModulePage.objects.filter(alias_of=module):
        target = _in_source_language(copy.get_parent().specific)
        keys: dict[Any, Any] = {}
        for original, parent in _pairs(module, target):
            below = _copy_in(original, parent)
            if below is None:
                below = original.create_alias(parent=parent, recursive=True, log_action=None)
            items = [_tended(item, below) for item in original.get_children().specific()]
            put_in_order(items)
            _join_languages([(original, below), *_with_originals(items)], keys)


def shared_modules(course: CoursePage) -> list[tuple[ModulePage, str]]:
    """Return the modules of other courses that stand in a course, each with the title of its course."""
    found = ModulePage.objects.child_of(course).exclude(alias_of=None).order_by("path")
    titles = {row.path: row.title for row in CoursePage.objects.all()}
    rows = [(module, module.alias_of) for module in found.select_related("alias_of")]
    return [(module, _title_of(titles, original)) for module, original in rows if original]


def sharable_modules(course: CoursePage, user: User) -> list[tuple[ModulePage, str]]:
    """Return the published modules of the user's other courses that this one lacks, by course."""
    courses = CoursePage.objects.filter(locale=course.locale_id).exclude(pk=course.pk)
    if not is_administrator(user):
        courses = courses.filter(translation_key__in=course_keys(user))
    titles = {row.path: row.title for row in courses.order_by("title")}
    has = set(ModulePage.objects.child_of(course).values_list("alias_of", flat=True))
    modules = ModulePage.objects.live().filter(locale=course.locale_id, alias_of=None)
    rows = [
        (module, title)
        for module in modules.order_by("path").exclude(pk__in=has - {None})
        if (title := _title_of(titles, module))
    ]
    return sorted(rows, key=lambda row: (row[1], row[0].path))


def _title_of(titles: Mapping[str, str], module: Page) -> str:
    return next((title for path, title in titles.items() if module.path.startswith(path)), "")


def tend_copies_of(page: Page) -> None:
    """Bring the copies in line of the module that a page is or stands in, if it has any."""
    specific = page.specific
    module = specific if isinstance(specific, ModulePage) else page.get_parent().specific
    if isinstance(module, ModulePage) and not is_shared_copy(module):
        tend_copies(module)


def tend_shared_of(course: CoursePage) -> None:
    """Bring every module in line that a course uses from another."""
    rows = ModulePage.objects.child_of(_in_source_language(course)).exclude(alias_of=None)
    for copy in rows.select_related("alias_of"):
        tend_copies(copy.alias_of.specific)


def put_in_order(pages: Sequence[Page]) -> None:
    """Move pages with one parent into this order; other pages between them stay where they are."""
    ids = [page.pk for page in pages]
    now = list(Page.objects.filter(pk__in=ids).order_by("path").values_list("pk", flat=True))
    if now == ids:
        return
    for before, after in pairwise(ids):
        Page.objects.get(pk=after).move(Page.objects.get(pk=before), pos="right")


def _in_source_language(page: Any) -> Any:
    """Return the page in the source language as it is stored now."""
    return type(page).objects.get(
        translation_key=page.translation_key, locale__language_code=languages()[0]
    )


def _pairs(module: ModulePage, course: CoursePage) -> list[tuple[ModulePage, CoursePage]]:
    """Return the module and the course in each language that both have, the source language first."""
    modules = _by_language(ModulePage, module)
    courses = _by_language(CoursePage, course)
    return [
        (modules[code], courses[code])
        for code in languages()
        if {code} <= modules.keys() & courses.keys()
    ]


def _by_language(model: Any, page: Page) -> dict[str, Any]:
    rows = model.objects.filter(translation_key=page.translation_key).select_related("locale")
    return {one.locale.language_code: one for one in rows}


def _copy_in(module: Page, course: Page) -> ModulePage | None:
    found: ModulePage | None = ModulePage.objects.child_of(course).filter(alias_of=module).first()
    return found


def _is_taken(module: ModulePage, course: CoursePage) -> bool:
    return any(
        target.get_children().filter(slug=original.slug).exclude(alias_of=original).exists()
        for original, target in _pairs(module, course)
    )


def _tended(item: Any, below: Page) -> Page:
    """Return the copy of an item, made if it is missing."""
    found = below.get_children().filter(alias_of=item).first()
    return found or item.create_alias(parent=below, log_action=None)


def _with_originals(copies: Sequence[Page]) -> list[tuple[Page, Page]]:
    return [(copy.alias_of, copy) for copy in copies]


def _join_languages(pairs: Sequence[tuple[Page, Page]], keys: dict[Any, Any]) -> None:
    """Give the copies in every language one key, as their originals have one."""
    for original, copy in pairs:
        key = keys.setdefault(original.translation_key, copy.translation_key)
        if key != copy.translation_key:
            Page.objects.filter(pk=copy.pk).update(translation_key=key)
