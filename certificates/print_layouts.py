"""The measures of each layout, so that texts can be fitted before anything is laid out.

The numbers belong to the style sheets under templates/certificates/print: a layout that is in use
never changes, and neither do its numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from certificates.print_fitting import Sizes, fitting_size, height, line_count
from certificates.print_jobs import FIRST_LAYOUT

NAME_SIZES: Sizes = ((36, 1), (30, 1), (24, 2), (17, 3), (13, 3), (11, 5), (9, 9), (7, 12))
"""By class name-0 to name-7 of common-1.css; the first six are those of horizonte-1, too."""
TITLE_SIZES: Sizes = ((24, 1), (20, 2), (16, 2), (12, 4), (9, 9), (7, 12))
TEXT_SIZES = (10.5, 9.5, 8.5, 7.5, 6.5, 6.0, 5.0)
NAME_LEADING, TITLE_LEADING, TEXT_LEADING = 1.16, 1.18, 1.35
PARAGRAPH_GAP = 1.8


HEADING_SIZES: Sizes = ((38, 1), (29, 1), (22, 1), (15, 1))
ISSUER_SIZES: Sizes = ((15, 1), (11, 2), (8, 5))
ISSUER_MEASURE = 62.0
INSTITUTION_SIZES: Sizes = ((8.5, 3), (6.5, 5), (5.5, 6))
INSTITUTION_MEASURE = 31.0
SIGNATORY_SIZES = (9.0, 7.5, 6.5, 5.5)
SIGNATORY_ROOM = 17.5
ROOMY = 12.0
"""What must be left of the room, in mm, so that the lines may stand further apart."""


@dataclass(frozen=True)
class Layout:
    """One layout, measured in mm.

    `measure` is the width of its text, `heading_beside_label` that of the title of the document
    where the label of a pilot stands beside it, `room` the height that name and texts may fill,
    `signatories` the widths of one of up to two, and of one of three.
    """

    name: str
    style_sheets: tuple[str, ...]
    measure: float
    room: float
    heading_beside_label: float = 0
    signatories: tuple[float, float] = (66, 44)
    facts_in_rows: bool = False
    drawings: Mapping[str, str] = field(default_factory=dict)


LAYOUT_SHAPES: Mapping[str, Layout] = {
    FIRST_LAYOUT: Layout(FIRST_LAYOUT, (FIRST_LAYOUT,), measure=241, room=0),
    "horizonte-2": Layout(
        "horizonte-2",
        ("common-1", "horizonte-2"),
        measure=241,
        room=50,
        heading_beside_label=138,
        drawings={"band": "horizonte-2-band.svg"},
    ),
    "marco-1": Layout(
        "marco-1",
        ("common-1", "marco-1"),
        measure=225,
        room=53,
        heading_beside_label=225,
        signatories=(62, 41),
        drawings={"frame": "marco-1-frame.svg"},
    ),
    "sobrio-1": Layout(
        "sobrio-1",
        ("common-1", "sobrio-1"),
        measure=168,
        room=52,
        heading_beside_label=168,
        signatories=(66, 53),
        facts_in_rows=True,
    ),
}


@dataclass(frozen=True)
class AwardFit:
    """The classes of name, title and texts, and whether there is room to spare."""

    name: str
    title: str
    text: str
    is_roomy: bool = False


def fit_award(layout: Layout, *, name: str, title: str, texts: tuple[str, ...]) -> AwardFit:
    """Return the largest sizes at which name, title and texts fit into the layout's room.

    The texts give way first, then title and name together.
    """
    first_name = fitting_size(name, NAME_SIZES, face="regular", measure=layout.measure)
    first_title = fitting_size(title, TITLE_SIZES, face="bold", measure=layout.measure)
    last_name, last_title = len(NAME_SIZES) - 1, len(TITLE_SIZES) - 1
    for step in range(len(NAME_SIZES)):
        at_name, at_title = min(first_name + step, last_name), min(first_title + step, last_title)
        heads = _name_height(name, at_name, layout) + _title_height(title, at_title, layout)
        for at_text, points in enumerate(TEXT_SIZES):
            used = heads + _texts_height(texts, points, layout.measure)
            if used <= layout.room:
                spare = layout.room - used >= ROOMY
                return AwardFit(f"name-{at_name}", f"title-{at_title}", f"text-{at_text}", spare)
    return AwardFit(f"name-{last_name}", f"title-{last_title}", f"text-{len(TEXT_SIZES) - 1}")


def _name_height(text: str, size: int, layout: Layout) -> float:
    points, face = NAME_SIZES[size][0], "regular"
    return height(text, points, face=face, measure=layout.measure, leading=NAME_LEADING)


def _title_height(text: str, size: int, layout: Layout) -> float:
    points, face = TITLE_SIZES[size][0], "bold"
    return height(text, points, face=face, measure=layout.measure, leading=TITLE_LEADING)


def _texts_height(texts: tuple[str, ...], points: float, measure: float) -> float:
    shown = [text for text in texts if text]
    lines = (
        height(text, points, face="regular", measure=measure, leading=TEXT_LEADING)
        for text in shown
    )
    return sum(lines) + len(shown) * PARAGRAPH_GAP


def fit_heading(layout: Layout, heading: str, *, is_labelled: bool) -> str:
    """Return the class of the title of the document, beside the label of a pilot if there is one."""
    measure = layout.heading_beside_label if is_labelled else layout.measure
    return f"heading-{fitting_size(heading, HEADING_SIZES, face='display', measure=measure)}"


def fit_issuer(name: str) -> str:
    """Return the class of the issuer's name."""
    return f"issuer-{fitting_size(name, ISSUER_SIZES, face='display', measure=ISSUER_MEASURE)}"


def fit_institution(name: str) -> str:
    """Return the class of an institution's name that stands in place of a logo."""
    size = fitting_size(name, INSTITUTION_SIZES, face="display", measure=INSTITUTION_MEASURE)
    return f"institution-{size}"


def fit_signatories(layout: Layout, people: tuple[tuple[str, str], ...]) -> str:
    """Return the class at which every name and post fits under its line."""
    measure = layout.signatories[1 if len(people) > 2 else 0]
    for index, points in enumerate(SIGNATORY_SIZES):
        if all(
            height(name, points + 1, face="bold", measure=measure, leading=1.2)
            + height(post, points, face="regular", measure=measure, leading=1.2)
            <= SIGNATORY_ROOM
            for name, post in people
        ):
            return f"signing-{index}"
    return f"signing-{len(SIGNATORY_SIZES) - 1}"


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
PROGRAMME_ROOM = 110.0
"""Height in mm of the rows of modules, the head and the total apart."""
PROGRAMME_LEADING = 1.25
ABOVE_MEASURE, ABOVE_LINE = 135.0, 3.6
MODULE_MEASURE, MODULE_MEASURE_BESIDE_QR = 140.0, 86.0


def fit_programme(
    rows: tuple[tuple[str, str], ...], *, measure: float, above: tuple[str, str]
) -> ProgrammeSize:
    """Return the largest way to set these titles and topics that fits the second page.

    `above` are the course and the name that stand over them, one line each as a rule.
    """
    lines = sum(line_count(text, 8, face="bold", measure=ABOVE_MEASURE) for text in above)
    room = PROGRAMME_ROOM - max(0, lines - 2) * ABOVE_LINE
    for size in PROGRAMME_SIZES:
        if sum(_row_height(title, topics, size, measure) for title, topics in rows) <= room:
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
