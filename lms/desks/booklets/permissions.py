"""The only road from a request to what trainers print of a module."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import Http404

from courses.models import CoursePage, ModulePage
from courses.models.serving import active_language
from courses.permissions import may_follow


def access_module_to_teach(user: Any, module_key: UUID) -> ModulePage:
    """Return a module to the staff of its course and to administrators; 404 for anybody else.

    It is the page in the active language, or else that in the source language; one that was never
    published is nobody's here.
    """
    active = active_language()
    once = Q(live=True) | Q(first_published_at__isnull=False)
    rows = ModulePage.objects.filter(once, translation_key=module_key)
    page: ModulePage | None = min(
        rows.select_related("locale"),
        key=lambda one: (
            not one.live,
            one.locale.language_code != active,
            one.locale.language_code != settings.LANGUAGE_CODE[:2],
        ),
        default=None,
    )
    course = CoursePage.objects.ancestor_of(page).first() if page is not None else None
    if page is None or course is None or not may_follow(user, course.translation_key):
        raise Http404
    return page
