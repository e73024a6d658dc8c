"""Addresses of `lms.learning`."""

from django.urls import URLPattern, URLResolver, include, path

from lms.learning.views import courses, notices

urlpatterns: list[URLPattern | URLResolver] = [
    path("mi-aprendizaje/inscripcion/<uuid:course_key>/", courses.enrol, name="enrol"),
    path("mi-aprendizaje/leccion/<uuid:lesson_key>/", courses.finish, name="finish_lesson"),
    path("avisos/", notices.notices, name="notices"),
    path("avisos/leido/", notices.put_notice_away, name="put_notice_away"),
    path("", include("lms.learning.attempts.urls")),
    path("", include("lms.learning.cases.urls")),
    path("", include("lms.learning.cohorts.urls")),
    path("", include("lms.learning.sessions.urls")),
    path("", include("lms.learning.practice.urls")),
    path("", include("lms.learning.tailoring.urls")),
    path("", include("lms.learning.messages.urls")),
    path("", include("lms.learning.questions.urls")),
    path("", include("lms.learning.reminders.urls")),
    path("", include("lms.learning.followups.urls")),
    path("", include("lms.learning.evaluation.urls")),
    path("", include("lms.learning.statistics.urls")),
    path("", include("lms.learning.supervision.urls")),
    path("", include("lms.learning.marking.urls")),
]
