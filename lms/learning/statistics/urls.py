"""Addresses of results, on the trainer's desk."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.statistics import views

QUIZ = "ensenar/resultados/<uuid:quiz_key>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("ensenar/resultados/", views.results, name="quiz_results_list"),
    path(QUIZ, views.quiz_results, name="quiz_results"),
    path(f"{QUIZ}<int:version_id>/", views.question_results, name="question_results"),
    path(f"{QUIZ}descargar/<slug:form>/", views.download, name="quiz_results_download"),
]
