"""Addresses of messages and announcements."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.messages.views import following, reading, writing

WRITTEN = "ensenar/cohortes/<int:cohort_id>/mensajes/"
ONE = f"{WRITTEN}<int:message_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(WRITTEN, following.cohort_messages, name="cohort_messages"),
    path(f"{WRITTEN}escribir/", writing.message_write, name="message_write"),
    path(f"{WRITTEN}anunciar/", writing.announcement_write, name="announcement_write"),
    path(f"{WRITTEN}plantillas/", following.message_templates, name="message_templates"),
    path(ONE, following.cohort_message, name="cohort_message"),
    path(f"{ONE}retirar/", following.announcement_take_down, name="announcement_take_down"),
    path("mensajes/", reading.own_messages, name="own_messages"),
    path("mensajes/<int:message_id>/", reading.own_message, name="own_message"),
]
