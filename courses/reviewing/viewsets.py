"""The pages of the admin below `/admin/revisiones/`."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Revision

from courses.models import CheckedPage, LessonPage, ReviewTask
from courses.permissions import access_course, course_keys, is_trainer, writing_trainer
from courses.publication import PublicationRefused
from courses.queries import course_tree
from courses.reviewing.comparing import Change, page_changes, passages, version_changes
from courses.reviewing.due import due_items
from courses.reviewing.enums import ReviewedKind, ReviewOutcome, ReviewPart, Standing
from courses.reviewing.forms import DecisionForm, NarrowForm, RenewForm
from courses.reviewing.gate import missing_reviews
from courses.reviewing.permissions import (
    access_page_to_tend,
    access_subject,
    is_own_page,
    may_vouch,
    own_paths,
    parts_of,
    reads_everything,
    review_reader,
)
from courses.reviewing.services import ReviewRefused, Seen, decide_review, send_to_review
from courses.reviewing.subjects import Subject, history, standing
from courses.reviewing.tending import mark_page_translated, mark_version_translated, renew_review
from courses.reviewing.translations import Stale, stale_page, stale_pages, stale_versions
from courses.reviewing.waiting import (
    narrowed,
    open_comments,
    pages_with_open_comments,
    returned_to,
    waiting_for,
)
from lms.accounts.models import User


def _courses_of(user: User) -> set[UUID] | None:
    """Return the courses whose rows somebody sees; None for all of them."""
    return None if reads_everything(user) else course_keys(user)


def _visible(rows: list[Any], courses: set[UUID] | None) -> list[Any]:
    return rows if courses is None else [row for row in rows if row.courses & courses]


def review_list(request: HttpRequest) -> HttpResponse:
    """List what waits: for a reviewer her part, for a trainer what came back to her."""
    user = review_reader(request)
    courses = _courses_of(user)
    form = NarrowForm(request.GET, courses=courses, fields=("course", "part", "kind"))
    wanted = form.wanted()
    parts = parts_of(user) or list(ReviewPart)
    paths = None if courses is None else own_paths(user)
    context = {
        "form": form,
        "waiting": narrowed(_visible(waiting_for(parts), courses), wanted),
        "returned": narrowed(returned_to(user), wanted),
        "commented": pages_with_open_comments(paths),
        "is_reviewer": bool(parts_of(user)),
        "header_title": _("Reviews"),
    }
    return render(request, "courses/reviewing/list.html", context)


def review_item(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show one text with its reviews, and take a decision about it."""
    user = review_reader(request)
    subject = access_subject(user, kind, pk)
    parts = parts_of(user)
    form = DecisionForm(request.POST if request.method == "POST" else None, parts=parts)
    if request.method == "POST":
        if not parts:
            raise PermissionDenied
        if form.is_valid() and _decide(request, form, subject, user):
            return redirect("revisiones:index")
        subject = access_subject(user, kind, pk)
    reviews = history(subject)
    seen = Seen(subject.digest, len(reviews))
    if form.is_bound:
        form.refresh(seen)
    else:
        form.initial = {"digest": seen.digest, "number": seen.number}
    return render(request, "courses/reviewing/item.html", _item(request, user, subject, form))


def _decide(request: HttpRequest, form: DecisionForm, subject: Subject, user: User) -> bool:
    outcome = ReviewOutcome(form.cleaned_data["outcome"])
    try:
        decide_review(
            kind=subject.kind,
            pk=subject.pk,
            part=ReviewPart(form.cleaned_data["part"]),
            outcome=outcome,
            note=form.cleaned_data["note"],
            seen=form.seen(),
            acting_user=user,
            now=timezone.now(),
        )
    except ReviewRefused as error:
        form.add_error(None, str(error))
        return False
    except PublicationRefused as error:
        form.add_error(None, _("It cannot be published yet."))
        for problem in error.problems:
            form.add_error(None, problem.message)
        return False
    if outcome == ReviewOutcome.APPROVED:
        messages.success(request, _("Approved: “%s”.") % subject.title)
    else:
        messages.success(request, _("“%s” went back to its author.") % subject.title)
    return True


