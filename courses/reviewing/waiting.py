"""What waits for a reviewer, and what came back to its author: one list, few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from wagtail.models import Page, TaskState, WorkflowState

from courses.models import Case, ContentReview, Question, ReviewTask
from courses.permissions import course_keys
from courses.reviewing.enums import ReviewedKind, ReviewPart, Standing
from courses.reviewing.gathering import (
    course_of,
    course_roots,
    courses_of_versions,
    keys_by_path,
)
from courses.reviewing.permissions import parts_of, reads_everything
from courses.reviewing.subjects import (
    Subject,
    case_subject,
    is_needed,
    question_subject,
    reviews_of,
    standing,
    with_asking,
)
from lms.accounts.models import User


@dataclass(frozen=True)
class Waiting:
    """One text that waits; `part` is empty when it waits for its author."""

    kind: ReviewedKind
    pk: int
    title: str
    kind_label: str
    part: ReviewPart | None
    since: datetime | None
    sent_by: str
    courses: frozenset[UUID]
    note: str = ""


@dataclass(frozen=True)
class Wanted:
    """How the list is narrowed down; what is not narrowed is None."""

    parts: tuple[ReviewPart, ...] = tuple(ReviewPart)
    kind: ReviewedKind | None = None
    course: UUID | None = None


def waiting_for(parts: Iterable[ReviewPart]) -> list[Waiting]:
    """Return everything that waits for these parts, what was sent first coming first."""
    wanted = tuple(parts)
    pages = _pages(TaskState.STATUS_IN_PROGRESS, WorkflowState.STATUS_IN_PROGRESS, wanted)
    versions = [one for one in _versions() if one.part in wanted]
    return [*pages, *versions]


def returned() -> list[Waiting]:
    """Return everything for which changes were asked and that was not changed since."""
    pages = _pages(TaskState.STATUS_REJECTED, WorkflowState.STATUS_NEEDS_CHANGES, tuple(ReviewPart))
    return [*pages, *(one for one in _versions() if one.part is None)]


def narrowed(rows: Iterable[Waiting], wanted: Wanted) -> list[Waiting]:
    """Return the rows that somebody wants to see."""
    return [
        row
        for row in rows
        if (row.part is None or row.part in wanted.parts)
        and wanted.kind in (None, row.kind)
        and (wanted.course is None or wanted.course in row.courses)
    ]


def waits_for(user: User) -> int:
    """Return how many texts wait for somebody: to be reviewed, or to be changed by her."""
    parts = parts_of(user)
    if parts:
        return len(waiting_for(parts))
    return len(returned_to(user))


def returned_to(user: User) -> list[Waiting]:
    """Return what came back with changes asked for, in the courses of a trainer."""
    if reads_everything(user):
        return returned()
    keys = course_keys(user)
    return [one for one in returned() if one.courses & keys]


def _pages(task_status: str, workflow_status: str, parts: Sequence[ReviewPart]) -> list[Waiting]:
    """Return the pages of which a review in the workflow stands so."""
    tasks = dict(ReviewTask.objects.filter(part__in=parts).values_list("pk", "part"))
    states = (
        WorkflowState.objects.filter(
            status=workflow_status,
            current_task_state__task__in=tasks,
            current_task_state__status=task_status,
            base_content_type=ContentType.objects.get_for_model(Page),
        )
        .select_related("current_task_state", "requested_by")
        .order_by("current_task_state__started_at", "pk")
    )
    rows = list(states)
    pages = Page.objects.select_related("content_type").in_bulk(
        [int(row.object_id) for row in rows]
    )
    keys = keys_by_path()
    return [_page_row(row, pages[int(row.object_id)], tasks, task_status, keys) for row in rows]


def _page_row(
    row: Any, page: Page, tasks: dict[int, str], status: str, keys: dict[str, UUID]
) -> Waiting:
    task_state = row.current_task_state
    course = course_of(page.path, keys)
    is_waiting = status == TaskState.STATUS_IN_PROGRESS
    return Waiting(
        kind=ReviewedKind.PAGE,
        pk=page.pk,
        title=page.draft_title,
        kind_label=str(page.content_type.model_class()._meta.verbose_name),
        part=ReviewPart(tasks[task_state.task_id]) if is_waiting else None,
        since=task_state.started_at if is_waiting else task_state.finished_at,
        sent_by=row.requested_by.get_display_name() if row.requested_by else "",
        courses=frozenset({course} if course else ()),
        note="" if is_waiting else task_state.comment,
    )


def _versions() -> list[Waiting]:
    """Return the published questions and cases that wait for a part, or for their author."""
    reviewed = ContentReview.objects.filter(kind=ReviewedKind.QUESTION)
    keys = [int(key) for key in reviewed.values_list("item_key", flat=True).distinct()]
    published = with_asking(Question.objects.filter(live_version__isnull=False))
    questions = published.filter(Q(has_asked=True) | Q(pk__in=keys))
    cases = Case.objects.filter(live_version__isnull=False)
    related = "live_version__created_by"
    subjects = [
        *(
            question_subject(one, one.live_version)
            for one in questions.select_related(related).order_by("key")
            if one.live_version
        ),
        *(
            case_subject(one, one.live_version)
            for one in cases.select_related(related).order_by("name")
            if one.live_version
        ),
    ]
    reviews = reviews_of(subjects)
    places = courses_of_versions(course_roots())
    found = []
    for subject in subjects:
        own = reviews.get((subject.kind, subject.key), [])
        places_of = places.get((subject.kind.value, subject.pk), set())
        row = _version_row(subject, own, frozenset(places_of))
        if row is not None:
            found.append(row)
    return found


def _version_row(
    subject: Subject, reviews: list[ContentReview], courses: frozenset[UUID]
) -> Waiting | None:
    if not is_needed(subject, reviews):
        return None
    stands = {part: standing(subject, part, reviews) for part in ReviewPart}
    part = next((part for part in ReviewPart if stands[part] != Standing.APPROVED), None)
    if part is None:
        return None
    is_returned = Standing.CHANGES in stands.values()
    version = subject.record.live_version
    return Waiting(
        kind=subject.kind,
        pk=subject.pk,
        title=subject.title,
        kind_label=str(subject.kind.label),
        part=None if is_returned else part,
        since=reviews[-1].decided_at if is_returned else version.created_at,
        sent_by=version.created_by.get_display_name() if version.created_by else "",
        courses=courses,
        note=reviews[-1].note if is_returned else "",
    )


def open_comments(page: Page) -> Any:
    """Return the comments at the blocks of a page that nobody has settled yet."""
    rows = page.wagtail_admin_comments.filter(resolved_at__isnull=True)
    return rows.select_related("user").prefetch_related("replies__user").order_by("created_at")


def pages_with_open_comments(paths: Sequence[str] | None) -> Any:
    """Return the pages with such comments, in these courses or, with None, in all."""
    model = Page._meta.get_field("wagtail_admin_comments").related_model
    is_open = model.objects.filter(page=OuterRef("pk"), resolved_at__isnull=True)
    pages = Page.objects.filter(Exists(is_open)).order_by("path")
    if paths is None:
        return pages
    wanted = Q(pk__in=[])
    for path in paths:
        wanted |= Q(path__startswith=path)
    return pages.filter(wanted)
