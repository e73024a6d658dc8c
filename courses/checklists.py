"""The checklists of practices, line by line in all languages."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from courses.models import PracticePage
from courses.promises import PromisedCriterion
from courses.texts import languages


def promised_criteria(
    page: PracticePage, translations: Mapping[str, Any], complete: Collection[str]
) -> tuple[PromisedCriterion, ...]:
    """Return the checklist in all complete languages; the lines belong together by their order."""
    lists = {languages()[0]: page}
    for code, translated in translations.items():
        lists[code] = translated.specific
    found = []
    for place, block in enumerate(page.criteria):
        texts = {
            code: other.criteria[place].value["text"]
            for code, other in lists.items()
            if code in complete and place < len(other.criteria)
        }
        found.append(
            PromisedCriterion(
                key=UUID(str(block.id)),
                texts=texts,
                is_essential=bool(block.value["is_essential"]),
            )
        )
    return tuple(found)


def checklist_problems(
    pages: Iterable[Any],
    translations: Mapping[UUID, Mapping[str, Any]],
    *,
    claimed: Collection[str],
) -> list[str]:
    """Return where a checklist is not the same, line by line, in a language that is claimed."""
    problems = []
    for page in (page for page in pages if isinstance(page, PracticePage)):
        own = _marks(page)
        for code, translated in translations.get(page.translation_key, {}).items():
            if code not in claimed:
                continue
            other = _marks(translated.specific)
            if len(own) != len(other):
                message = _(
                    "“%(title)s”: the checklist has another number of lines in “%(language)s”."
                )
            elif own != other:
                message = _("“%(title)s”: other lines are essential in “%(language)s”.")
            else:
                continue
            problems.append(message % {"title": page.title, "language": code})
    return problems


def _marks(page: Any) -> list[bool]:
    return [bool(block.value["is_essential"]) for block in page.criteria]
