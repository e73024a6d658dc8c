"""Joining a course and finishing its lessons."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from courses.page_links import links_by_key
from lms.accounts.carry import is_from_other_account, login_with_carried_fields
from lms.accounts.models import User
from lms.learning.enums import EnrolmentState, LessonWay
from lms.learning.models import Enrolment
from lms.learning.permissions import access_item_enrolment
from lms.learning.progress import progress_in
from lms.learning.queries import course_in_hand
from lms.learning.services import EnrolmentRefused, LessonRefused, enrol_learner, finish_lesson

View = Callable[..., HttpResponse]


def learners_post(view: View) -> View:
    """Take POST only, from the account for which the form was made; a login keeps its fields."""

    @require_POST
    @never_cache
    @wraps(view)
    def inner(request: HttpRequest, **keys: UUID) -> HttpResponse:
        if not isinstance(request.user, User):
            return login_with_carried_fields(request)
        if is_from_other_account(request):
            text = _("This form was opened by another account. Nothing was changed.")
            messages.warning(request, text)
            return redirect("my_learning")
        return view(request, request.user, **keys)

    return inner


@learners_post
def enrol(request: HttpRequest, learner: User, course_key: UUID) -> HttpResponse:
    link = links_by_key([course_key]).get(course_key)
    if link is None:
        raise Http404
    try:
        enrolment = enrol_learner(
            learner=learner, course_key=course_key, acting_user=learner, now=timezone.now()
        )
    except EnrolmentRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("You are enrolled. Go at your own pace."))
        if enrolment.release.typed_promise.asks_for_document and not learner.document_kind:
            return redirect(f"{reverse('profile_document')}?{urlencode({'next': link.url})}")
    return redirect(link.url)


@learners_post
def finish(request: HttpRequest, learner: User, lesson_key: UUID) -> HttpResponse:
    enrolment = access_item_enrolment(learner, lesson_key)
    way = LessonWay.BRIEF if request.POST.get("way") == LessonWay.BRIEF else LessonWay.FULL
    try:
        finish_lesson(enrolment=enrolment, lesson_key=lesson_key, way=way, now=timezone.now())
    except LessonRefused as refusal:
        messages.warning(request, str(refusal))
        link = links_by_key([lesson_key]).get(lesson_key)
        return redirect(link.url if link is not None else reverse("my_learning"))
    enrolment.refresh_from_db()
    return redirect(_after(request, enrolment, lesson_key))


def _after(request: HttpRequest, enrolment: Enrolment, lesson_key: UUID) -> str:
    """Return where to go on: the next item, the pause at the end of a module, or my learning."""
    if enrolment.state == EnrolmentState.COMPLETED:
        messages.success(
            request, _("You have finished the course. Your certificate is on its way.")
        )
        return reverse("my_learning")
    course = course_in_hand(enrolment.release, enrolment=enrolment, progress=progress_in(enrolment))
    messages.success(request, _("Lesson done."))
    stage = course.outline.stage(lesson_key)
    following = course.outline.next_step
    if stage is not None and stage.is_done and stage.url:
        return f"{stage.url}#cierre"
    if following is None or not following.url:
        return course.course.url or reverse("my_learning")
    return following.url
