"""A holder's own certificate: what it says, what she may do with it, who checked it."""

from collections.abc import Callable
from functools import wraps
from itertools import groupby

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.messages.storage.base import Message
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certificates import services
from certificates.holding.forms import RemovalForm
from certificates.holding.pages import held_page
from certificates.models import Certificate
from certificates.permissions import access_own_certificate
from lms.accounts.models import Agency, User
from lms.core.numbers import posted_number
from lms.learning.views.courses import learners_post

Choice = Callable[[HttpRequest, Certificate, User], str]


@never_cache
@require_safe
@login_required
def own_certificate(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Show the holder her certificate and what she may do with it."""
    certificate = access_own_certificate(request.user, certificate_id)
    language = translation.get_language() or "es"
    context = {
        "held": held_page(certificate, language=language, now=timezone.now()),
        "public_url": f"{settings.BASE_URL}{reverse('verify_code', args=[certificate.code])}",
        "said": _said_by_section(request),
        "crumbs": [(_("My learning"), reverse("my_learning"))],
    }
    return render(request, "certificates/holding/page.html", context)


def _said_by_section(request: HttpRequest) -> dict[str, list[Message]]:
    """Return what is to be said now, by the section of the page to which it belongs."""
    waiting = sorted(messages.get_messages(request), key=lambda one: one.extra_tags or "")
    return {
        tag: list(found) for tag, found in groupby(waiting, lambda one: one.extra_tags or "top")
    }


def holders_choice(section: str) -> Callable[[Choice], Callable[..., HttpResponse]]:
    """Make a view of a choice: POST by the holder only; it says at its section what came of it."""

    def decorate(choice: Choice) -> Callable[..., HttpResponse]:
        @learners_post
        @wraps(choice)
        def view(request: HttpRequest, learner: User, certificate_id: int) -> HttpResponse:
            certificate = access_own_certificate(learner, certificate_id)
            try:
                words = choice(request, certificate, learner)
            except services.ChoiceRefusedError as refusal:
                messages.warning(request, str(refusal), extra_tags=section)
            else:
                messages.success(request, words, extra_tags=section)
            return redirect(f"{reverse('own_certificate', args=[certificate.pk])}#{section}")

        return view

    return decorate


def _is_wanted(request: HttpRequest) -> bool:
    """Return what the pressed button stands for; anything that no button sends is refused."""
    wanted = request.POST.get("wanted", "")
    if wanted not in ("yes", "no"):
        raise services.ChoiceRefusedError(_("The choice did not arrive. Nothing was changed."))
    return wanted == "yes"


@holders_choice("correo")
def send_mail(request: HttpRequest, certificate: Certificate, learner: User) -> str:
    services.request_mail(certificate=certificate, acting_user=learner, now=timezone.now())
    return _("It is on its way to your e-mail address.")


@holders_choice("sin_red")
def choose_offline_qr(request: HttpRequest, certificate: Certificate, learner: User) -> str:
    is_wanted = _is_wanted(request)
    services.set_offline_qr(
        certificate=certificate, is_wanted=is_wanted, acting_user=learner, now=timezone.now()
    )
    if is_wanted:
        return _("Your PDF is being made anew, with the second QR.")
    return _("Your PDF is being made anew, without the second QR.")


@holders_choice("compartir")
def choose_share(request: HttpRequest, certificate: Certificate, learner: User) -> str:
    is_wanted = _is_wanted(request)
    agency = _chosen_agency(request)
    change = services.share_certificate if is_wanted else services.end_share
    change(certificate=certificate, agency=agency, acting_user=learner, now=timezone.now())
    if is_wanted:
        return _("From now on %(agency)s sees this certificate.") % {"agency": agency.name}
    return _("It is not shared with that institution any more.")


def _chosen_agency(request: HttpRequest) -> Agency:
    """Return the agency of the pressed button. The service says whether she belongs to it."""
    number = posted_number(request.POST.get("agency", ""))
    agency: Agency | None = Agency.objects.filter(pk=number).first()
    if agency is None:
        raise Http404
    return agency


@holders_choice("consultas")
def choose_to_be_told(request: HttpRequest, certificate: Certificate, learner: User) -> str:
    is_wanted = _is_wanted(request)
    services.set_tells_of_checks(
        certificate=certificate, is_wanted=is_wanted, acting_user=learner, now=timezone.now()
    )
    if is_wanted:
        return _("You will be told when somebody checks it.")
    return _("You will not be told any more.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def remove_name(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Take the holder's name off, after a fresh login and a page that says what is lost."""
    certificate = access_own_certificate(request.user, certificate_id)
    if certificate.holder_erased_at is not None:
        return redirect("own_certificate", certificate.pk)
    response: HttpResponse = _remove_name(request, certificate)
    return response


@reauthentication_required
def _remove_name(request: HttpRequest, certificate: Certificate) -> HttpResponse:
    form = RemovalForm(request.POST or None, certificate=certificate)
    if request.method == "POST" and form.is_valid():
        services.detach_holder(
            certificate=certificate,
            keep=form.cleaned_data["choice"] == RemovalForm.KEEP,
            acting_user=certificate.enrolment.learner,
            now=timezone.now(),
        )
        messages.success(
            request, _("Your name was taken off. It is nowhere on the check any more.")
        )
        return redirect("own_certificate", certificate.pk)
    own = reverse("own_certificate", args=[certificate.pk])
    context = {
        "form": form,
        "certificate": certificate,
        "others": [one for one in services.chain_of(certificate) if one.pk != certificate.pk],
        "crumbs": [(_("My learning"), reverse("my_learning")), (_("Your certificate"), own)],
    }
    return render(request, "certificates/holding/remove.html", context)
