"""Pages: fetching one's own certificate. Checking one lives in `certificates.checking`."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates import services
from certificates.models import Certificate
from certificates.permissions import access_certificate
from lms.core.views.downloads import as_attachment


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
    answer = HttpResponse(content, content_type="application/pdf")
    return as_attachment(answer, f"{_('certificate')}.pdf")


def _say_not_ready(request: HttpRequest, certificate: Certificate) -> HttpResponse:
    certificate.issuance.refresh_from_db()
    context = {"certificate": certificate, "issuance": certificate.issuance}
    return render(request, "certificates/pdf_wait.html", context, status=202)
