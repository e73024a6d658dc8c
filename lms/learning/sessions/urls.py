"""Addresses of sessions and attendance."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.sessions.views import attendance, learners, planning

ALL = "ensenar/cohortes/<int:cohort_id>/sesiones/"
ONE = f"{ALL}<int:session_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(ALL, planning.session_list, name="cohort_sessions"),
    path(f"{ALL}nueva/", planning.session_new, name="session_new"),
    path(ONE, planning.session_edit, name="session_edit"),
    path(f"{ONE}suspender/", planning.session_call_off, name="session_call_off"),
    path(f"{ONE}asistencia/", attendance.attendance_list, name="session_attendance"),
    path(f"{ONE}codigo/", attendance.code_screen, name="session_code"),
    path(f"{ONE}lista/", attendance.paper_list, name="session_paper"),
    path("asistencia/", learners.attendance_code, name="attendance_code"),
    path("mi-aprendizaje/grupo/<int:cohort_id>/sesiones/", learners.group, name="group_sessions"),
    path("mi-aprendizaje/grupo/<int:cohort_id>/sesiones.ics", learners.group_ics, name="group_ics"),
    path("mi-aprendizaje/sesion/<uuid:uid>.ics", learners.session_ics, name="session_ics"),
]
