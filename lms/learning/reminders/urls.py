"""The address of the choice of reminders."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.reminders import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("mi-aprendizaje/recordatorios/", views.reminder_settings, name="reminder_settings"),
]
