"""What trainers look at: which paths were taken, and the case as a role play on paper."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.case_layouts import draw_case
from courses.case_outlines import case_outline
from courses.case_sheets import role_play
from courses.page_links import link_to
from lms.learning.cases.permissions import access_case_to_follow
from lms.learning.cases.queries import case_paths


@login_required
@never_cache
@require_safe
def paths(request: HttpRequest, case_key: UUID) -> HttpResponse:
    page = access_case_to_follow(request.user, case_key)
    version = page.case.live_version
    context = {
        "page": page,
        "case_link": link_to(page),
        "paths": case_paths(page),
        "drawn": draw_case(version.graph) if version else None,
        "outline": case_outline(version.graph) if version else None,
    }
    return render(request, "learning/case_paths.html", context)


@login_required
@never_cache
@require_safe
def role_play_sheets(request: HttpRequest, case_key: UUID) -> HttpResponse:
    page = access_case_to_follow(request.user, case_key)
    version = page.case.live_version
    if version is None:
        raise Http404
    context = {
        "page": page,
        "case_link": link_to(page),
        "sheets": role_play(version.graph),
        "drawn": draw_case(version.graph),
    }
    return render(request, "learning/case_role_play.html", context)
