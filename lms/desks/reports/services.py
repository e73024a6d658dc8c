"""Asking for a report, and making it: counted once, frozen, then printed in both languages."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courses.models import CoursePage
from courses.queries import latest_release
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.core.outbox import NotedFailure, send_now, send_on_commit
from lms.core.services import record_event
from lms.desks.reports.composing import Counted, composed
from lms.desks.reports.composing_after import After, Impact
from lms.desks.reports.composing_learning import learning, reaction
from lms.desks.reports.printing import pdf_of, xlsx_of
from lms.desks.reports.queries import Population, course_reports, population, survey_places
from lms.desks.reports.sections import ReportText, Section
from lms.learning.evaluation.queries import gains_of, quiz_pairs
from lms.learning.models import CourseReport, Enrolment, ReportFile
from lms.learning.periods import Period
from lms.learning.statistics.queries import survey_results

MAKE_TASK = "lms.desks.make_report"
LEASE = timedelta(minutes=10)
MOST_TRIES = 5


class ReportRefused(Exception):
    """The report cannot be asked for; the message says why."""


@transaction.atomic(durable=True)
def request_report(
    *, course_key: UUID, period: Period, acting_user: User, now: datetime
) -> CourseReport:
    """Ask for the report of a course over a period that is over; a worker makes it.

    One that failed is tried again. Raises ReportRefused if the period is not over, if its report is
    there already, or if the reports of this course have periods of another kind: figures of a year
    less those of its quarters would lead to a few people.
    """
    pages = CoursePage.objects.select_for_update(of=("self",), no_key=True)
    list(pages.filter(translation_key=course_key).order_by("pk").values_list("pk"))
    if not period.is_over(on=timezone.localdate(now)):
        raise ReportRefused(_("This period is not over yet. Choose one that has ended."))
    known = course_reports().filter(course_key=course_key)
    same = known.filter(starts_date=period.starts_date, kind=period.kind).first()
    if same is not None and same.state != OutboxState.FAILED:
        raise ReportRefused(_("There is a report of this period already. Its figures stay."))
    other = known.exclude(kind=period.kind).first()
    if other is not None:
        words = _(
            "This course has reports %(kind)s. Reports of other periods would overlap them, and "
            "the difference could lead to a few people."
        )
        raise ReportRefused(words % {"kind": other.get_kind_display()})
    report = same or CourseReport(
        course_key=course_key,
        kind=period.kind,
        year=period.year,
        number=period.number,
        starts_date=period.starts_date,
        ends_date=period.ends_date,
    )
    report.state, report.tries, report.claimed_until = OutboxState.PENDING, 0, None
    report.failure, report.created_at, report.requested_by = "", now, acting_user
    report.save()
    record_event(action="report_requested", target=report, acting_user=acting_user, now=now)
    send_on_commit(MAKE_TASK, report_id=report.pk)
    return report


def make_report(*, report_id: int, now: datetime) -> bool:
    """Count a report, freeze it and print it; True if this call made it.

    What was counted stays if the printing fails, so that a second try tells nothing new.
    """
    if not CourseReport.objects.claim(report_id, now=now, lease=LEASE):
        return False
    with NotedFailure(CourseReport.objects.filter(pk=report_id), most_tries=MOST_TRIES):
        report = course_reports().get(pk=report_id)
        if report.figures is None:
            _freeze(report, now=now)
        files = _printed(report)
        with transaction.atomic(durable=True):
            ReportFile.objects.filter(report=report).delete()
            ReportFile.objects.bulk_create(files)
            waiting = course_reports().filter(pk=report_id, state=OutboxState.PENDING)
            waiting.update(state=OutboxState.DONE, done_at=now, claimed_until=None, failure="")
    return True


def resend_stale_reports(*, now: datetime) -> int:
    """Send every report that is not made and that no worker holds; return how many were sent."""
    ids = list(CourseReport.objects.stale(now=now).order_by("pk").values_list("pk", flat=True))
    for report_id in ids:
        send_now(MAKE_TASK, report_id=report_id)
    return len(ids)


@transaction.atomic
def record_download(*, report: CourseReport, form: str, acting_user: User, now: datetime) -> None:
    """Note who took a report as a file."""
    record_event(
        action="report_downloaded",
        target=report,
        acting_user=acting_user,
        now=now,
        changed_fields=[form],
    )


def _freeze(report: CourseReport, *, now: datetime) -> None:
    """Count once and keep what may be shown, in each language; nothing else is kept."""
    counted = counted_for(report.course_key, report.period, now=now)
    figures = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            figures[language] = composed(counted, language).to_json()
    report.figures, report.counted_at = figures, now
    report.save(update_fields=["figures", "counted_at"])


def counted_for(course_key: UUID, period: Period, *, now: datetime) -> Counted:
    """Return all figures of a course and a period."""
    release = latest_release(course_key)
    if release is None:
        raise LookupError("the course of a report has no release")
    people = population(course_key, period)
    return Counted(
        titles=dict(release.typed_promise.titles),
        period=period,
        counted_at=now,
        people=people,
        others=_others(course_key, period, people),
    )


def _others(
    course_key: UUID, period: Period, people: Population
) -> Sequence[Callable[[], Section]]:
    """Return what makes the sections after the first ones; each query is asked only once."""
    gains = [gains_of(pair, people.enrolments) for pair in quiz_pairs(course_key)]
    after = After.of(Enrolment.objects.filter(course_key=course_key))
    impact = Impact.of(people.agencies, period)
    return [
        partial(_reaction, course_key),
        partial(learning, gains),
        after.section,
        impact.section,
    ]


def _reaction(course_key: UUID) -> Section:
    return reaction(
        question for place in survey_places(course_key) for question in survey_results(place)
    )


def _printed(report: CourseReport) -> list[ReportFile]:
    files = []
    for language, figures in report.figures.items():
        text = ReportText.from_json(figures)
        with translation.override(language):
            for form, content in (("pdf", pdf_of(report, text)), ("xlsx", xlsx_of(report, text))):
                files.append(
                    ReportFile(report=report, language=language, form=form, content=content)
                )
    return files
