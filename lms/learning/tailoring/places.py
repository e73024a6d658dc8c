"""Where what a trainer changed leads the learner: the course, by its Spanish address."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from courses.page_links import links_by_key


def course_path(course_key: UUID) -> str:
    """Return the address of a course as a notice keeps it; that of her own page if it has none."""
    with override(settings.LANGUAGE_CODE):
        link = links_by_key([course_key]).get(course_key)
        return link.url if link is not None and link.is_live else reverse("my_learning")
