"""The link of a notice's mail, and putting a notice away."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.accounts.models import User
from lms.core.numbers import posted_number
from lms.learning.notices import put_away
from lms.learning.views.courses import learners_post


@never_cache
@require_safe
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """Lead on to the learner's page: this address stands in mails, and tells nothing."""
    return redirect(f"{reverse('my_learning')}#avisos")


@learners_post
def put_notice_away(request: HttpRequest, learner: User) -> HttpResponse:
    notice_id = posted_number(request.POST.get("notice", ""))
    if notice_id is not None:
        put_away(learner=learner, notice_id=notice_id, now=timezone.now())
    return redirect("my_learning")
