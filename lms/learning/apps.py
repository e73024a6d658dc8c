"""The learner's record."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearningConfig(AppConfig):
    """Registers `lms.learning`."""

    name = "lms.learning"
    label = "learning"
    verbose_name = _("Learning")
