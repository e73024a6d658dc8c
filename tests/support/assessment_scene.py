"""Run inside the product's own process: assessment_scene.py [EMAIL …].

Makes a course with a question of every type, an exam with draws and a time limit, a survey and an
open answer, and a small case, with `beto@demo.test` as its lead and `ana@demo.test` enrolled. It is
invented. Run again it changes nothing; each EMAIL becomes a further learner, with the password of
the demo people.
"""

import os
import sys
from datetime import timedelta
from io import BytesIO
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.base")
django.setup()

from allauth.account.models import EmailAddress
from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image as Picture
from PIL import ImageDraw
from wagtail.images import get_image_model

from courses.enums import FeedbackTiming, QuizLayout, QuizMode, StaffPart
from courses.models import (
    CasePage,
    CoursePage,
    CourseStaff,
    ModulePage,
    Question,
    QuestionBank,
    QuestionCategory,
    Quiz,
    QuizPage,
    QuizSource,
)
from courses.services import publish_question, release_course, save_question
from lms.accounts.models import User
from lms.learning.services import enrol_learner
from tests.factories.cases import make_case
from tests.factories.courses import catalogue, make_lesson

SLUG = "taller-evaluacion"
SOURCES = [{"label": "Guía inventada para una prueba", "date": "2026", "url": "", "mark": "R"}]
NOW = timezone.now()


def both(spanish: str, english: str) -> dict[str, str]:
    """Return a text in both languages."""
    return {"es": spanish, "en": english}


def common(spanish: str, english: str, **more: Any) -> dict[str, Any]:
    """Return what every question carries."""
    return {
        "stems": both(spanish, english),
        "explanations": both(
            "Primero la seguridad y la calma; después, las preguntas y los papeles.",
            "Safety and calm come first; questions and papers follow.",
        ),
        "feedback_partly": both("Va por buen camino.", "You are on the way."),
        "hints": both("Piense en qué necesita la persona ahora.", "Think of what she needs now."),
        "sources": SOURCES,
        "level": "apply",
        **more,
    }


def option(letter: str, spanish: str, english: str, weight: str) -> dict[str, Any]:
    """Return one option of a choice."""
    feedback = both(f"Sobre «{spanish}».", f"About “{english}”.")
    return {"id": letter, "texts": both(spanish, english), "feedback": feedback, "weight": weight}


def accepted(letter: str, spanish: str, english: str, fraction: str = "1") -> dict[str, Any]:
    """Return one accepted answer in words."""
    return {"id": letter, "texts": both(spanish, english), "fraction": fraction, "feedback": {}}


def picture() -> Any:
    """Return a drawing of a waiting room, made here."""
    image = Picture.new("RGB", (960, 540), "#f4efe6")
    draw = ImageDraw.Draw(image)
    for box, colour in (
        ((60, 300, 300, 470), "#b98a54"),
        ((380, 180, 560, 470), "#7a8fb0"),
        ((660, 320, 900, 470), "#8fae92"),
    ):
        draw.rectangle(box, fill=colour, outline="#1d212c", width=4)
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return get_image_model().objects.create(
        title="Sala de espera", file=ImageFile(BytesIO(buffer.getvalue()), name="sala.png")
    )


