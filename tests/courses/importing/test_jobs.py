"""The row of an import is an outbox: claimed once, sent again when its worker is lost, given up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db.models import F

from courses.enums import ImportState
from courses.importing import jobs
from courses.importing.plan import Report
from courses.models import Question, QuestionBank, QuestionImport
from courses.tasks import resend_stale_imports, run_question_import
from tests.courses.authoring import make_trainer

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
LATER = NOW + jobs.LEASE + timedelta(seconds=1)


@pytest.fixture
def row() -> QuestionImport:
    bank = QuestionBank.objects.create(name="Banco", slug="banco")
    return jobs.begin_import(
        bank=bank,
        format_name="gift",
        language="es",
        file=ContentFile("::Uno::¿Qué?{=a ~b}".encode(), "uno.gift"),
        media=None,
        source="",
        is_lenient=False,
        is_publishing=False,
        acting_user=make_trainer(),
        now=NOW,
    )


def confirm(row: QuestionImport) -> None:
    assert row.created_by is not None
    jobs.confirm_import(question_import=row, is_lenient=False, acting_user=row.created_by, now=NOW)


def test_tasks_check_and_write(row: QuestionImport) -> None:
    run_question_import(import_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.claimed_until) == (ImportState.CHECKED, None)
    confirm(row)
    run_question_import(import_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.done, row.total) == (ImportState.DONE, 1, 1)
    assert Question.objects.count() == 1


def test_row_that_a_worker_holds_is_left_alone(row: QuestionImport) -> None:
    QuestionImport.objects.update(claimed_until=LATER)
    assert jobs.run_import(import_id=row.pk, now=NOW) is False
    assert jobs.run_import(import_id=row.pk, now=LATER + timedelta(seconds=1)) is True


def test_checked_row_waits_for_the_trainer(row: QuestionImport) -> None:
    jobs.run_import(import_id=row.pk, now=NOW)
    assert jobs.run_import(import_id=row.pk, now=LATER) is False
    assert Question.objects.count() == 0


def test_nothing_is_written_before_it_was_checked(row: QuestionImport) -> None:
    with pytest.raises(jobs.ImportRefused):
        confirm(row)


def test_sweep_sends_what_nobody_holds_and_leaves_what_is_fresh(
    row: QuestionImport, django_capture_on_commit_callbacks: Any
) -> None:
    assert jobs.resend_stale_imports(now=NOW) == 0
    assert jobs.resend_stale_imports(now=LATER) == 1
    row.refresh_from_db()
    assert row.state == ImportState.CHECKED
    resend_stale_imports()


def test_file_that_kills_its_workers_is_refused_at_last(row: QuestionImport) -> None:
    QuestionImport.objects.update(tries=F("tries") + jobs.MOST_TRIES)
    assert jobs.resend_stale_imports(now=LATER) == 0
    row.refresh_from_db()
    assert row.state == ImportState.REFUSED
    assert Report.from_json(row.report).failure


def test_lost_file_is_said(row: QuestionImport) -> None:
    row.file.storage.delete(str(row.file.name))
    jobs.run_import(import_id=row.pk, now=NOW)
    row.refresh_from_db()
    assert row.state == ImportState.REFUSED


def test_second_worker_of_the_writing_writes_nothing_twice(row: QuestionImport) -> None:
    jobs.run_import(import_id=row.pk, now=NOW)
    confirm(row)
    QuestionImport.objects.update(claimed_until=LATER, tries=1)  # the first one died at the end
    jobs.run_import(import_id=row.pk, now=LATER + timedelta(seconds=1))
    assert Question.objects.count() == 1
