"""A report from the wish to its files: one for each period, the same figures everywhere."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override, pgettext
from openpyxl import load_workbook
from pypdf import PdfReader

from courses.enums import StaffPart
from courses.models import CourseStaff
from lms.accounts.enums import Sector
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from lms.desks.reports.queries import course_reports
from lms.desks.reports.sections import ReportText
from lms.desks.reports.services import ReportRefused, make_report, request_report
from lms.learning.models import ReportFile
from lms.learning.periods import Period, PeriodKind
from tests.factories import AgencyFactory
from tests.factories.cohorts import make_cohort
from tests.factories.reports import AFTERWARDS, NOMINATED, STARTED, crowd
from tests.learning.cast import client_of, make_cast

pytestmark = pytest.mark.django_db
QUARTER = Period(2026, 3, PeriodKind.QUARTER)


@pytest.fixture
def cast():
    return make_cast()


def ask(cast, period=QUARTER, now=AFTERWARDS):
    return request_report(
        course_key=cast.release.course_key,
        period=period,
        acting_user=cast.administrator,
        now=now,
    )


def made(cast, period=QUARTER):
    report = ask(cast, period)
    assert make_report(report_id=report.pk, now=AFTERWARDS)
    return course_reports().get(pk=report.pk)


def in_spanish(report):
    return ReportText.from_json(report.figures["es"])


def page_of(cast, report, query="", *, user=None):
    answer = client_of(user or cast.administrator).get(
        f"{reverse('course_report', args=[report.pk])}{query}"
    )
    assert answer.status_code == 200
    return answer.content.decode()


def fill(cast):
    """Fill a cohort with three regions: one of them with one person."""
    cohort = make_cohort(cast.release)
    big, middle = AgencyFactory(region="Valle Alto"), AgencyFactory(region="Costa Grande")
    small = AgencyFactory(region="Paso Real", sector=Sector.HEALTH)
    crowd(cohort, big, 40, sex="woman")
    crowd(cohort, big, 20, reached=STARTED, sex="man")
    crowd(cohort, middle, 31, sex="woman")
    crowd(cohort, small, 1, sex="other")


def test_report_is_made_in_both_languages_and_both_forms(cast):
    fill(cast)
    report = made(cast)

    assert report.state == OutboxState.DONE
    files = ReportFile.objects.filter(report=report).values_list("language", "form")
    assert sorted(files) == [("en", "pdf"), ("en", "xlsx"), ("es", "pdf"), ("es", "xlsx")]
    assert make_report(report_id=report.pk, now=AFTERWARDS) is False
    assert mail.outbox == []


def test_page_pdf_and_workbook_say_the_same(cast):
    fill(cast)
    report = made(cast)
    text = in_spanish(report)
    contents = {file.form: bytes(file.content) for file in ReportFile.objects.filter(language="es")}

    pdf = PdfReader(BytesIO(contents["pdf"]))
    printed = " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)
    book = load_workbook(BytesIO(contents["xlsx"]))
    page = " ".join(page_of(cast, report).split())

    assert len(pdf.pages) <= 4
    assert "/StructTreeRoot" in pdf.trailer["/Root"]
    assert len(book.worksheets) == len(text.tables()) + 2
    for number, table in enumerate(text.tables(), start=1):
        sheet = [
            ["" if cell is None else cell for cell in row]
            for row in book.worksheets[number].iter_rows(values_only=True)
        ]
        for row in table.rows:
            cells = ["reserved" if cell is None else cell for cell in row.cells]
            cells = [_in_spanish(cell) for cell in cells]
            assert [row.label, *cells] in sheet
            assert " ".join([row.label, *map(str, cells)]).replace("\xa0", " ") in printed.replace(
                "\xa0", " "
            )
            assert f'<th scope="row">{row.label}</th>' in page


def _in_spanish(cell):
    with override("es"):
        return pgettext("figure in a report", "reserved") if cell == "reserved" else cell


def test_one_person_in_a_cell_is_nowhere_and_neither_is_what_would_give_her_away(cast):
    fill(cast)
    report = made(cast)
    regions = next(table for table in in_spanish(report).tables() if table.key == "region")
    shown = {row.label: row.cells for row in regions.rows}

    assert shown["Paso Real"] == (None,) * 4
    assert shown["Costa Grande"] == (None,) * 4
    assert shown["Valle Alto"] == (60, 60, 40, 40)
    numbers = [
        cell for table in in_spanish(report).tables() for row in table.rows for cell in row.cells
    ]
    assert 1 not in numbers
    assert 31 not in numbers

    filtered = page_of(cast, report, "?grupo=region:Paso+Real")
    assert "Reserved. Fewer than ten people" in filtered or "Reservado. " in filtered
    crossed = page_of(cast, report, "?grupo=region:Paso+Real&grupo=sex:other")
    assert "report-filtered" in crossed
    assert "<dd>1</dd>" not in filtered + crossed


def test_empty_period_says_so_and_has_its_files(cast):
    report = made(cast)

    assert [table.key for table in in_spanish(report).tables()] == []
    assert ReportFile.objects.filter(report=report).count() == 4


def test_nine_nominated_people_are_reserved_altogether(cast):
    crowd(make_cohort(cast.release), AgencyFactory(), 9, reached=NOMINATED)
    tables = in_spanish(made(cast)).tables()

    assert {cell for table in tables for row in table.rows for cell in row.cells} == {None}


def test_figures_stay_although_somebody_finishes_afterwards(cast):
    cohort, agency = make_cohort(cast.release), AgencyFactory()
    crowd(cohort, agency, 30)
    report = made(cast)
    before = report.figures
    crowd(cohort, agency, 1)

    with pytest.raises(ReportRefused):
        ask(cast)
    course_reports().filter(pk=report.pk).update(state=OutboxState.FAILED, failure="x")
    again = made(cast)
    assert (again.pk, again.figures, again.counted_at) == (report.pk, before, report.counted_at)


def test_periods_of_one_course_never_overlap_and_must_be_over(cast):
    ask(cast)

    for period in (Period(2025, 1, PeriodKind.YEAR), Period(2026, 1, PeriodKind.HALF)):
        with pytest.raises(ReportRefused):
            ask(cast, period)
    with pytest.raises(ReportRefused):
        ask(cast, QUARTER.next)
    assert ask(cast, Period(2026, 2, PeriodKind.QUARTER)).number == 2


def test_only_administrators_and_leads_see_reports(cast):
    report = made(cast)
    addresses = [
        reverse("course_report", args=[report.pk]),
        reverse("course_report_file", args=[report.pk, "pdf"]),
    ]

    for address in addresses:
        assert cast.statuses(address) == {
            "learner": 404,
            "trainer": 404,
            "coordinator": 404,
            "administrator": 200,
            "stranger": 404,
            "nobody": 302,
        }
    CourseStaff.objects.filter(user=cast.trainer).update(part=StaffPart.LEAD)
    assert [client_of(cast.trainer).get(address).status_code for address in addresses] == [200, 200]
    assert AuditEvent.objects.filter(action="report_downloaded").count() == 2
    statuses = cast.statuses(reverse("course_reports"))
    assert statuses["learner"] == statuses["coordinator"] == 404


def test_report_is_asked_for_by_a_form_that_keeps_what_was_chosen(cast):
    cast.release.created_at = datetime(2026, 1, 10, tzinfo=UTC)
    cast.release.save(update_fields=["created_at"])
    address = reverse("course_reports")
    client = client_of(cast.administrator)
    wanted = {"course": str(cast.release.course_key), "period": "2026-T1"}

    answer = client.post(address, wanted)
    report = course_reports().get()
    assert answer.url == reverse("course_report", args=[report.pk])
    assert client.get(answer.url).status_code == 200

    refused = client.post(address, {**wanted, "period": "2026-S1"}).content.decode()
    assert '<option value="2026-S1" selected' in refused
    assert client.post(address, {**wanted, "period": "2031-T1"}).status_code == 200
    assert course_reports().count() == 1


def test_list_of_reports_has_the_same_queries_for_one_and_three(cast):
    client = client_of(cast.administrator)
    ask(cast)
    client.get(reverse("course_reports"))
    counts = []
    for number in (None, 1, 2):
        if number:
            ask(cast, Period(2026, number, PeriodKind.QUARTER))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("course_reports"))
        counts.append(len(queries))
    assert len(set(counts)) == 1
