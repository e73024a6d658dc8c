"""People and agencies in the admin's menu."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from lms.accounts.viewsets import AgencyViewSet, PersonChooserViewSet


@hooks.register("register_admin_viewset")
def register_agencies() -> list[ViewSet]:
    """Add the agencies and the chooser of people."""
    return [AgencyViewSet("agencies"), PersonChooserViewSet("person_chooser")]


@hooks.register("register_account_menu_item")
def register_profile(request: HttpRequest) -> MenuItem:
    """Lead from the admin's settings to the person's own page."""
    return MenuItem(_("My name, password and second step"), reverse("profile"), icon_name="user")
