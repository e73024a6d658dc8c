"""What a learner reads of what was written to her; nobody sees who else got it."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.page_links import links_by_key
from lms.accounts.models import User
from lms.learning.messages.permissions import access_received
from lms.learning.messages.queries import received_by
from lms.learning.messages.services import note_read

MESSAGES_ON_A_PAGE = 25
GONE = 410


def _learner(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@never_cache
@require_safe
@login_required
def own_messages(request: HttpRequest) -> HttpResponse:
    rows = received_by(_learner(request))
    page = Paginator(rows, MESSAGES_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "learning/messages/own_list.html", {"page_obj": page})


@never_cache
@require_safe
@login_required
def own_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show a message to one who got it, and note that she has opened it."""
    learner = _learner(request)
    message = access_received(learner, message_id)
    note_read(message=message, learner=learner, now=timezone.now())
    key = message.cohort.release.course_key
    context = {
        "message": message,
        "course_title": message.cohort.release.typed_promise.title,
        "course": links_by_key([key]).get(key),
    }
    status = 200 if message.taken_down_at is None else GONE
    return render(request, "learning/messages/own.html", context, status=status)
