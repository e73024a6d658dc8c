"""Addresses of the trainer's list of attempts."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.supervision import views

LIST = "ensenar/intentos/<uuid:quiz_key>/"
ATTEMPT = "ensenar/intento/<uuid:public_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(LIST, views.quiz_attempts, name="quiz_attempts"),
    path(f"{LIST}<int:enrolment_id>/permitir/", views.allow, name="grant_allowance"),
    path(ATTEMPT, views.followed_attempt, name="followed_attempt"),
    path(f"{ATTEMPT}anular/", views.annul, name="annul_attempt"),
]
