"""The measures of each layout, so that texts can be fitted before anything is laid out.

The numbers belong to the style sheets under templates/certificates/print: a layout that is in use
never changes, and neither do its numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from certificates.print_fitting import Sizes, fitting_size, height, line_count
from certificates.print_jobs import FIRST_LAYOUT

NAME_SIZES: Sizes = ((36, 1), (30, 1), (24, 2), (17, 3), (13, 3), (11, 5), (9, 9))
"""By class name-0 to name-6 of common-1.css; the first six are those of horizonte-1, too."""
TITLE_SIZES: Sizes = ((24, 1), (20, 2), (16, 2), (12, 4), (9, 9))
TEXT_SIZES = (10.5, 9.5, 8.5, 7.5, 6.5, 6.0)
NAME_LEADING, TITLE_LEADING, TEXT_LEADING = 1.16, 1.18, 1.35
PARAGRAPH_GAP = 1.8


@dataclass(frozen=True)
class Layout:
    """One layout: `measure` is the width of its text in mm, `room` what name and texts may fill."""

    name: str
    measure: float
    room: float
    style_sheets: tuple[str, ...]
    facts_in_rows: bool = False
    drawings: Mapping[str, str] = field(default_factory=dict)


def _layout(name: str, **values: object) -> Layout:
    return Layout(name=name, style_sheets=("common-1", name), **values)  # type: ignore[arg-type]


LAYOUT_SHAPES: Mapping[str, Layout] = {
    FIRST_LAYOUT: Layout(FIRST_LAYOUT, 241, 60, (FIRST_LAYOUT,)),
    "horizonte-2": _layout(
        "horizonte-2", measure=241, room=50, drawings={"band": "horizonte-2-band.svg"}
    ),
    "marco-1": _layout("marco-1", measure=225, room=47, drawings={"corner": "marco-1-frame.svg"}),
    "sobrio-1": _layout("sobrio-1", measure=168, room=62, facts_in_rows=True),
}


@dataclass(frozen=True)
class AwardFit:
    """The classes of name, title and texts."""

    name: str
    title: str
    text: str


def fit_award(layout: Layout, *, name: str, title: str, texts: tuple[str, ...]) -> AwardFit:
    """Return the largest sizes at which name, title and texts fit into the layout's room.

    The texts give way first, then title and name together.
    """
    first_name = fitting_size(name, NAME_SIZES, face="regular", measure=layout.measure)
    first_title = fitting_size(title, TITLE_SIZES, face="bold", measure=layout.measure)
    for step in range(len(NAME_SIZES)):
        at_name = min(first_name + step, len(NAME_SIZES) - 1)
        at_title = min(first_title + step, len(TITLE_SIZES) - 1)
        heads = height(
            name,
            NAME_SIZES[at_name][0],
            face="regular",
            measure=layout.measure,
            leading=NAME_LEADING,
        ) + height(
            title,
            TITLE_SIZES[at_title][0],
            face="bold",
            measure=layout.measure,
            leading=TITLE_LEADING,
        )
        for at_text, points in enumerate(TEXT_SIZES):
            if heads + _texts_height(texts, points, layout.measure) <= layout.room:
                return AwardFit(f"name-{at_name}", f"title-{at_title}", f"text-{at_text}")
    return AwardFit(
        f"name-{len(NAME_SIZES) - 1}", f"title-{len(TITLE_SIZES) - 1}", f"text-{len(TEXT_SIZES) - 1}"
    )


def _texts_height(texts: tuple[str, ...], points: float, measure: float) -> float:
    shown = [text for text in texts if text]
    lines = (
        height(text, points, face="regular", measure=measure, leading=TEXT_LEADING)
        for text in shown
    )
    return sum(lines) + len(shown) * PARAGRAPH_GAP


# --- The second page -----------------------------------------------------------------------------


@dataclass(frozen=True)
class ProgrammeSize:
    """One way to set the programme: sizes in points, the padding of a row in mm, topics or not."""

    css_class: str
    title: float
    topics: float
    padding: float


PROGRAMME_SIZES = (
    ProgrammeSize("programme-0", 11, 9, 3.4),
    ProgrammeSize("programme-1", 9.5, 8, 2.0),
    ProgrammeSize("programme-2", 8, 7, 1.2),
    ProgrammeSize("programme-3", 7, 6, 0.7),
    ProgrammeSize("programme-4", 8, 0, 1.2),
    ProgrammeSize("programme-5", 6, 0, 0.5),
)
"""By class; the last two leave the topics out, so that two pages stay two pages."""
PROGRAMME_ROOM = 100.0
"""Height in mm of the rows of modules, the head and the total apart."""
PROGRAMME_LEADING = 1.25
MODULE_MEASURE, MODULE_MEASURE_BESIDE_QR = 140.0, 86.0


def fit_programme(rows: tuple[tuple[str, str], ...], *, measure: float) -> ProgrammeSize:
    """Return the largest way to set these titles and topics that fits the second page."""
    for size in PROGRAMME_SIZES:
        if sum(_row_height(title, topics, size, measure) for title, topics in rows) <= (
            PROGRAMME_ROOM
        ):
            return size
    return PROGRAMME_SIZES[-1]


def _row_height(title: str, topics: str, size: ProgrammeSize, measure: float) -> float:
    lines = height(
        title, size.title, face="bold", measure=measure, leading=PROGRAMME_LEADING
    ) + height(
        topics if size.topics else "",
        size.topics or 1,
        face="regular",
        measure=measure,
        leading=PROGRAMME_LEADING,
    )
    return lines + size.padding


def head_lines(text: str, points: float, *, measure: float) -> int:
    """Return how many lines the name takes above the programme."""
    return line_count(text, points, face="regular", measure=measure)
