"""Releasing a course: what is promised, what changed, confirm, freeze."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.viewsets.base import ViewSet

from courses.overviews import course_overviews
from courses.permissions import (
    access_course,
    access_course_to_release,
    may_release,
    renewal_problems,
    writing_trainer,
)
from courses.promise_changes import promise_changes
from courses.queries import (
    course_titles,
    course_tree,
    latest_release,
    promise_of,
    release_problems,
    releases_of,
)
from courses.reviewing.enums import ReviewedKind
from courses.reviewing.gate import missing_reviews
from courses.services import ReleaseRefused, release_course


def release_list(request: HttpRequest) -> HttpResponse:
    """List the user's courses with their last release."""
    overviews = course_overviews(writing_trainer(request))
    context = {"overviews": overviews, "header_title": _("Releases of courses")}
    return render(request, "courses/admin/release_list.html", context)


def release_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a release would promise today, and freeze it on confirmation."""
    user = writing_trainer(request)
    if request.method == "POST":
        course = access_course_to_release(user, pk)
        try:
            release = release_course(
                course_page=course,
                acting_user=user,
                now=timezone.now(),
                is_pilot="pilot" in request.POST,
            )
        except ReleaseRefused as error:
            for problem in error.problems:
                messages.error(request, problem)
        else:
            messages.success(request, _("Release %d is frozen.") % release.number)
        return redirect("ediciones:detail", pk)
    course = access_course(user, pk)
    tree = course_tree(course)
    promise = promise_of(tree)
    last = latest_release(promise.course_key)
    missing = missing_reviews(tree)
    is_pilot_only = bool(missing) and not promise.is_pilot
    if is_pilot_only:
        promise = replace(promise, is_pilot=True)
    context = {
        "course": tree.course,
        "promise": promise,
        "last": last,
        "changes": promise_changes(last.typed_promise if last else None, promise),
        "problems": [
            *release_problems(tree, promise),
            *renewal_problems(user, promise),
        ],
        "missing": missing,
        "is_pilot_only": is_pilot_only,
        "may_send": any(one.subject.kind == ReviewedKind.PAGE for one in missing),
        "renewed": course_titles().get(promise.renews) if promise.renews else "",
        "releases": releases_of(promise.course_key),
        "may_release": may_release(user, promise.course_key),
        "header_title": _("Release the course"),
    }
    return render(request, "courses/admin/release_detail.html", context)


class ReleaseViewSet(ViewSet):
    """The pages below `/admin/ediciones/`."""

    name = "ediciones"
    icon = "lock"
    menu_label = gettext_lazy("Releases")

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the list and the page of one course."""
        return [
            path("", release_list, name="index"),
            path("<int:pk>/", release_detail, name="detail"),
        ]
