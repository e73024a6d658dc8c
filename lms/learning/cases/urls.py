"""Addresses of cases: walks below the learner's own pages, counts and print below the trainer's."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.cases.views import following, walking

RUN = "mi-aprendizaje/caso/<uuid:public_id>/"
FOLLOWED = "ensenar/casos/<uuid:case_key>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("mi-aprendizaje/caso/<uuid:case_key>/", walking.start, name="start_case"),
    path(f"{RUN}escena/", walking.scene, name="case_scene"),
    path(f"{RUN}consecuencia/", walking.consequence, name="case_consequence"),
    path(f"{RUN}pensar/", walking.again, name="case_again"),
    path(f"{RUN}final/", walking.ending, name="case_ending"),
    path(FOLLOWED, following.paths, name="case_paths"),
    path(f"{FOLLOWED}imprimir/", following.role_play_sheets, name="case_role_play"),
]
