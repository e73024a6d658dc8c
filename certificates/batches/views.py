"""Pages: issuing the certificates of a cohort, and fetching those shared with an agency."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates import services
from certificates.batches.permissions import access_batch, access_shared_cohort
from certificates.batches.queries import (
    batch_progress,
    certificates_in_turn,
    cohort_counts,
    issuable_enrolments,
    latest_batch,
    printed_names,
)
from certificates.models import IssueBatch
from courses.permissions import is_administrator
from lms.accounts.models import User
from lms.core.services import record_event
from lms.core.views.downloads import as_attachment
from lms.learning.cohorts.permissions import access_cohort
from lms.learning.models import Cohort
from lms.learning.views.doors import for_staff

NAMES_ON_A_PAGE = 100


@for_staff
@require_safe
def cohort_certificates(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    """Show how many wait for a certificate, and how far a batch is."""
    cohort = access_cohort(user, cohort_id)
    batch = latest_batch(cohort)
    context = {
        **_cohort(cohort),
        "counts": cohort_counts(cohort),
        "progress": batch_progress(batch) if batch else None,
        "shows_technical_reason": is_administrator(user),
    }
    return render(request, "certificates/batches/progress.html", context)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_issue(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    """Say what will happen, name by name; a POST does it."""
    cohort = access_cohort(user, cohort_id)
    if request.method == "POST":
        try:
            services.start_batch(cohort=cohort, acting_user=user, now=timezone.now())
        except services.BatchRefused as refusal:
            messages.info(request, str(refusal))
        return redirect("cohort_certificates", cohort_id=cohort.pk)
    batch = latest_batch(cohort)
    names = printed_names(issuable_enrolments(cohort))
    if not names or (batch and batch.finished_at is None):
        return redirect("cohort_certificates", cohort_id=cohort.pk)
    context = {
        **_cohort(cohort),
        "counts": cohort_counts(cohort),
        "doubtful": sum(1 for name in names if name.doubt),
        "page_obj": Paginator(names, NAMES_ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "certificates/batches/confirm.html", context)


@for_staff
@require_POST
def batch_stop(request: HttpRequest, user: User, cohort_id: int, batch_id: int) -> HttpResponse:
    batch = access_batch(user, cohort_id, batch_id)
    return _decide(request, user, batch, services.stop_batch)


@for_staff
@require_POST
def batch_resume(request: HttpRequest, user: User, cohort_id: int, batch_id: int) -> HttpResponse:
    batch = access_batch(user, cohort_id, batch_id)
    return _decide(request, user, batch, services.resume_batch)


@for_staff
@require_POST
def batch_retry(request: HttpRequest, user: User, cohort_id: int, batch_id: int) -> HttpResponse:
    batch = access_batch(user, cohort_id, batch_id)
    return _decide(request, user, batch, services.retry_batch)


def _decide(
    request: HttpRequest, user: User, batch: IssueBatch, service: Callable[..., IssueBatch]
) -> HttpResponse:
    try:
        service(batch=batch, acting_user=user, now=timezone.now())
    except services.BatchRefused as refusal:
        messages.info(request, str(refusal))
    return redirect("cohort_certificates", cohort_id=batch.cohort_id)


def _cohort(cohort: Cohort) -> dict[str, Any]:
    return {
        "cohort": cohort,
        "course_title": cohort.release.typed_promise.title,
        "is_pilot": cohort.release.is_pilot,
    }


@for_staff
@require_safe
def agency_zip(request: HttpRequest, user: User, cohort_id: int) -> StreamingHttpResponse:
    """Give a coordinator the certificates of a cohort that are shared with her agency."""
    now = timezone.now()
    shared = access_shared_cohort(user, cohort_id, on=timezone.localdate(now))
    record_event(action="certificates_downloaded", target=shared.cohort, acting_user=user, now=now)
    certificates = certificates_in_turn(shared.certificate_ids)
    response = StreamingHttpResponse(
        services.zip_of(certificates, now=now), content_type="application/zip"
    )
    response["Content-Encoding"] = "identity"  # PDFs are small already; GZip would gather them
    return as_attachment(response, f"{_('certificates')}.zip")
