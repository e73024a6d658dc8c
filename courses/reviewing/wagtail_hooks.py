"""What the admin shows of reviews: its first page, a page's header, the menu of the editor."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from courses.models import CheckedPage
from courses.permissions import is_administrator, is_trainer
from courses.reviewing.comments import quiet_other_mails, tell_of_comments
from courses.reviewing.enums import ReviewedKind
from courses.reviewing.permissions import is_reviewer, parts_of
from courses.reviewing.waiting import waits_for
from lms.accounts.models import User


class ReviewsPanel(Component):
    """The first page of the admin: how much waits, and the ways to it."""

    name = "reviews"
    order = 5
    template_name = "courses/reviewing/home_panel.html"

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Count what waits for the user."""
        user = parent_context["request"].user
        return {"number": waits_for(user), "is_reviewer": bool(parts_of(user))}


def show_reviews_first(request: HttpRequest, panels: list[Any]) -> None:
    """Show what waits first, and to those who only review nothing else."""
    user = request.user
    if not (is_reviewer(user) or is_trainer(user)):
        return
    if not (is_trainer(user) or is_administrator(user)):
        panels.clear()
    panels.insert(0, ReviewsPanel())


def _item_url(page: Page) -> str:
    return reverse("revisiones:item", args=[ReviewedKind.PAGE, page.pk])


def _may_read(page: Page, user: Any) -> bool:
    is_ours = page.specific_class is not None and issubclass(page.specific_class, CheckedPage)
    return is_ours and (is_reviewer(user) or is_trainer(user))


def review_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Any:
    """Lead from the header of a page to its reviews."""
    if _may_read(page, user):
        yield Button(_("Reviews"), url=_item_url(page), icon_name="check", priority=6)


class DecideItem(ActionMenuItem):
    """Leads a reviewer from the editor to where she decides."""

    name = "action-decide"
    label = _("Read and decide")
    icon_name = "check"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Ask whether a review is under way."""
        page = context.get("page")
        return page is not None and page.workflow_in_progress

    def get_url(self, context: dict[str, Any]) -> str:
        """Return the address of the page's reviews."""
        return _item_url(context["page"])


def review_action(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Offer the decision to reviewers while a page waits for one."""
    item = DecideItem(order=0)
    if context.get("page") is not None and is_reviewer(request.user) and item.is_shown(context):
        items.append(item)


def hush_wagtail(request: HttpRequest, page: Page) -> None:
    """Let no mail of Wagtail's go out while somebody saves a comment."""
    if request.method == "POST":
        quiet_other_mails()


def hear_comments(request: HttpRequest, page: Page) -> None:
    """Tell the others of a talk beside a block that it goes on."""
    if isinstance(request.user, User):
        tell_of_comments(page=page, acting_user=request.user, now=timezone.now())
