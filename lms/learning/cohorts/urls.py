"""Addresses of cohorts: the trainer's, and those by which learners come in."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.cohorts.views import cohorts, learners

LIST = "ensenar/cohortes/"
ONE = f"{LIST}<int:cohort_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(LIST, cohorts.cohort_list, name="cohort_list"),
    path(f"{LIST}nueva/", cohorts.cohort_new, name="cohort_new"),
    path(f"{ONE}personas/", cohorts.cohort_people, name="cohort_people"),
    path(f"{ONE}cambiar/", cohorts.cohort_edit, name="cohort_edit"),
    path(f"{ONE}agregar/", cohorts.cohort_join, name="cohort_join"),
    path(f"{ONE}lugares/", cohorts.cohort_places, name="cohort_places"),
    path(f"{ONE}codigo/", cohorts.cohort_code, name="cohort_code"),
    path("mi-aprendizaje/grupo/", learners.join_with_code, name="join_with_code"),
    path("mi-aprendizaje/grupo/<int:cohort_id>/", learners.join_group, name="join_group"),
    path("mi-aprendizaje/lugar/<int:place_id>/", learners.leave_waiting, name="leave_waiting"),
]