def _item(request: HttpRequest, user: User, subject: Subject, form: DecisionForm) -> dict[str, Any]:
    reviews = history(subject)
    page = subject.record if subject.kind == ReviewedKind.PAGE else None
    task = page.current_workflow_task if page is not None else None
    waits_for = ReviewPart(task.part) if isinstance(task, ReviewTask) else None
    stands = [(part, standing(subject, part, reviews)) for part in ReviewPart]
    is_approved = all(state == Standing.APPROVED for _part, state in stands)
    is_sendable = page is not None and not is_approved and not page.workflow_in_progress
    may_tend = bool(parts_of(user)) or page is None or is_own_page(user, page)
    return {
        "subject": subject,
        "page": page,
        "reviews": list(reversed(reviews)),
        "stands": stands,
        "changes": _changes(request, subject, reviews),
        "passages": passages(subject.content),
        "comments": open_comments(page) if page is not None else [],
        "waits_for": waits_for,
        "form": form,
        "is_deciding": bool(parts_of(user)) and (page is None or waits_for in parts_of(user)),
        "is_sendable": is_sendable and may_tend,
        "renew_form": RenewForm() if isinstance(page, LessonPage) and page.live else None,
        "edit_url": _edit_url(user, subject),
        "header_title": _("Review"),
    }


def _edit_url(user: User, subject: Subject) -> str:
    """Return the name of the form in which a trainer changes a question or a case."""
    if subject.kind == ReviewedKind.PAGE or not is_trainer(user):
        return ""
    return "preguntas:edit" if subject.kind == ReviewedKind.QUESTION else "casos:edit"


def _changes(request: HttpRequest, subject: Subject, reviews: list[Any]) -> list[Change]:
    """Return what changed since the last decision about another state of the text."""
    earlier = [one for one in reviews if one.state_digest != subject.digest and one.version]
    if not earlier:
        return []
    version = earlier[-1].version
    if subject.kind == ReviewedKind.PAGE:
        revision = Revision.objects.for_instance(subject.record).filter(pk=version).first()
        return page_changes(revision.as_object(), subject.record, request) if revision else []
    old = subject.record.versions.filter(number=version).first()
    return version_changes(old.content, subject.content) if old is not None else []


@require_POST
def send_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one page to be reviewed."""
    user = review_reader(request)
    page = access_page_to_tend(user, pk)
    _send(request, [page], user)
    return redirect("revisiones:item", ReviewedKind.PAGE, pk)


@require_POST
def send_course(request: HttpRequest, pk: int) -> HttpResponse:
    """Send every page of a course that lacks a review, from the page of its release."""
    user = writing_trainer(request)
    course = access_course(user, pk)
    subjects = [one.subject for one in missing_reviews(course_tree(course))]
    pages = [one.record for one in subjects if one.kind == ReviewedKind.PAGE]
    _send(request, pages, user)
    return redirect("ediciones:detail", pk)


def _send(request: HttpRequest, pages: list[CheckedPage], user: User) -> None:
    sent = send_to_review(pages=pages, acting_user=user, now=timezone.now())
    if sent:
        messages.success(request, _("Pages sent to be reviewed: %d.") % sent)
    else:
        messages.warning(request, _("Nothing was sent: it is being reviewed already."))


def due_list(request: HttpRequest) -> HttpResponse:
    """List what is to be read again, the oldest date first."""
    user = review_reader(request)
    courses = _courses_of(user)
    form = NarrowForm(request.GET, courses=courses, fields=("course",))
    course = form.wanted().course
    rows = _visible(due_items(timezone.localdate()), courses)
    today = timezone.localdate()
    context = {
        "form": form,
        "rows": [
            (row, row.is_overdue(today)) for row in rows if course is None or course in row.courses
        ],
        "renew_form": RenewForm(),
        "header_title": _("Dates of review"),
    }
    return render(request, "courses/reviewing/due.html", context)


@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Write that a lesson was read again, and when it is due next."""
    user = review_reader(request)
    lesson = access_page_to_tend(user, pk)
    if not isinstance(lesson, LessonPage):
        raise Http404
    form = RenewForm(request.POST)
    if form.is_valid():
        due = renew_review(
            lesson=lesson,
            months=form.cleaned_data["months"],
            acting_user=user,
            now=timezone.now(),
        )
        messages.success(request, _("Noted. It is due again on %s.") % date_format(due))
    else:
        messages.error(request, _("Choose in how many months it is due again."))
    return redirect("revisiones:due")


