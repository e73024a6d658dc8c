"""Addresses of the cohort's own page and what hangs on it."""

from django.urls import URLPattern, URLResolver, path

from lms.desks.following import views

ONE = "ensenar/cohortes/<int:cohort_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(ONE, views.cohort_home, name="cohort"),
    path(f"{ONE}avance/", views.cohort_progress, name="cohort_progress"),
    path(
        f"{ONE}avance/descargar/<slug:form>/",
        views.progress_download,
        name="cohort_progress_download",
    ),
    path(f"{ONE}persona/<int:enrolment_id>/", views.cohort_person, name="cohort_person"),
]
