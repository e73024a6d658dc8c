"""Where Wagtail asks: pages of the admin that join what several apps know."""

from wagtail import hooks

from lms.desks.trail.viewsets import TrailViewSet


@hooks.register("register_admin_viewset")
def register_trail() -> TrailViewSet:
    """Return the audit trail."""
    return TrailViewSet()
