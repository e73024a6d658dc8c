"""Addresses of the certificates of a cohort."""

from django.urls import URLPattern, URLResolver, path

from certificates.batches import views

OF_COHORT = "ensenar/cohortes/<int:cohort_id>/certificados/"
OF_BATCH = f"{OF_COHORT}<int:batch_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(OF_COHORT, views.cohort_certificates, name="cohort_certificates"),
    path(f"{OF_COHORT}emitir/", views.cohort_issue, name="cohort_issue"),
    path(f"{OF_BATCH}detener/", views.batch_stop, name="batch_stop"),
    path(f"{OF_BATCH}seguir/", views.batch_resume, name="batch_resume"),
    path(f"{OF_BATCH}reintentar/", views.batch_retry, name="batch_retry"),
    path("agencia/cohortes/<int:cohort_id>/certificados.zip", views.agency_zip, name="agency_zip"),
]
