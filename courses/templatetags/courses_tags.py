"""Template tags of courses: helplines, rich text, pictures, cards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import template
from django.db.models import Q
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from wagtail.rich_text import RichText

from courses.blocks import DRAWINGS
from courses.case_drawings import CASE_DRAWINGS
from courses.catalogue import CourseCard, course_cards
from courses.models import Question, QuestionCategory, Quiz
from courses.question_types import question_types
from courses.reading_aids.measuring import Measured, measure
from courses.reading_aids.prose import prose_of
from courses.rich_links import cleaned, with_links
from courses.shared_texts import HelplineCard, helplines, is_long_ago
from courses.term_checks import TERMS_HELP

register = template.Library()

PICTURE_WIDTHS = (480, 960)
"""The widths that the guarded view of files serves."""


@register.inclusion_tag("components/helplines.html")
def footer_helplines(*, full: bool = False) -> dict[str, Any]:
    """Show the helplines in the active language."""
    return {"helplines": helplines(), "full": full}


@register.simple_tag
def helpline_list() -> list[HelplineCard]:
    """Return the helplines in the active language."""
    return helplines()


@register.simple_tag(takes_context=True)
def rich(context: Context, text: Any) -> RichText:
    """Return a rich text whose links to pages and documents work for learners."""
    page = context.get("page")
    return with_links(
        text, page_key=getattr(page, "translation_key", None), urls=context.get("page_urls")
    )


@register.filter
def table_cell(html: Any) -> RichText:
    """Return a table's cell with no more than simple marks left in it."""
    return cleaned(str(html or ""))


@register.simple_tag
def terms_help() -> str:
    """Return what authors are told about the terms that the site words."""
    return str(TERMS_HELP)


@register.filter
def checked_long_ago(day: date | None) -> bool:
    """Whether a telephone or a service was checked, but not within the last 180 days."""
    return is_long_ago(day, today=timezone.localdate())


@register.filter
def one_or_many(number: Decimal) -> int:
    """Return the whole number that chooses between singular and plural beside a fraction."""
    return 1 if number == 1 else 2


@dataclass(frozen=True)
class Picture:
    """What an `img` of a lesson needs; sizes in pixels."""

    src: str
    srcset: str
    width: int
    height: int


@register.simple_tag(takes_context=True)
def picture(context: Context, image: Any) -> Picture:
    """Return the guarded addresses of a picture in its widths; nothing is made or asked here."""
    page = context["page"]
    base = reverse("lesson_file", args=[page.translation_key, "image", image.pk])
    widest = min(image.width, PICTURE_WIDTHS[-1])
    sizes = [(width, min(image.width, width)) for width in PICTURE_WIDTHS]
    usable = [sizes[0], *(pair for pair in sizes[1:] if image.width > sizes[0][0])]
    return Picture(
        src=f"{base}?ancho={usable[-1][0]}",
        srcset=", ".join(f"{base}?ancho={asked} {real}w" for asked, real in usable),
        width=widest,
        height=max(1, round(image.height * widest / image.width)),
    )


@register.simple_tag(takes_context=True)
def file_url(context: Context, kind: str, file: Any) -> str:
    """Return the guarded address of a file that this page shows."""
    return reverse("lesson_file", args=[context["page"].translation_key, kind, file.pk])


@register.simple_tag
def catalogue(learning: Mapping[UUID, Any] | None = None) -> list[CourseCard]:
    """Return the cards of all live courses, with what the learner did in each."""
    return course_cards(learning or {})


@register.simple_tag
def drawing(name: str) -> SafeString:
    """Return one of our own drawings; a name that no trainer can choose draws nothing."""
    known = name in {known for known, _label in DRAWINGS}
    return render_to_string(f"courses/drawings/{name}.html") if known else SafeString()


@register.simple_tag
def question_count(quiz: Quiz) -> int:
    """Return how many questions an attempt at the quiz has, without the texts; one query."""
    texts = {kind.name for kind in question_types() if not kind.takes_answer}
    return sum(
        source.question.kind not in texts if source.question else source.count or 0
        for source in quiz.sources.select_related("question")
    )


@register.simple_tag
def has_critical_questions(quiz: Quiz) -> bool:
    """Whether an error in one of the quiz's questions may fail it whatever the score; one query."""
    asked = Q(pk__in=[source.question_id for source in quiz.sources.all() if source.question_id])
    for source in quiz.sources.all():
        if source.category is not None:
            branch = QuestionCategory.objects.within(source.category)
            asked |= Q(category__in=branch)
    rules = Question.objects.filter(asked).values_list("live_version__content__safety_rules")
    return any(any(texts.values()) for (texts,) in rules if texts)


@register.simple_tag
def crumbs(*links: Any) -> list[tuple[str, str]]:
    """Return links as the breadcrumb component takes them."""
    return [(link.title, link.url) for link in links if link is not None and link.url]


@register.simple_tag
def case_drawing(name: str) -> SafeString:
    """Return the drawing of a scene; a name that no trainer can choose draws nothing."""
    known = name in {known for known, _label in CASE_DRAWINGS}
    return render_to_string(f"courses/case_drawings/{name}.html") if known else SafeString()


@register.simple_tag
def reading_of(page: Any) -> list[Measured]:
    """Return what is to be said about how a saved page reads; nothing of a new one."""
    if not page or page.pk is None:
        return []
    return [measure(prose_of(page), language=page.locale.language_code[:2])]
