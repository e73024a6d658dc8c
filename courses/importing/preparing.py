"""The dry run: what would be created, changed, skipped or refused, and why. Writes nothing."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from courses.enums import ImportFormat
from courses.formats.django_quiz_app import FIGURE, DumpQuiz
from courses.formats.own_copy import digest_of
from courses.formats.structures import FileContents, Refusal, label_of
from courses.importing.common import (
    content_of,
    exchanged,
    figure_path,
    kind_of_shape,
    messages_of,
    with_what_stays,
)
from courses.importing.pictures import MediaFiles, Picture, checked_picture, known_picture
from courses.importing.plan import Item, Plan, QuizItem, Row, RowAction
from courses.models import Question, QuestionBank, Quiz
from courses.permissions import is_administrator, may_write_question
from courses.queries import questions_for_list
from courses.question_types import InvalidContent, question_type
from courses.question_types.exchange import ExchangedQuestion
from lms.accounts.models import User

CHUNK = 400
LONGEST_SOURCE_KEY = 250
PROGRESS_EVERY = 100
THIN_FORMATS = (ImportFormat.GIFT, ImportFormat.AIKEN, ImportFormat.DJANGO_QUIZ_APP)
Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """Tell nobody how far the work is."""


@dataclass(frozen=True)
class Origin:
    """Where a file comes from and where it goes; `acting_user` is None for a command."""

    bank: QuestionBank
    format_name: str
    source: str
    language: str
    acting_user: User | None = None
    media: MediaFiles = field(default_factory=MediaFiles)

    @property
    def prefix(self) -> str:
        """The beginning of every origin in this file."""
        return f"{self.format_name}:{self.bank.slug}:{self.source}"

    def key(self, label: str) -> str:
        """Return the origin of something in the file, short enough to be kept."""
        key = f"{self.prefix}:{label}"
        if len(key) <= LONGEST_SOURCE_KEY:
            return key
        return f"{key[:180]}…{hashlib.sha256(key.encode()).hexdigest()[:60]}"


class Refused(Exception):
    """The question is refused; carries the reasons and what was lost already."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def prepare(
    contents: FileContents,
    *,
    origin: Origin,
    quizzes: Sequence[DumpQuiz] = (),
    on_progress: Progress = no_progress,
) -> Plan:
    """Return what importing these questions would do."""
    labelled = list(_labelled(contents.questions, origin))
    known = _known(labelled, origin)
    items: list[Item] = []
    refused = [_refusal(refusal) for refusal in contents.refusals]
    on_progress(0, len(labelled))
    for done, (source_key, question) in enumerate(labelled, start=1):
        try:
            items.append(_item(question, source_key, known, origin))
        except Refused as error:
            refused.append(
                _row(question, RowAction.REFUSE, reasons=error.reasons, lost=question.lost)
            )
        if done % PROGRESS_EVERY == 0 or done == len(labelled):
            on_progress(done, len(labelled))
    return Plan(
        items=tuple(items),
        refused=tuple(refused),
        quizzes=tuple(_quiz_items(quizzes, items, origin)),
        notes=contents.notes,
    )


def _refusal(refusal: Refusal) -> Row:
    return Row(
        line=refusal.line,
        label=refusal.name,
        action=RowAction.REFUSE,
        reasons=(refusal.message,),
    )


def _row(question: ExchangedQuestion, action: RowAction, **parts: Any) -> Row:
    return Row(line=question.line, label=label_of(question), action=action, **parts)


def _labelled(
    questions: Sequence[ExchangedQuestion], origin: Origin
) -> Iterator[tuple[str, ExchangedQuestion]]:
    """Give every question its origin: its key, else its category and name, else its words."""
    seen: Counter[str] = Counter()
    for question in questions:
        words = "|".join(question.stems.values())
        name = question.name or f"#{hashlib.sha256(words.encode()).hexdigest()[:24]}"
        label = f"id={question.key}" if question.key else f"{question.category}/{name}"
        seen[label] += 1
        number = f" ({seen[label]})" if seen[label] > 1 else ""
        yield origin.key(f"{label}{number}"), question


@dataclass(frozen=True)
class _Known:
    """The questions of the bank that the file may mean.

    By origin; and by key, for what was written here, went out and comes in again.
    """

    by_source: dict[str, Any]
    by_key: dict[str, Any]


