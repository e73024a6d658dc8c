"""Where Wagtail asks: menu, first page, and the doors that the rule for publishing watches."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages as wagtail_messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail_localize.models import Translation

from courses.models import CoursePage, LessonPage
from courses.models.pages import REFUSED
from courses.overviews import course_overviews
from courses.permissions import is_administrator, is_trainer, may_follow, writing_trainer
from courses.publication import (
    PublicationRefused,
    last_one_problems,
    publication_problems,
)
from courses.queries import promised_titles
from courses.reading_aids.views import measure_text, tell_of_words
from courses.reviewing.wagtail_hooks import (
    hear_comments,
    hush_wagtail,
    review_action,
    review_button,
    show_reviews_first,
)
from courses.services import add_course_lead
from courses.sharing import tend_copies_of
from courses.sources.lessons import LESSON
from courses.sources.queries import open_checks_of
from courses.sources.viewsets.changes import SourceChangeViewSet
from courses.sources.viewsets.records import SourceViewSet
from courses.viewsets.bulk_actions import CheckedPublishBulkAction
from courses.viewsets.library import ChecksPanel, CheckViewSet, LibraryGroup, SiteTermViewSet
from courses.viewsets.menu import (
    BankGroup,
    CoursesMenuItem,
    TopCaseViewSet,
    TopQuizViewSet,
    TopReleaseViewSet,
    TopReviewViewSet,
    TopStaffViewSet,
    TrainersMenuItem,
    keep_what_is_needed,
)
from courses.viewsets.shared_texts import GlossaryViewSet, HelplineViewSet
from courses.viewsets.sharing import SharingViewSet

JUST_SAVED = timedelta(hours=1)
"""How long a form whose saving crossed a refusal may stay open and still be saved."""

register_snippet(GlossaryViewSet)
register_snippet(HelplineViewSet)
register_snippet(SourceViewSet)
register_snippet(LibraryGroup)
register_snippet(SiteTermViewSet)
hooks.register("construct_main_menu", keep_what_is_needed)
hooks.register("register_bulk_action", CheckedPublishBulkAction, order=100)
hooks.register("construct_homepage_panels", show_reviews_first, order=1001)
hooks.register("register_page_header_buttons", review_button)
hooks.register("construct_page_action_menu", review_action, order=10)
hooks.register("before_edit_page", hush_wagtail, order=-20)
hooks.register("after_edit_page", hear_comments)


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    """Return the trainer's own pages."""
    return [
        BankGroup(),
        TopQuizViewSet(),
        TopCaseViewSet(),
        TopReviewViewSet(),
        TopReleaseViewSet(),
        TopStaffViewSet(),
        SourceChangeViewSet(),
        CheckViewSet(),
        SharingViewSet(),
    ]


@hooks.register("register_admin_urls")
def register_reading_aid() -> list[URLPattern]:
    """Return the address that measures a text while it is written."""
    return [path("legibilidad/", measure_text, name="reading_aid")]


hooks.register("after_create_page", tell_of_words)
hooks.register("after_edit_page", tell_of_words)


@hooks.register("register_admin_menu_item")
def register_courses_item() -> MenuItem:
    """Put the courses first."""
    url = reverse("wagtailadmin_explore_root")
    return CoursesMenuItem(
        _("Courses"), url, name="cursos", icon_name="folder-open-inverse", order=10
    )


@hooks.register("register_admin_menu_item")
def register_teaching_item() -> MenuItem:
    """Lead from the admin to the trainer's desk, where learners' work is."""
    url = reverse("trainer_desk")
    return TrainersMenuItem(
        _("Teaching"), url, name="ensenar", icon_name="clipboard-list", order=45
    )


@hooks.register("insert_global_admin_css")
def admin_css() -> SafeString:
    """Link our few rules for the admin."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


class CoursesPanel(Component):
    """The first page of the admin: the user's courses, and what comes next in each."""

    name = "my_courses"
    order = 10
    template_name = "courses/admin/home_panel.html"

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Read the courses of the user."""
        return {"overviews": course_overviews(writing_trainer(parent_context["request"]))}


@hooks.register("construct_homepage_panels", order=1000)
def homepage_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Show the courses first, and to trainers nothing else."""
    if not is_trainer(request.user):
        return
    if is_administrator(request.user):
        panels.insert(0, ChecksPanel())
    else:
        panels.clear()
    panels.insert(0, CoursesPanel())


@hooks.register("construct_homepage_summary_items", order=1000)
def homepage_summary(request: HttpRequest, items: list[Any]) -> None:
    """Leave out Wagtail's counts, which say nothing about courses."""
    if not is_administrator(request.user):
        items.clear()


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name our entry of a page's history."""
    actions.register_action(REFUSED, _("Not published"), _("Not published on its date"))


@hooks.register("register_page_header_buttons")
def release_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Any:
    """Offer the release on the header of a course."""
    if page.specific_class is CoursePage and may_follow(user, page.translation_key):
        yield Button(
            _("Release the course"),
            url=reverse("ediciones:detail", args=[page.pk]),
            icon_name="lock",
            priority=5,
        )
        yield Button(
            _("Shared modules"),
            url=reverse("compartidos:detail", args=[page.pk]),
            icon_name="link",
            priority=7,
        )


