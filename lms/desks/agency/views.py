"""Pages of the coordinator's desk."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates import services
from certificates.agency.limits import TooManyChecksError
from certificates.agency.queries import ending_soon, keys_of, shares_with
from certificates.agency.schemas import MOST_CODES
from certificates.forms import AgencyKeyForm
from lms.accounts.models import Agency, User
from lms.accounts.queries import coordinated_agencies
from lms.core.views.downloads import as_attachment
from lms.core.workbooks import CONTENT_TYPES
from lms.desks.agency.checking import CheckedLine, checked_lines, checked_sheet, summary
from lms.desks.agency.forms import PasteForm, SheetForm
from lms.desks.agency.permissions import access_key, access_shared, for_coordinators
from lms.desks.agency.queries import agency_desk, shared_cohorts, shared_rows
from lms.desks.menu import note_coordinator

PER_PAGE = 25
A_DAY = 24 * 60 * 60


@never_cache
@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Show the desk of the agency that the user coordinates, or let her choose among several."""
    user, now = request.user, timezone.now()
    today = timezone.localdate(now)
    if not isinstance(user, User) or not note_coordinator(request.session, user, on=today):
        raise Http404
    agencies = list(coordinated_agencies(user, on=today))
    if len(agencies) > 1:
        return render(request, "desks/agency/choose.html", {"agencies": agencies})
    return render(request, "desks/agency/home.html", {"desk": agency_desk(agencies[0], now=now)})


@for_coordinators("GET", "HEAD")
def home(request: HttpRequest, agency: Agency) -> HttpResponse:
    return render(
        request, "desks/agency/home.html", {"desk": agency_desk(agency, now=timezone.now())}
    )


@for_coordinators("GET", "HEAD", "POST")
def check_list(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Check a list of codes, pasted or as a sheet; nothing of it is stored."""
    is_sheet = request.POST.get("kind") == "sheet"
    is_paste = request.method == "POST" and not is_sheet
    paste = PasteForm(request.POST if is_paste else None)
    sheet = SheetForm(request.POST, request.FILES) if is_sheet else SheetForm()
    context = {"agency": agency, "paste": paste, "sheet": sheet, "most": MOST_CODES}
    form = sheet if is_sheet else paste
    if not form.is_valid():
        return render(request, "desks/agency/check.html", context)
    if is_sheet and sheet.unclear:
        return render(request, "desks/agency/column.html", context)
    lines = sheet.lines if is_sheet else paste.cleaned_data["codes"]
    texts = [line.code for line in lines if line.code]
    now = timezone.now()
    try:
        answers = services.check_for_agency(texts=texts, agency=agency, now=now)
    except TooManyChecksError as error:
        return _ask_to_wait(request, context, form, seconds=error.allowance.seconds)
    checked = checked_lines(lines, answers, now=now)
    if is_sheet and "download" in request.POST:
        return _sheet_answer(sheet, checked)
    context |= {"lines": checked, "summary": summary(checked), "checked_at": now}
    return render(request, "desks/agency/checked.html", context)


def _ask_to_wait(
    request: HttpRequest, context: dict[str, Any], form: PasteForm | SheetForm, *, seconds: int
) -> HttpResponse:
    words = ngettext(
        "Your agency has checked very many codes in this minute. Try again in %(seconds)d second.",
        "Your agency has checked very many codes in this minute. Try again in %(seconds)d seconds.",
        seconds,
    )
    form.add_error(None, words % {"seconds": seconds})
    response = render(request, "desks/agency/check.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _sheet_answer(form: SheetForm, checked: list[CheckedLine]) -> HttpResponse:
    """Give the sheet back as a file of the kind in which it came."""
    if form.chosen is None:
        raise Http404
    content = checked_sheet(form.sheet, form.chosen, checked, now=timezone.now())
    extension = form.sheet.extension
    answer = HttpResponse(content, content_type=CONTENT_TYPES[extension])
    return as_attachment(answer, f"{_('checked')}.{extension}")


@for_coordinators("GET", "HEAD")
def shared(request: HttpRequest, agency: Agency) -> HttpResponse:
    """List the certificates whose holders share them with the agency."""
    now = timezone.now()
    shares = shares_with(agency.pk)
    is_ending = request.GET.get("vencen") == "90"
    if is_ending:
        shares = ending_soon(shares, now=now)
    page = Paginator(shares, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "agency": agency,
        "page_obj": page,
        "rows": shared_rows(list(page), now=now),
        "is_ending": is_ending,
        "query": "vencen=90&" if is_ending else "",
        "cohorts": [] if is_ending else shared_cohorts(agency),
    }
    return render(request, "desks/agency/shared.html", context)


@for_coordinators("GET", "HEAD")
def shared_pdf(request: HttpRequest, agency: Agency, share_id: int) -> HttpResponse:
    """Give the file of a certificate that is shared with the agency and stands."""
    certificate = access_shared(agency, share_id).certificate
    if certificate.revoked_at is not None or certificate.replaced_by_id is not None:
        raise Http404
    content = services.stored_pdf(certificate=certificate, now=timezone.now())
    if content is None:
        messages.info(request, _("The PDF is being made. Try again in a minute."))
        return redirect("agency_shared", agency.pk)
    answer = HttpResponse(content, content_type="application/pdf")
    return as_attachment(answer, f"{_('certificate')}.pdf")


@for_coordinators("GET", "HEAD")
def keys(request: HttpRequest, agency: Agency) -> HttpResponse:
    """List the agency's keys; none can be read again."""
    now = timezone.now()
    page = Paginator(keys_of(agency.pk), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "agency": agency,
        "page_obj": page,
        "rows": [(one, one.revoked_at is None and one.expires_at > now) for one in page],
    }
    return render(request, "desks/agency/keys.html", context)


@for_coordinators("GET", "HEAD", "POST")
def key_add(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Make a key and show it this once; the same form sent again makes no second one."""
    user = request.user
    form = AgencyKeyForm(request.POST or None)
    context: dict[str, Any] = {"agency": agency, "form": form, "once": secrets.token_urlsafe(16)}
    if request.method != "POST" or not form.is_valid() or not isinstance(user, User):
        return render(request, "desks/agency/key_add.html", context)
    if not _is_first_time(user, request.POST.get("once", "")):
        messages.info(request, _("That form was sent before. A key is shown only once."))
        return redirect("agency_keys", agency.pk)
    try:
        context["token"], context["secret"] = services.create_token(
            name=form.cleaned_data["name"],
            agency=agency,
            scope=form.cleaned_data["scope"],
            expires_at=form.expires_at,
            acting_user=user,
            now=timezone.now(),
        )
    except services.TooManyKeysError as error:
        form.add_error(None, str(error))
        return render(request, "desks/agency/key_add.html", context)
    return render(request, "desks/agency/key_made.html", context)


def _is_first_time(user: User, once: str) -> bool:
    """Say whether this form comes for the first time: a page that is loaded anew sends it again."""
    return bool(once) and bool(cache.add(f"agency-key:{user.pk}:{once[:40]}", 1, timeout=A_DAY))


@for_coordinators("GET", "HEAD", "POST")
def key_end(request: HttpRequest, agency: Agency, token_id: int) -> HttpResponse:
    """Ask, and then end a key of the agency for good."""
    token = access_key(agency, token_id)
    if request.method == "POST" and isinstance(request.user, User):
        services.revoke_token(token=token, acting_user=request.user, now=timezone.now())
        messages.success(request, _("The key opens nothing any more."))
        return redirect("agency_keys", agency.pk)
    return render(request, "desks/agency/key_end.html", {"agency": agency, "token": token})
