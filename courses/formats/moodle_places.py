"""Moodle's markers on a picture: they are our hotspots where one marker is put on every place."""

import io
import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from courses.formats.moodle_parts import Part
from courses.formats.plaintext import one_line
from courses.formats.safe_xml import Element
from courses.formats.structures import QuestionRefused
from courses.question_types.exchange import Attachment, ExchangedAnswer, Shape

RECTANGLE = re.compile(r"\s*(\d+),(\d+);(\d+),(\d+)\s*")
CIRCLE = re.compile(r"\s*(\d+),(\d+);(\d+)\s*")


def read_markers(part: Part) -> dict[str, Any]:
    """Return "drag and drop markers" as places to choose, if a single marker serves them all.

    Rectangles keep their form, a circle becomes the square around it; with several different
    markers, or a polygon, the question asks for something else, and is refused.
    """
    element = part.element
    drags = list(element.all("drag"))
    drops = list(element.all("drop"))
    if len(drags) != 1 or not drops:
        message = _("Markers of several kinds have no equal here; places that one marker fits do.")
        raise QuestionRefused(message, element.line)
    file = element.find("file")
    figure = part.attachment(file) if file is not None else None
    if figure is None:
        raise QuestionRefused(_("The picture of the question is missing."), element.line)
    width, height = _size(figure, element)
    name = one_line(drags[0].value("text"))
    part.lose([_("the words of the marker (%s)") % name])
    stems, _none, alts = part.stem()
    fraction = Decimal(1) / len(drops)
    answers = tuple(
        ExchangedAnswer(
            texts={part.language: _("Place %d") % number},
            fraction=fraction.quantize(Decimal("0.00001")),
            place=_place(part, drop, width, height),
        )
        for number, drop in enumerate(drops, start=1)
    )
    part.lose([_("the names of the places: write them, they are the text alternative")])
    return {"shape": Shape.HOTSPOTS, "answers": answers, "stem": (stems, figure, alts)}


def _size(figure: Attachment, element: Element) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(figure.data)) as picture:
            return picture.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        message = _("The picture of the question is damaged or is none.")
        raise QuestionRefused(message, element.line) from error


def _place(part: Part, drop: Element, width: int, height: int) -> str:
    kind, coords = drop.value("shape").lower(), drop.value("coords")
    if kind == "rectangle" and (found := RECTANGLE.fullmatch(coords)):
        x, y, wide, high = (int(value) for value in found.groups())
    elif kind == "circle" and (found := CIRCLE.fullmatch(coords)):
        x, y, radius = (int(value) for value in found.groups())
        x, y, wide, high = x - radius, y - radius, 2 * radius, 2 * radius
        part.lose([_("the round form of a place")])
    else:
        message = _("A place with the form “%s” has no equal here.")
        raise QuestionRefused(message % one_line(kind)[:20], drop.line)
    left, top = max(0, x), max(0, y)
    right, bottom = min(width, x + wide), min(height, y + high)
    if right <= left or bottom <= top:
        raise QuestionRefused(_("A place lies outside the picture."), drop.line)
    box = ((left, width), (top, height), (right - left, width), (bottom - top, height))
    return ",".join(_per_cent(value, whole) for value, whole in box)


def _per_cent(value: int, whole: int) -> str:
    share = (Decimal(value) * 100 / whole).quantize(Decimal("0.01"))
    return format(share.normalize(), "f")
