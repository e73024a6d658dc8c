"""The learner's own page, and the trainer's desk."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.accounts.models import User
from lms.desks.menu import note_coordinator, note_trainer
from lms.desks.queries import my_learning
from lms.desks.teaching import teaching_desk


@never_cache
@require_safe
@login_required
def my_learning_page(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        note_trainer(request.session, request.user)
        note_coordinator(request.session, request.user, on=timezone.localdate())
    desk = my_learning(request.user, now=timezone.now())
    return render(request, "desks/my_learning.html", {"desk": desk})


@never_cache
@require_safe
@login_required
def trainer_desk(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not isinstance(user, User) or not note_trainer(request.session, user):
        raise Http404
    return render(request, "desks/teaching.html", {"desk": teaching_desk(user, now=timezone.now())})
