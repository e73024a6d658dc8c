"""Addresses of the trainer's cohorts."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.cohorts import views

LIST = "ensenar/cohortes/"
ONE = f"{LIST}<int:cohort_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(LIST, views.cohort_list, name="cohort_list"),
    path(f"{LIST}nueva/", views.cohort_new, name="cohort_new"),
    path(f"{ONE}personas/", views.cohort_people, name="cohort_people"),
    path(f"{ONE}cambiar/", views.cohort_edit, name="cohort_edit"),
    path(f"{ONE}agregar/", views.cohort_join, name="cohort_join"),
]
