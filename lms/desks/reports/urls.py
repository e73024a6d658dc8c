"""Addresses of the reports, on the trainer's desk."""

from django.urls import URLPattern, URLResolver, path

from lms.desks.reports import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("ensenar/informes/", views.reports, name="course_reports"),
    path("ensenar/informes/<int:report_id>/", views.report_page, name="course_report"),
    path(
        "ensenar/informes/<int:report_id>/informe.<slug:form>",
        views.report_file,
        name="course_report_file",
    ),
]
