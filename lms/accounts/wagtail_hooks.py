"""People and agencies in the admin's menu."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from lms.accounts.models import User
from lms.accounts.viewsets import AgencyViewSet, PersonChooserViewSet


@hooks.register("register_admin_viewset")
def register_agencies() -> list[ViewSet]:
    """Add the agencies and the chooser of people."""
    return [AgencyViewSet("agencies"), PersonChooserViewSet("person_chooser")]


@hooks.register("before_bulk_action")
def refuse_bulk(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Refuse to change many people at once: a role or an end is decided, and recorded, one by one."""
    if not any(isinstance(person, User) for person in objects):
        return None
    messages.error(request, _("People are changed one by one, so that each change is recorded."))
    return redirect("wagtailusers_users:index")


@hooks.register("register_account_menu_item")
def register_profile(request: HttpRequest) -> MenuItem:
    """Lead from the admin's settings to the person's own page."""
    return MenuItem(_("My name, password and second step"), reverse("profile"), icon_name="user")
