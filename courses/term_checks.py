"""Placeholders of site terms that no term is named like: refused before anybody could read them.

It reads pages by their fields only, so that the rule of publishing may import it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.fields import StreamField

from courses.question_types.base import Problem
from lms.core.terms import known_terms, unknown_terms

TERMS_HELP = gettext_lazy(
    "Where the owner of the site decides how a term is worded, write its key between double "
    "braces: {{enfoque}}. Every page shows the wording of the site."
)
"""What authors are told beside what they write."""
NOT_TEXT = ("slug", "url_path", "path", "content_type", "draft_title")


def term_message(placeholder: str) -> str:
    """Return what to tell an author about a placeholder that nothing words."""
    names = ", ".join(f"{{{{{key}}}}}" for key in sorted(known_terms()))
    message = _("%(written)s is no term of this site; the terms are: %(known)s.")
    return message % {"written": " ".join(placeholder.split()), "known": names}


def texts_in(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text inside plain JSON values with its place: `options.0.texts.es`."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for name, below in value.items():
            yield from texts_in(below, f"{place}.{name}" if place else str(name))
    elif isinstance(value, list | tuple):
        for number, below in enumerate(value):
            yield from texts_in(below, f"{place}.{number}" if place else str(number))


def content_term_problems(content: Mapping[str, Any]) -> list[Problem]:
    """Return the unknown placeholders of a question or a case, each at its text."""
    return [
        Problem(place, term_message(found))
        for place, text in texts_in(content)
        for found in unknown_terms(text)
    ]


def record_term_problems(record: Any, *, but: Iterable[str] = NOT_TEXT) -> list[Problem]:
    """Return the unknown placeholders of a page or a record, each at its field."""
    problems = []
    for field in record._meta.concrete_fields:
        if field.name in but:
            continue
        if isinstance(field, StreamField):
            raw = field.stream_block.get_prep_value(getattr(record, field.name))
            texts = [text for _place, text in texts_in(raw)]
        elif isinstance(field, models.CharField | models.TextField):
            texts = [str(getattr(record, field.name) or "")]
        else:
            continue
        found = dict.fromkeys(one for text in texts for one in unknown_terms(text))
        problems += [Problem(field.name, term_message(one)) for one in found]
    return problems
