"""What trainers author: pages, question bank, quizzes, releases."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    """Registers `courses`."""

    name = "courses"
    label = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        """Say who may touch which page, how the editor looks, and what else cites sources."""
        from wagtail.models import Page
        from wagtail.permissions import register_permission_policy

        from courses.library.citing import CARDS, FIGURES
        from courses.models import CourseStaff
        from courses.panels import attach_panels
        from courses.permissions import CourseStaffPagePolicy, StaffPolicy
        from courses.reviewing.receivers import connect_receivers
        from courses.sources.kinds import register_kind

        connect_receivers()
        register_permission_policy(Page, CourseStaffPagePolicy())
        register_permission_policy(CourseStaff, StaffPolicy(CourseStaff))
        attach_panels()
        for kind in (FIGURES, CARDS):
            register_kind(kind)
