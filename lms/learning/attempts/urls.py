"""Addresses of attempts, below the learner's own pages."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.attempts import views

ATTEMPT = "mi-aprendizaje/intento/<uuid:public_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("mi-aprendizaje/prueba/<uuid:quiz_key>/", views.start, name="start_attempt"),
    path(ATTEMPT, views.attempt, name="attempt"),
    path(f"{ATTEMPT}<int:position>/", views.question, name="attempt_question"),
    path(f"{ATTEMPT}figura/<int:position>/", views.figure, name="attempt_figure"),
    path(f"{ATTEMPT}revisar/", views.review, name="attempt_review"),
    path(f"{ATTEMPT}enviar/", views.submit, name="attempt_submit"),
    path(f"{ATTEMPT}resultado/", views.result, name="attempt_result"),
]
