"""What trainers author: pages, question bank, quizzes, releases."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    """Registers `courses`."""

    name = "courses"
    label = "courses"
    verbose_name = _("Courses")
