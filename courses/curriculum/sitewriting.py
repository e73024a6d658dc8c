"""What stands around the courses: the site, the catalogues, the order of pages."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from wagtail.models import Locale, Page, Site

from courses.models import CourseIndexPage

HOME_SLUGS = {"es": "inicio", "en": "home"}
CATALOGUE_SLUG = "cursos"
CATALOGUE_TITLES = {"es": "Cursos", "en": "Courses"}
_WELCOME = "Welcome to your new Wagtail site!"


def make_site(home: Any) -> None:
    """Let the site begin at our home page, and remove the welcome page that Wagtail comes with.

    A site that begins at another page of somebody's choice is left as it is.
    """
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is not None and not _is_welcome(site.root_page):
        return
    address = urlsplit(settings.BASE_URL)
    welcome = site.root_page if site is not None else None
    site = site or Site(is_default_site=True)
    site.root_page = Page.objects.get(pk=home.pk)
    site.site_name = settings.WAGTAIL_SITE_NAME
    site.hostname = address.hostname or "localhost"
    site.port = address.port or (443 if address.scheme == "https" else 80)
    site.save()
    if welcome is not None:
        welcome.delete()


def _is_welcome(page: Page) -> bool:
    return page.specific_class is Page and page.title == _WELCOME and page.is_leaf()


def new_catalogue(locale: Locale, source: Any) -> CourseIndexPage:
    """Return a catalogue that is not saved yet, as a translation of the source if there is one."""
    catalogue = CourseIndexPage(
        title=CATALOGUE_TITLES[locale.language_code],
        slug=CATALOGUE_SLUG,
        locale=locale,
        live=False,
    )
    if source is not None:
        catalogue.translation_key = source.translation_key
    return catalogue
