"""What trainers author: pages, question bank, quizzes, releases."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    """Registers `courses`."""

    name = "courses"
    label = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        """Say who may touch which page, and how the editor looks."""
        from wagtail.models import Page
        from wagtail.permissions import register_permission_policy

        from courses.models import CourseStaff
        from courses.panels import attach_panels
        from courses.permissions import CourseStaffPagePolicy, StaffPolicy
        from courses.reviewing.receivers import connect_receivers

        connect_receivers()
        register_permission_policy(Page, CourseStaffPagePolicy())
        register_permission_policy(CourseStaff, StaffPolicy(CourseStaff))
        attach_panels()
