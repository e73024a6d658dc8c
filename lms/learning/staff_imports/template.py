"""The template that people fill in: headings, one example, and a page that explains all of it."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lms.accounts.models import Agency
from lms.accounts.units.queries import unit_tree
from lms.core.cells import Cell
from lms.core.workbooks import Page, csv_of, workbook_of
from lms.learning.staff_imports.known import cohorts_of
from lms.learning.staff_imports.reading import EXAMPLE_EMAIL
from lms.learning.staff_imports.rows import LABELS, Column

COLUMNS = (
    Column.EMAIL,
    Column.USERNAME,
    Column.NAME,
    Column.DOCUMENT_KIND,
    Column.DOCUMENT,
    Column.UNIT,
    Column.COHORT,
    Column.LANGUAGE,
)
WIDTHS = (32, 18, 34, 18, 20, 38, 30, 12)


def headings() -> list[Cell]:
    """Return the headings in the active language; files in either language are read."""
    return [str(LABELS[column]) for column in COLUMNS]


def template_file(agency: Agency, *, extension: str, now: datetime) -> bytes:
    """Return the template for one agency as XLSX or CSV; three queries at most."""
    rows = [headings(), _example(agency, now=now)]
    if extension == "csv":
        return csv_of(rows)
    people = Page(_("People"), rows, widths=WIDTHS, texts=range(len(COLUMNS)))
    return workbook_of(
        [people, Page(_("Explanation"), _explained(agency, now=now), widths=(34, 90))]
    )


def _example(agency: Agency, *, now: datetime) -> list[Cell]:
    units = unit_tree(agency)
    running = [one.cohort.name for one in cohorts_of(agency, now=now) if not one.is_over]
    example: dict[Column, str] = {
        Column.EMAIL: EXAMPLE_EMAIL,
        Column.NAME: _("EXAMPLE Delete This Row"),
        Column.DOCUMENT_KIND: "DNI",
        Column.DOCUMENT: "01234567",
        Column.UNIT: units[0].path if units else "",
        Column.COHORT: running[0] if running else "",
        Column.LANGUAGE: _("Spanish"),
    }
    return [example.get(column, "") for column in COLUMNS]


def _explained(agency: Agency, *, now: datetime) -> Iterator[list[Cell]]:
    yield [_("Column"), _("What stands in it")]
    for column, words in _meanings().items():
        yield [str(LABELS[column]), words]
    yield []
    yield [_("Units of your agency"), _("Write the whole path, as it stands here.")]
    for node in unit_tree(agency):
        yield ["", node.path]
    yield []
    yield [_("Cohorts to which you can nominate"), _("Write the name as it stands here.")]
    for one in cohorts_of(agency, now=now):
        if not one.is_over:
            cohort = one.cohort
            dates = _("%(title)s, from %(start)s to %(end)s") % {
                "title": cohort.release.typed_promise.title,
                "start": date_format(cohort.starts_date),
                "end": date_format(cohort.ends_date),
            }
            yield [cohort.name, dates]


def _meanings() -> dict[Column, str]:
    return {
        Column.EMAIL: _("Her own address. She gets a neutral invitation with a link of 14 days."),
        Column.USERNAME: _(
            "Only for people without an e-mail address: letters without accents, digits, full "
            "stops. You then print a code for their first login."
        ),
        Column.NAME: _(
            "As in the identity document, given names first. It will be printed on certificates; "
            "one name alone is fine. Names and surnames may stand in columns of their own, too."
        ),
        Column.DOCUMENT_KIND: _("DNI, CE, PTP, CPP or passport. Empty means DNI."),
        Column.DOCUMENT: _("May be empty. A DNI has 8 digits, with the zeros at the front."),
        Column.UNIT: _("May be empty. The unit where the person works, from the list below."),
        Column.COHORT: _("May be empty. The cohort to which you nominate the person."),
        Column.COURSE: _(
            "May be left out. Where your agency has one cohort of a course, the course is enough."
        ),
        Column.LANGUAGE: _("Spanish or English; empty means Spanish."),
    }
