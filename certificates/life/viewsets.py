"""In the admin: decisions that need two people, and what rests on a lesson; administrators only."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.admin.viewsets.base import ViewSet

from certificates import services
from certificates.enums import ProposalKind, ProposalState
from certificates.life.forms import InvitationForm
from certificates.life.menu import CertificateMenuItem
from certificates.life.permissions import (
    DECIDE,
    INVITE,
    VIEW_INVITATIONS,
    VIEW_PROPOSALS,
    access_proposal,
    access_proposal_to_decide,
    access_resting,
)
from certificates.life.queries import (
    decided_proposals,
    invitations_about,
    open_proposals,
    releases_with,
    resting_on,
    taught_courses,
    words_of_change,
)
from certificates.models import CertificateProposal
from certificates.permissions import administrator
from certificates.presenting import answer_for
from lms.accounts.models import User

PER_PAGE = 25
DECIDED_SHOWN = 20


def proposal_list(request: HttpRequest) -> HttpResponse:
    """List what waits for a second person, and the last decisions."""
    administrator(request, VIEW_PROPOSALS)
    page = Paginator(open_proposals(), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "page_obj": page,
        "decided": decided_proposals()[:DECIDED_SHOWN],
        "page_title": _("Decisions that need two people"),
        "header_icon": "group",
    }
    return render(request, "certificates/admin/life/proposals.html", context)


@never_cache
def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is asked for beside what the certificate says, and take the decision."""
    user = administrator(request, VIEW_PROPOSALS)
    if request.method == "POST":
        return _settle(request, access_proposal_to_decide(user, pk))
    proposal = access_proposal(user, pk)
    certificate = proposal.certificate
    now = timezone.now()
    is_open = proposal.state == ProposalState.OPEN
    is_own = certificate.enrolment.learner_id == user.pk
    asked_it = proposal.proposed_by_id == user.pk
    may_decide = is_open and user.has_perm(DECIDE)
    context = {
        "proposal": proposal,
        "certificate": certificate,
        "learner": certificate.enrolment.learner,
        "answer": answer_for(certificate, language=get_language() or "es", now=now),
        "state": certificate.state(now=now),
        "may_decide": may_decide and not is_own and not asked_it,
        "may_withdraw": may_decide and asked_it,
        "is_own": is_own,
        "page_title": proposal_title(proposal),
        "page_subtitle": certificate.typed_facts.full_name,
        "header_icon": "group",
    }
    return render(request, "certificates/admin/life/proposal.html", context)


def proposal_title(proposal: CertificateProposal) -> str:
    """Return what is asked for, as a title."""
    if proposal.kind == ProposalKind.REPLACE:
        return _("Replace the certificate")
    return _("Revoke the certificate")


def _settle(request: HttpRequest, proposal: CertificateProposal) -> HttpResponse:
    """Do what was pressed; whatever stands in the way is said on the same page."""
    user = request.user
    if not isinstance(user, User):
        return redirect("decisiones:index")
    step, now = request.POST.get("step", ""), timezone.now()
    done = {
        "approve": _("It was approved and is done."),
        "refuse": _("It was refused. The certificate stays as it is."),
        "withdraw": _("It was withdrawn. The certificate stays as it is."),
    }
    try:
        if step == "approve":
            seen = request.POST.get("seen_name", "")
            services.approve_proposal(proposal=proposal, acting_user=user, now=now, seen_name=seen)
        elif step == "refuse":
            services.refuse_proposal(proposal=proposal, acting_user=user, now=now)
        elif step == "withdraw":
            services.withdraw_proposal(proposal=proposal, acting_user=user, now=now)
        else:
            return redirect("decisiones:detail", proposal.pk)
    except (
        services.AlreadySettledError,
        services.OwnCertificateError,
        services.ProposalRefused,
    ) as error:
        messages.error(request, str(error))
        return redirect("decisiones:detail", proposal.pk)
    messages.success(request, done[step])
    return redirect("decisiones:index")


def course_list(request: HttpRequest) -> HttpResponse:
    """List everything that was ever promised, course by course, to choose what has changed."""
    administrator(request, VIEW_INVITATIONS)
    context = {
        "courses": taught_courses(),
        "page_title": _("When what was taught changes"),
        "header_icon": "rotate",
    }
    return render(request, "certificates/admin/life/courses.html", context)


def resting_detail(request: HttpRequest, item_key: UUID) -> HttpResponse:
    """Show how many valid certificates rest on one item, by release, and past invitations."""
    user, resting = access_resting(request, item_key, VIEW_INVITATIONS)
    context = {
        "resting": resting,
        "invitations": invitations_about(item_key),
        "may_invite": bool(resting.people) and user.has_perm(INVITE),
        "page_title": resting.item.title,
        "page_subtitle": resting.course.title,
        "header_icon": "rotate",
    }
    return render(request, "certificates/admin/life/resting.html", context)


def resting_certificates(request: HttpRequest, item_key: UUID) -> HttpResponse:
    """List the certificates themselves."""
    _user, resting = access_resting(request, item_key, VIEW_INVITATIONS)
    found = resting_on(releases_with(item_key), now=timezone.now())
    rows = found.select_related("enrolment__release").order_by("pk")
    context = {
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("p")),
        "resting": resting,
        "page_title": _("Certificates that rest on this"),
        "page_subtitle": resting.item.title,
        "header_icon": "certificate",
    }
    return render(request, "certificates/admin/life/resting_certificates.html", context)


def resting_invite(request: HttpRequest, item_key: UUID) -> HttpResponse:
    """Ask for the words in both languages, then invite the holders."""
    user, resting = access_resting(request, item_key, INVITE)
    form = InvitationForm(
        request.POST or None, initial=words_of_change(request.GET.get("norma", ""))
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.invite_holders(
                item_key=item_key, words=form.words(), acting_user=user, now=timezone.now()
            )
        except services.InvitationRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The invitations are on their way."))
            return redirect("cambios:detail", item_key)
    context: dict[str, Any] = {
        "form": form,
        "resting": resting,
        "page_title": _("Invite the holders to an update"),
        "page_subtitle": resting.item.title,
        "header_icon": "mail",
    }
    return render(request, "certificates/admin/life/invite.html", context)


class DecisionViewSet(ViewSet):
    """The pages below `/admin/decisiones/`."""

    name = "decisiones"
    icon = "group"
    menu_label = gettext_lazy("Decisions by two people")
    menu_item_class = CertificateMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return what waits, and one decision."""
        return [
            path("", proposal_list, name="index"),
            path("<int:pk>/", proposal_detail, name="detail"),
        ]


class ChangeViewSet(ViewSet):
    """The pages below `/admin/cambios/`."""

    name = "cambios"
    icon = "rotate"
    menu_label = gettext_lazy("When what was taught changes")
    menu_item_class = CertificateMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return what was taught, what rests on one item, and the invitation."""
        return [
            path("", course_list, name="index"),
            path("<uuid:item_key>/", resting_detail, name="detail"),
            path("<uuid:item_key>/certificados/", resting_certificates, name="certificates"),
            path("<uuid:item_key>/invitar/", resting_invite, name="invite"),
        ]
