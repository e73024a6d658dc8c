"""Template tags of the pages by which trainers follow a cohort."""

from collections.abc import Iterable
from functools import cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from lms.desks.following.enums import ItemState

register = template.Library()


@register.simple_tag
def matrix_cells(states: Iterable[ItemState]) -> SafeString:
    """Return the cells of one learner's row: a word for each, which the style sheet draws as a sign.

    A matrix has tens of thousands of them, so each kind of cell is made once for each language.
    """
    language = get_language() or ""
    return format_html_join("", "{}", ((_cell(state, language),) for state in states))


@cache
def _cell(state: ItemState, language: str) -> SafeString:
    return format_html('<td class="cell cell-{}"><span>{}</span></td>', state, state.label)
