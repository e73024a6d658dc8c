"""Addresses of what a trainer changes for one learner of a cohort."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.tailoring import views

COHORT = "ensenar/cohortes/<int:cohort_id>/"
PERSON = f"{COHORT}persona/<int:enrolment_id>/"
ITEM = f"{PERSON}parte/<uuid:item_key>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{COHORT}regla/", views.stuck_rule, name="stuck_rule"),
    path(f"{PERSON}plazo/", views.deadline, name="move_deadline"),
    path(f"{PERSON}retirar/", views.withdraw, name="withdraw_learner"),
    path(f"{PERSON}intento/<uuid:public_id>/reabrir/", views.reopen, name="reopen_attempt"),
    path(f"{ITEM}dispensar/", views.exempt, name="exempt_item"),
    path(f"{ITEM}pedir/", views.take_back, name="take_back_exemption"),
]
