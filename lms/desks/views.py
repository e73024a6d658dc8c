"""The learner's own page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.desks.queries import my_learning


@never_cache
@require_safe
@login_required
def my_learning_page(request: HttpRequest) -> HttpResponse:
    desk = my_learning(request.user, now=timezone.now())
    return render(request, "desks/my_learning.html", {"desk": desk})
