"""Addresses of the trainer's way to a code on paper."""

from django.urls import URLPattern, URLResolver, path

from lms.desks.paper_codes import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "ensenar/cohortes/<int:cohort_id>/persona/<int:enrolment_id>/codigo/",
        views.person_code,
        name="person_code",
    ),
]
