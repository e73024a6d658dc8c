"""Who was there: the trainer's list, the code on her screen, the list on paper."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts.models import User
from lms.learning.enums import AttendanceState
from lms.learning.sessions import services
from lms.learning.sessions.forms import posted_states
from lms.learning.sessions.permissions import access_session
from lms.learning.sessions.queries import (
    attendance_numbers,
    attendance_rows,
    expected_at,
    has_come,
    is_around,
    standing_code,
)
from lms.learning.views.doors import for_staff

PEOPLE_ON_A_PAGE = 100
EMPTY_LINES = 5
"""Lines on the paper for people who are in the room and on no list yet."""


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def attendance_list(
    request: HttpRequest, user: User, cohort_id: int, session_id: int
) -> HttpResponse:
    """Show the list of a session; a POST saves it, or notes everybody as present who is not noted."""
    session = access_session(user, cohort_id, session_id)
    page = Paginator(expected_at(session), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = attendance_rows(session, page.object_list, reader=user)
    if request.method == "POST":
        now = timezone.now()
        try:
            if request.POST.get("everybody") == "present":
                number = services.note_everybody(session=session, acting_user=user, now=now)
            else:
                states = posted_states(rows, request.POST)
                number = services.note_attendance(
                    session=session, states=states, acting_user=user, now=now
                )
        except services.AttendanceRefused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _saved_words(number))
        return redirect(request.get_full_path())
    now = timezone.now()
    context = {
        "cohort": session.cohort,
        "session": session,
        "rows": rows,
        "page_obj": page,
        "states": AttendanceState.choices,
        "numbers": attendance_numbers(session),
        "is_around": is_around(session, now=now),
        "has_come": has_come(session, now=now),
    }
    return render(request, "learning/sessions/attendance.html", context)


def _saved_words(number: int) -> str:
    if not number:
        return _("The list is saved; nothing in it was new.")
    words = ngettext(
        "The list is saved; %(number)d line is new.",
        "The list is saved; %(number)d lines are new.",
        number,
    )
    return words % {"number": number}


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def code_screen(request: HttpRequest, user: User, cohort_id: int, session_id: int) -> HttpResponse:
    """Show the code for the room on a big screen; a POST makes a new one."""
    session = access_session(user, cohort_id, session_id)
    now = timezone.now()
    if request.method == "POST":
        try:
            services.show_code(session=session, acting_user=user, now=now)
        except services.AttendanceRefused as refusal:
            messages.warning(request, str(refusal))
        return redirect("session_code", cohort_id=cohort_id, session_id=session_id)
    code = standing_code(session, now=now)
    context = {
        "cohort": session.cohort,
        "session": session,
        "code": code,
        "groups": (code.code[:3], code.code[3:]) if code else (),
        "numbers": attendance_numbers(session),
        "expected": expected_at(session).count(),
        "is_around": is_around(session, now=now),
    }
    return render(request, "learning/sessions/code.html", context)


@for_staff
@require_safe
def paper_list(request: HttpRequest, user: User, cohort_id: int, session_id: int) -> HttpResponse:
    """Show the list on which people sign in the room."""
    session = access_session(user, cohort_id, session_id)
    context = {
        "cohort": session.cohort,
        "session": session,
        "rows": attendance_rows(session, expected_at(session), reader=user),
        "empty_lines": range(EMPTY_LINES),
    }
    return render(request, "learning/sessions/paper.html", context)
