"""Where Wagtail asks: pages of the desks in the admin."""

from typing import Any

from wagtail import hooks

from lms.desks.leaving.viewsets import ErasureViewSet
from lms.desks.record.viewsets import PersonalDataViewSet


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    """Return the administrator's pages about personal data, and the register of erasures."""
    return [PersonalDataViewSet(), ErasureViewSet()]
