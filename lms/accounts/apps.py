"""People, agencies and roles."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    """Registers `lms.accounts`."""

    name = "lms.accounts"
    label = "accounts"
    verbose_name = _("People and agencies")
    default = True


class AmparoUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user administration, for people who have one full name."""

    user_viewset = "lms.accounts.viewsets.UserViewSet"
