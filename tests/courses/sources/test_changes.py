"""A source changes: what cites it is found, flagged, and followed until it is checked."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from courses.enums import CheckOutcome, SourceChangeKind, SourceState
from courses.models import LessonPage, QuizSource, SourceChange, SourceCheck
from courses.sources import kinds, services
from courses.sources.kinds import CitingItem, CitingKind, find_citing, register_kind
from courses.sources.queries import affected_item_keys, changes_of_lesson, check_rows
from lms.accounts.models import User
from lms.core.models import AuditEvent
from lms.learning.messages import tasks
from tests.factories import UserFactory, make_course
from tests.factories.cases import add_case_page, case_content, make_case
from tests.factories.courses import MadeCourse, make_question, revise_question
from tests.factories.sources import WORDS, citation, cite_in, make_norm, repeal, stream_of
from tests.learning.cast import translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> MadeCourse:
    return make_course(questions=2)


@pytest.fixture
def reviewer() -> User:
    return UserFactory(role="legal_reviewer")


def citing_case(key: str = "consulta") -> Any:
    content = case_content()
    for scene in content["scenes"]:
        if scene["ending"]:
            scene["ending"]["sources"] = [citation()]
            break
    return make_case(key, scenes=content["scenes"])


def cite_everywhere(made: MadeCourse) -> Any:
    """Let one item of each kind cite the law, and an item beside it something that looks alike."""
    cite_in(made.lessons[0])
    revise_question(made.questions[0], sources=[citation()])
    revise_question(made.questions[1], sources=[citation("ley-28950-b")])
    return add_case_page(made, citing_case())


def test_task_has_the_name_by_which_it_is_sent() -> None:
    assert tasks.tell_changed_sources.name == services.TELL_TASK


def found_in(record: Any) -> list[tuple[str, int]]:
    return [(item.kind, item.item_id) for item in find_citing(record)]


def test_items_of_every_kind_are_found_and_look_alikes_are_not(made: MadeCourse) -> None:
    record = make_norm()
    page = cite_everywhere(made)
    made.lessons[1].sources = stream_of({"label": "Sobre la ley-28950", "record": "ley-28950-b"})
    made.lessons[1].save()
    assert found_in(record) == [
        ("lesson", made.lessons[0].pk),
        ("question", made.questions[0].pk),
        ("case", page.case_id),
    ]
    assert {item.place for item in find_citing(record)} == {"artículo 9"}


def test_drafts_translations_and_versions_that_are_not_public_are_found(made: MadeCourse) -> None:
    record = make_norm()
    cite_in(made.lessons[0], is_draft=True)
    made.lessons[1].sources = stream_of(citation())
    made.lessons[1].save()
    draft = make_question("q-borrador", category=made.questions[0].category, sources=[citation()])
    draft.live_version = None
    draft.save()
    left_behind = revise_question(made.questions[0], sources=[citation()])
    revise_question(left_behind, sources=[{"label": "Otra"}])
    found = find_citing(record)
    assert [(one.kind, one.item_id, one.live_version > 0) for one in found] == [
        ("lesson", made.lessons[0].pk, True),
        ("lesson", made.lessons[1].pk, True),
        ("question", draft.pk, False),
    ]
    index = made.course.get_parent().specific
    for page in (index.get_parent().specific, index, made.course, made.modules[0]):
        translate(page, "Translated")
    copy = translate(LessonPage.objects.get(pk=made.lessons[1].pk), "Lesson")
    assert [one.language for one in find_citing(record) if one.item_id == copy.pk] == ["en"]


def test_finding_costs_the_same_queries_for_one_item_and_for_many(made: MadeCourse) -> None:
    record, counts = make_norm(), []
    revise_question(made.questions[0], sources=[citation()])
    citing_case()
    cite_in(made.lessons[0])
    for step in range(2):
        with CaptureQueriesContext(connection) as queries:
            find_citing(record)
        counts.append(len(queries))
        revise_question(made.questions[1], sources=[citation()])
        citing_case(f"otro-{step}")
        cite_in(made.lessons[1])
    assert counts[0] == counts[1]


def test_repeal_changes_the_record_and_makes_one_check_for_each_item(
    made: MadeCourse, reviewer: User, now: datetime
) -> None:
    record, later = make_norm(), make_norm("ley-2", number="Ley 2")
    cite_everywhere(made)
    change = repeal(record, by=reviewer, now=now, replacement=later)
    record.refresh_from_db()
    assert (record.state, record.replaced_by, record.state_checked_date) == (
        SourceState.REPEALED,
        later,
        date(2026, 11, 24),
    )
    assert record.latest_revision.user == reviewer
    rows = change.checks.order_by("item_kind").values_list("item_kind", "outcome", "places")
    assert list(rows) == [(kind, "open", "artículo 9") for kind in ("case", "lesson", "question")]
    event = AuditEvent.objects.get(action="source_changed")
    assert (event.actor_id, event.changed_fields) == (
        reviewer.pk,
        ["replaced_by", "state", "state_checked_date"],
    )
    assert change.closed_at is None


def test_change_of_what_nothing_cites_is_closed_at_once(reviewer: User, now: datetime) -> None:
    change = repeal(make_norm(), by=reviewer, now=now)
    assert (change.closed_at, change.checks.count()) == (now, 0)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"changed_date": date(2027, 1, 1)}, "changed_date"),
        ({"kind": SourceChangeKind.REPLACED}, "replacement"),
    ],
)
def test_change_that_cannot_be_is_refused_at_its_field(
    reviewer: User, now: datetime, values: dict[str, Any], field: str
) -> None:
    said: dict[str, Any] = {"kind": SourceChangeKind.REPEALED, "changed_date": date(2026, 11, 1)}
    with pytest.raises(services.ChangeRefused) as refusal:
        services.note_change(
            source=make_norm(),
            words=WORDS,
            replacement=None,
            acting_user=reviewer,
            now=now,
            **{**said, **values},
        )
    assert refusal.value.field == field
    assert SourceChange.objects.count() == 0


def test_same_change_is_noted_once_and_sources_never_replace_each_other(
    reviewer: User, now: datetime
) -> None:
    first, second = make_norm(), make_norm("ley-2", number="Ley 2")
    repeal(first, by=reviewer, now=now, replacement=second)
    with pytest.raises(services.ChangeRefused):
        repeal(first, by=reviewer, now=now, replacement=second)
    with pytest.raises(services.ChangeRefused) as refusal:
        repeal(second, by=reviewer, now=now, replacement=first)
    assert refusal.value.field == "replacement"


def settle(
    check: SourceCheck, outcome: CheckOutcome, user: User, now: datetime, note: str = ""
) -> Any:
    return services.settle_check(check=check, outcome=outcome, note=note, acting_user=user, now=now)


def test_changed_is_believed_only_when_a_newer_version_is_there(
    made: MadeCourse, reviewer: User, now: datetime
) -> None:
    record = make_norm()
    cite_everywhere(made)
    change = repeal(record, by=reviewer, now=now)
    for check in change.checks.all():
        with pytest.raises(services.CheckRefused):
            settle(check, CheckOutcome.CHANGED, reviewer, now)
    lesson = LessonPage.objects.get(pk=made.lessons[0].pk)
    lesson.save_revision()  # a draft is not enough for what learners see
    revise_question(made.questions[0], sources=[citation(), {"label": "Otra"}])
    assert {row.check.item_kind: row.has_changed for row in check_rows(change)} == {
        "lesson": False,
        "question": True,
        "case": False,
    }
    lesson.save_revision().publish()
    for check in change.checks.filter(item_kind__in=["lesson", "question"]):
        settle(check, CheckOutcome.CHANGED, reviewer, now)
    change.refresh_from_db()
    assert change.closed_at is None
    settle(change.checks.get(item_kind="case"), CheckOutcome.UNCHANGED, reviewer, now, "Histórico.")
    change.refresh_from_db()
    assert change.closed_at == now
    assert AuditEvent.objects.filter(action="source_change_closed").count() == 1


def test_nothing_to_change_needs_its_reason_and_the_first_decision_stays(
    made: MadeCourse, reviewer: User, now: datetime
) -> None:
    cite_in(made.lessons[0])
    check = repeal(make_norm(), by=reviewer, now=now).checks.get()
    with pytest.raises(services.CheckRefused):
        settle(check, CheckOutcome.UNCHANGED, reviewer, now, "  ")
    settle(check, CheckOutcome.UNCHANGED, reviewer, now, "Se cita como antecedente.")
    with pytest.raises(services.CheckRefused):  # the second reviewer still had the open form
        settle(check, CheckOutcome.UNCHANGED, UserFactory(), now, "Otra razón.")
    check.refresh_from_db()
    assert (check.note, check.checked_by) == ("Se cita como antecedente.", reviewer)


def test_deleted_item_is_closed_with_a_note(
    made: MadeCourse, reviewer: User, now: datetime
) -> None:
    cite_in(made.lessons[0])
    change = repeal(make_norm(), by=reviewer, now=now)
    made.lessons[0].delete()
    row = check_rows(change)[0]
    assert (row.title, row.edit_url, row.has_changed) == ("Lección 1", "", False)
    with pytest.raises(services.CheckRefused):
        settle(row.check, CheckOutcome.CHANGED, reviewer, now)
    settle(row.check, CheckOutcome.UNCHANGED, reviewer, now, "La lección ya no existe.")


def test_database_holds_what_a_check_says(made: MadeCourse, reviewer: User, now: datetime) -> None:
    cite_in(made.lessons[0])
    check = repeal(make_norm(), by=reviewer, now=now).checks.get()
    for wrong in ({"outcome": "changed"}, {"outcome": "unchanged", "checked_at": now}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SourceCheck.objects.filter(pk=check.pk).update(**wrong)


def test_question_touches_the_quizzes_that_ask_or_may_draw_it(
    made: MadeCourse, reviewer: User, now: datetime
) -> None:
    revise_question(made.questions[0], sources=[citation()])
    change = repeal(make_norm(), by=reviewer, now=now)
    assert made.quiz_page is not None
    assert affected_item_keys(change) == {made.quiz_page.translation_key}
    QuizSource.objects.all().delete()
    assert affected_item_keys(change) == set()
    QuizSource.objects.create(quiz=made.quiz, category=made.questions[0].category, count=1)
    assert affected_item_keys(change) == {made.quiz_page.translation_key}


def test_another_part_may_register_what_cites_sources(
    reviewer: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "_KINDS", dict(kinds._KINDS))
    card = CitingItem("ficha", 7, "Ficha 7", live_version=3, newest_version=3)
    register_kind(CitingKind("ficha", "ficha", lambda record: [card], lambda ids: {7: card}))
    change = repeal(make_norm(), by=reviewer, now=now)
    row = check_rows(change)[0]
    assert (row.kind, row.title, row.check.live_version) == ("ficha", "Ficha 7", 3)


def test_learners_are_told_until_the_lesson_is_checked(
    made: MadeCourse, reviewer: User, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    cite_in(made.lessons[0])
    assert changes_of_lesson(made.lessons[0].pk) == []
    with django_capture_on_commit_callbacks(execute=True):
        change = repeal(make_norm(), by=reviewer, now=now)
    told = changes_of_lesson(made.lessons[0].pk)
    assert [(one.source, one.changed_date) for one in told] == [("Ley 28950", date(2026, 11, 20))]
    with django_capture_on_commit_callbacks(execute=True):
        settle(change.checks.get(), CheckOutcome.UNCHANGED, reviewer, now, "Nada que cambiar.")
    assert changes_of_lesson(made.lessons[0].pk) == []
