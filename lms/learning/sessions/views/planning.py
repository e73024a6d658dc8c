"""The sessions of a cohort: set, changed, moved, called off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts.models import User
from lms.learning.cohorts.permissions import access_cohort
from lms.learning.models import CourseSession
from lms.learning.sessions import services
from lms.learning.sessions.forms import SessionForm
from lms.learning.sessions.permissions import access_session
from lms.learning.sessions.queries import has_attendance, listed_sessions, overlapping
from lms.learning.views.doors import for_staff


@for_staff
@require_safe
def session_list(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    cohort = access_cohort(user, cohort_id)
    rows = listed_sessions(cohort, now=timezone.now())
    context = {
        "cohort": cohort,
        "course_title": cohort.release.typed_promise.title,
        "coming": [row for row in rows if not row.is_over],
        "past": [row for row in reversed(rows) if row.is_over],
        "asked": cohort.release.typed_promise.attendance_percent,
    }
    return render(request, "learning/sessions/list.html", context)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    cohort = access_cohort(user, cohort_id)
    form = SessionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        session = services.plan_session(
            cohort=cohort, plan=form.plan(), acting_user=user, now=timezone.now()
        )
        messages.success(request, _("The session is set."))
        _warn_of_overlaps(request, session)
        return redirect("cohort_sessions", cohort_id=cohort.pk)
    context = {"cohort": cohort, "form": form, "session": None}
    status = 400 if form.errors else 200
    return render(request, "learning/sessions/form.html", context, status=status)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: HttpRequest, user: User, cohort_id: int, session_id: int) -> HttpResponse:
    """Change or move a session; where attendance was noted, moving it is asked for once more."""
    session = access_session(user, cohort_id, session_id)
    form = SessionForm(request.POST or None, session=session)
    context = {"cohort": session.cohort, "form": form, "session": session}
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_session(
                session=session,
                plan=form.plan(),
                acting_user=user,
                now=timezone.now(),
                keeps_attendance=request.POST.get("keeps_attendance") == "yes",
            )
        except services.AttendanceStands as stands:
            context["attendance_stands"] = str(stands)
            return render(request, "learning/sessions/form.html", context, status=409)
        except services.SessionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The session was changed."))
            _warn_of_overlaps(request, changed)
            return redirect("cohort_sessions", cohort_id=session.cohort_id)
    status = 400 if form.errors else 200
    return render(request, "learning/sessions/form.html", context, status=status)


def _warn_of_overlaps(request: HttpRequest, session: CourseSession) -> None:
    others = overlapping(session)
    if others:
        words = _(
            "At the same time as: %(titles)s. If these are rooms side by side, all is well: whoever "
            "is in one of them counts as present."
        )
        messages.warning(request, words % {"titles": ", ".join(one.title for one in others)})


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def session_call_off(
    request: HttpRequest, user: User, cohort_id: int, session_id: int
) -> HttpResponse:
    """Ask once whether the session is called off; a POST calls it off."""
    session = access_session(user, cohort_id, session_id)
    if request.method == "POST":
        try:
            services.call_off_session(
                session=session,
                acting_user=user,
                now=timezone.now(),
                keeps_attendance=request.POST.get("keeps_attendance") == "yes",
            )
        except services.AttendanceStands as stands:
            messages.warning(request, str(stands))
            return redirect("session_call_off", cohort_id=cohort_id, session_id=session_id)
        messages.success(request, _("The session was called off, and its people are told."))
        return redirect("cohort_sessions", cohort_id=cohort_id)
    context = {
        "cohort": session.cohort,
        "session": session,
        "has_attendance": has_attendance(session),
    }
    return render(request, "learning/sessions/call_off.html", context)
