"""Where a case stands: its page, which both who asks and what is counted need."""

from uuid import UUID

from django.conf import settings

from courses.models import CasePage
from courses.models.serving import active_language


def case_page_of(case_key: UUID) -> CasePage | None:
    """Return the page of a case in the active language, live before others, with its case."""
    active = active_language()
    found = CasePage.objects.filter(translation_key=case_key).select_related(
        "case__live_version", "locale"
    )
    page: CasePage | None = min(
        found,
        key=lambda one: (
            not one.live,
            one.locale.language_code != active,
            one.locale.language_code != settings.LANGUAGE_CODE,
        ),
        default=None,
    )
    return page
