"""One complete content of each type, as it is stored, with words that must not leave too early.

Every text that belongs to the key, the feedback or the explanation begins with `SECRET`, in both
languages; what a learner sees while answering does not.
"""

from copy import deepcopy
from typing import Any

from courses.question_types import question_type
from courses.texts import Texts

SECRET = "canary"
NUMBER_KEY = "918273.5"
"""A number cannot begin with a word: this is the one that must not leave."""

BLANK_TEXTS = {"es": "", "en": ""}


def secret(what: str) -> dict[str, str]:
    """Return a text that must not leave the server before its time."""
    return {"es": f"{SECRET} {what} es", "en": f"{SECRET} {what} en"}


def both(spanish: str, english: str) -> dict[str, str]:
    """Return a text in both languages."""
    return {"es": spanish, "en": english}


def common(**changes: Any) -> dict[str, Any]:
    """Return the common part of a stored question, with nothing left out."""
    return {
        "stems": both("¿Qué hace primero?", "What do you do first?"),
        "explanations": secret("explanation"),
        "sources": [{"label": f"{SECRET} source", "date": "2026", "url": "", "mark": "R"}],
        "figure": None,
        "level": "apply",
        "lesson": "",
        "needs_legal_review": False,
        "hints": both("Piense en ella.", "Think of her."),
        "safety_rules": {},
        "is_opinion": False,
        "languages": ["es", "en"],
        "feedback_right": secret("right"),
        "feedback_partly": secret("partly"),
        "feedback_wrong": secret("wrong"),
        **changes,
    }


def option(option_id: str, texts: Texts, weight: str) -> dict[str, Any]:
    """Return one stored option of a choice."""
    return {
        "id": option_id,
        "texts": dict(texts),
        "feedback": secret(f"feedback {option_id}"),
        "weight": weight,
    }


def accepted(answer_id: str, texts: Texts, fraction: str) -> dict[str, Any]:
    """Return one stored accepted answer in words."""
    return {
        "id": answer_id,
        "texts": dict(texts),
        "fraction": fraction,
        "feedback": secret(f"feedback {answer_id}"),
    }


def accepted_number(answer_id: str, value: str, tolerance: str, fraction: str) -> dict[str, Any]:
    """Return one stored accepted number."""
    return {
        "id": answer_id,
        "value": value,
        "tolerance": tolerance,
        "fraction": fraction,
        "feedback": secret(f"feedback {answer_id}"),
    }


def level(level_id: str, fraction: str) -> dict[str, Any]:
    """Return one stored level of a rubric."""
    return {
        "id": level_id,
        "titles": secret(f"level {level_id}"),
        "descriptions": secret(f"description {level_id}"),
        "fraction": fraction,
    }


RULE = {"heeds_case": False, "heeds_accents": False, "heeds_punctuation": False}

_OWN: dict[str, dict[str, Any]] = {
    "single_choice": {
        "options": [
            option(letter, both(f"Opción {letter}", f"Option {letter}"), weight)
            for letter, weight in (("a", "1"), ("b", "0"), ("c", "0.5"))
        ]
    },
    "multiple_choice": {
        "options": [
            option(letter, both(f"Opción {letter}", f"Option {letter}"), weight)
            for letter, weight in (("a", "0.5"), ("b", "0.5"), ("c", "-0.25"))
        ]
    },
    "true_false": {
        "options": [
            option("true", both("Verdadero", "True"), "1"),
            option("false", both("Falso", "False"), "0"),
        ]
    },
    "short_answer": {
        "answers": [
            accepted("a1", secret("key"), "1"),
            accepted("a2", both(f"{SECRET} más o menos*", f"{SECRET} more or less*"), "0.5"),
        ],
        **RULE,
    },
    "number": {
        "answers": [
            accepted_number("a1", NUMBER_KEY, "0.5", "1"),
            accepted_number("a2", NUMBER_KEY, "10", "0.25"),
            accepted_number("a3", "*", "0", "0"),
        ],
        "units": both("soles", "soles"),
    },
    "gaps": {
        "stems": both(
            "Primero [[que]] y llame al [[cual]], antes de [[horas]] horas.",
            "Call the [[cual]] after you [[que]], before [[horas]] hours.",
        ),
        "gaps": [
            {
                "id": "que",
                "kind": "choice",
                "weight": "2",
                "answers": [
                    accepted("o1", both("escuche", "listen"), "1"),
                    accepted("o2", both("prometa", "promise"), "0"),
                    accepted("o3", both("anote", "take notes"), "0.5"),
                ],
            },
            {
                "id": "cual",
                "kind": "text",
                "weight": "1",
                "answers": [accepted("t1", secret("gap key"), "1")],
            },
            {
                "id": "horas",
                "kind": "number",
                "weight": "1",
                "answers": [accepted_number("n1", NUMBER_KEY, "0", "1")],
            },
        ],
        **RULE,
    },
    "open": {
        "criteria": [
            {
                "id": "c1",
                "titles": both("Seguridad", "Safety"),
                "weight": "0.6",
                "levels": [level("l0", "0"), level("l1", "0.5"), level("l2", "1")],
            },
            {
                "id": "c2",
                "titles": both("Trato", "Treatment"),
                "weight": "0.4",
                "levels": [level("l0", "0"), level("l1", "1")],
            },
        ],
        "most_words": 50,
        "model_answers": secret("model answer"),
    },
    "text": {},
    "matching": {
        "pairs": [
            {
                "id": f"p{number}",
                "texts": both(f"Cosa {number}", f"Item {number}"),
                "matches": both(f"Mitad {number}", f"Half {number}"),
                "also": [],
                "feedback": secret(f"feedback {number}"),
            }
            for number in (1, 2)
        ],
        "distractors": [{"id": "d1", "texts": both("Nada", "Nothing")}],
    },
    "ordering": {
        "steps": [
            {
                "id": letter,
                "texts": both(f"Paso {letter}", f"Step {letter}"),
                "feedback": secret(f"feedback {letter}"),
            }
            for letter in "abc"
        ]
    },
    "hotspots": {
        "figure": {
            "image_id": 1,
            "alts": both("Una sala", "A room"),
            "is_decorative": False,
        },
        "is_multiple": False,
        "spots": [
            {
                "id": letter,
                "texts": both(f"Lugar {letter}", f"Spot {letter}"),
                "feedback": secret(f"feedback {letter}"),
                "is_right": letter == "b",
                "x": x,
                "y": "12.5",
                "width": "10",
                "height": "20",
            }
            for letter, x in (("a", "0"), ("b", "33.25"), ("c", "80"))
        ],
    },
}


def stored(kind: str, **changes: Any) -> dict[str, Any]:
    """Return a complete content of this type as it is stored, a fresh copy each time."""
    content = common()
    if kind == "text":
        nothing = ("explanations", "hints", "feedback_right", "feedback_partly", "feedback_wrong")
        content |= {name: {} for name in nothing} | {"sources": [], "level": "understand"}
    return deepcopy({**content, **_OWN[kind], **changes})


def typed(kind: str, **changes: Any) -> Any:
    """Return the same, read by its type."""
    return question_type(kind).read(stored(kind, **changes))
