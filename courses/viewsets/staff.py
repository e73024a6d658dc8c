"""Course staff in the admin: leads and administrators say who writes a course."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet

from courses.forms.staff import CourseStaffForm
from courses.models import CourseStaff
from courses.permissions import may_release, staff_rows, writing_trainer
from courses.queries import course_titles
from courses.services import remove_course_staff, save_course_staff


class StaffIndexView(generic.IndexView):
    """The list of staff, course by course."""

    def get_base_queryset(self) -> QuerySet[CourseStaff]:
        """Return the rows that the user may change."""
        rows: QuerySet[CourseStaff] = staff_rows(writing_trainer(self.request))
        return rows.order_by("course_key", "part", "user__full_name")

    @property
    def columns(self) -> list[Column]:
        """Return the columns; the titles of the courses are read once."""
        titles = course_titles()
        return [
            TitleColumn(
                "user",
                label=_("Person"),
                accessor=lambda row: row.user.get_display_name(),
                get_url=self.get_edit_url,
            ),
            Column(
                "course",
                label=_("Course"),
                accessor=lambda row: titles.get(row.course_key, row.course_key),
            ),
            Column("part", label=_("Role in the course"), accessor="get_part_display"),
        ]


class StaffFormMixin(WagtailAdminTemplateMixin):
    """What the create and the edit page share: the form's user, and saving by the service."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form who asks."""
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return {**kwargs, "acting_user": writing_trainer(self.request)}

    def save_instance(self) -> CourseStaff:
        """Save by the service, which writes the audit row."""
        row: CourseStaff = self.form.save(commit=False)
        user = writing_trainer(self.request)
        return save_course_staff(row=row, acting_user=user, now=timezone.now())


class StaffCreateView(StaffFormMixin, generic.CreateView):
    """A new row."""


class OwnRowsMixin(WagtailAdminTemplateMixin):
    """Keeps leads to the rows of their own courses."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer 403 for somebody else's course."""
        if not may_release(writing_trainer(request), self.get_object().course_key):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class StaffEditView(OwnRowsMixin, StaffFormMixin, generic.EditView):
    """Another part, or another course."""


class StaffDeleteView(OwnRowsMixin, generic.DeleteView):
    """Somebody leaves the staff."""

    def delete_action(self) -> None:
        """Remove by the service, which writes the audit row."""
        user = writing_trainer(self.request)
        remove_course_staff(row=self.object, acting_user=user, now=timezone.now())


class CourseStaffViewSet(ModelViewSet):
    """Who may write, release and follow which course."""

    model = CourseStaff
    name = "equipo"
    icon = "group"
    menu_label = _("Course staff")
    index_view_class = StaffIndexView
    add_view_class = StaffCreateView
    edit_view_class = StaffEditView
    delete_view_class = StaffDeleteView
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[CourseStaffForm]:
        """Return our own form."""
        return CourseStaffForm
