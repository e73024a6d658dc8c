"""Writes a plan in one transaction: categories, questions, versions, tags, quizzes."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from courses.enums import Difficulty, FeedbackTiming, QuizLayout
from courses.importing.pictures import store_picture
from courses.importing.plan import Item, Plan, QuizItem, RowAction
from courses.models import (
    Question,
    QuestionBank,
    QuestionCategory,
    QuestionTag,
    QuestionVersion,
    Quiz,
    QuizSource,
    TaggedQuestion,
)
from courses.permissions import DRAWN_BY_STRANGERS, may_ask_from
from courses.services import question_problems
from lms.accounts.models import User
from lms.core.services import record_event

NO_CATEGORY = "importadas"
LONGEST_PATH = 200
LONGEST_KEY = 60
BATCH = 500


class StalePlan(Exception):
    """The bank changed since the plan was made; make it anew."""


@dataclass
class _Writing:
    """What one writing shares."""

    bank: QuestionBank
    acting_user: User | None
    now: datetime
    is_publishing: bool
    keys_from_file: bool
    categories: dict[str, QuestionCategory] = field(default_factory=dict)


@transaction.atomic
def write_plan(
    plan: Plan,
    *,
    bank: QuestionBank,
    acting_user: User | None,
    now: datetime,
    is_publishing: bool,
    keys_from_file: bool = True,
) -> Plan:
    """Write every new and changed question of a plan; return it with their numbers.

    New ones are drafts, and changed ones keep their published version, unless `is_publishing` and
    nothing is to be mended in them.

    Raises:
        StalePlan: somebody else wrote one of these questions in the meantime.
    """
    locked = QuestionBank.objects.select_for_update().get(pk=bank.pk)
    writing = _Writing(locked, acting_user, now, is_publishing, keys_from_file)
    _check_fresh(plan)
    fresh = [item for item in plan.items if item.row.action == RowAction.CREATE]
    changed = [item for item in plan.items if item.row.action == RowAction.CHANGE]
    _make_categories(writing, [item.question.category for item in fresh])
    if is_publishing:
        plan = _with_drafts_of_strangers(writing, plan)
        fresh = [item for item in plan.items if item.row.action == RowAction.CREATE]
    made = _make_questions(writing, fresh)
    made |= {id(item): item.existing for item in changed if item.existing is not None}
    versions = _make_versions(writing, [*fresh, *changed], made)
    published = _publish(writing, [*fresh, *changed], made, versions) if is_publishing else set()
    _tag(writing, [*fresh, *changed], made)
    _note_origins(plan.items)
    _record(writing, made, fresh, published)
    items = tuple(_done(item, made.get(id(item)), published) for item in plan.items)
    quizzes = tuple(_write_quiz(writing, item, items) for item in plan.quizzes)
    return replace(plan, items=items, quizzes=quizzes, is_written=True)


def _check_fresh(plan: Plan) -> None:
    new = [item.source_key for item in plan.items if item.row.action == RowAction.CREATE]
    old = {
        item.existing.pk: item.newest_number
        for item in plan.items
        if item.row.action == RowAction.CHANGE and item.existing is not None
    }
    for start in range(0, len(new), BATCH):
        if Question.objects.filter(source_key__in=new[start : start + BATCH]).exists():
            raise StalePlan
    pks = sorted(old)
    for start in range(0, len(pks), BATCH):
        some = pks[start : start + BATCH]
        list(Question.objects.select_for_update().filter(pk__in=some).order_by("pk"))
        numbers = QuestionVersion.objects.filter(question__in=some).values("question")
        for row in numbers.annotate(newest=Max("number")).order_by("question"):
            if row["newest"] != old[row["question"]]:
                raise StalePlan


def category_path(category: str) -> list[tuple[str, str]]:
    """Return the paths and names from the root to a category of a file."""
    steps: list[tuple[str, str]] = []
    for part in category.split("/"):
        slug = slugify(part)
        path = f"{steps[-1][0]}/{slug}" if steps else slug
        if slug and len(path) <= LONGEST_PATH:
            steps.append((path, part.strip()[:120]))
    return steps or [(NO_CATEGORY, _("Imported questions"))]


def _make_categories(writing: _Writing, names: Iterable[str]) -> None:
    for name in dict.fromkeys(names):
        for path, title in category_path(name):
            row, is_new = QuestionCategory.objects.get_or_create(
                bank=writing.bank, path=path, defaults={"name": title}
            )
            if is_new:
                record_event(
                    action="category_created",
                    target=row,
                    acting_user=writing.acting_user,
                    now=writing.now,
                    changed_fields=["bank", "path", "name"],
                )
            writing.categories[name] = row


def _with_drafts_of_strangers(writing: _Writing, plan: Plan) -> Plan:
    """Leave new questions as drafts where a quiz would draw them that the user may not change."""
    user = writing.acting_user
    if user is None:
        return plan
    closed = {name for name, row in writing.categories.items() if not may_ask_from(user, row)}
    return replace(
        plan,
        items=tuple(
            _unready(item, str(DRAWN_BY_STRANGERS))
            if item.row.action == RowAction.CREATE and item.question.category in closed
            else item
            for item in plan.items
        ),
    )


def _unready(item: Item, message: str) -> Item:
    return replace(item, row=replace(item.row, unready=(*item.row.unready, message)))


def _make_questions(writing: _Writing, items: Sequence[Item]) -> dict[int, Question]:
    keys = _keys(writing, items)
    rows = [
        Question(
            category=writing.categories[item.question.category],
            key=key,
            kind=item.row.kind,
            difficulty=_difficulty(item),
            source_key=item.source_key,
            source_digest=item.digest,
        )
        for item, key in zip(items, keys, strict=True)
    ]
    made = Question.objects.bulk_create(rows, batch_size=BATCH)
    return {id(item): row for item, row in zip(items, made, strict=True)}


def _difficulty(item: Item) -> str:
    value = item.question.extra.get("difficulty", "")
    return value if value in Difficulty.values else ""


def _keys(writing: _Writing, items: Sequence[Item]) -> list[str]:
    """Return a free key for each: the file's own where it is a short name, else one by category."""
    wanted = [
        slugify(item.question.key)[:LONGEST_KEY] if writing.keys_from_file else "" for item in items
    ]
    taken: set[str] = set()
    for start in range(0, len(wanted), BATCH):
        some = [key for key in wanted[start : start + BATCH] if key]
        taken |= set(Question.objects.filter(key__in=some).values_list("key", flat=True))
    numbers: dict[str, int] = {}
    found = []
    for item, key in zip(items, wanted, strict=True):
        if not key or key in taken:
            stem = writing.categories[item.question.category].path.replace("/", "-")[:50]
            if stem not in numbers:
                numbers[stem] = _last_number(stem)
            while True:
                numbers[stem] += 1
                key = f"{stem}-{numbers[stem]:02d}"
                if key not in taken:
                    break
        taken.add(key)
        found.append(key)
    return found


