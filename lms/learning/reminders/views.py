"""The page on which a learner says how often she is reminded."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.accounts.models import User
from lms.learning.enums import ReminderChoice
from lms.learning.reminders.forms import ReminderForm
from lms.learning.reminders.permissions import access_choice
from lms.learning.reminders.services import choose_reminders
from lms.learning.views.courses import learners_post


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reminder_settings(request: HttpRequest) -> HttpResponse:
    return _save(request) if request.method == "POST" else _show(request)


@login_required
def _show(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, User):
        raise PermissionDenied
    form = ReminderForm(initial={"choice": access_choice(request.user)})
    return render(request, "learning/reminders/settings.html", {"form": form})


@learners_post
def _save(request: HttpRequest, learner: User) -> HttpResponse:
    """Keep the choice; the button below a reminder sends the last one, too."""
    form = ReminderForm(request.POST)
    if not form.is_valid():
        return render(request, "learning/reminders/settings.html", {"form": form}, status=400)
    choice = ReminderChoice(form.cleaned_data["choice"])
    choose_reminders(learner=learner, choice=choice, acting_user=learner, now=timezone.now())
    if choice == ReminderChoice.NONE:
        words = _("You get no reminders any more. You can change this here whenever you want.")
    else:
        words = _("Your choice holds from now on.")
    messages.success(request, words)
    return redirect("reminder_settings")
