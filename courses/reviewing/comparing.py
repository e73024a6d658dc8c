"""Old and new text of each changed field or block, for two columns beside each other.

Both columns show the same marked text; the style sheet hides the additions in the left one and the
deletions in the right one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.compare import StreamBlockComparison, StreamFieldComparison, diff_text

from courses.reviewing.translations import texts_of
from courses.texts import languages

MARKED = re.compile(r'class="(addition|deletion)"')
"""What a comparison marks where something differs; without a mark two states read the same."""

WORDS = {
    "stems": _("question text"),
    "explanations": _("explanation"),
    "options": _("option"),
    "texts": _("text"),
    "feedback": _("feedback"),
    "hints": _("hint"),
    "safety_rules": _("rule of safety"),
    "answers": _("answer"),
    "accepted": _("accepted answer"),
    "titles": _("title"),
    "scenes": _("scene"),
    "choices": _("choice"),
    "consequences": _("what comes of it"),
    "present": _("who is present"),
    "ending": _("ending"),
    "debriefs": _("debrief"),
    "debrief_questions": _("question to talk about"),
    "facilitator_notes": _("note for the facilitator"),
    "facts": _("fact"),
    "known": _("what is known"),
    "gauges": _("gauge"),
    "words": _("words of the gauge"),
    "drawing_alts": _("description of the drawing"),
    "alts": _("description of the picture"),
    "rubric": _("rubric"),
}


def place_in_words(place: str) -> str:
    """Return where a text stands, in words: scene puerta, choice 2, feedback."""
    parts = []
    for part in place.split("/"):
        name, _space, rest = part.partition(" ")
        word = str(WORDS.get(name, name))
        parts.append(f"{word} {rest}".strip())
    return ", ".join(parts)


@dataclass(frozen=True)
class Change:
    """One field or text that changed: its name, and both states with the difference marked."""

    label: str
    html: SafeString


def page_changes(old: Any, new: Any, request: Any) -> list[Change]:
    """Return what changed between two states of a page, with Wagtail's own comparison.

    Of a body only the blocks are named that say something else now.
    """
    panel = new.get_edit_handler().get_bound_panel(instance=new, request=request, form=None)
    found: list[Change] = []
    for compare in panel.get_comparison():
        comparison = compare(old, new)
        if isinstance(comparison, StreamFieldComparison):
            found += _block_changes(comparison)
        elif comparison.is_field and comparison.has_changed():
            found.append(Change(str(comparison.field_label()), comparison.htmldiff()))
    return [change for change in found if MARKED.search(change.html)]


def _block_changes(comparison: Any) -> list[Change]:
    stream = StreamBlockComparison(
        comparison.field.stream_block, True, True, comparison.val_a, comparison.val_b
    )
    label = comparison.field_label()
    return [
        Change(f"{label}, {block.block.label} ({number})", _block_html(block))
        for number, block in enumerate(stream.get_block_comparisons(), start=1)
        if block.has_changed() or block.is_new() or block.is_deleted()
    ]


def _block_html(block: Any) -> SafeString:
    if block.is_new():
        return format_html('<div class="addition">{}</div>', block.htmlvalue(block.val_b))
    if block.is_deleted():
        return format_html('<div class="deletion">{}</div>', block.htmlvalue(block.val_a))
    html: SafeString = block.htmldiff()
    return html


def version_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return which texts changed between two versions of a question or a case."""
    found = []
    for code in languages():
        before, after = texts_of(old, code), texts_of(new, code)
        for place in dict.fromkeys([*after, *before]):
            was, now = before.get(place, ""), after.get(place, "")
            if was != now:
                found.append(
                    Change(f"{place_in_words(place)} ({code})", diff_text(was, now).to_html())
                )
    return found


@dataclass(frozen=True)
class Passage:
    """One text of a question or a case in all its languages, by the code of each."""

    place: str
    texts: tuple[tuple[str, str], ...]


def passages(content: Mapping[str, Any]) -> list[Passage]:
    """Return all texts of a version in their order, the languages beside each other."""
    by_code = {code: texts_of(content, code) for code in languages()}
    places = dict.fromkeys(place for texts in by_code.values() for place in texts)
    return [
        Passage(
            place_in_words(place),
            tuple((code, by_code[code].get(place, "")) for code in languages()),
        )
        for place in places
        if any(by_code[code].get(place) for code in languages())
    ]