def _last_number(stem: str) -> int:
    keys = Question.objects.filter(key__startswith=f"{stem}-").values_list("key", flat=True)
    ends = (re.fullmatch(r"(\d{1,9})", key[len(stem) + 1 :]) for key in keys)
    return max((int(end.group(1)) for end in ends if end), default=0)


def _make_versions(
    writing: _Writing, items: Sequence[Item], made: dict[int, Question]
) -> dict[int, QuestionVersion]:
    rows = [
        QuestionVersion(
            question=made[id(item)],
            number=item.newest_number + 1,
            kind=item.row.kind,
            content=_with_picture(writing, item),
            created_at=writing.now,
            created_by=writing.acting_user,
        )
        for item in items
    ]
    saved = QuestionVersion.objects.bulk_create(rows, batch_size=BATCH)
    return {id(item): row for item, row in zip(items, saved, strict=True)}


def _with_picture(writing: _Writing, item: Item) -> dict[str, Any]:
    content = dict(item.content)
    if item.picture is not None:
        pk = store_picture(
            item.picture, title=item.row.label or item.picture.name, acting_user=writing.acting_user
        )
        content["figure"] = {**content["figure"], "image_id": pk}
    return content


def _publish(
    writing: _Writing,
    items: Sequence[Item],
    made: dict[int, Question],
    versions: dict[int, QuestionVersion],
) -> set[int]:
    ready = [
        item for item in items if not (item.row.unready or question_problems(versions[id(item)]))
    ]
    for item in ready:
        made[id(item)].live_version = versions[id(item)]
    Question.objects.bulk_update(
        [made[id(item)] for item in ready], ["live_version"], batch_size=BATCH
    )
    return {made[id(item)].pk for item in ready}


