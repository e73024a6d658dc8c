"""Addresses of a holder's own certificate; neutral, because they stay in histories."""

from django.urls import URLPattern, URLResolver, path

from certificates.holding import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("<int:certificate_id>/", views.own_certificate, name="own_certificate"),
    path("<int:certificate_id>/correo/", views.send_mail, name="own_certificate_mail"),
    path("<int:certificate_id>/sin-red/", views.choose_offline_qr, name="own_certificate_qr"),
    path("<int:certificate_id>/compartir/", views.choose_share, name="own_certificate_share"),
    path("<int:certificate_id>/consultas/", views.choose_to_be_told, name="own_certificate_told"),
    path("<int:certificate_id>/nombre/", views.remove_name, name="own_certificate_name"),
]
