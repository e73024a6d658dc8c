"""Texts that people agree to, and corrections that they ask for, in the admin."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from courses.permissions import is_administrator
from lms.accounts.enums import ConsentPurpose
from lms.accounts.models import ConsentText, User
from lms.accounts.privacy.queries import current_texts
from lms.accounts.privacy.services import CorrectionRefused, publish_text
from lms.desks.record.forms import AnswerForm, TextForm
from lms.desks.record.permissions import access_correction, administrator
from lms.desks.record.queries import open_corrections
from lms.desks.record.services import answer_request

MOST_SHOWN = 100


class _MenuItem(MenuItem):
    """Shown to administrators."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for the role."""
        user = request.user
        return isinstance(user, User) and is_administrator(user)


@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """List the requests that wait, and every version of the texts."""
    administrator(request)
    today = timezone.localdate()
    context = {
        "corrections": list(open_corrections()[:MOST_SHOWN]),
        "texts": list(ConsentText.objects.order_by("purpose", "-number")[:MOST_SHOWN]),
        "current": {text.pk for text in current_texts(on=today).values()},
        "header_title": _("Personal data"),
    }
    return render(request, "desks/record/admin/overview.html", context)


@never_cache
def text_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version of a text; it is never changed."""
    administrator(request)
    text = next(iter(ConsentText.objects.filter(pk=pk)), None)
    if text is None:
        return redirect("datos-personales:index")
    context = {"text": text, "answers": text.answers.count(), "header_title": str(text)}
    return render(request, "desks/record/admin/text.html", context)


@never_cache
def new_text(request: HttpRequest) -> HttpResponse:
    """Make the next version of a text, from the words of the one before."""
    user, now = administrator(request), timezone.now()
    today = timezone.localdate(now)
    initial = _words_of(request.GET.get("purpose", ""), today)
    form = TextForm(request.POST or None, initial=initial, today=today)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        publish_text(
            purpose=ConsentPurpose(given["purpose"]),
            titles=(given["title_es"], given["title_en"]),
            words=(given["words_es"], given["words_en"]),
            since_date=given["since_date"],
            acting_user=user,
            now=now,
        )
        messages.success(request, _("The new version is published."))
        return redirect("datos-personales:index")
    context = {"form": form, "header_title": _("New version of a text")}
    return render(request, "desks/record/admin/new_text.html", context)


def _words_of(purpose: str, today: Any) -> dict[str, Any]:
    """Return what the form shows at first: the words that hold today."""
    text = {str(one): text for one, text in current_texts(on=today).items()}.get(purpose)
    if text is None:
        return {"since_date": today}
    names = ("purpose", "title_es", "words_es", "title_en", "words_en")
    return {**{name: getattr(text, name) for name in names}, "since_date": today}


@never_cache
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what somebody asks to have corrected, and take the answer."""
    user = administrator(request)
    found = access_correction(user, pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_request(request=found, acting_user=user, now=timezone.now(), **form.cleaned_data)
        except CorrectionRefused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("The answer was sent."))
        return redirect("datos-personales:index")
    context = {"asked": found, "form": form, "header_title": _("Request for a correction")}
    return render(request, "desks/record/admin/correction.html", context)


class PersonalDataViewSet(ViewSet):
    """The pages below `/admin/datos-personales/`."""

    name = "datos-personales"
    icon = "user"
    menu_label = gettext_lazy("Personal data")
    menu_name = "datos-personales"
    menu_order = 620
    menu_item_class = _MenuItem
    add_to_settings_menu = True

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the list, a text, a new text, and a request."""
        return [
            path("", overview, name="index"),
            path("texto/<int:pk>/", text_page, name="text"),
            path("texto/nuevo/", new_text, name="new_text"),
            path("pedido/<int:pk>/", correction, name="correction"),
        ]
