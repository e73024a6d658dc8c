"""Pages: checking a certificate, and fetching one's own."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from certificates import services
from certificates.check_limits import note_check, seconds_to_wait
from certificates.codes import LONGEST_READ, read_code
from certificates.forms import CodeForm
from certificates.models import Certificate
from certificates.permissions import access_certificate
from certificates.presenting import Answer, answer_for
from certificates.queries import certificate_by_code
from lms.core.ratelimit import network_of

View = Callable[..., HttpResponse]


def kept_to_oneself(view: View) -> View:
    """Keep a page out of caches, search engines and the addresses that other sites see."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def _other_language() -> dict[str, str]:
    """Return the other language's check page: a code that is unknown is nowhere repeated."""
    other = "en" if (translation.get_language() or "es").startswith("es") else "es"
    with translation.override(other):
        return {"other_language_url": reverse("verify")}


@csrf_exempt  # it changes nothing, and so it works where cookies are refused
@kept_to_oneself
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code, however sloppily typed, and lead to its certificate."""
    form = CodeForm()
    if request.method == "POST":
        typed = request.POST.get("code", "").replace("\x00", "")[: LONGEST_READ + 1]
        form = CodeForm({"code": typed})
        if form.is_valid():
            return redirect("verify_code", code=form.cleaned_data["code"])
    return render(request, "certificates/verify.html", {"form": form})


@kept_to_oneself
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Say of one code whether its certificate is valid, expired, revoked, replaced or unknown."""
    now = timezone.now()
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    wait = seconds_to_wait(network, now=now)
    if wait is not None:
        return _ask_to_wait(request, wait)
    certificate = certificate_by_code(read_code(code))
    note_check(network, is_known=certificate is not None, now=now)
    if certificate is None:
        context = {"answer": Answer(), "form": CodeForm(), **_other_language()}
        return render(request, "certificates/verify_unknown.html", context, status=404)
    if code != certificate.code:
        return redirect("verify_code", code=certificate.code)
    language = translation.get_language() or "es"
    context = {"answer": answer_for(certificate, language=language, now=now)}
    return render(request, "certificates/verify_code.html", context)


def _ask_to_wait(request: HttpRequest, seconds: int) -> HttpResponse:
    context = {"seconds": seconds, **_other_language()}
    response = render(request, "certificates/verify_wait.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response


@login_required
@cache_control(private=True, no_store=True)
@require_safe
def certificate_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the holder her certificate, or say that it is still being made, or gone for good (410)."""
    certificate = access_certificate(request.user, pk)
    if certificate.holder_erased_at is not None:
        context = {"certificate": certificate}
        return render(request, "certificates/holding/gone.html", context, status=410)
    content = services.stored_pdf(certificate=certificate, now=timezone.now())
    if content is None:
        return _say_not_ready(request, certificate)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{_("certificate")}.pdf"'
    return response


def _say_not_ready(request: HttpRequest, certificate: Certificate) -> HttpResponse:
    certificate.issuance.refresh_from_db()
    context = {"certificate": certificate, "issuance": certificate.issuance}
    return render(request, "certificates/pdf_wait.html", context, status=202)
