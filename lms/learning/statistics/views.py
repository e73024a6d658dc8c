"""Results on the trainer's desk: the list, one quiz, one question, and the files."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.enums import QuizMode
from courses.models.serving import active_language
from courses.page_links import links_by_key
from lms.accounts.models import User
from lms.core.views.downloads import table_answer
from lms.core.workbooks import CONTENT_TYPES, Page
from lms.learning.permissions import seen_enrolments
from lms.learning.statistics.charts import distribution, group_chart, letter_of
from lms.learning.statistics.downloads import result_rows
from lms.learning.statistics.figures import ItemFigures
from lms.learning.statistics.permissions import (
    access_item_statistic,
    access_quiz_place,
    quiz_places,
)
from lms.learning.statistics.places import QuizPlace, pre_test_key
from lms.learning.statistics.queries import (
    FEWEST_SHEETS,
    question_figures,
    quizzes_figures,
    survey_results,
)
from lms.learning.statistics.services import record_named_download

QUIZZES_ON_A_PAGE = 20
NAMES = "nombres"
ORDERS: dict[str, Any] = {
    "avisos": lambda item: (-sum(2 if flag.is_serious else 1 for flag in item.flags),),
    "pregunta": lambda item: (item.words.stem.casefold(),),
    "respuestas": lambda item: (item.row.count,),
    "facilidad": lambda item: (item.facility is None, item.facility or Decimal(0)),
    "discriminacion": lambda item: (
        item.discrimination is None,
        item.discrimination or Decimal(0),
    ),
    "tiempo": lambda item: (item.seconds is None, -(item.seconds or Decimal(0))),
}


def _reader(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise Http404
    return user


def _crumbs(place: QuizPlace | None = None) -> list[tuple[str, str]]:
    crumbs = [(_("Results"), reverse("quiz_results_list"))]
    if place is not None:
        crumbs.append((place.page.title, reverse("quiz_results", args=[place.quiz_key])))
    return crumbs


@never_cache
@require_safe
@login_required
def results(request: HttpRequest) -> HttpResponse:
    places = quiz_places(_reader(request))
    page = Paginator(places, QUIZZES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"rows": quizzes_figures(list(page)), "page_obj": page}
    return render(request, "learning/results/list.html", context)


@never_cache
@require_safe
@login_required
def quiz_results(request: HttpRequest, quiz_key: UUID) -> HttpResponse:
    place = access_quiz_place(_reader(request), quiz_key)
    context: dict[str, Any] = {"place": place, "crumbs": _crumbs()}
    if place.quiz.mode == QuizMode.SURVEY:
        context |= {"questions": survey_results(place), "fewest": FEWEST_SHEETS}
        return render(request, "learning/results/survey.html", context)
    figures = quizzes_figures([place])[0][1]
    order = request.GET.get("orden", "")
    order = order if order in ORDERS else next(iter(ORDERS))
    before_key = pre_test_key(place)
    context |= {
        "figures": figures,
        "items": sorted(figures.items, key=lambda item: (*ORDERS[order](item), _place(item))),
        "order": order,
        "chart": distribution(
            figures.row.histogram,
            scale=place.scale,
            pass_mark=place.quiz.pass_mark if place.quiz.is_counted else None,
        ),
        "before": links_by_key([before_key]).get(before_key) if before_key else None,
        "before_key": before_key,
    }
    return render(request, "learning/results/quiz.html", context)


def _place(item: ItemFigures) -> tuple[str, int]:
    return (item.words.question_key, item.words.number)


@never_cache
@require_safe
@login_required
def question_results(request: HttpRequest, quiz_key: UUID, version_id: int) -> HttpResponse:
    place = access_quiz_place(_reader(request), quiz_key)
    found = question_figures(place, access_item_statistic(place, version_id))
    item = found.item
    groups = item.groups
    context = {
        "place": place,
        "crumbs": _crumbs(place),
        "found": found,
        "item": item,
        "options": [(letter_of(n), option) for n, option in enumerate(item.options)],
        "chart": group_chart(item.options, lower=groups.lower, upper=groups.upper)
        if groups and item.has_enough
        else None,
    }
    return render(request, "learning/results/question.html", context)


@never_cache
@require_safe
@login_required
def download(request: HttpRequest, quiz_key: UUID, form: str) -> HttpResponseBase:
    """Send the results as a file; whoever takes one with names stands in the audit trail."""
    place = access_quiz_place(_reader(request), quiz_key)
    if form not in CONTENT_TYPES or place.quiz.is_anonymous:
        raise Http404
    with_names, reader = request.GET.get(NAMES) == "1", _reader(request)
    if with_names:
        record_named_download(quiz=place.quiz, form=form, acting_user=reader, now=timezone.now())
    seen = seen_enrolments(reader, at="attempt__enrolment__") if with_names else Q()
    rows = result_rows(place, with_names=with_names, seen=seen)
    name = f"{slugify(place.page.title) or 'resultados'}-{active_language()}"
    return table_answer(Page(place.page.title, rows), name=name, kind=form)
