"""Addresses of questions to the trainers."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.questions import views

OWN = "mi-aprendizaje/preguntas/"
DESK = "ensenar/preguntas/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(OWN, views.own_list, name="own_questions"),
    path(f"{OWN}<int:question_id>/", views.own, name="own_question"),
    path(f"{OWN}nueva/<uuid:item_key>/", views.ask, name="ask_question"),
    path(DESK, views.desk, name="questions_desk"),
    path(f"{DESK}<int:question_id>/", views.answer, name="question_answer"),
    path(f"{DESK}<int:question_id>/publicar/", views.publish, name="question_publish"),
]
