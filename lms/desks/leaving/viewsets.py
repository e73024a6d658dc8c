"""The register of erasures in the admin, and erasing somebody who asked in writing."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from lms.accounts.enums import ErasureGround
from lms.desks.leaving.forms import WITHDRAW, RequestForm
from lms.desks.leaving.permissions import (
    ERASE,
    VIEW,
    access_person_to_erase,
    access_register,
)
from lms.desks.leaving.queries import overview_of, to_hand_over
from lms.desks.leaving.services import ErasedBefore, ErasureRefused, erase_person, register

PER_PAGE = 25


@never_cache
def erasure_list(request: HttpRequest) -> HttpResponse:
    """List the erasures, the newest first, each with what was deleted and kept."""
    access_register(request)
    page = Paginator(register(), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "page_obj": page,
        "page_title": _("Register of erasures"),
        "header_icon": "user",
    }
    return render(request, "desks/leaving/admin/list.html", context)


@never_cache
def erase(request: HttpRequest, person_id: int) -> HttpResponse:
    """Erase a person who asked in writing, or for whom somebody asked who may.

    Who may not is told so before anybody is asked for a password.
    """
    access_person_to_erase(access_register(request, ERASE), person_id)
    answer: HttpResponse = _erase(request, person_id)
    return answer


@reauthentication_required
def _erase(request: HttpRequest, person_id: int) -> HttpResponse:
    user = access_register(request, ERASE)
    person = access_person_to_erase(user, person_id)
    overview = overview_of(person)
    has_certificates = overview.has("certificates")
    form = RequestForm(request.POST or None, has_certificates=has_certificates)
    if request.method == "POST" and form.is_valid():
        try:
            record = erase_person(
                user=person,
                keeps_certificates=form.cleaned_data.get("certificates") != WITHDRAW,
                ground=ErasureGround(form.cleaned_data["ground"]),
                acting_user=user,
                now=timezone.now(),
            )
        except ErasureRefused as refusal:
            messages.error(request, str(refusal))
        except ErasedBefore:
            messages.info(request, _("The data of this person was erased."))
            return redirect("supresiones:index")
        else:
            words = _("The data was erased. It is number %(number)d of the register.")
            messages.success(request, words % {"number": record.pk})
            return redirect("supresiones:index")
    context = {
        "person": person,
        "overview": overview,
        "hand_over": to_hand_over(person, on=timezone.localdate()),
        "form": form,
        "page_title": _("Erase a person's data"),
        "page_subtitle": person.full_name,
        "header_icon": "user",
    }
    return render(request, "desks/leaving/admin/erase.html", context)


class RegisterMenuItem(MenuItem):
    """Shown to whoever may read the register."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for the permission."""
        return bool(request.user.has_perm(VIEW))


class ErasureViewSet(ViewSet):
    """The register of erasures."""

    name = url_prefix = "supresiones"
    icon = "user"
    menu_label = gettext_lazy("Register of erasures")
    menu_name = "erasures"
    menu_order = 620
    add_to_settings_menu = True
    menu_item_class = RegisterMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the addresses."""
        return [
            path("", erasure_list, name="index"),
            path("<int:person_id>/suprimir/", erase, name="erase"),
        ]
