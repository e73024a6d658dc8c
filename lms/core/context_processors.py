"""What every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info

from lms.core.models import SiteSettings


def _site_settings() -> SiteSettings:
    found: SiteSettings = SiteSettings.load()
    return found


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's settings and the address of this page in the other language."""
    other = "en" if (get_language() or settings.LANGUAGE_CODE).startswith("es") else "es"
    site_settings = SimpleLazyObject(_site_settings)
    return {
        "site_settings": site_settings,
        "neutral_titles": SimpleLazyObject(lambda: site_settings.is_title_neutral),
        "quick_exit_url": SimpleLazyObject(lambda: site_settings.quick_exit_url),
        "other_language_code": other,
        "other_language_name": get_language_info(other)["name_local"],
        "other_language_url": translate_url(request.path, other),
    }