@hooks.register("before_create_page")
def go_on_with_saved_draft(
    request: HttpRequest, parent: Page, page_class: type[Page]
) -> HttpResponseBase | None:
    """Take a new page for the draft of it that the editor has just saved by itself.

    On a weak link the editor's own saving and the press of a button cross on the way, and Wagtail
    would answer that the address is taken: by the very page that is being written. The editor's own
    saving is left as it is: where it comes second, it must not write over what the button saved.
    """
    if request.method != "POST" or "application/json" in request.headers.get("accept", ""):
        return None
    slug, title = request.POST.get("slug", ""), request.POST.get("title", "")
    if "\x00" in slug + title:
        return None  # the form answers it; PostgreSQL would fail
    draft = (
        page_class.objects.child_of(parent)
        .filter(
            owner=request.user,
            slug=slug,
            title=title,
            first_published_at=None,
            latest_revision_created_at__gt=timezone.now() - JUST_SAVED,
        )
        .first()
    )
    if draft is None:
        return None
    response: HttpResponseBase = EditView.as_view()(request, draft.pk)
    return response


@hooks.register("before_edit_page")
def tell_of_changed_sources(request: HttpRequest, page: Page) -> None:
    """Say to whoever opens a lesson that a source of it changed."""
    if request.method != "GET" or page.specific_class is not LessonPage:
        return
    for check in open_checks_of(LESSON, page.pk):
        words = _("“%(source)s”, which this item cites, changed on %(day)s.")
        day = date_format(check.change.changed_date, "DATE_FORMAT")
        url = reverse("fuentes-cambios:check", args=[check.change_id, check.pk])
        link = wagtail_messages.button(url, _("See what changed, and note what became of it"))
        wagtail_messages.warning(
            request, words % {"source": check.change.source, "day": day}, [link]
        )


@hooks.register("after_create_page")
@hooks.register("after_copy_page")
def make_lead(request: HttpRequest, page: Page, copied: Page | None = None) -> None:
    """Make whoever begins a course its lead."""
    made = (copied or page).specific
    if isinstance(made, CoursePage):
        user = writing_trainer(request)
        add_course_lead(course_page=made, acting_user=user, now=timezone.now())


@hooks.register("after_create_page")
@hooks.register("after_publish_page")
def tend_after_saving(request: HttpRequest, page: Page) -> None:
    """Give what is new in a shared module its place in the courses that use it."""
    tend_copies_of(page)


@hooks.register("after_move_page")
def tend_after_moving(request: HttpRequest, page: Page) -> None:
    """Keep the order of a shared module the same everywhere."""
    tend_copies_of(page)


@hooks.register("after_copy_page")
def tend_after_copying(request: HttpRequest, page: Page, copied: Page) -> None:
    """Give a copy inside a shared module its place in the courses that use it."""
    tend_copies_of(copied)


@hooks.register("before_publish_page")
def check_before_publishing(request: HttpRequest, page: Page) -> None:
    """Ask the rule once more where Wagtail's views publish without `CheckedPage.publish`."""
    problems = publication_problems(page)
    if problems:
        raise PublicationRefused(page, problems)


@hooks.register("before_edit_page", order=-10)
def check_translation(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Ask the rule before wagtail-localize publishes, whose own message would not say why."""
    if request.method != "POST" or request.POST.get("action") != "publish":
        return None
    translation = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=page.locale_id, enabled=True
    ).first()
    if translation is None:
        return None
    candidate = translation.source.get_ephemeral_translated_instance(page.locale, fallback=True)
    problems = [problem.message for problem in publication_problems(candidate)]
    total, done = translation.get_progress()
    if done < total:
        problems.append(_("Texts that are not translated yet: %d.") % (total - done))
    return _refuse(request, problems, reverse("wagtailadmin_pages:edit", args=[page.pk]))


@hooks.register("before_unpublish_page")
def check_unpublishing(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Keep a live parent from being left empty."""
    return _refuse_leaving(request, [page])


@hooks.register("before_move_page")
def check_moving(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    """Keep a live parent from being left empty, unless the page stays below it."""
    return None if page.is_child_of(destination) else _refuse_leaving(request, [page])


@hooks.register("before_delete_page")
def check_deleting(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Keep what was promised in a release, and a live parent from being left empty."""
    return _refuse_deleting(request, [page]) or _refuse_leaving(request, [page])


@hooks.register("before_bulk_action")
def check_bulk(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Ask the same before many pages leave at once."""
    pages = [page for page in objects if isinstance(page, Page)]
    if action_type == "delete":
        return _refuse_deleting(request, pages) or _refuse_leaving(request, pages)
    if action_type in ("unpublish", "move"):
        return _refuse_leaving(request, pages)
    return None


def _refuse_leaving(request: HttpRequest, pages: list[Page]) -> HttpResponse | None:
    problems = [problem.message for problem in last_one_problems(pages)]
    return _refuse(request, problems, _parent_url(pages))


def _refuse_deleting(request: HttpRequest, pages: list[Page]) -> HttpResponse | None:
    message = _("“%s” was promised in a release and is never deleted: unpublish it.")
    problems = [message % title for title in promised_titles(pages)]
    return _refuse(request, problems, _parent_url(pages))


def _parent_url(pages: list[Page]) -> str:
    if not pages:
        return reverse("wagtailadmin_home")
    return reverse("wagtailadmin_explore", args=[pages[0].get_parent().pk])


def _refuse(request: HttpRequest, problems: list[str], url: str) -> HttpResponse | None:
    for problem in problems:
        messages.error(request, problem)
    return redirect(url) if problems else None