def translation_list(request: HttpRequest) -> HttpResponse:
    """List the translations that lag behind."""
    user = review_reader(request)
    courses = _courses_of(user)
    form = NarrowForm(request.GET, courses=courses, fields=("course", "kind"))
    rows = narrowed_stale(_visible([*stale_pages(), *stale_versions()], courses), form)
    context = {"form": form, "rows": rows, "header_title": _("Translations")}
    return render(request, "courses/reviewing/translations.html", context)


def narrowed_stale(rows: list[Stale], form: NarrowForm) -> list[Stale]:
    """Return the rows that somebody wants to see."""
    wanted = form.wanted()
    return [
        row
        for row in rows
        if wanted.kind in (None, row.kind)
        and (wanted.course is None or wanted.course in row.courses)
    ]


def translation_item(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show old and new text beside each other, and take note that the translation is right."""
    user = review_reader(request)
    subject = access_subject(user, kind, pk)
    is_page = subject.kind == ReviewedKind.PAGE
    if request.method == "POST":
        if not may_vouch(user, subject):
            raise PermissionDenied
        now = timezone.now()
        if is_page:
            mark_page_translated(page=subject.record, acting_user=user, now=now)
        else:
            mark_version_translated(record=subject.record, acting_user=user, now=now)
        messages.success(request, _("Noted: the translation is up to date."))
        return redirect("revisiones:translations")
    stale = stale_page(subject.record) if is_page else _stale_version(subject)
    context = {
        "subject": subject,
        "stale": stale,
        "changes": _translation_changes(request, subject, stale),
        "passages": passages(subject.content),
        "edit_url": _edit_url(user, subject),
        "may_vouch": may_vouch(user, subject),
        "header_title": _("Translation"),
    }
    return render(request, "courses/reviewing/translation.html", context)


def _stale_version(subject: Subject) -> Stale | None:
    rows = [row for row in stale_versions() if (row.kind, row.pk) == (subject.kind, subject.pk)]
    return rows[0] if rows else None


def _translation_changes(
    request: HttpRequest, subject: Subject, stale: Stale | None
) -> list[Change]:
    if stale is None:
        return []
    if stale.kind == ReviewedKind.PAGE:
        revisions = Revision.objects.in_bulk([stale.before, stale.after])
        before, after = revisions[stale.before], revisions[stale.after]
        return page_changes(before.as_object(), after.as_object(), request)
    old = subject.record.versions.get(number=stale.before)
    return version_changes(old.content, subject.content)


class ReviewViewSet(ViewSet):
    """What waits, what is due, what has to be translated again."""

    name = "revisiones"
    icon = "check"
    menu_label = gettext_lazy("Reviews")

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the addresses below `/admin/revisiones/`."""
        return [
            path("", review_list, name="index"),
            path("texto/<slug:kind>/<int:pk>/", review_item, name="item"),
            path("enviar/<int:pk>/", send_page, name="send"),
            path("enviar-curso/<int:pk>/", send_course, name="send_course"),
            path("fechas/", due_list, name="due"),
            path("fechas/<int:pk>/", renew, name="renew"),
            path("traducciones/", translation_list, name="translations"),
            path("traducciones/<slug:kind>/<int:pk>/", translation_item, name="translation"),
        ]
