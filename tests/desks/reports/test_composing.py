"""The words of a report at its fullest, and what is reserved in what institutions count."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import translation
from pypdf import PdfReader

from courses.page_links import PageLink
from lms.accounts.enums import Sector, Sex
from lms.desks.reports.composing import Counted, composed
from lms.desks.reports.composing_after import After, Impact
from lms.desks.reports.composing_learning import learning, reaction
from lms.desks.reports.printing import pdf_of
from lms.desks.reports.queries import Population
from lms.desks.reports.sections import ReportText
from lms.learning.enums import AfterInterval, PracticeQuestion, SupervisorStatement
from lms.learning.evaluation.enums import Grouping
from lms.learning.evaluation.gains import Gain
from lms.learning.evaluation.queries import ModuleGain, PairGains, QuizPair
from lms.learning.followups.indicator_queries import SharedIndicator
from lms.learning.followups.quarters import Quarter
from lms.learning.followups.queries import CurvePoint, PracticeSums, QuestionSum, SupervisorSums
from lms.learning.models import CourseReport, Enrolment
from lms.learning.periods import Period, PeriodKind
from lms.learning.statistics.queries import SurveyAnswer, SurveyQuestion

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
YEAR = Period(2025, 1, PeriodKind.YEAR)
QUARTERS = [Quarter(2025, number) for number in range(1, 5)]


class Words:
    """A question of a survey by its stem alone."""

    def __init__(self, stem):
        self.stem = stem


def indicator(number=1, values=("40", "3", "12", "0"), unit="personas"):
    return SharedIndicator(
        agency=f"Institución de nombre bastante largo {number}",
        name="Derivaciones hechas",
        definition="Personas derivadas a un servicio, una vez cada una.",
        unit=unit,
        source="Registro propio",
        values=tuple(
            (quarter, Decimal(value), "") for quarter, value in zip(QUARTERS, values, strict=True)
        ),
    )


def after(people=40):
    sums = [
        PracticeSums(
            interval,
            people,
            people,
            tuple(QuestionSum(one, (), (1, 2, 3, 34), Decimal("3.8")) for one in PracticeQuestion),
        )
        for interval in (AfterInterval.QUARTER, AfterInterval.HALF_YEAR)
    ]
    curve = [CurvePoint(interval, 47, Decimal("81.5")) for interval in AfterInterval]
    curve[-1] = CurvePoint(AfterInterval.HALF_YEAR, 9, None)
    said = tuple((one, 30, 12, 3) for one in SupervisorStatement)
    return After(sums, curve, SupervisorSums(60, 45, said))


def tables_of(section):
    return {table.key: {row.label: row.cells for row in table.rows} for table in section.tables}


def test_what_institutions_count_is_reserved_below_ten_unless_it_is_a_share():
    section = Impact(QUARTERS, [indicator(), indicator(2, ("5", "6", "7", "8"), "%")]).section()
    first, second = tables_of(section)["impact"].values()

    assert first == ("40", None, "12", None)
    assert second == ("5", "6", "7", "8")
    assert Impact(QUARTERS, []).section().tables == ()


def test_after_the_course_people_are_told_in_tens_and_nine_are_reserved():
    found = tables_of(after(people=44).section())

    assert list(found["practice"].values())[-1] == (40, 40)
    assert [cells[1] for cells in found["boosters"].values()] == [40, 40, 40, None]
    assert list(found["boosters"].values())[-1] == (None, None)
    # three people could not observe it: theirs, and the next smaller one that would tell it
    assert [cell is None for cell in next(iter(found["supervisors"].values()))] == [
        False,
        True,
        True,
    ]


def full_report():
    """Return everything that a report may have, all of it shown."""
    named = {f"Región con nombre {n:02}": (400, 380, 300, 290) for n in range(26)}
    people = Population(
        groups={
            Grouping.SEX: {sex.value: (2600, 2470, 1950, 1885) for sex in Sex},
            Grouping.SECTOR: {sector.value: (1300, 1235, 975, 942) for sector in Sector},
            Grouping.REGION: named,
        },
        agencies=frozenset(),
        enrolments=Enrolment.objects.none(),
    )
    labels = ("Muy de acuerdo", "De acuerdo", "Ni una cosa ni la otra", "En desacuerdo", "No")
    answers = [SurveyAnswer(label, 20, 100) for label in labels]
    questions = [
        SurveyQuestion(Words(f"Pregunta {n} " * 4), 100, answers, (), False) for n in range(5)
    ]
    gain = Gain(200, Decimal(400), Decimal(1000), Decimal(800), Decimal(1000))
    pair = QuizPair(Quarter, Quarter, PageLink("Prueba de salida", ""))
    gains = PairGains(pair, gain, [ModuleGain(f"Módulo {n}", gain) for n in range(8)])
    impact = Impact(QUARTERS, [indicator(n) for n in range(14)])
    return Counted(
        titles={"es": "Identificar, cuidar, derivar: curso inicial"},
        period=YEAR,
        counted_at=NOW,
        people=people,
        others=[
            lambda: reaction(questions),
            lambda: learning([gains]),
            after().section,
            impact.section,
        ],
    )


@pytest.mark.parametrize("language", ["es", "en"])
def test_fullest_report_fits_four_pages(language):
    report = CourseReport(
        course_key="0" * 32,
        kind=YEAR.kind,
        year=YEAR.year,
        number=YEAR.number,
        starts_date=YEAR.starts_date,
        ends_date=YEAR.ends_date,
        counted_at=NOW,
    )
    with translation.override(language):
        text = composed(full_report(), language)
        assert ReportText.from_json(text.to_json()) == text
        content = pdf_of(report, text)

    assert len(PdfReader(BytesIO(content)).pages) <= 4
