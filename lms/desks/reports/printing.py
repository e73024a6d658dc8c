"""A report as a PDF and as a workbook, in the active language; both only show what is frozen."""

from collections.abc import Iterator, Sequence

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certificates.pdf import document_pdf
from lms.core.cells import Cell
from lms.core.workbooks import Page, workbook_of
from lms.desks.reports.charts import bar_chart
from lms.desks.reports.composing import reserved
from lms.desks.reports.sections import ReportText, Table
from lms.learning.models import CourseReport

STYLE_SHEET = "report-1"
WIDE, NARROW = 44, 18


def pdf_of(report: CourseReport, text: ReportText) -> bytes:
    """Return the report as a tagged PDF of at most four pages."""
    html = render_to_string(
        "desks/reports/print.html",
        {
            "report": report,
            "text": text,
            "language": get_language(),
            "charts": {table.key: bar_chart(table.bars) for table in text.tables() if table.bars},
        },
    )
    name = f"report-{report.course_key}-{report.period.code}-{get_language()}"
    return document_pdf(html, style_sheet=STYLE_SHEET, identifier=name)


def xlsx_of(report: CourseReport, text: ReportText) -> bytes:
    """Return the report as a workbook: a page for each table, the meaning of the figures last."""
    return workbook_of([_cover(report, text), *_pages(text), _meanings(text)])


def _cover(report: CourseReport, text: ReportText) -> Page:
    day = date_format(timezone.localdate(report.counted_at)) if report.counted_at else ""
    rows: list[Sequence[Cell]] = [
        (_("Report of a course"),),
        (_("Course"), text.course),
        (_("Period"), text.period),
        (_("Counted on"), day),
        (),
    ]
    for section in text.sections:
        rows += [(section.title, *section.paragraphs)]
    return Page(_("Report"), rows, widths=(WIDE, WIDE), is_headed=False)


def _pages(text: ReportText) -> Iterator[Page]:
    for number, table in enumerate(text.tables(), start=1):
        rows = [table.heads, *_rows(table), *([(), (table.note,)] if table.note else [])]
        widths = (WIDE, *(NARROW for _head in table.heads[1:]))
        yield Page(f"{number} {table.title}", rows, widths=widths)


def _rows(table: Table) -> Iterator[Sequence[Cell]]:
    for row in table.rows:
        yield (row.label, *(reserved() if cell is None else cell for cell in row.cells))


def _meanings(text: ReportText) -> Page:
    heads = (_("Word"), _("What it means here"))
    return Page(_("Definitions"), [heads, *text.definitions], widths=(NARROW * 2, 100))
