"""Where Wagtail asks: the desks' pages in the admin."""

from wagtail import hooks

from lms.desks.record.viewsets import PersonalDataViewSet


@hooks.register("register_admin_viewset")
def register_personal_data() -> PersonalDataViewSet:
    """Return the administrator's pages about personal data."""
    return PersonalDataViewSet()
