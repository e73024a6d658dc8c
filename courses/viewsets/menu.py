"""The trainer's menu: courses, question bank and quizzes first, nothing that is never needed."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSetGroup

from courses.models import CourseIndexPage
from courses.permissions import is_administrator, is_trainer
from courses.reviewing.permissions import is_reviewer
from courses.reviewing.viewsets import ReviewViewSet
from courses.viewsets.cases import CaseViewSet
from courses.viewsets.imports import ExportViewSet, ImportViewSet
from courses.viewsets.questions import QuestionViewSet
from courses.viewsets.quizzes import BankViewSet, CategoryViewSet, QuizViewSet
from courses.viewsets.releases import ReleaseViewSet
from courses.viewsets.staff import CourseStaffViewSet
from lms.accounts.models import User

FOR_TRAINERS = {
    "ensenar",
    "cursos",
    "banco",
    "pruebas",
    "casos",
    "revisiones",
    "ediciones",
    "disenos",
    "equipo",
    "fuentes",
    "fuentes-cambios",
    "biblioteca",
    "glosario",
    "lineas",
    "images",
    "documents",
    "media",
}


class TrainersMenuItem(MenuItem):
    """Shown to whoever writes courses."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for a staff group."""
        return isinstance(request.user, User) and is_trainer(request.user)


class CoursesMenuItem(TrainersMenuItem):
    """Leads to the catalogue in the source language, where every course hangs."""

    def render_component(self, request: HttpRequest) -> Any:
        """Look for the catalogue when the menu is drawn, for it may be made later."""
        index = CourseIndexPage.objects.order_by("locale__pk", "path").values_list("pk", flat=True)
        spanish = index.filter(locale__language_code="es").first()
        self.url = (
            reverse("wagtailadmin_explore", args=[spanish])
            if spanish
            else reverse("wagtailadmin_explore_root")
        )
        return super().render_component(request)


class QuestionImportViewSet(ImportViewSet):
    """The way in stands below the question bank."""

    menu_item_class = TrainersMenuItem


class QuestionExportViewSet(ExportViewSet):
    """The way out stands beside it."""

    menu_item_class = TrainersMenuItem


class BankGroup(ViewSetGroup):
    """Questions, their categories and their banks."""

    items = (
        QuestionViewSet,
        CategoryViewSet,
        BankViewSet,
        QuestionImportViewSet,
        QuestionExportViewSet,
    )
    menu_label = _("Question bank")
    menu_name = "banco"
    menu_icon = "help"
    menu_order = 20


class TopQuizViewSet(QuizViewSet):
    """Quizzes stand in the menu by themselves."""

    add_to_admin_menu = True
    menu_name = "pruebas"
    menu_order = 30


class TopCaseViewSet(CaseViewSet):
    """Cases stand in the menu by themselves."""

    add_to_admin_menu = True
    menu_name = "casos"
    menu_order = 35
    menu_item_class = TrainersMenuItem


class TopReleaseViewSet(ReleaseViewSet):
    """Releases stand in the menu by themselves."""

    add_to_admin_menu = True
    menu_name = "ediciones"
    menu_order = 40
    menu_item_class = TrainersMenuItem


class ReviewsMenuItem(MenuItem):
    """Shown to whoever reviews or writes."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for a staff group."""
        user = request.user
        return isinstance(user, User) and (is_reviewer(user) or is_trainer(user))


class TopReviewViewSet(ReviewViewSet):
    """Reviews stand in the menu by themselves."""

    add_to_admin_menu = True
    menu_name = "revisiones"
    menu_order = 38
    menu_item_class = ReviewsMenuItem


class TopStaffViewSet(CourseStaffViewSet):
    """Course staff stands in the menu by itself, for leads and administrators."""

    add_to_admin_menu = True
    menu_name = "equipo"
    menu_order = 260


def keep_what_is_needed(request: HttpRequest, items: list[Any]) -> None:
    """Leave a trainer the own items; administrators keep everything except the help."""
    is_admin = isinstance(request.user, User) and is_administrator(request.user)
    if is_admin:
        items[:] = [item for item in items if item.name != "help"]
    else:
        items[:] = [item for item in items if item.name in FOR_TRAINERS]
