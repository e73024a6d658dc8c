"""A version of a question as its learners meet it, before and after answering."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from wagtail.images import get_image_model

from courses.models import QuestionVersion
from courses.permissions import reading_staff
from courses.question_types import QuestionType, question_type
from courses.question_types.common import Figure


@dataclass(frozen=True)
class Shown:
    """One look at the question; `earned` is the part of the mark, in per cent."""

    heading: str
    field_name: str
    is_revealed: bool
    earned: Decimal | None
    question: Mapping[str, Any]


def preview_question(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show a version in every language: to be answered, and with answers of every quality."""
    reading_staff(request)
    version = get_object_or_404(
        QuestionVersion.objects.select_related("question"), question=pk, number=number
    )
    kind, content = question_type(version.kind), version.typed_content
    context = {
        "version": version,
        "kind": kind,
        "languages": [
            (code, name, list(_looks(kind, content, code))) for code, name in settings.LANGUAGES
        ],
        "template": kind.template_name,
        "figure_url": _figure_url(content.common.figure),
    }
    return render(request, "courses/admin/question_preview.html", context)


def _looks(kind: QuestionType[Any], content: Any, code: str) -> Iterator[Shown]:
    def shown(heading: str, given: Mapping[str, Any] | None, earned: Decimal | None) -> Shown:
        is_revealed = heading != before
        view = kind.learner_view(
            content,
            language=code,
            order=kind.option_ids(content),
            given=given,
            is_revealed=is_revealed,
        )
        return Shown(heading, f"vista-{code}", is_revealed, earned, view)

    before = _("Before submitting") if kind.takes_answer else _("As learners read it")
    yield shown(before, None, None)
    if not kind.takes_answer:
        return
    samples = kind.sample_answers(content)
    for given in samples:
        earned = None if kind.is_marked_by_hand else kind.mark(content, given) * 100
        yield shown(_heading(earned), given, earned)
    if not samples:
        yield shown(_("After submitting, without an answer"), None, None)


def _heading(earned: Decimal | None) -> str:
    if earned is None:
        return _("After submitting")
    if earned == 100:
        return _("After submitting, all right")
    return _("After submitting, partly right") if earned else _("After submitting, not right")


def _figure_url(figure: Figure | None) -> str:
    image = get_image_model().objects.filter(pk=figure.image_id).first() if figure else None
    return str(image.get_rendition("max-960x960").url) if image is not None else ""
