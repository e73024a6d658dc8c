"""Certificates and the keys of agencies' systems in the admin; for administrators only."""

import unicodedata
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from certificates import services
from certificates.codes import LONGEST_READ, read_code
from certificates.enums import RevocationClass
from certificates.forms import ReasonForm, RevokeForm, TokenForm
from certificates.life.menu import CertificateMenuItem
from certificates.life.queries import open_proposal_of, open_proposals
from certificates.life.viewsets import ChangeViewSet, DecisionViewSet
from certificates.models import ApiToken, Certificate, CertificateProposal
from certificates.permissions import (
    ADD_KEYS,
    CHANGE,
    CHANGE_KEYS,
    VIEW_KEYS,
    access_certificate,
    access_certificate_to_change,
    administrator,
)
from certificates.presenting import answer_for
from certificates.queries import bursts_since, certificates_found, issuances
from lms.accounts.models import User
from lms.accounts.names import odd_characters
from lms.core.enums import OutboxState

PER_PAGE = 25
BURSTS_SHOWN = timedelta(days=30)
DECISION_ERRORS = (
    services.AlreadySettledError,
    services.OwnCertificateError,
    services.ProposalRefused,
)


def certificate_list(request: HttpRequest) -> HttpResponse:
    """List the certificates, newest first; search by code or name."""
    administrator(request)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_READ]
    found = certificates_found(text, code=read_code(text))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    now = timezone.now()
    context = {
        "page_obj": page,
        "rows": [(one, one.state(now=now)) for one in page],
        "text": text,
        "proposals": open_proposals().count(),
        "waiting": issuances().exclude(state=OutboxState.DONE).count(),
        "odd_names": {one.pk for one in page if odd_characters(one.facts["full_name"])},
        "bursts": list(bursts_since(now - BURSTS_SHOWN)),
        "page_title": _("Certificates"),
        "header_icon": "certificate",
    }
    return render(request, "certificates/admin/list.html", context)


def issuance_list(request: HttpRequest) -> HttpResponse:
    """List the files that are not made yet, with the reasons."""
    administrator(request)
    rows = issuances().exclude(state=OutboxState.DONE).select_related("certificate")
    page = Paginator(rows.order_by("-created_at", "-pk"), PER_PAGE).get_page(request.GET.get("p"))
    context = {"page_obj": page, "page_title": _("Files not made yet"), "header_icon": "warning"}
    return render(request, "certificates/admin/issuances.html", context)


@never_cache
def certificate_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one certificate: all that is printed, its state, its file."""
    user = administrator(request)
    certificate = access_certificate(request.user, pk)
    now = timezone.now()
    answer = answer_for(certificate, language=get_language() or "es", now=now)
    stands = certificate.revoked_at is None and certificate.replaced_by_id is None
    proposal = open_proposal_of(certificate)
    is_own = certificate.enrolment.learner_id == user.pk
    has_holder = certificate.holder_erased_at is None
    context = {
        "certificate": certificate,
        "answer": answer,
        "state": certificate.state(now=now),
        "proposal": proposal,
        "is_own": is_own,
        "may_change": stands and not is_own and proposal is None and user.has_perm(CHANGE),
        "odd_characters": [
            (one, unicodedata.name(one, ""))
            for one in odd_characters(certificate.typed_facts.full_name)
        ],
        "has_holder": has_holder,
        "page_title": _("Certificate"),
        "page_subtitle": certificate.typed_facts.full_name or _("(no holder)"),
        "header_icon": "certificate",
    }
    return render(request, "certificates/admin/detail.html", context)


def certificate_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the public words and the inner reason, then revoke."""
    user = administrator(request, CHANGE)
    certificate = access_certificate_to_change(request.user, pk)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proposal = services.ask_to_revoke(
                certificate=certificate,
                revocation_class=RevocationClass(form.cleaned_data["revocation_class"]),
                reason=form.cleaned_data["reason"],
                acting_user=user,
                now=timezone.now(),
            )
        except DECISION_ERRORS as error:
            messages.error(request, str(error))
        else:
            done = _("The certificate is revoked.")
            messages.success(request, done if proposal is None else _waits())
        return redirect("certificados:detail", pk)
    words = _("Whoever checks it will see that it was revoked, when, and the public words.")
    return _decision(request, certificate, form, title=_("Revoke the certificate"), words=words)


