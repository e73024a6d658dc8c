"""Addresses of attempts, below the learner's own pages."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.attempts.views import answering, results

ATTEMPT = "mi-aprendizaje/intento/<uuid:public_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("mi-aprendizaje/prueba/<uuid:quiz_key>/", answering.start, name="start_attempt"),
    path(ATTEMPT, answering.attempt, name="attempt"),
    path(f"{ATTEMPT}<int:position>/", answering.question, name="attempt_question"),
    path(f"{ATTEMPT}figura/<int:position>/", answering.figure, name="attempt_figure"),
    path(f"{ATTEMPT}revisar/", answering.review, name="attempt_review"),
    path(f"{ATTEMPT}enviar/", answering.submit, name="attempt_submit"),
    path(f"{ATTEMPT}resultado/", results.result, name="attempt_result"),
]
