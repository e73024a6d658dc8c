"""Addresses of this part: neutral, because they stay in histories."""

from django.urls import URLPattern, URLResolver, path

from lms.desks.record import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("mi-aprendizaje/historial/", views.record_page, name="my_record"),
    path("mi-aprendizaje/historial/pdf/", views.ask_record_pdf, name="ask_record_pdf"),
    path("mi-aprendizaje/historial/archivo/", views.record_json, name="record_json"),
    path("mis-datos/", views.data_page, name="my_data"),
    path("mis-datos/descargar/", views.data_files, name="my_data_files"),
    path("mis-datos/archivo/<uuid:file_id>/", views.personal_file, name="personal_file"),
    path("mis-datos/correccion/", views.ask_correction, name="ask_correction"),
]
