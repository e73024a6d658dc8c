"""Addresses of the cohort's own page and what hangs on it."""

from django.urls import URLPattern, URLResolver, path

from lms.desks.following import views

ONE = "ensenar/cohortes/<int:cohort_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(ONE, views.cohort_home, name="cohort"),
]
