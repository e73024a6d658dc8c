"""Where Wagtail asks: the certificates' pages in the admin."""

from wagtail import hooks

from certificates.designs.viewsets import DesignViewSet
from certificates.viewsets import CertificatesGroup


@hooks.register("register_admin_viewset")
def register_viewsets() -> CertificatesGroup:
    """Return the administrator's pages."""
    return CertificatesGroup()


@hooks.register("register_admin_viewset")
def register_designs() -> DesignViewSet:
    """Return the pages of designs, for trainers too."""
    return DesignViewSet()


@hooks.register("register_icons")
def register_icons(icons: list[str]) -> list[str]:
    """Add the drawing of a certificate."""
    return [*icons, "certificates/admin/certificate-icon.svg"]