def contents(image_id: int) -> dict[str, dict[str, Any]]:
    """Return the content of one question of each type, by its type."""
    return {
        "text": {
            "stems": both(
                "Lea con calma. Una señora llega a la ventanilla y espera sin hablar.",
                "Read calmly. A lady comes to the counter and waits without a word.",
            )
        },
        "single_choice": common(
            "¿Qué hace usted primero?",
            "What do you do first?",
            safety_rules=both(
                "Nunca entregue a la persona a quien dice ser su empleador.",
                "Never hand the person over to whoever claims to employ her.",
            ),
        )
        | {
            "options": [
                option("a", "Le ofrezco un lugar tranquilo", "I offer a quiet place", "1"),
                option("b", "La dejo con quien la trajo", "I leave her with who brought her", "0"),
                option("c", "Le pido su documento", "I ask for her document", "0"),
            ]
        },
        "multiple_choice": common("¿Qué ayuda a hablar?", "What helps to talk?")
        | {
            "options": [
                option("a", "Un lugar sin ruido", "A place without noise", "0.5"),
                option("b", "Tiempo para pensar", "Time to think", "0.5"),
                option("c", "Preguntas rápidas", "Quick questions", "-0.5"),
            ]
        },
        "true_false": common(
            "El consentimiento de una niña no cambia el delito.",
            "The consent of a girl does not change the crime.",
        )
        | {
            "options": [
                option("true", "Verdadero", "True", "1"),
                option("false", "Falso", "False", "0"),
            ]
        },
        "short_answer": common(
            "¿Cómo se llama el primer paso: observar, escuchar y …?",
            "What is the name of the first step: look, listen and …?",
        )
        | {
            "answers": [accepted("a1", "vincular*", "link*"), accepted("a2", "conectar", "connect")]
        },
        "number": common(
            "¿Cuántos minutos tiene una hora académica?", "How many minutes has an academic hour?"
        )
        | {
            "answers": [
                {"id": "a1", "value": "45", "tolerance": "0", "fraction": "1", "feedback": {}}
            ],
            "units": both("minutos", "minutes"),
        },
        "gaps": common(
            "Primero [[que]], después [[cual]] y recién entonces pregunte.",
            "First [[que]], then [[cual]] and only then ask.",
        )
        | {
            "gaps": [
                {
                    "id": "que",
                    "kind": "choice",
                    "weight": "1",
                    "answers": [
                        accepted("o1", "escuche", "listen"),
                        accepted("o2", "anote", "take notes", "0"),
                    ],
                },
                {
                    "id": "cual",
                    "kind": "text",
                    "weight": "1",
                    "answers": [accepted("t1", "espere", "wait")],
                },
            ]
        },
        "matching": common("¿Quién hace qué?", "Who does what?")
        | {
            "pairs": [
                {
                    "id": f"p{number}",
                    "texts": both(*item),
                    "matches": both(*half),
                    "also": [],
                    "feedback": {},
                }
                for number, (item, half) in enumerate(
                    [
                        (("Salud", "Health"), ("atiende y registra", "cares and records")),
                        (("Fiscalía", "Prosecutor"), ("dirige el caso", "leads the case")),
                        (("Albergue", "Shelter"), ("acoge", "shelters")),
                    ],
                    start=1,
                )
            ],
            "distractors": [{"id": "d1", "texts": both("decide quién es víctima", "decides")}],
        },
        "ordering": common("Ponga en orden la acogida.", "Put the reception in order.")
        | {
            "steps": [
                {"id": letter, "texts": both(*words), "feedback": {}}
                for letter, words in zip(
                    "abc",
                    [
                        ("Saludar y presentarse", "Greet and say who you are"),
                        ("Ofrecer agua y descanso", "Offer water and rest"),
                        ("Preguntar qué necesita", "Ask what she needs"),
                    ],
                    strict=True,
                )
            ]
        },
        "hotspots": common("¿Dónde conviene conversar?", "Where is it best to talk?")
        | {
            "figure": {
                "image_id": image_id,
                "alts": both(
                    "Sala con una mesa, una puerta y un sillón apartado.",
                    "Room with a table, a door and an armchair apart.",
                ),
                "is_decorative": False,
            },
            "spots": [
                {
                    "id": letter,
                    "texts": both(*words),
                    "feedback": {},
                    "is_right": letter == "c",
                    "x": x,
                    "y": "50",
                    "width": "25",
                    "height": "38",
                }
                for letter, words, x in (
                    ("a", ("La mesa de atención", "The counter"), "6"),
                    ("b", ("La puerta", "The door"), "38"),
                    ("c", ("El sillón apartado", "The armchair apart"), "68"),
                )
            ],
            "is_multiple": False,
        },
        "open": common(
            "¿Cómo se presentaría usted ante ella? Escriba dos o tres frases, sin datos reales.",
            "How would you introduce yourself? Write two or three sentences, without real data.",
        )
        | {
            "criteria": [
                {
                    "id": "c1",
                    "titles": both("Calma y respeto", "Calm and respect"),
                    "weight": "0.5",
                    "levels": _levels(),
                },
                {
                    "id": "c2",
                    "titles": both("No promete lo que no puede", "Promises only what holds"),
                    "weight": "0.5",
                    "levels": _levels(),
                },
            ],
            "most_words": 80,
            "model_answers": both(
                "Me llamo Beto y trabajo aquí. Puede descansar; no tiene que contarme nada ahora.",
                "My name is Beto and I work here. You may rest; you need not tell me anything now.",
            ),
        },
    }


def _levels() -> list[dict[str, Any]]:
    return [
        {"id": "l0", "titles": both("No se ve", "Not seen"), "descriptions": {}, "fraction": "0"},
        {"id": "l1", "titles": both("En parte", "In part"), "descriptions": {}, "fraction": "0.5"},
        {
            "id": "l2",
            "titles": both("Con claridad", "Clearly"),
            "descriptions": {},
            "fraction": "1",
        },
    ]


def add_question(category: QuestionCategory, kind: str, content: dict[str, Any]) -> Question:
    """Write and publish a question."""
    version = save_question(
        question=None, category=category, kind=kind, content=content, acting_user=None, now=NOW
    )
    publish_question(question=version.question, acting_user=None, now=NOW)
    return version.question


def add_quiz(module: ModulePage, slug: str, title: str, **rule: Any) -> Quiz:
    """Make a quiz and its page."""
    quiz: Quiz = Quiz.objects.create(name=f"{title} (taller)", slug=f"{SLUG}-{slug}", **rule)
    return quiz


