"""Addresses of practices and approvals, below those of a cohort."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.practice import views

ONE = "ensenar/cohortes/<int:cohort_id>/"
PRACTICE = f"{ONE}practica/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(PRACTICE, views.practice_list, name="cohort_practice"),
    path(f"{PRACTICE}<uuid:item_key>/", views.practice_people, name="practice_people"),
    path(
        f"{PRACTICE}<uuid:item_key>/<int:enrolment_id>/",
        views.observe_practice,
        name="observe_practice",
    ),
    path(
        f"{PRACTICE}firmada/<int:observation_id>/retirar/",
        views.take_practice_back,
        name="take_practice_back",
    ),
    path(f"{ONE}aprobar/", views.approval_list, name="cohort_approval"),
    path(f"{ONE}aprobar/<int:enrolment_id>/retirar/", views.undo_approval, name="undo_approval"),
]
