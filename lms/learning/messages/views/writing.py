"""Writing a message or an announcement: the form, the preview, the sending."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from lms.accounts.models import User
from lms.learning.cohorts.forms import ticked
from lms.learning.cohorts.permissions import access_cohort
from lms.learning.enums import MessageKind
from lms.learning.guarding import CHECKED, warned_pieces
from lms.learning.messages import services
from lms.learning.messages.changed_sources import change_for, ready_message
from lms.learning.messages.enums import Audience
from lms.learning.messages.forms import (
    READY,
    AnnouncementForm,
    MessageForm,
    TemplateForm,
    WritingForm,
    form_key,
)
from lms.learning.messages.permissions import access_people, access_template
from lms.learning.messages.queries import preview_of, reachable_people, recipients, templates_of
from lms.learning.messages.wording import READY_TEXTS, filled_in
from lms.learning.models import Cohort, Message
from lms.learning.views.doors import for_staff

FORMS: dict[MessageKind, type[WritingForm]] = {
    MessageKind.MESSAGE: MessageForm,
    MessageKind.ANNOUNCEMENT: AnnouncementForm,
}
TICKED = ("on", "True")
"""What a ticked box posts, and the preview's hidden field for it."""
Step = Callable[[HttpRequest, User, Cohort, MessageKind], HttpResponse]


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def message_write(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    return _write(request, user, access_cohort(user, cohort_id), MessageKind.MESSAGE)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def announcement_write(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    return _write(request, user, access_cohort(user, cohort_id), MessageKind.ANNOUNCEMENT)


def _write(request: HttpRequest, user: User, cohort: Cohort, kind: MessageKind) -> HttpResponse:
    """Show the form, or do what the pressed button says; without one, the preview."""
    if request.method != "POST":
        chosen = access_people(cohort, ticked(request.GET.getlist("a")))
        initial: dict[str, Any] = {"form_key": form_key()}
        if chosen:
            initial |= {"audience": Audience.CHOSEN, "people": chosen}
        change = change_for(cohort, request.GET.get("norma", ""))
        if change is not None:
            title, text = ready_message(change, cohort)
            initial |= {"title": title, "text": text, "audience": Audience.EVERYBODY}
        return _page(request, user, cohort, kind, initial=initial)
    steps: dict[str, Step] = {"insert": _insert, "keep": _keep, "back": _back, "send": _send}
    return steps.get(request.POST.get("step", ""), _preview)(request, user, cohort, kind)


def _page(
    request: HttpRequest,
    user: User,
    cohort: Cohort,
    kind: MessageKind,
    *,
    form: WritingForm | None = None,
    initial: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the form: one that was refused, or one that begins with these values."""
    form = form or _form(user, cohort, kind, initial=initial)
    context = {
        "cohort": cohort,
        "course_title": cohort.release.typed_promise.title,
        "kind": kind,
        "form": form,
        "templates": TemplateForm(saved=templates_of(cohort.release.course_key)),
        "pieces": warned_pieces(form.guarded_text, form.findings) if form.findings else [],
    }
    status = 400 if form.is_bound else 200
    return render(request, "learning/messages/write.html", context, status=status)


def _form(user: User, cohort: Cohort, kind: MessageKind, **options: Any) -> WritingForm:
    members = list(reachable_people(cohort)) if kind == MessageKind.MESSAGE else []
    return FORMS[kind](cohort=cohort, author=user, members=members, **options)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """Return what was typed, so that the form begins with it anew."""
    return {
        "form_key": form_key(request.POST.get("form_key", "")),
        "title": request.POST.get("title", ""),
        "text": request.POST.get("text", ""),
        "checked": request.POST.get("checked", ""),
        "audience": request.POST.get("audience", ""),
        "people": ticked(request.POST.getlist("people")),
        "is_told": request.POST.get("is_told") in TICKED,
    }


def _back(request: HttpRequest, user: User, cohort: Cohort, kind: MessageKind) -> HttpResponse:
    return _page(request, user, cohort, kind, initial=_typed(request) | {"checked": ""})


def _insert(request: HttpRequest, user: User, cohort: Cohort, kind: MessageKind) -> HttpResponse:
    """Take a ready text over; what was typed stays, and the ready text comes after it."""
    typed = _typed(request)
    source, _dash, number = request.POST.get("template", "").partition("-")
    title, text = "", ""
    if source == READY:
        for ready in READY_TEXTS:
            if ready.key == number:
                title, text = filled_in(ready, cohort)
    elif ticked([number]):
        template = access_template(cohort, ticked([number])[0])
        title, text = template.title, template.text
    typed["title"] = typed["title"] or title
    typed["text"] = "\n\n".join(part for part in (typed["text"].strip(), text) if part)
    return _page(request, user, cohort, kind, initial=typed)


def _keep(request: HttpRequest, user: User, cohort: Cohort, kind: MessageKind) -> HttpResponse:
    """Save title and text as a template of the course, and go on writing."""
    form = _form(user, cohort, kind, data=request.POST, is_template=True)
    if not form.is_valid():
        return _page(request, user, cohort, kind, form=form)
    try:
        services.save_template(
            course_key=cohort.release.course_key,
            title=form.cleaned_data["title"],
            text=form.cleaned_data["text"],
            acting_user=user,
            now=timezone.now(),
        )
    except services.MessageRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Saved as a template of this course."))
    return _page(request, user, cohort, kind, initial=_typed(request))


def _preview(request: HttpRequest, user: User, cohort: Cohort, kind: MessageKind) -> HttpResponse:
    form = _form(user, cohort, kind, data=request.POST)
    if not form.is_valid():
        return _page(request, user, cohort, kind, form=form)
    data = form.cleaned_data
    audience = Audience(data.get("audience") or Audience.EVERYBODY)
    people = recipients(cohort, audience, chosen=data.get("people") or ())
    if kind == MessageKind.MESSAGE and not people:
        form.add_error("audience", _("Nobody would get it: choose somebody else."))
        return _page(request, user, cohort, kind, form=form)
    context = {
        "cohort": cohort,
        "course_title": cohort.release.typed_promise.title,
        "kind": kind,
        "form": form,
        "checked": CHECKED if data["checked"] == CHECKED else "",
        "preview": preview_of(people),
        "is_told": kind == MessageKind.MESSAGE or data["is_told"],
    }
    return render(request, "learning/messages/preview.html", context)


def _send(request: HttpRequest, user: User, cohort: Cohort, kind: MessageKind) -> HttpResponse:
    form = _form(user, cohort, kind, data=request.POST)
    if not form.is_valid():
        return _page(request, user, cohort, kind, form=form)
    try:
        message = _sent(form.cleaned_data, user, cohort, kind)
    except services.MessageRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, user, cohort, kind, form=form)
    messages.success(request, _sent_words(message))
    return redirect("cohort_message", cohort_id=cohort.pk, message_id=message.pk)


def _sent(data: dict[str, Any], user: User, cohort: Cohort, kind: MessageKind) -> Message:
    common: dict[str, Any] = {name: data[name] for name in ("title", "text", "form_key")}
    common |= {"cohort": cohort, "acting_user": user, "now": timezone.now()}
    if kind == MessageKind.ANNOUNCEMENT:
        return services.announce(is_told=data["is_told"], **common)
    return services.send_message(
        audience=Audience(data["audience"]), chosen=data["people"], **common
    )


def _sent_words(message: Message) -> str:
    if message.kind == MessageKind.ANNOUNCEMENT:
        return _("The announcement is on the pages of everybody in the cohort.")
    number = message.copies.count()
    words = ngettext(
        "The message is on its way to %(number)d person.",
        "The message is on its way to %(number)d people.",
        number,
    )
    return words % {"number": number}
