"""Guards that know who is asking."""

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lms.accounts.care.reading import care
from lms.accounts.models import User
from lms.accounts.queries import has_authenticator, lacks_second_factor

STAFF_AREA = re.compile(r"^/(?:[a-z]{2}(?:-[a-z]+)?/)?(?:admin|ensenar|estilo|ayuda/pedidos)/")
CARE_AREA = re.compile(r"^/(?:[a-z]{2}(?:-[a-z]+)?/)?ayuda/pedidos/")
ALWAYS_OPEN = re.compile(r"^/admin/(?:login|logout|sprite|jsi18n)/$")


class StaffSecondFactorMiddleware:
    """Leads staff without a second factor to its set-up before any page that is for staff.

    So it does with the people who are named to read wishes to be contacted, at those pages,
    whether they have a staff role or not. Costs one query, four there, on those pages only, and nothing where REQUIRE_STAFF_MFA is off.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if (
            settings.REQUIRE_STAFF_MFA
            and STAFF_AREA.match(path)
            and not ALWAYS_OPEN.match(path)
            and isinstance(request.user, User)
            and _lacks_second_factor(request.user, path)
        ):
            return _lead_to_set_up(request, request.user)
        return self.get_response(request)


def _lacks_second_factor(person: User, path: str) -> bool:
    if lacks_second_factor(person):
        return True
    if not CARE_AREA.match(path) or has_authenticator(person):
        return False
    return care(on=timezone.localdate()).names_person(person)


def _lead_to_set_up(request: HttpRequest, person: User) -> HttpResponse:
    """Go to the set-up page; the admin's addresses have no language, so the person's counts."""
    is_admin = request.path_info.startswith("/admin/")
    with translation.override(person.language if is_admin else translation.get_language()):
        messages.info(
            request,
            _("Your role on this site needs a second step at login. Set it up here first."),
        )
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
