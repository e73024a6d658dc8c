"""Reads `dumpdata` of django-quiz-app: questions, quizzes and sittings.

The dumps of Django 1.8 to 6.1 differ: some repeat the list of quizzes at the rows of a type, some
name users by a natural key. Only what all of them hold is relied upon: the list of quizzes of
`quiz.question`, and the type by which child row shares its number.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from courses.formats.django_quiz_rows import CHILDREN, READ, Row, is_number, numbers_of, read_rows
from courses.formats.plaintext import clean_html, decode, in_one, looks_like_html, one_line, plain
from courses.formats.structures import (
    FileContents,
    FileRefused,
    QuestionRefused,
    Refusal,
    unique,
)
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion

FIGURE = "figure_path"
"""In `extra` of a question: where its picture lay below the media folder."""


@dataclass(frozen=True)
class DumpQuiz:
    """A quiz of the dump, with the numbers of its questions in their order."""

    pk: int
    line: int
    title: str
    url: str
    pass_mark: int
    is_random: bool
    most_questions: int
    is_feedback_at_end: bool
    is_exam_paper: bool
    is_single_attempt: bool
    question_pks: tuple[int, ...]
    is_option_order_random: bool
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class DumpSitting:
    """An attempt of the dump; `user` is the number or natural key of the learner.

    `answers` holds, by the question's number, its words and those of what was answered.
    """

    pk: int
    line: int
    user: str
    quiz: DumpQuiz
    score: int
    possible: int
    is_complete: bool
    answers: tuple[Mapping[str, str], ...]
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def percent(self) -> int:
        """The score as django-quiz-app reckoned it: rounded, in per cent of all questions."""
        return round(100 * self.score / self.possible) if self.possible else 0

    @property
    def is_passed(self) -> bool:
        """Whether it was passed by the pass mark of the dump."""
        return self.is_complete and self.percent >= self.quiz.pass_mark


@dataclass(frozen=True)
class Dump:
    """What is in a dump.

    `addresses` gives the mail address of a user by number and by name, if the dump holds users.
    """

    contents: FileContents
    quizzes: tuple[DumpQuiz, ...] = ()
    sittings: tuple[DumpSitting, ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)


def read_django_quiz_app(data: bytes, *, language: str) -> Dump:
    """Return what is in a dump of django-quiz-app, whose texts are in one language.

    Raises:
        FileRefused: it is no JSON list of objects.
    """
    text, notes = decode(data)
    rows = list(read_rows(text))
    reader = _Reader(rows, language)
    questions, quizzes = reader.questions(), reader.quizzes()
    sittings = reader.sittings({quiz.pk: quiz for quiz in quizzes})
    others = Counter(row.label for row in rows if row.label not in READ)
    if others:
        names = ", ".join(f"{label} ({count})" for label, count in sorted(others.items()))
        notes = (*notes, _("Objects of other kinds were left out: %s.") % names)
    if not any(row.label in READ for row in rows):
        raise FileRefused(_("The file holds nothing of django-quiz-app."))
    contents = FileContents(tuple(questions), tuple(reader.refusals), notes)
    users = [row for row in rows if row.label == "auth.user"]
    addresses = {str(row.pk): row.text("email") for row in users}
    addresses |= {row.text("username"): row.text("email") for row in users}
    return Dump(contents, tuple(quizzes), tuple(sittings), addresses)


class _Reader:
    """Puts the rows together."""

    def __init__(self, rows: Sequence[Row], language: str) -> None:
        self.language = language
        self.refusals: list[Refusal] = []
        self.by_label: dict[str, dict[int, Row]] = {}
        self.answers: dict[int, list[Row]] = {}
        self.lost: list[str] = []
        for row in rows:
            known = self.by_label.setdefault(row.label, {})
            if row.label in READ and row.pk in known:
                self._refuse(row, _("The same object stands in the file twice."))
            else:
                known[row.pk] = row
        for answer in self._all("multichoice.answer"):
            self.answers.setdefault(answer.number("question"), []).append(answer)
        self._refuse_orphans()

    def _all(self, label: str) -> list[Row]:
        return [row for _pk, row in sorted(self.by_label.get(label, {}).items())]

    def _one(self, label: str, pk: Any) -> Row | None:
        return self.by_label.get(label, {}).get(pk) if isinstance(pk, int) else None

    def _refuse(self, row: Row, message: str) -> None:
        name = one_line(row.text("content") or row.text("title"))[:60]
        self.refusals.append(Refusal(row.line, f"{row.label} {row.pk} {name}".strip(), message))

    def _refuse_orphans(self) -> None:
        for label in CHILDREN:
            for row in self._all(label):
                if self._one("quiz.question", row.pk) is None:
                    self._refuse(row, _("Its row of quiz.question is missing."))
        for question_pk, answers in sorted(self.answers.items()):
            if self._one("multichoice.mcquestion", question_pk) is None:
                for row in answers:
                    self._refuse(row, _("The question of this option is missing."))

    def _text(self, source: str) -> dict[str, str]:
        if not looks_like_html(source):
            return in_one(plain(source), self.language)
        cleaned = clean_html(source.replace("\n", "<br>"), self.language)
        self.lost += cleaned.lost
        self.lost += [_("a picture in the text (%s)") % src for src, _alt in cleaned.pictures]
        return cleaned.texts

    def questions(self) -> list[ExchangedQuestion]:
        """Return the questions that have exactly one type."""
        found = []
        for row in self._all("quiz.question"):
            self.lost = []
            try:
                found.append(self._question(row))
            except QuestionRefused as error:
                self._refuse(row, error.message)
        return found

    def _question(self, row: Row) -> ExchangedQuestion:
        kinds = [label for label in CHILDREN if self._one(label, row.pk)]
        if len(kinds) != 1:
            raise QuestionRefused(
                _("The question has more than one type.")
                if kinds
                else _("No row says of which type the question is.")
            )
        stems = self._text(row.text("content"))
        if not stems:
            raise QuestionRefused(_("The question has no text."))
        explanations = self._text(row.text("explanation"))
        answers = self._answers(kinds[0], row)
        figure = one_line(row.text("figure"))
        return ExchangedQuestion(
            shape=CHILDREN[kinds[0]],
            stems=stems,
            answers=answers,
            explanations=explanations,
            name=one_line(next(iter(stems.values())))[:60],
            key=str(row.pk),
            category=self._category(row),
            line=row.line,
            lost=unique(self.lost),
            extra={FIGURE: figure} if figure else {},
        )

    def _answers(self, label: str, row: Row) -> tuple[ExchangedAnswer, ...]:
        if label == "essay.essay_question":
            return ()
        child = self.by_label[label][row.pk]
        if label == "true_false.tf_question":
            return tuple(
                ExchangedAnswer({"es": name}, Decimal(child.flag("correct") == value))
                for name, value in (("true", True), ("false", False))
            )
        rows = self.answers.get(row.pk, [])
        answers = tuple(
            ExchangedAnswer(self._text(answer.text("content")), Decimal(answer.flag("correct")))
            for answer in rows
        )
        if not answers or any(not answer.texts for answer in answers):
            raise QuestionRefused(_("An option has no text, or there is none."))
        if sum(answer.flag("correct") for answer in rows) > 1:
            self.lost.append(_("that any of several right options wins: leave one right"))
        return answers

    def _category(self, row: Row) -> str:
        category = self._one("quiz.category", row.fields.get("category"))
        below = self._one("quiz.subcategory", row.fields.get("sub_category"))
        if category is None and below is not None:
            category = self._one("quiz.category", below.fields.get("category"))
        names = [category.text("category") if category else ""]
        names.append(below.text("sub_category") if below else "")
        return "/".join(one_line(name).replace("/", "-") for name in names if name.strip())

    def quizzes(self) -> list[DumpQuiz]:
        """Return the quizzes with the numbers of their questions."""
        members: dict[int, list[int]] = {}
        for row in self._all("quiz.question"):
            pks = row.fields.get("quiz")
            for pk in pks if isinstance(pks, list) else ():
                if isinstance(pk, int):
                    members.setdefault(pk, []).append(row.pk)
        return [self._quiz(row, members.get(row.pk, [])) for row in self._all("quiz.quiz")]

    def _quiz(self, row: Row, pks: Sequence[int]) -> DumpQuiz:
        mcq = [self._one("multichoice.mcquestion", pk) for pk in pks]
        lost = [
            (row.text("description"), _("its description: it belongs on the page of the quiz")),
            (row.text("success_text"), _("what is said to whoever passes")),
            (row.text("fail_text"), _("what is said to whoever fails")),
            (self._one("quiz.category", row.fields.get("category")), _("its category")),
            (
                row.flag("exam_paper") or row.flag("single_attempt"),
                _("“exam paper”: every attempt is kept here anyway"),
            ),
            (not row.flag("draft"), _("that it was published: put it on a page here")),
        ]
        return DumpQuiz(
            pk=row.pk,
            line=row.line,
            title=one_line(row.text("title")),
            url=one_line(row.text("url")),
            pass_mark=min(max(row.number("pass_mark"), 0), 100),
            is_random=row.flag("random_order"),
            most_questions=max(row.number("max_questions"), 0),
            is_feedback_at_end=row.flag("answers_at_end"),
            is_exam_paper=row.flag("exam_paper"),
            is_single_attempt=row.flag("single_attempt"),
            question_pks=tuple(pks),
            is_option_order_random=any(one and one.text("answer_order") == "random" for one in mcq),
            lost=tuple(name for is_lost, name in lost if is_lost),
        )

    def sittings(self, quizzes: Mapping[int, DumpQuiz]) -> list[DumpSitting]:
        """Return the sittings whose quiz is in the dump."""
        found = []
        for row in self._all("quiz.sitting"):
            quiz = quizzes.get(row.number("quiz"))
            order = numbers_of(row.fields.get("question_order"))
            if quiz is None:
                self._refuse(row, _("Its quiz is not in the file."))
            elif not 0 <= row.number("current_score") <= len(order):
                self._refuse(row, _("Its score is higher than the number of its questions."))
            else:
                found.append(self._sitting(row, quiz, order))
        return found

    def _sitting(self, row: Row, quiz: DumpQuiz, order: Sequence[int]) -> DumpSitting:
        user = row.fields.get("user")
        try:
            given = json.loads(row.text("user_answers") or "{}")
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, Mapping):
            given = {}
        wrong = set(numbers_of(row.fields.get("incorrect_questions")))
        return DumpSitting(
            pk=row.pk,
            line=row.line,
            user=",".join(str(part) for part in user) if isinstance(user, list) else str(user),
            quiz=quiz,
            score=row.number("current_score"),
            possible=len(order),
            is_complete=row.flag("complete"),
            answers=tuple(self._answered(pk, given, is_wrong=pk in wrong) for pk in order),
            started_at=_moment(row.text("start")),
            ended_at=_moment(row.text("end")),
        )

    def _answered(self, pk: int, given: Mapping[str, Any], *, is_wrong: bool) -> dict[str, str]:
        """Return a question and its answer in words: an option's, true or false, or the text."""
        question = self._one("quiz.question", pk)
        answer = given.get(str(pk))
        words = "" if answer is None else plain(str(answer))
        if self._one("multichoice.mcquestion", pk) and is_number(words):
            option = self._one("multichoice.answer", int(words))
            words = plain(option.text("content")) if option else words
        return {
            "question": plain(question.text("content")) if question else str(pk),
            "answer": words,
            "is_wrong": "yes" if is_wrong else "",
        }


def _moment(source: str) -> datetime | None:
    """Return a moment; one without time zone is taken for UTC, as the dump does not say more."""
    try:
        found = parse_datetime(source)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found
