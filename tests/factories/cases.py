"""A small case with state, in both languages, and its page in a made course."""

from copy import deepcopy
from typing import Any

from courses.enums import ItemKind
from courses.models import Case, CasePage, CaseVersion
from courses.promises import PromisedItem
from tests.factories.courses import MADE_AT, MadeCourse

SECRET = "canario"
"""Stands in every text that a learner must not see before its time."""


def texts(spanish: str, english: str = "") -> dict[str, str]:
    """Return a text in both languages."""
    return {"es": spanish, "en": english or f"{spanish} (en)"}


def choice(name: str, target: str, **changes: Any) -> dict[str, Any]:
    """Return a choice that is always open."""
    return {
        "id": name,
        "texts": texts(f"Opción {name}"),
        "consequences": texts(f"Consecuencia {name} {SECRET}"),
        "feedback": texts(f"Comentario {name} {SECRET}"),
        "target": target,
        "moves": {},
        "unlocks": [],
        "condition": {"facts": [], "at_least": {}, "at_most": {}},
        **changes,
    }


def scene(name: str, *choices: dict[str, Any], ending: str = "", **changes: Any) -> dict[str, Any]:
    """Return a scene with choices, or an ending."""
    return {
        "id": name,
        "titles": texts(f"Título {name}"),
        "texts": texts(f"Texto {name}"),
        "drawing": "",
        "drawing_alts": {},
        "present": {},
        "known": {},
        "choices": list(choices),
        "ending": {
            "kind": ending,
            "debriefs": texts(f"Cierre {name} {SECRET}"),
            "sources": [{"label": "Protocolo de prueba", "date": "2026", "url": "", "mark": "R"}],
        }
        if ending
        else None,
        **changes,
    }


CONTENT: dict[str, Any] = {
    "titles": texts("Una consulta", "An enquiry"),
    "facts": [
        {"id": "telefono", "texts": texts("Otro guarda su teléfono", "Another has her phone")}
    ],
    "gauges": [
        {
            "id": "confianza",
            "titles": texts("Confianza", "Trust"),
            "start": 1,
            "least": 0,
            "most": 3,
            "words": [
                {"at_least": 0, "texts": texts("No responde", "She does not answer")},
                {"at_least": 2, "texts": texts("Pregunta algo", "She asks something")},
            ],
        }
    ],
    "scenes": [
        scene(
            "llegada",
            choice("a-solas", "sala", moves={"confianza": 2}, unlocks=["telefono"]),
            choice("delante", "sala", moves={"confianza": -1}),
            drawing="mesa-de-atencion",
            drawing_alts=texts("Una mesa"),
            present=texts("Una mujer y un acompañante", "A woman and a companion"),
            known=texts("Pide un formato", "She asks for a form"),
        ),
        scene(
            "sala",
            choice(
                "derivar",
                "seguro",
                condition={
                    "facts": ["telefono"],
                    "at_least": {"confianza": 2},
                    "at_most": {},
                },
            ),
            choice("despedir", "se-va"),
            choice("denunciar", "dano"),
        ),
        scene("seguro", ending="safe"),
        scene("se-va", ending="incomplete"),
        scene("dano", ending="harmful"),
    ],
    "debrief_questions": [texts("¿Qué cambió?", "What changed?")],
    "facilitator_notes": texts("Pare después de cada escena", "Stop after each scene"),
}


def case_content(**changes: Any) -> dict[str, Any]:
    """Return the stored content of a case that may be published."""
    return {**deepcopy(CONTENT), **changes}


def make_case(key: str = "consulta", **changes: Any) -> Case:
    """Return a case with one published version."""
    case = Case.objects.create(name=f"Caso {key}", key=key)
    case.live_version = CaseVersion.objects.create(
        case=case, number=1, content=case_content(**changes), created_at=MADE_AT
    )
    case.save()
    return case


def add_case_page(made: MadeCourse, case: Case | None = None, **changes: Any) -> CasePage:
    """Add the live page of a case to the first module of a made course."""
    values: dict[str, Any] = {
        "title": "Caso 1",
        "slug": "caso-1",
        "objective": "Decidir qué se hace primero.",
        "intro": "<p>Lea con calma.</p>",
        "minutes": 15,
        "content_notice": "Este caso habla de explotación.",
        "after_care": "Converse con alguien de confianza.",
        "case": case or make_case(),
        "locale": made.modules[0].locale,
    }
    page: CasePage = made.modules[0].add_child(instance=CasePage(**{**values, **changes}))
    return page


def promised_case(page: CasePage) -> PromisedItem:
    """Return what a release promises of a case page."""
    return PromisedItem(
        key=page.translation_key,
        kind=ItemKind.CASE,
        titles={"es": page.title},
        minutes=page.minutes,
    )
