"""Versions of questions and cases: the database itself keeps them as they were made."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from courses.models import Case, CaseVersion, QuestionVersion
from lms.accounts.models import User
from lms.learning.models import Attempt, AttemptItem, CaseRun
from tests.courses.authoring import make_trainer
from tests.factories import EnrolmentFactory, make_course
from tests.factories.courses import MADE_AT

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 12, 1, tzinfo=UTC)


def question_version() -> QuestionVersion:
    """Return the published version of a question, made by a trainer."""
    question = make_course(slug="versiones", questions=1).questions[0]
    return QuestionVersion.objects.create(
        question=question,
        number=2,
        kind="single_choice",
        content={"stems": {"es": "¿Qué?"}},
        created_at=MADE_AT,
        created_by=make_trainer(),
    )


def case_version() -> CaseVersion:
    """Return the first version of a case, made by a trainer."""
    case = Case.objects.create(name="Caso de prueba", key="caso-de-prueba")
    return CaseVersion.objects.create(
        case=case,
        number=1,
        content={"scenes": []},
        created_at=MADE_AT,
        created_by=make_trainer(),
    )


MAKERS: list[Callable[[], Any]] = [question_version, case_version]
CHANGES: list[dict[str, Any]] = [
    {"content": {"stems": {"es": "otra"}}},
    {"number": 9},
    {"created_at": LATER},
]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("change", CHANGES)
def test_database_refuses_every_change_of_a_version(
    make: Callable[[], Any], change: dict[str, Any]
) -> None:
    version = make()
    before = type(version).objects.values().get(pk=version.pk)

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        type(version).objects.filter(pk=version.pk).update(**change)

    assert type(version).objects.values().get(pk=version.pk) == before


def test_database_refuses_another_type_of_a_version() -> None:
    version = question_version()

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        QuestionVersion.objects.filter(pk=version.pk).update(kind="multiple_choice")


@pytest.mark.parametrize("make", MAKERS)
def test_saving_a_changed_version_is_refused_and_an_unchanged_one_is_not(
    make: Callable[[], Any],
) -> None:
    version = make()
    version.save()
    version.content = {"stems": {}}

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        version.save()


@pytest.mark.parametrize("make", MAKERS)
def test_author_of_a_version_may_be_erased(make: Callable[[], Any]) -> None:
    version = make()

    User.objects.filter(pk=version.created_by_id).delete()

    version.refresh_from_db()
    assert version.created_by is None


def use_in_an_attempt(version: QuestionVersion) -> None:
    """Let somebody meet this version in an attempt."""
    attempt = Attempt.objects.create(
        enrolment=EnrolmentFactory(), quiz_key=uuid4(), number=1, rule={}, started_at=MADE_AT
    )
    AttemptItem.objects.create(
        attempt=attempt, position=1, question_version=version, option_order=[]
    )


def use_in_a_walk(version: CaseVersion) -> None:
    """Let somebody walk through this version of a case."""
    CaseRun.objects.create(
        enrolment=EnrolmentFactory(),
        case_key=uuid4(),
        case_version=version,
        number=1,
        started_at=MADE_AT,
    )


def delete_behind_djangos_back(version: Any) -> None:
    """Delete the row with nobody asking what points to it, and let the database speak."""
    type(version).objects.filter(pk=version.pk)._raw_delete("default")
    connection.check_constraints()


USES: list[tuple[Callable[[], Any], Callable[[Any], None]]] = [
    (question_version, use_in_an_attempt),
    (case_version, use_in_a_walk),
]


@pytest.mark.parametrize(("make", "use"), USES)
def test_version_that_somebody_met_is_not_deleted(
    make: Callable[[], Any], use: Callable[[Any], None]
) -> None:
    version = make()
    use(version)

    with pytest.raises(ProtectedError):
        version.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        delete_behind_djangos_back(version)


@pytest.mark.parametrize("make", MAKERS)
def test_version_that_nobody_met_may_be_deleted(make: Callable[[], Any]) -> None:
    version = make()

    version.delete()

    assert not type(version).objects.filter(pk=version.pk).exists()


def test_every_trigger_stands_after_all_migrations() -> None:
    question = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        question = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(question)
        found = sorted(row[0] for row in cursor.fetchall() if row[0].startswith("courses_"))

    assert found == [
        "courses_caseversion_frozen",
        "courses_contentreview_frozen",
        "courses_questionversion_frozen",
    ]
