"""The first page of the check: type the code, or give the file."""

from datetime import datetime

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.datastructures import MultiValueDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from certificates import services
from certificates.check_limits import file_seconds_to_wait, note_check, note_file, seconds_to_wait
from certificates.checking.forms import TOO_LARGE, CodeForm, PdfForm
from certificates.checking.verdicts import answer_about, refusal_of
from certificates.checking.views.privacy import ask_to_wait, asking_network, kept_to_oneself
from certificates.codes import LONGEST_READ
from certificates.pdf_checking import LARGEST_PDF, PdfCheck, check_pdf

LONGEST_POST = LARGEST_PDF + 100_000
"""Bytes of a form with a file of the largest size."""


class KeptInMemory(MemoryFileUploadHandler):
    """Keeps a file in memory whatever its size: how much may come is decided before."""

    def handle_raw_input(self, *args: object, **kwargs: object) -> None:
        """Take the file, always."""
        self.activated = True


@csrf_exempt  # it changes nothing, and so it works where cookies are refused
@kept_to_oneself
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code, however sloppily typed, or for a file."""
    if request.method != "POST":
        return _page(request)
    length = _length(request)
    if length is None:
        return _page(request, status=411)
    if length > LONGEST_POST:
        form = PdfForm({}, MultiValueDict())
        form.errors.clear()
        form.add_error("file", TOO_LARGE)
        return _page(request, file_form=form, status=413)
    request.upload_handlers = [KeptInMemory(request)]
    try:
        typed = request.POST.get("code")
    except UnreadablePostError:  # the connection broke; nobody will read this
        return _page(request, status=400)
    return _check_file(request) if typed is None else _check_code(request, typed)


def _page(
    request: HttpRequest,
    *,
    code_form: CodeForm | None = None,
    file_form: PdfForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": code_form or CodeForm(), "file_form": file_form or PdfForm()}
    return render(request, "certificates/checking/start.html", context, status=status)


def _length(request: HttpRequest) -> int | None:
    """Return how many bytes the request says that it has; None if it does not say."""
    text = request.META.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdecimal() else None


def _check_code(request: HttpRequest, typed: str) -> HttpResponse:
    form = CodeForm({"code": typed.replace("\x00", "")[: LONGEST_READ + 1]})
    if form.is_valid():
        return redirect("verify_code", code=form.cleaned_data["code"])
    return _page(request, code_form=form)


def _check_file(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    network = asking_network(request)
    wait = seconds_to_wait(network, now=now) or file_seconds_to_wait(network, now=now)
    if wait is not None:
        return ask_to_wait(request, wait)
    form = PdfForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, file_form=form)
    note_file(network, now=now)
    language = translation.get_language() or "es"
    check = check_pdf(form.cleaned_data["file"].read(), language=language)
    refusal = refusal_of(check, language=language)
    if refusal:
        form.add_error("file", refusal)
        return _page(request, file_form=form)
    if check.code:
        _note(check, network, now=now)
    context = {"answer": answer_about(check, language=language, now=now), "file_form": PdfForm()}
    return render(request, "certificates/checking/file.html", context)


def _note(check: PdfCheck, network: str, *, now: datetime) -> None:
    """Count the code that a file names as if it had been typed, and tell the holder of the check."""
    burst = note_check(network, is_known=check.certificate is not None, now=now)
    if burst is not None:
        services.note_burst(burst=burst, now=now)
    if check.certificate is not None:
        services.note_certificate_check(certificate=check.certificate, agency=None, now=now)
