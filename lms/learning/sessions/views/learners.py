"""What learners do with sessions: see them, type the code of the room, take them into a calendar."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts.models import User
from lms.core.ratelimit import Limit, add_one, counts
from lms.core.views.downloads import as_attachment
from lms.learning.completion import attendance_by_enrolment
from lms.learning.sessions import services
from lms.learning.sessions.calendars import CONTENT_TYPE, calendar_of
from lms.learning.sessions.forms import AttendanceCodeForm
from lms.learning.sessions.permissions import (
    access_calendar,
    access_calendar_session,
    access_group,
)
from lms.learning.sessions.queries import group_sessions, is_around, sessions_of
from lms.learning.views.doors import for_staff as for_people

WRONG_CODES = Limit("attendance-code", most=10, seconds=300)
"""Wrong codes that a person may try in five minutes."""


@for_people
@require_safe
def group(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    """Show the sessions of the learner's group, with her own attendance."""
    enrolment = access_group(user, cohort_id)
    now = timezone.now()
    rows = group_sessions(enrolment, now=now)
    cohort = enrolment.cohort
    trainers = cohort.trainers.order_by("full_name", "pk") if cohort is not None else ()
    context = {
        "cohort": cohort,
        "trainers": [trainer.get_display_name() for trainer in trainers],
        "coming": [row for row in rows if not row.is_over],
        "past": [row for row in reversed(rows) if row.is_over],
        "is_around": any(is_around(row.session, now=now) for row in rows),
        "standing": attendance_by_enrolment([enrolment]).get(enrolment.pk),
    }
    return render(request, "learning/sessions/group.html", context)


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def attendance_code(request: HttpRequest, user: User) -> HttpResponse:
    """Let a learner type the code that her trainer shows."""
    form = AttendanceCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _take(request, user, form):
        return redirect("my_learning")
    status = 400 if form.errors else 200
    return render(request, "learning/sessions/enter_code.html", {"form": form}, status=status)


def _take(request: HttpRequest, user: User, form: AttendanceCodeForm) -> bool:
    """Note the learner as present; whatever is in the way is told at the field."""
    now, who = timezone.now(), str(user.pk)
    if counts([(WRONG_CODES, who)], now=now)[WRONG_CODES] >= WRONG_CODES.most:
        form.add_error("code", _("Too many wrong codes. Wait five minutes and try again."))
        return False
    try:
        session = services.take_code(learner=user, code=form.cleaned_data["code"], now=now)
    except services.AttendanceRefused as refusal:
        add_one(WRONG_CODES, who, now=now)
        form.add_error("code", str(refusal))
        return False
    messages.success(request, _("You are noted as present: %(title)s.") % {"title": session.title})
    return True


@for_people
@require_safe
def session_ics(request: HttpRequest, user: User, uid: UUID) -> HttpResponse:
    session = access_calendar_session(user, uid)
    return _file(calendar_of([session]), "sesion.ics")


@for_people
@require_safe
def group_ics(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    cohort = access_calendar(user, cohort_id)
    return _file(calendar_of(sessions_of(cohort)), "sesiones.ics")


def _file(content: bytes, name: str) -> HttpResponse:
    return as_attachment(HttpResponse(content, content_type=CONTENT_TYPE), name)
