"""The help beside the editor, asked for while somebody writes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.models import Page

from courses.models import CheckedPage
from courses.reading_aids.forms import measured_texts
from courses.reading_aids.measuring import measure
from courses.reading_aids.prose import prose_of

FRAGMENT = "courses/admin/reading_aid.html"


@require_POST
def measure_text(request: HttpRequest) -> HttpResponse:
    """Answer with what is to be said about the texts of a form; nothing is stored."""
    return render(request, FRAGMENT, {"texts": measured_texts(request.POST)})


def tell_of_words(request: HttpRequest, page: Page) -> None:
    """Say after saving which words of the content policy the page has, and what to write instead."""
    if request.method != "POST" or "application/json" in request.headers.get("accept", ""):
        return
    saved = page.get_latest_revision_as_object()
    if not isinstance(saved, CheckedPage):
        return
    found = measure(prose_of(saved), language=saved.locale.language_code[:2]).words
    for words, instead in dict.fromkeys((one.words, one.instead) for one in found):
        message = _("The text says “%(words)s”. Better: %(instead)s.")
        messages.warning(request, message % {"words": words, "instead": instead})
