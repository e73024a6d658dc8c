"""What an agency counts itself: who enters it, what is refused, how it is shown and shared."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from lms.core.models import AuditEvent
from lms.desks.agency.indicators.charts import line_chart
from lms.learning.followups import services
from lms.learning.followups.indicator_queries import shared_indicators, trained_people
from lms.learning.followups.quarters import Quarter
from lms.learning.models import AgencyIndicator, IndicatorValue
from tests.desks.agency.desk_scene import Desk
from tests.factories import AgencyFactory
from tests.factories.certificates import complete
from tests.factories.cohorts import make_cohort
from tests.factories.indicators import enter, make_indicator
from tests.factories.units import nominate_enrolled
from tests.learning.cast import client_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 17, tzinfo=UTC)
THIRD, LAST = Quarter(2026, 3), Quarter(2026, 4)
WORDS = {
    "name": "Derivaciones",
    "definition": "Cuántas derivaciones se confirmaron.",
    "unit": "derivaciones",
    "source": "Registro de derivaciones",
}


@pytest.fixture(autouse=True)
def now_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def indicator_of(desk: Desk, **changes: Any) -> AgencyIndicator:
    return make_indicator(desk.agency, by=desk.cast.coordinator, **changes)


def test_only_the_coordinator_of_the_agency_comes_in(desk: Desk) -> None:
    indicator = indicator_of(desk)
    expected = {
        "learner": 404,
        "trainer": 404,
        "coordinator": 200,
        "administrator": 404,
        "stranger": 404,
        "nobody": 302,
    }
    for name in ("agency_indicator", "agency_indicator_value", "agency_indicator_end"):
        assert desk.cast.statuses(desk.url(name, indicator.pk)) == expected, name
    assert desk.cast.statuses(desk.url("agency_indicators")) == expected
    foreign = make_indicator(AgencyFactory(), by=desk.cast.stranger)
    url = desk.url("agency_indicator_value", foreign.pk)
    assert desk.browser.post(url, {"quarter": "2026-3", "value": "1"}).status_code == 404


def test_an_indicator_is_defined_and_its_figure_entered_and_corrected(desk: Desk) -> None:
    browser = desk.browser
    assert browser.post(desk.url("agency_indicator_define"), WORDS).status_code == 302
    indicator = AgencyIndicator.objects.get()
    url = desk.url("agency_indicator_value", indicator.pk)

    for value in ("12,5", "1 250", "1 250"):
        data = {"quarter": "2026-3", "value": value, "note": "Sin una sede."}
        assert browser.post(url, data).status_code == 302

    rows = IndicatorValue.objects.order_by("pk")
    assert [(row.value, row.replaced_at) for row in rows] == [
        (Decimal("12.5"), NOW),
        (Decimal("1250"), None),
    ]
    actions = AuditEvent.objects.filter(target_type="learning.indicatorvalue").order_by("pk")
    assert list(actions.values_list("action", "actor_id")) == [
        ("indicator_value_entered", desk.cast.coordinator.pk),
        ("indicator_value_corrected", desk.cast.coordinator.pk),
    ]
    text = browser.get(desk.url("agency_indicators")).content.decode()
    assert "12,5" in text
    assert "no dice que una" in text or "does not say" in text


@pytest.mark.parametrize("missing", list(WORDS))
def test_all_of_a_definition_is_asked_for(desk: Desk, missing: str) -> None:
    page = desk.browser.post(desk.url("agency_indicator_define"), {**WORDS, missing: " "})

    assert page.status_code == 400
    assert list(page.context["form"].errors) == [missing]
    assert not AgencyIndicator.objects.exists()


def test_words_and_notes_hold_no_case(desk: Desk) -> None:
    bad = {**WORDS, "definition": "El caso de la persona con DNI 45678912."}
    assert desk.browser.post(desk.url("agency_indicator_define"), bad).status_code == 400
    indicator = indicator_of(desk)
    data = {"quarter": "2026-3", "value": "1", "note": "Llamar al 987654321."}
    url = desk.url("agency_indicator_value", indicator.pk)
    assert desk.browser.post(url, data).status_code == 400
    assert not IndicatorValue.objects.exists()


@pytest.mark.parametrize(
    ("quarter", "value", "field"),
    [
        ("2027-1", "3", "quarter"),
        ("2026-9", "3", "quarter"),
        ("2026-3", "-1", "value"),
        ("2026-3", "muchas", "value"),
        ("2026-3", "1,234", "value"),
    ],
)
def test_a_bad_figure_is_said_at_its_field(
    desk: Desk, quarter: str, value: str, field: str
) -> None:
    url = desk.url("agency_indicator_value", indicator_of(desk).pk)
    page = desk.browser.post(url, {"quarter": quarter, "value": value, "note": "Nota."})

    assert page.status_code == 400
    assert list(page.context["form"].errors) == [field]
    assert f'value="{value}"' in page.content.decode()
    assert "Nota." in page.content.decode()


def test_the_service_refuses_what_has_not_begun_and_what_is_kept_no_more(desk: Desk) -> None:
    indicator, user = indicator_of(desk), desk.cast.coordinator
    for quarter in (Quarter(2027, 1), Quarter(2014, 4)):
        with pytest.raises(services.IndicatorRefused):
            enter(indicator, quarter, "1", by=user, now=NOW)
    assert enter(indicator, LAST, "1", by=user, now=NOW).pk
    desk.browser.post(desk.url("agency_indicator_end", indicator.pk))
    with pytest.raises(services.IndicatorRefused):
        enter(indicator, THIRD, "1", by=user, now=NOW)
    again = desk.browser.post(desk.url("agency_indicator_define"), WORDS)
    assert again.status_code == 302
    twice = desk.browser.post(desk.url("agency_indicator_define"), WORDS)
    assert list(twice.context["form"].errors) == ["name"]


def test_trained_people_stand_beside_and_each_is_counted_once(desk: Desk) -> None:
    cohort, enrolment = make_cohort(desk.cast.release), desk.cast.enrolment
    complete(enrolment, now=datetime(2026, 9, 30, 17, tzinfo=UTC))
    for agency in (desk.agency, desk.agency, AgencyFactory()):
        if not agency.nominations.exists():
            nominate_enrolled(enrolment, agency, cohort, now=NOW)

    assert trained_people(desk.agency, [Quarter(2026, 2), THIRD, LAST]) == {
        Quarter(2026, 2): 0,
        THIRD: 1,
        LAST: 1,
    }


def test_files_hold_the_figures_and_no_formula(desk: Desk) -> None:
    indicator = indicator_of(desk, name="=1+1")
    enter(indicator, THIRD, "12.5", by=desk.cast.coordinator, now=NOW)

    answer = desk.browser.get(desk.url("agency_indicators_file", "xlsx"))
    sheet = load_workbook(BytesIO(answer.content)).active
    cells = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"Registro", "derivaciones"} < cells
    assert 12.5 in {float(one) for one in cells if isinstance(one, int | float)}
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert desk.browser.get(desk.url("agency_indicators_file", "csv")).status_code == 200
    assert desk.browser.get(desk.url("agency_indicators_file", "exe")).status_code == 404


def test_the_page_asks_the_same_of_one_and_of_three(desk: Desk) -> None:
    counts = []
    for names in (["Uno"], ["Dos", "Tres"]):
        for name in names:
            one = indicator_of(desk, name=name)
            enter(one, THIRD, "1", by=desk.cast.coordinator, now=NOW)
            enter(one, LAST, "2", by=desk.cast.coordinator, now=NOW)
        browser = client_of(desk.cast.coordinator)
        browser.get(desk.url("agency_indicators"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(desk.url("agency_indicators"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_report_is_given_only_what_the_agency_shares(desk: Desk) -> None:
    user = desk.cast.coordinator
    shared = indicator_of(desk, name="Mostrado", is_shared=True)
    for one in (shared, indicator_of(desk, name="Propio")):
        enter(one, Quarter(2025, 4), "1", by=user, now=NOW)
        enter(one, THIRD, "2", by=user, now=NOW)
        enter(one, THIRD, "3", by=user, now=NOW)

    found = shared_indicators([desk.agency.pk], Quarter(2026, 1), LAST)

    assert [(one.agency, one.name, one.values) for one in found] == [
        (desk.agency.name, "Mostrado", ((THIRD, Decimal("3"), ""),))
    ]
    assert shared_indicators([AgencyFactory().pk], Quarter(2026, 1), LAST) == []


def test_the_line_breaks_where_a_figure_is_missing() -> None:
    quarters = [Quarter(2026, 1), Quarter(2026, 2), THIRD, LAST]
    chart = line_chart(list(zip(quarters, [4, 8, None, Decimal("2.5")], strict=True)))

    assert (len(chart.points), len(chart.segments), chart.most) == (3, 1, 8)
    assert chart.points[1].y == chart.top
    assert line_chart([(LAST, 0)]).points[0].y == chart.floor
