"""Brings categories, questions and quizzes into the bank, through the services of the bank."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from courses.curriculum.ledger import Decision, Entry, Ledger
from courses.curriculum.problems import Problems
from courses.curriculum.quizfiles import OPTIONAL_SETTINGS, default_of
from courses.curriculum.states import fetch, state_of
from courses.curriculum.structures import Curriculum, QuestionSpec, QuizSpec
from courses.models import (
    Question,
    QuestionBank,
    QuestionCategory,
    QuestionTag,
    Quiz,
    QuizSection,
    QuizSource,
)
from courses.services import QuestionRefused, publish_question, save_question

BANK_SLUG = "inicial"
BANK_NAME = "Banco inicial"


class QuestionWriter:
    """Writes the bank of the curriculum."""

    def __init__(
        self,
        curriculum: Curriculum,
        ledger: Ledger,
        problems: Problems,
        assets: Mapping[str, int],
        now: datetime,
    ) -> None:
        self.curriculum = curriculum
        self.ledger = ledger
        self.problems = problems
        self.assets = assets
        self.now = now
        self.categories: dict[str, QuestionCategory] = {}
        self.questions: dict[str, Question] = {}
        self.quizzes: dict[str, Quiz] = {}
        self._compare: list[tuple[Quiz, QuizSpec]] = []

    def write(self) -> None:
        """Write categories, then questions, then quizzes; the questions are published."""
        self._bank = QuestionBank.objects.get_or_create(
            slug=BANK_SLUG, defaults={"name": BANK_NAME}
        )[0]
        self._fetched = {
            model: fetch(model, self.ledger.ids(model._meta.label_lower))
            for model in (QuestionCategory, Question, Quiz)
        }
        for path, name in self.curriculum.categories.items():
            self._write_category(path, name)
        for question in self.curriculum.questions.values():
            self._write_question(question)
        for page in self.curriculum.of_kind("quiz"):
            if page.quiz is not None:
                self._write_quiz(page.quiz)
        self._write_comparisons()

    def _decide(self, entry: Entry, model: Any, natural_key: Mapping[str, Any]) -> Any:
        """Return what to do, and the record as it is now, if there is one."""
        records, states = self._fetched[model]
        item = self.ledger.item(entry.path)
        if item is not None:
            record = records.get(item.object_id)
            state = states[item.label, item.object_id] if record else ""
        else:
            record = model.objects.filter(**natural_key).first()
            state = state_of(record) if record else ""
        return self.ledger.decide(entry, record, state), record

    def _write_category(self, path: str, name: str) -> None:
        entry = Entry("categories", f"questions/{path}", name)
        natural_key = {"bank": self._bank, "path": path}
        decision, record = self._decide(entry, QuestionCategory, natural_key)
        if decision is Decision.CREATE:
            record = QuestionCategory.objects.create(**natural_key, name=name)
        elif decision is Decision.UPDATE:
            record.name, record.path = name, path
            record.save()
        if decision in (Decision.CREATE, Decision.UPDATE):
            self.ledger.wrote(entry, record)
        if record is not None:
            self.categories[path] = record

    def _write_question(self, spec: QuestionSpec) -> None:
        entry = Entry("questions", spec.path, spec.digest(self.curriculum.assets))
        decision, record = self._decide(entry, Question, {"key": spec.key})
        if decision in (Decision.CREATE, Decision.UPDATE):
            record = self._save_question(spec, record)
            if record is not None:
                self.ledger.wrote(entry, record)
        if record is not None:
            self.questions[spec.key] = record

    def _save_question(self, spec: QuestionSpec, record: Question | None) -> Question | None:
        if record is not None and record.kind != spec.kind:
            message = f"the type of `{spec.key}` cannot change: give the new question a new key"
            self.problems.add(spec.path, 1, message)
            return None
        if spec.category not in self.categories:
            self.problems.add(spec.path, 1, "its category was deleted: load with --overwrite")
            return None
        content = dict(spec.content)
        if spec.figure:
            content["figure"] = {**content["figure"], "image_id": self.assets.get(spec.figure, 0)}
        version = save_question(
            content=content,
            acting_user=None,
            now=self.now,
            question=record,
            category=self.categories[spec.category],
            kind=spec.kind,
            key=spec.key,
            tags=spec.tags,
            difficulty=spec.difficulty,
        )
        try:
            publish_question(question=version.question, acting_user=None, now=self.now)
        except QuestionRefused as refusal:
            for problem in refusal.problems:
                self.problems.add(spec.path, 1, problem.message)
        return version.question

    def _write_quiz(self, spec: QuizSpec) -> None:
        entry = Entry("quizzes", spec.path, spec.digest)
        decision, quiz = self._decide(entry, Quiz, {"slug": spec.slug})
        if decision in (Decision.CREATE, Decision.UPDATE):
            quiz = quiz or Quiz(slug=spec.slug)
            defaults = {name: default_of(name) for name in OPTIONAL_SETTINGS}
            for name, value in {**defaults, **spec.values}.items():
                setattr(quiz, name, value)
            quiz.save()
            self._write_sections(quiz, spec)
            self._write_sources(quiz, spec)
            self.ledger.wrote(entry, quiz)
            self._compare.append((quiz, spec))
        if quiz is not None:
            self.quizzes[spec.slug] = quiz

    def _write_comparisons(self) -> None:
        """Join post-tests with their pre-tests, once all quizzes are there."""
        for quiz, spec in self._compare:
            other = self.quizzes.get(spec.compared_with.replace("/", "-"))
            if spec.compared_with and other is None:
                message = f"`{spec.compared_with}` was deleted by a trainer: load with --overwrite"
                self.problems.add(spec.path, spec.lines["compared_with"], message)
            if quiz.compared_with != other:
                quiz.compared_with = other
                quiz.save(update_fields=["compared_with"])

    def _write_sections(self, quiz: Quiz, spec: QuizSpec) -> None:
        QuizSection.objects.filter(quiz=quiz).delete()
        QuizSection.objects.bulk_create(
            QuizSection(
                quiz=quiz,
                number=section.number,
                title_es=section.title_es,
                title_en=section.title_en,
                pass_mark=section.pass_mark,
            )
            for section in spec.sections
        )

    def _write_sources(self, quiz: Quiz, spec: QuizSpec) -> None:
        rows = []
        for order, source in enumerate(spec.sources):
            question = self.questions.get(source.question)
            category = self.categories.get(source.category)
            if question is None and category is None:
                name = source.question or source.category
                message = f"`{name}` was deleted by a trainer: load with --overwrite"
                self.problems.add(spec.path, source.line, message)
                continue
            rows.append(
                QuizSource(
                    quiz=quiz,
                    sort_order=order,
                    question=question,
                    category=category,
                    count=source.count or None,
                    tag=self._tag(source.tag),
                    difficulty=source.difficulty,
                    level=source.level,
                    marks=source.marks,
                    section=source.section,
                )
            )
        QuizSource.objects.filter(quiz=quiz).delete()
        QuizSource.objects.bulk_create(rows)

    def _tag(self, name: str) -> QuestionTag | None:
        """Return a tag by its words, made if no question has it yet."""
        if not name:
            return None
        known: QuestionTag | None = QuestionTag.objects.filter(name__iexact=name).first()
        return known or QuestionTag.objects.create(name=name)