def place(module: ModulePage, slug: str, title: str, quiz: Quiz) -> None:
    """Put a quiz into the module, live."""
    module.add_child(
        instance=QuizPage(title=title, slug=slug, minutes=10, quiz=quiz, locale=module.locale)
    )


def place_case(module: ModulePage) -> None:
    """Put a small case into the module, live."""
    module.add_child(
        instance=CasePage(
            title="Caso",
            slug="caso",
            objective="Decidir qué se hace primero.",
            minutes=10,
            case=make_case(key=f"{SLUG}-caso"),
            locale=module.locale,
        )
    )


def make_quizzes(module: ModulePage, category: QuestionCategory) -> None:
    """Make the four quizzes."""
    made = {kind: add_question(category, kind, one) for kind, one in contents(picture().pk).items()}
    practice = add_quiz(
        module,
        "practica",
        "Práctica",
        is_question_order_shuffled=False,
        layout=QuizLayout.ONE_PER_PAGE,
        pass_mark=50,
    )
    for number, question in enumerate(made.values()):
        QuizSource.objects.create(quiz=practice, question=question, sort_order=number)
    place(module, "practica", "Práctica", practice)
    pool = QuestionCategory.objects.create(
        bank=category.bank, path="taller/examen", name="Para el examen"
    )
    for number in range(6):
        add_question(
            pool,
            "single_choice",
            common(f"Situación {number + 1}: ¿qué hace primero?", f"Situation {number + 1}: first?")
            | {
                "options": [
                    option("a", "Escucho con calma", "I listen calmly", "1"),
                    option("b", "Llamo a la prensa", "I call the press", "0"),
                    option("c", "Pregunto detalles", "I ask for details", "0"),
                ]
            },
        )
    exam = add_quiz(
        module,
        "examen",
        "Examen",
        mode=QuizMode.EXAM,
        attempts=1,
        time_limit_minutes=30,
        closes_at=NOW + timedelta(days=2),
        feedback=FeedbackTiming.AFTER_CLOSING,
    )
    QuizSource.objects.create(quiz=exam, category=pool, count=3, sort_order=0)
    place(module, "examen", "Examen", exam)
    opinion = add_question(
        category,
        "single_choice",
        common("¿Le sirvió el taller?", "Was the workshop useful?", is_opinion=True, hints={})
        | {
            "options": [
                option("a", "Mucho", "A lot", "0"),
                option("b", "Algo", "Somewhat", "0"),
                option("c", "Poco", "A little", "0"),
            ]
        },
    )
    survey = add_quiz(
        module, "encuesta", "Encuesta", mode=QuizMode.SURVEY, is_anonymous=True, attempts=1
    )
    QuizSource.objects.create(quiz=survey, question=opinion, sort_order=0)
    place(module, "encuesta", "Encuesta", survey)


def make_course() -> CoursePage:
    """Make the course, its parts and its staff, and release it."""
    index = catalogue()
    course: CoursePage = index.add_child(
        instance=CoursePage(
            title="Taller de evaluación",
            slug=SLUG,
            summary="Un taller inventado para probar.",
            audience="Personal de prueba.",
            certificate_text="Atestigua que se hizo el taller.",
            is_enrolment_open=True,
            locale=index.locale,
        )
    )
    module: ModulePage = course.add_child(
        instance=ModulePage(title="Taller", slug="taller", summary="Uno.", locale=index.locale)
    )
    make_lesson(module, 1)
    bank = QuestionBank.objects.create(name="Taller", slug=SLUG)
    category = QuestionCategory.objects.create(bank=bank, path="taller", name="Taller")
    make_quizzes(module, category)
    place_case(module)
    trainer = User.objects.get(email="beto@demo.test")
    CourseStaff.objects.create(user=trainer, course_key=course.translation_key, part=StaffPart.LEAD)
    release_course(course_page=course, acting_user=trainer, now=NOW)
    return course


def make_learner(email: str) -> User:
    """Return the learner of this address, made if need be."""
    found: User | None = User.objects.filter(email=email).first()
    if found is not None:
        return found
    learner: User = User.objects.create_user(email, "amparo-demo", full_name="Wari Salas Quinto")
    EmailAddress.objects.create(user=learner, email=email, verified=True, primary=True)
    return learner


def main() -> None:
    """Make the course unless it is there, and enrol Ana and whoever was named."""
    course = CoursePage.objects.filter(slug=SLUG, locale__language_code="es").first()
    if course is None:
        course = make_course()
    for email in ["ana@demo.test", *sys.argv[1:]]:
        learner = make_learner(email)
        enrol_learner(
            learner=learner, course_key=course.translation_key, acting_user=learner, now=NOW
        )


if __name__ == "__main__":
    main()