def certificate_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then issue a new one with the name as it is on record today."""
    user = administrator(request, CHANGE)
    certificate = access_certificate_to_change(request.user, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.ask_to_replace(
                certificate=certificate,
                acting_user=user,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except DECISION_ERRORS as error:
            messages.error(request, str(error))
            return redirect("certificados:detail", pk)
        if isinstance(made, CertificateProposal):
            messages.success(request, _waits())
            return redirect("certificados:detail", pk)
        messages.success(request, _("The new certificate is issued."))
        return redirect("certificados:detail", made.pk)
    words = _(
        "A new certificate will be issued with the name “%(name)s”, as it is on record today. "
        "Correct the person's record first if it is wrong. The old one stays checkable and "
        "leads to the new one."
    ) % {"name": certificate.enrolment.learner.full_name}
    return _decision(
        request,
        certificate,
        form,
        title=_("Replace the certificate"),
        words=words,
        learner=certificate.enrolment.learner,
    )


def _waits() -> str:
    return _("It waits for a second administrator, who approves or refuses it.")


def _decision(
    request: HttpRequest,
    certificate: Certificate,
    form: ReasonForm,
    *,
    title: str,
    words: str,
    learner: User | None = None,
) -> HttpResponse:
    context = {
        "certificate": certificate,
        "learner": learner,
        "is_own": certificate.enrolment.learner_id == getattr(request.user, "pk", None),
        "needs_two": settings.REQUIRE_TWO_PERSON_CERTIFICATES,
        "form": form,
        "words": words,
        "page_title": title,
        "page_subtitle": certificate.typed_facts.full_name or _("(no holder)"),
        "header_icon": "certificate",
    }
    return render(request, "certificates/admin/decision.html", context)


@require_POST
def issuance_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the file again."""
    user = administrator(request, CHANGE)
    certificate = access_certificate_to_change(request.user, pk)
    services.reopen_issuance(issuance=certificate.issuance, acting_user=user, now=timezone.now())
    messages.success(request, _("The file will be made again."))
    return redirect("certificados:detail", pk)


def token_list(request: HttpRequest) -> HttpResponse:
    """List the keys; none can be read again."""
    administrator(request, VIEW_KEYS)
    now = timezone.now()
    tokens = ApiToken.objects.select_related("agency").order_by("-created_at", "-pk")
    page = Paginator(tokens, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "page_obj": page,
        "rows": [(one, one.revoked_at is None and one.expires_at > now) for one in page],
        "page_title": _("Keys for agencies' systems"),
        "header_icon": "key",
    }
    return render(request, "certificates/admin/tokens.html", context)


@never_cache
def token_add(request: HttpRequest) -> HttpResponse:
    """Make a key and show it this once."""
    user = administrator(request, ADD_KEYS)
    form = TokenForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "page_title": _("New key"), "header_icon": "key"}
    if request.method != "POST" or not form.is_valid():
        return render(request, "certificates/admin/token_add.html", context)
    try:
        context["token"], context["secret"] = services.create_token(
            name=form.cleaned_data["name"],
            agency=form.cleaned_data["agency"],
            scope=form.cleaned_data["scope"],
            expires_at=form.expires_at,
            acting_user=user,
            now=timezone.now(),
        )
    except services.TooManyKeysError as error:
        form.add_error("agency", str(error))
        return render(request, "certificates/admin/token_add.html", context)
    return render(request, "certificates/admin/token_made.html", context)


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a key."""
    user = administrator(request, CHANGE_KEYS)
    token = ApiToken.objects.filter(pk=pk).first()
    if token is None:
        raise Http404
    services.revoke_token(token=token, acting_user=user, now=timezone.now())
    messages.success(request, _("The key opens nothing any more."))
    return redirect("llaves:index")


class CertificateViewSet(ViewSet):
    """The pages below `/admin/certificados/`."""

    name = "certificados"
    icon = "certificate"
    menu_label = gettext_lazy("Certificates")
    menu_item_class = CertificateMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the list, one certificate, and the three decisions about it."""
        return [
            path("", certificate_list, name="index"),
            path("archivos/", issuance_list, name="issuances"),
            path("<int:pk>/", certificate_detail, name="detail"),
            path("<int:pk>/revocar/", certificate_revoke, name="revoke"),
            path("<int:pk>/reemplazar/", certificate_replace, name="replace"),
            path("<int:pk>/reintentar/", issuance_retry, name="retry"),
        ]


class TokenViewSet(ViewSet):
    """The pages below `/admin/llaves/`."""

    name = "llaves"
    icon = "key"
    menu_label = gettext_lazy("Keys for agencies' systems")
    menu_item_class = CertificateMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the list, a new key, and the end of one."""
        return [
            path("", token_list, name="index"),
            path("nueva/", token_add, name="add"),
            path("<int:pk>/revocar/", token_revoke, name="revoke"),
        ]


class CertificatesGroup(ViewSetGroup):
    """Certificates and keys under one item of the menu."""

    items = (CertificateViewSet, DecisionViewSet, ChangeViewSet, TokenViewSet)
    menu_label = gettext_lazy("Certificates")
    menu_icon = "certificate"
    menu_order = 400
