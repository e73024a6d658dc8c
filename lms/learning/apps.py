"""The learner's record."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearningConfig(AppConfig):
    """Registers `lms.learning`."""

    name = "lms.learning"
    label = "learning"
    verbose_name = _("Learning")

    def ready(self) -> None:
        """Register the tasks that services send by name; Celery looks only beside an app."""
        import_module("lms.learning.statistics.tasks")
