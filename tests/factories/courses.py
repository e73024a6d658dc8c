"""A small course with everything that a learner meets, in both languages."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.test import override_settings
from wagtail.models import Locale, Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.models import (
    CourseIndexPage,
    CoursePage,
    HomePage,
    LessonPage,
    ModulePage,
    Question,
    QuestionBank,
    QuestionCategory,
    QuestionVersion,
    Quiz,
    QuizPage,
    QuizSource,
)

MADE_AT = datetime(2026, 11, 1, 15, tzinfo=UTC)


def question_content(**changes: Any) -> dict[str, Any]:
    """Return the stored content of a single choice whose right answer is `a`."""
    content: dict[str, Any] = {
        "stems": {"es": "¿Qué hace primero?", "en": "What do you do first?"},
        "explanations": {"es": "Primero la seguridad.", "en": "Safety first."},
        "sources": [{"label": "Ficha de prueba", "date": "2026", "url": "", "mark": "R"}],
        "level": "apply",
        "options": [
            {
                "id": letter,
                "texts": {"es": f"Opción {letter}", "en": f"Option {letter}"},
                "feedback": {"es": f"Comentario {letter}", "en": f"Feedback {letter}"},
                "weight": "1" if letter == "a" else "0",
            }
            for letter in "abcd"
        ],
    }
    return {**content, **changes}


def make_question(
    key: str, *, category: QuestionCategory, kind: str = "single_choice", **changes: Any
) -> Question:
    """Return a question with one published version."""
    question = Question.objects.create(category=category, key=key, kind=kind)
    question.live_version = QuestionVersion.objects.create(
        question=question,
        number=1,
        kind=kind,
        content=question_content(**changes),
        created_at=MADE_AT,
    )
    question.save()
    return question


def revise_question(question: Question, **changes: Any) -> Question:
    """Publish the next version of a question, with these changes of its content."""
    last = question.versions.order_by("-number")[0]
    question.live_version = QuestionVersion.objects.create(
        question=question,
        number=last.number + 1,
        kind=last.kind,
        content={**last.content, **changes},
        created_at=MADE_AT,
    )
    question.save()
    return question


@dataclass
class MadeCourse:
    """The pieces of a made course, in Spanish; `english` holds the translated course page."""

    course: CoursePage
    modules: list[ModulePage] = field(default_factory=list)
    lessons: list[LessonPage] = field(default_factory=list)
    quiz_page: QuizPage | None = None
    quiz: Quiz | None = None
    questions: list[Question] = field(default_factory=list)


def catalogue() -> CourseIndexPage:
    """Return the Spanish catalogue, made with its home page if the site has none."""
    found = CourseIndexPage.objects.filter(locale__language_code="es").first()
    if found is not None:
        return found
    locale = Locale.objects.get_or_create(language_code="es")[0]
    root = Page.get_first_root_node()
    home = root.add_child(
        instance=HomePage(title="Inicio", slug="inicio", lead="Aprender.", locale=locale)
    )
    index: CourseIndexPage = home.add_child(
        instance=CourseIndexPage(title="Cursos", slug="cursos", locale=locale)
    )
    return index


def make_lesson(parent: ModulePage, number: int, **changes: Any) -> LessonPage:
    """Add a live lesson with one paragraph below a module."""
    values: dict[str, Any] = {
        "title": f"Lección {number}",
        "slug": f"leccion-{number}",
        "objective": "Explicar lo que se hace primero.",
        "minutes": 10,
        "body": [{"type": "text", "value": "<p>Primero la seguridad.</p>"}],
        "sources": [{"type": "source", "value": {"label": "Ficha de prueba", "date": "2026"}}],
        "last_reviewed_date": date(2026, 11, 1),
        "review_due_date": date(2027, 5, 1),
        "locale": parent.locale,
    }
    lesson: LessonPage = parent.add_child(instance=LessonPage(**{**values, **changes}))
    return lesson


@contextmanager
def outside_the_indexes() -> Iterator[None]:
    """Make pages that neither the search nor the index of references knows: half of their time.

    What a test does with them afterwards is indexed as ever.
    """
    backend = {**settings.WAGTAILSEARCH_BACKENDS["default"], "AUTO_UPDATE": False}
    with (
        disable_reference_index_auto_update(),
        override_settings(WAGTAILSEARCH_BACKENDS={"default": backend}),
    ):
        yield


def make_course(
    *,
    slug: str = "curso-prueba",
    lessons: int = 2,
    questions: int = 3,
    is_indexed: bool = False,
    **changes: Any,
) -> MadeCourse:
    """Return a live Spanish course: one module, lessons, and a quiz with fixed questions.

    `is_indexed` is for tests that search for its pages, or ask where they are used.
    """
    with nullcontext() if is_indexed else outside_the_indexes():
        return _make_course(slug=slug, lessons=lessons, questions=questions, **changes)


def _make_course(*, slug: str, lessons: int, questions: int, **changes: Any) -> MadeCourse:
    index = catalogue()
    values: dict[str, Any] = {
        "title": "Curso de prueba",
        "slug": slug,
        "summary": "Resumen.",
        "audience": "Personal de prueba.",
        "certificate_text": "Atestigua que se hizo el curso.",
        "is_enrolment_open": True,
        "locale": index.locale,
    }
    course: CoursePage = index.add_child(instance=CoursePage(**{**values, **changes}))
    module: ModulePage = course.add_child(
        instance=ModulePage(title="Módulo", slug="modulo-1", summary="Uno.", locale=index.locale)
    )
    made = MadeCourse(course=course, modules=[module])
    made.lessons = [make_lesson(module, number) for number in range(1, lessons + 1)]
    if questions:
        _add_quiz(made, slug=slug, count=questions)
    return made


def _add_quiz(made: MadeCourse, *, slug: str, count: int) -> None:
    bank = QuestionBank.objects.create(name=f"Banco {slug}", slug=f"banco-{slug}")
    category = QuestionCategory.objects.create(bank=bank, path="modulo-1", name="Módulo 1")
    made.quiz = Quiz.objects.create(name=f"Prueba {slug}", slug=f"prueba-{slug}")
    for number in range(1, count + 1):
        question = make_question(f"{slug}-{number}", category=category)
        made.questions.append(question)
        QuizSource.objects.create(quiz=made.quiz, question=question, sort_order=number)
    made.quiz_page = made.modules[0].add_child(
        instance=QuizPage(
            title="Prueba",
            slug="prueba",
            minutes=10,
            quiz=made.quiz,
            locale=made.modules[0].locale,
        )
    )
