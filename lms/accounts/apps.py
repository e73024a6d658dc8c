"""People, agencies and roles."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Registers `lms.accounts`."""

    name = "lms.accounts"
    label = "accounts"
    verbose_name = _("People and agencies")
