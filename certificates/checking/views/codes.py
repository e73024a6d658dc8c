"""One certificate by its code: what a QR leads to."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from certificates import services
from certificates.check_limits import note_check, seconds_to_wait
from certificates.checking.forms import CodeForm
from certificates.checking.verdicts import has_credential, signature_sentence
from certificates.checking.views.privacy import (
    ask_to_wait,
    asking_network,
    kept_to_oneself,
    other_language,
)
from certificates.codes import read_code
from certificates.presenting import Answer, answer_for
from certificates.queries import certificate_by_code
from certificates.wording import date_words


@kept_to_oneself
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Say of one code whether its certificate is valid, expired, revoked, replaced or unknown."""
    now = timezone.now()
    network = asking_network(request)
    wait = seconds_to_wait(network, now=now)
    if wait is not None:
        return ask_to_wait(request, wait)
    certificate = certificate_by_code(read_code(code))
    burst = note_check(network, is_known=certificate is not None, now=now)
    if burst is not None:
        services.note_burst(burst=burst, now=now)
    if certificate is None:
        context = {"answer": Answer(), "form": CodeForm(), **other_language()}
        return render(request, "certificates/checking/unknown.html", context, status=404)
    if code != certificate.code:
        return redirect("verify_code", code=certificate.code)
    if request.method == "GET":
        services.note_certificate_check(certificate=certificate, agency=None, now=now)
    language = translation.get_language() or "es"
    context = {
        "answer": answer_for(certificate, language=language, now=now),
        "signature": signature_sentence(certificate, language),
        "code": certificate.code if has_credential(certificate) else "",
        "checked_day": date_words(timezone.localdate(now), language),
        "checked_time": f"{timezone.localtime(now):%H:%M}",
        "check_address": f"{settings.BASE_URL}{reverse('verify')}".partition("://")[2],
    }
    return render(request, "certificates/checking/certificate.html", context)
