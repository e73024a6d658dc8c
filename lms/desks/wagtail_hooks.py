"""Where Wagtail asks: pages of the desks in the admin."""

from typing import Any

from wagtail import hooks

from lms.desks.leaving.viewsets import ErasureViewSet
from lms.desks.record.viewsets import PersonalDataViewSet
from lms.desks.trail.viewsets import TrailViewSet


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    """Return personal data, the register of erasures, and the audit trail."""
    return [PersonalDataViewSet(), ErasureViewSet(), TrailViewSet()]
