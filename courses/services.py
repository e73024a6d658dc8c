"""Changes of state of questions and courses: versions, publication, releases, staff."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.images import get_image_model

from courses.enums import StaffPart
from courses.models import (
    CoursePage,
    CourseRelease,
    CourseStaff,
    LessonPage,
    Question,
    QuestionCategory,
    QuestionTag,
    QuestionVersion,
    Quiz,
)
from courses.permissions import renewal_problems
from courses.queries import (
    course_tree,
    latest_release,
    newest_version,
    promise_of,
    release_problems,
)
from courses.question_types import Problem, question_type
from courses.reviewing.gate import review_problems
from courses.sharing import tend_shared_of
from courses.term_checks import content_term_problems
from lms.accounts.models import User
from lms.core.services import record_event


class QuestionRefused(Exception):
    """The question may not be published; `problems` says why, each at its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = tuple(problems)


class ReleaseRefused(Exception):
    """The course may not be released; `problems` says why, in the user's words."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@transaction.atomic
def save_question(
    *,
    content: Mapping[str, Any],
    acting_user: User | None,
    now: datetime,
    question: Question | None = None,
    category: QuestionCategory | None = None,
    kind: str = "",
    key: str = "",
    tags: Sequence[str] | None = None,
    difficulty: str | None = None,
) -> QuestionVersion:
    """Save a draft of a question as its next version; the published version stays as it is.

    If nothing changed since the newest version, that version is returned and nothing is written.
    A `category` moves an old question and is needed for a new one, as is its `kind`; its `key` is
    made from the category if it is empty. `tags` replace those of before, and `difficulty` (a value
    of `Difficulty`, or empty) too; None leaves them as they are. The loader acts without a user.

    Raises:
        InvalidContent: the content is none of this type, with every problem.
    """
    kind = question.kind if question is not None else kind
    kept = question_type(kind).write(question_type(kind).read(content))
    question, changed_fields = _place_question(question, category=category, kind=kind, key=key)
    version = newest_version(question)
    if version is None or version.content != kept:
        version = QuestionVersion.objects.create(
            question=question,
            number=1 if version is None else version.number + 1,
            kind=kind,
            content=kept,
            created_at=now,
            created_by=acting_user,
        )
        changed_fields.append("content")
    changed_fields += _set_difficulty(question, difficulty) + _set_tags(question, tags)
    if changed_fields:
        record_event(
            action="question_saved",
            target=question,
            acting_user=acting_user,
            now=now,
            changed_fields=changed_fields,
        )
    return version


def _place_question(
    question: Question | None, *, category: QuestionCategory | None, kind: str, key: str
) -> tuple[Question, list[str]]:
    """Make a new question, or lock an old one and move it; return it and what changed."""
    if question is None:
        if category is None:
            raise ValueError("A new question needs a category.")
        made = Question.objects.create(category=category, kind=kind, key=key or _next_key(category))
        return made, ["category", "key", "kind"]
    locked = Question.objects.select_for_update().get(pk=question.pk)
    if category is None or category.pk == locked.category_id:
        return locked, []
    locked.category = category
    locked.save(update_fields=["category"])
    return locked, ["category"]


def _set_difficulty(question: Question, difficulty: str | None) -> list[str]:
    if difficulty is None or difficulty == question.difficulty:
        return []
    question.difficulty = difficulty
    question.save(update_fields=["difficulty"])
    return ["difficulty"]


def _set_tags(question: Question, tags: Sequence[str] | None) -> list[str]:
    """Replace the tags; a word that is a tag already, in small letters or not, is that tag."""
    if tags is None:
        return []
    wanted = {tag.strip().casefold(): tag.strip() for tag in tags if tag.strip()}
    if wanted.keys() == {name.casefold() for name in question.tags.names()}:
        return []
    known = {tag.name.casefold(): tag for tag in QuestionTag.objects.all()}
    question.tags.set([known.get(folded, name) for folded, name in sorted(wanted.items())])
    return ["tags"]


def _next_key(category: QuestionCategory) -> str:
    stem = category.path.replace("/", "-")[:50]
    taken = set(Question.objects.filter(key__startswith=stem).values_list("key", flat=True))
    number = 1
    while f"{stem}-{number:02d}" in taken:
        number += 1
    return f"{stem}-{number:02d}"


def question_problems(version: QuestionVersion) -> list[Problem]:
    """Return what must be mended before learners may meet this version."""
    content = version.typed_content
    problems = question_type(version.kind).publication_problems(content)
    problems += content_term_problems(version.content)
    common = content.common
    if common.figure and not get_image_model().objects.filter(pk=common.figure.image_id).exists():
        problems.append(Problem("figure", _("The picture is no longer in the library.")))
    if common.lesson and not _is_lesson(common.lesson):
        problems.append(Problem("lesson", _("The lesson that grounds the answer does not exist.")))
    return problems


def _is_lesson(key: str) -> bool:
    try:
        return bool(LessonPage.objects.filter(translation_key=UUID(key)).exists())
    except ValueError:
        return True  # the curriculum's files name lessons by their path: modulo-1/leccion-2


@transaction.atomic
def publish_question(
    *, question: Question, acting_user: User | None, now: datetime
) -> QuestionVersion:
    """Let quizzes use the newest version from now on; attempts begun keep the one they have.

    Raises:
        QuestionRefused: something must be mended first; carries every problem.
    """
    question = Question.objects.select_for_update().get(pk=question.pk)
    version = newest_version(question)
    if version is None:
        raise QuestionRefused([Problem("", _("Save the question first."))])
    problems = question_problems(version)
    if problems:
        raise QuestionRefused(problems)
    if question.live_version_id != version.pk:
        question.live_version = version
        question.save(update_fields=["live_version"])
        record_event(
            action="question_published",
            target=question,
            acting_user=acting_user,
            now=now,
            changed_fields=["live_version"],
        )
    return version


@transaction.atomic
def note_quiz_saved(
    *,
    quiz: Quiz,
    is_new: bool,
    changed_fields: Sequence[str],
    acting_user: User,
    now: datetime,
) -> None:
    """Write into the audit trail that the rules of a quiz were made or changed, and which."""
    if is_new or changed_fields:
        record_event(
            action="quiz_made" if is_new else "quiz_changed",
            target=quiz,
            acting_user=acting_user,
            now=now,
            changed_fields=changed_fields,
        )


@transaction.atomic
def release_course(
    *,
    course_page: CoursePage,
    acting_user: User | None,
    now: datetime,
    is_pilot: bool = False,
) -> CourseRelease:
    """Freeze what the course promises today as its next release, for those who enrol from now on.

    Enrolments keep the release under which they were made. With `is_pilot` it is a pilot even if
    a partner reviewed the course: its certificates say that they are worth nothing.

    Raises:
        ReleaseRefused: the course is not whole, something in it lacks a review and it is no pilot,
            or nothing changed; carries every reason.
    """
    locked = CoursePage.objects.select_for_update().get(pk=course_page.pk)
    tend_shared_of(locked)
    tree = course_tree(locked)
    promise = promise_of(tree)
    if is_pilot:
        promise = replace(promise, is_pilot=True)
    problems = [
        *release_problems(tree, promise),
        *review_problems(tree, promise),
        *renewal_problems(acting_user, promise),
    ]
    if problems:
        raise ReleaseRefused(problems)
    last = latest_release(promise.course_key)
    release = CourseRelease.objects.create(
        course_key=promise.course_key,
        number=1 if last is None else last.number + 1,
        promise=promise.to_json(),
        is_pilot=promise.is_pilot,
        created_at=now,
        created_by=acting_user,
    )
    record_event(action="course_released", target=release, acting_user=acting_user, now=now)
    return release


@transaction.atomic
def add_course_lead(*, course_page: CoursePage, acting_user: User, now: datetime) -> CourseStaff:
    """Make whoever began a course its lead; does nothing if the person is on its staff already."""
    row, is_new = CourseStaff.objects.get_or_create(
        user=acting_user,
        course_key=course_page.translation_key,
        defaults={"part": StaffPart.LEAD},
    )
    if is_new:
        record_event(
            action="course_staff_added",
            target=row,
            acting_user=acting_user,
            now=now,
            subject=acting_user,
        )
    return row


@transaction.atomic
def save_course_staff(*, row: CourseStaff, acting_user: User, now: datetime) -> CourseStaff:
    """Put somebody on the staff of a course, or change the part, with a note in the audit trail."""
    action = "course_staff_added" if row.pk is None else "course_staff_changed"
    row.save()
    record_event(
        action=action,
        target=row,
        acting_user=acting_user,
        now=now,
        changed_fields=["user", "course_key", "part"],
        subject=row.user_id,
    )
    return row


@transaction.atomic
def remove_course_staff(*, row: CourseStaff, acting_user: User, now: datetime) -> None:
    """Take somebody off the staff of a course, with a note in the audit trail."""
    record_event(
        action="course_staff_removed",
        target=row,
        acting_user=acting_user,
        now=now,
        subject=row.user_id,
    )
    row.delete()
