"""Where Wagtail asks: pages of the desks in the admin."""

from wagtail import hooks

from lms.desks.leaving.viewsets import ErasureViewSet


@hooks.register("register_admin_viewset")
def register_erasures() -> ErasureViewSet:
    """Add the register of erasures."""
    return ErasureViewSet()