def _known(labelled: Sequence[tuple[str, ExchangedQuestion]], origin: Origin) -> _Known:
    rows = questions_for_list().filter(category__bank=origin.bank)
    sources = [source_key for source_key, _question in labelled]
    keys = [question.key for _source, question in labelled if question.key]
    by_source: dict[str, Any] = {}
    by_key: dict[str, Any] = {}
    for some in _chunks(sources):
        by_source |= {row.source_key: row for row in rows.filter(source_key__in=some)}
    if origin.format_name != ImportFormat.DJANGO_QUIZ_APP:
        for some in _chunks(keys):
            found = rows.filter(key__in=some, source_key="")
            by_key |= {row.key: row for row in found}
    return _Known(by_source, by_key)


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def _item(question: ExchangedQuestion, source_key: str, known: _Known, origin: Origin) -> Item:
    kind = kind_of_shape(question.shape)
    if not kind:
        raise Refused(_("This type of question is not supported here."))
    digest = hashlib.sha256(f"{origin.language}:{digest_of(question)}".encode()).hexdigest()
    existing = known.by_source.get(source_key) or known.by_key.get(question.key)
    if existing is not None and existing.source_digest == digest:
        row = _row(question, RowAction.SKIP, kind=kind, question_id=existing.pk)
        return Item(row, question, {}, source_key, digest, existing=existing)
    picture, lost = _picture(question, origin)
    question = replace(question, lost=(*question.lost, *lost))
    if existing is not None:
        _check_existing(existing, kind, origin)
        old = exchanged(kind, existing.newest_content)
        is_thin = origin.format_name in THIN_FORMATS
        merged = with_what_stays(question, old, language=origin.language, is_thin=is_thin)
    else:
        merged = question
    content = _content(merged, kind, existing, picture)
    action = RowAction.CREATE if existing is None else RowAction.CHANGE
    if existing is not None and _says_the_same(kind, existing, content, question):
        action = RowAction.SKIP
    problems = question_type(kind).publication_problems(question_type(kind).read(content))
    row = _row(
        question,
        action,
        kind=kind,
        lost=question.lost,
        unready=tuple(dict.fromkeys(problem.message for problem in problems)),
        question_id=existing.pk if existing is not None else None,
    )
    number = existing.newest_number if existing is not None else 0
    return Item(row, merged, content, source_key, digest, existing, number, picture)


def _picture(question: ExchangedQuestion, origin: Origin) -> tuple[Picture | None, tuple[str, ...]]:
    """Return the checked picture of a question, or why there is none."""
    path = figure_path(question)
    attachment = question.figure or (origin.media.find(path) if path else None)
    if attachment is None:
        if path:
            return None, (_("the picture %s: it is not among the pictures given") % path,)
        return None, ()
    try:
        return checked_picture(attachment), ()
    except ValidationError as error:
        reason = " ".join(error.messages)
        message = _("the picture %(name)s: %(reason)s")
        return None, (message % {"name": attachment.name, "reason": reason},)


def _check_existing(existing: Any, kind: str, origin: Origin) -> None:
    if existing.kind != kind:
        raise Refused(_("The bank has this question with another type, which never changes."))
    user = origin.acting_user
    if user is not None and not is_administrator(user) and not may_write_question(user, existing):
        raise Refused(_("The quiz of a course in which you have no part uses this question."))


def _content(
    question: ExchangedQuestion, kind: str, existing: Any, picture: Picture | None
) -> dict[str, Any]:
    """Return checked content; a picture that is not in the library yet has the number 0."""
    figure_id = None if picture is None else known_picture(picture) or 0
    try:
        return content_of(
            question,
            kind,
            old=existing.newest_content if existing is not None else None,
            figure_id=figure_id,
        )
    except InvalidContent as error:
        raise Refused(*messages_of(error)) from error


def _says_the_same(
    kind: str, existing: Question, content: dict[str, Any], question: ExchangedQuestion
) -> bool:
    old: Any = existing
    tags = set(question.tags)
    same_tags = not tags or tags == {tag.name for tag in existing.tags.all()}
    before, after = exchanged(kind, old.newest_content), exchanged(kind, content)
    return same_tags and before == after and old.newest_content.get("figure") == content["figure"]


def _quiz_items(
    quizzes: Sequence[DumpQuiz], items: Sequence[Item], origin: Origin
) -> Iterator[QuizItem]:
    keys = {quiz.pk: origin.key(f"quiz.quiz:{quiz.pk}") for quiz in quizzes}
    known = {quiz.source_key: quiz for quiz in Quiz.objects.filter(source_key__in=keys.values())}
    there = {item.question.key for item in items}
    for quiz in quizzes:
        existing = known.get(keys[quiz.pk])
        missing = [pk for pk in quiz.question_pks if str(pk) not in there]
        reasons = [_("%d of its questions were refused.") % len(missing)] if missing else []
        action = RowAction.CREATE
        if existing is not None:
            action, reasons = RowAction.SKIP, [_("The quiz is here already; it was not changed.")]
        elif len(missing) == len(quiz.question_pks):
            action, reasons = RowAction.REFUSE, [_("The quiz has no question that can be taken.")]
        yield QuizItem(
            row=Row(
                line=quiz.line,
                label=_("Quiz: %s") % quiz.title,
                action=action,
                reasons=tuple(reasons),
                lost=quiz.lost,
                quiz_id=existing.pk if existing is not None else None,
            ),
            quiz=quiz,
            source_key=keys[quiz.pk],
        )


def below(root: str, question: ExchangedQuestion) -> ExchangedQuestion:
    """Return the question with its category below a root, and its own picture's path kept."""
    extra = {name: value for name, value in question.extra.items() if name == FIGURE}
    category = f"{root}/{question.category}".strip("/")
    return replace(question, category=category, extra=extra)
