"""My record, my data, and the files made of them."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models.serving import active_language
from lms.accounts.enums import PersonalFileKind
from lms.accounts.models import PersonalFile, User
from lms.accounts.privacy.forms import CorrectionForm
from lms.accounts.privacy.queries import corrections_of, purposes_in_hand
from lms.accounts.privacy.services import CorrectionRefused, ask_for_correction
from lms.core.enums import OutboxState
from lms.core.views.downloads import as_attachment
from lms.desks.record import services
from lms.desks.record.forms import FileForm
from lms.desks.record.permissions import access_personal_file, own_person
from lms.desks.record.presenting import course_lines, hours_in_words
from lms.desks.record.queries import DATA_KINDS, files_in_hand
from lms.desks.record.records import my_record
from lms.desks.record.register import REGISTER

RECORD_KINDS = (PersonalFileKind.RECORD_PDF,)
NAMES = {
    PersonalFileKind.RECORD_PDF: "historial.pdf",
    PersonalFileKind.DATA_PDF: "mis-datos.pdf",
    PersonalFileKind.DATA_JSON: "mis-datos.json",
}


@login_required
@never_cache
@require_safe
def record_page(request: HttpRequest) -> HttpResponse:
    """Show a person's own record."""
    person, now = own_person(request), timezone.now()
    record = my_record(person, now=now)
    context = {
        "record": record,
        "lines": course_lines(record),
        "hours": hours_in_words(record),
        "files": files_in_hand(person, RECORD_KINDS, now=now),
        "crumbs": [(_("My learning"), reverse("my_learning"))],
    }
    return render(request, "desks/record/record.html", context)


@login_required
@never_cache
@require_POST
def ask_record_pdf(request: HttpRequest) -> HttpResponse:
    """Ask for the record as a PDF, which a worker makes."""
    _ask(request, PersonalFileKind.RECORD_PDF)
    return redirect("my_record")


def _ask(request: HttpRequest, kind: PersonalFileKind) -> PersonalFile | None:
    try:
        return services.ask_for_file(
            user=own_person(request), kind=kind, language=active_language(), now=timezone.now()
        )
    except services.FileRefused as refusal:
        messages.warning(request, str(refusal))
        return None


@login_required
@never_cache
@require_POST
def record_json(request: HttpRequest) -> HttpResponse:
    """Give the record as a file to carry elsewhere."""
    content = services.take_record_along(user=own_person(request), now=timezone.now())
    return as_attachment(HttpResponse(content, content_type="application/json"), "historial.json")


@login_required
@never_cache
@require_safe
def data_page(request: HttpRequest) -> HttpResponse:
    """Say what is kept about the person, what for, how long, and what she can do about it."""
    person, now = own_person(request), timezone.now()
    context = {
        "kinds": REGISTER,
        "purposes": purposes_in_hand(person, on=timezone.localdate(now)),
        "corrections": corrections_of(person),
    }
    return render(request, "desks/record/data.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def data_files(request: HttpRequest) -> HttpResponse:
    """Let the person ask for her data, and take what was made, after her password once more."""
    if request.method == "POST":
        form = FileForm(request.POST)
        if not form.is_valid():
            messages.warning(request, _("The choice did not arrive. Nothing was changed."))
        else:
            _ask(request, PersonalFileKind(form.cleaned_data["kind"]))
        return redirect("my_data_files")
    files = files_in_hand(own_person(request), DATA_KINDS, now=timezone.now())
    context: dict[str, Any] = {
        "files": files,
        "is_waiting": any(not one.is_ready and not one.is_failed for one in files),
    }
    return render(request, "desks/record/data_files.html", context)


@login_required
@never_cache
@require_safe
def personal_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Give a finished file to whom it was made for; her data only after her password once more."""
    person, now = own_person(request), timezone.now()
    found = access_personal_file(person, file_id, now=now)
    if found.state != OutboxState.DONE:
        return redirect("my_record" if found.kind in RECORD_KINDS else "my_data_files")
    if found.kind in RECORD_KINDS:
        return _give(request, found, person)
    response: HttpResponse = _give_after_password(request, found, person)
    return response


@reauthentication_required
def _give_after_password(request: HttpRequest, found: PersonalFile, person: User) -> HttpResponse:
    return _give(request, found, person)


def _give(request: HttpRequest, found: PersonalFile, person: User) -> HttpResponse:
    kind = PersonalFileKind(found.kind)
    content = b""
    if request.method == "GET":
        content = services.open_file(file=found, acting_user=person, now=timezone.now())
    answer = HttpResponse(content, content_type=services.CONTENT_TYPES[kind])
    return as_attachment(answer, NAMES[kind])


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_correction(request: HttpRequest) -> HttpResponse:
    """Take what somebody asks to have corrected that she cannot correct herself."""
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_correction(user=own_person(request), now=timezone.now(), **form.cleaned_data)
        except CorrectionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It was sent. You will be told when it is answered."))
            return redirect("my_data")
    status = 400 if form.errors else 200
    return render(request, "desks/record/correction.html", {"form": form}, status=status)
