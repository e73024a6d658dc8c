"""Addresses of marking: the trainer's below her desk, the learner's below her attempt."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.marking.views import answers, appeals, regrades

MARKING = "ensenar/corregir/"
QUIZ = f"{MARKING}prueba/<uuid:quiz_key>/"
ANSWER = f"{MARKING}respuesta/<int:item_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(MARKING, answers.queue, name="marking_queue"),
    path(QUIZ, regrades.questions, name="marking_questions"),
    path(f"{QUIZ}<int:asked_version>/", answers.question, name="marking_question"),
    path(f"{QUIZ}<int:asked_version>/corregir/", regrades.regrade, name="regrade"),
    path(f"{MARKING}correccion/<int:regrade_id>/", regrades.report, name="regrade_report"),
    path(ANSWER, answers.answer, name="marking_answer"),
    path(f"{ANSWER}decidir/", answers.settle, name="marking_settle"),
    path(f"{ANSWER}cambiar/", answers.change, name="marking_change"),
    path(f"{MARKING}reclamo/<int:appeal_id>/", appeals.appeal, name="marking_appeal"),
    path(
        "mi-aprendizaje/intento/<uuid:public_id>/reclamo/",
        appeals.object_to_result,
        name="object_to_result",
    ),
]