def _tag(writing: _Writing, items: Sequence[Item], made: dict[int, Question]) -> None:
    names = sorted({tag[:100] for item in items for tag in item.question.tags})
    tags = {name: QuestionTag.objects.get_or_create(name=name)[0] for name in names}
    with_tags = [item for item in items if item.question.tags]
    changed = [made[id(item)].pk for item in with_tags if item.existing is not None]
    TaggedQuestion.objects.filter(content_object__in=changed).delete()
    TaggedQuestion.objects.bulk_create(
        [
            TaggedQuestion(tag=tags[tag], content_object=made[id(item)])
            for item in with_tags
            for tag in dict.fromkeys(name[:100] for name in item.question.tags)
        ],
        batch_size=BATCH,
    )


def _note_origins(items: Sequence[Item]) -> None:
    """Keep what the file said of old questions, so that the same file is skipped next time."""
    rows = []
    for item in items:
        row = item.existing
        if row is not None and row.source_digest != item.digest:
            row.source_digest = item.digest
            rows.append(row)
    Question.objects.bulk_update(rows, ["source_digest"], batch_size=BATCH)


def _record(
    writing: _Writing, made: dict[int, Question], fresh: Sequence[Item], published: set[int]
) -> None:
    new = {made[id(item)].pk for item in fresh}
    for question in made.values():
        record_event(
            action="question_saved",
            target=question,
            acting_user=writing.acting_user,
            now=writing.now,
            changed_fields=["category", "key", "kind", "content"]
            if question.pk in new
            else ["content"],
            code=f"import {question.source_key}",
        )
        if question.pk in published:
            record_event(
                action="question_published",
                target=question,
                acting_user=writing.acting_user,
                now=writing.now,
                changed_fields=["live_version"],
            )


def _done(item: Item, question: Question | None, published: set[int]) -> Item:
    if question is None:
        return item
    row = replace(item.row, question_id=question.pk, is_published=question.pk in published)
    return replace(item, row=row)


# -- quizzes ---------------------------------------------------------------------------------------


def _write_quiz(writing: _Writing, item: QuizItem, items: Sequence[Item]) -> QuizItem:
    """Make a quiz of a dump, which no page shows yet; one that is here already stays as it is."""
    if item.row.action != RowAction.CREATE:
        return item
    dump = item.quiz
    by_pk = {found.question.key: found.row.question_id for found in items}
    found_pks = (by_pk.get(str(pk)) for pk in dump.question_pks)
    pks = [pk for pk in found_pks if pk is not None]
    quiz = Quiz.objects.create(
        name=dump.title[:120] or dump.url or _("Imported quiz"),
        slug=_free_slug(dump.url or slugify(dump.title)),
        pass_mark=Decimal(dump.pass_mark),
        attempts=1 if dump.is_single_attempt else None,
        is_question_order_shuffled=dump.is_random,
        is_option_order_shuffled=dump.is_option_order_random,
        layout=QuizLayout.ONE_PER_PAGE,
        feedback=FeedbackTiming.AT_END if dump.is_feedback_at_end else FeedbackTiming.AFTER_EACH,
        source_key=item.source_key,
    )
    _write_sources(writing, quiz, dump.most_questions if dump.is_random else 0, pks)
    if dump.most_questions and not dump.is_random:
        quiz.sources.filter(sort_order__gte=dump.most_questions).delete()
    record_event(
        action="quiz_imported",
        target=quiz,
        acting_user=writing.acting_user,
        now=writing.now,
        changed_fields=["name", "pass_mark", "sources"],
        code=f"import {item.source_key}",
    )
    return replace(item, row=replace(item.row, quiz_id=quiz.pk))


def _free_slug(wanted: str) -> str:
    stem = slugify(wanted)[:54] or "prueba"
    taken = set(Quiz.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _write_sources(writing: _Writing, quiz: Quiz, drawn: int, pks: Sequence[int]) -> None:
    """Give a quiz its questions one by one; where the old one drew some, draw by a tag of its own."""
    if not 0 < drawn < len(pks):
        for order, pk in enumerate(pks):
            QuizSource.objects.create(quiz=quiz, sort_order=order, question_id=pk)
        return
    tag = QuestionTag.objects.get_or_create(name=_("quiz %s") % quiz.slug)[0]
    TaggedQuestion.objects.bulk_create(
        [TaggedQuestion(tag=tag, content_object_id=pk) for pk in pks], ignore_conflicts=True
    )
    root = Question.objects.filter(pk__in=pks).values_list("category__path", flat=True)[0]
    category = QuestionCategory.objects.get(bank=writing.bank, path=root.split("/")[0])
    QuizSource.objects.create(quiz=quiz, sort_order=0, category=category, count=drawn, tag=tag)
