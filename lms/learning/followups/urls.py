"""Addresses of what comes after a course."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.followups import views

OWN = "mi-aprendizaje/despues/<int:enrolment_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("mi-aprendizaje/despues/repasos/", views.booster_choice, name="booster_choice"),
    path("mi-aprendizaje/despues/terminar/", views.end_practice, name="end_practice"),
    path(OWN, views.home, name="after_course"),
    path(f"{OWN}plan/", views.plan, name="own_plan"),
    path(f"{OWN}plan/borrar/", views.delete_plan, name="delete_plan"),
    path(f"{OWN}repaso/", views.begin_booster, name="begin_booster"),
    path(f"{OWN}seguimiento/<slug:interval>/", views.practice, name="practice_questions"),
    path(f"{OWN}seguimiento/<slug:interval>/luego/", views.put_off, name="put_off_practice"),
    path(f"{OWN}jefatura/", views.ask_supervisor, name="ask_supervisor"),
    path(
        f"{OWN}jefatura/<int:request_id>/retirar/",
        views.take_back_request,
        name="take_back_supervisor_request",
    ),
    path("jefatura/<str:secret>/", views.supervisor, name="supervisor"),
]
