"""What the tests of matching, ordering and hotspots share: contents, canaries, nonsense."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from courses.question_types import InvalidContent, QuestionType
from courses.question_types.exchange import ExchangedQuestion

LANGUAGES = ("es", "en")
CANARY = "CANARY"


def bilingual(text: str) -> dict[str, str]:
    """Return a text in both languages."""
    return {"es": f"{text} es", "en": f"{text} en"}


def common(**changes: Any) -> dict[str, Any]:
    """Return the common part of a question that may be published, with canaries in what is hidden."""
    return {
        "stems": bilingual("stem"),
        "explanations": bilingual(f"{CANARY} explanation"),
        "sources": [{"label": f"{CANARY} source", "date": "2026", "url": "", "mark": "R"}],
        "level": "apply",
        "hints": bilingual("hint"),
        "feedback_right": bilingual(f"{CANARY} right"),
        "feedback_partly": bilingual(f"{CANARY} partly"),
        "feedback_wrong": bilingual(f"{CANARY} wrong"),
        "safety_rules": bilingual(f"{CANARY} rule"),
        **changes,
    }


def matching(**changes: Any) -> dict[str, Any]:
    """Return three pairs and a distractor; the second pair takes the first one's half too."""
    pairs = [
        {
            "id": f"p{number}",
            "texts": bilingual(f"item {number}"),
            "matches": bilingual(f"half {number}"),
            "also": ["half 1 es"] if number == 2 else [],
            "feedback": bilingual(f"{CANARY} feedback {number}"),
        }
        for number in (1, 2, 3)
    ]
    others = [{"id": "d1", "texts": bilingual("fits nothing")}]
    return {**common(), "pairs": pairs, "distractors": others, **changes}


def ordering(**changes: Any) -> dict[str, Any]:
    """Return four steps in their right order."""
    steps = [
        {
            "id": letter,
            "texts": bilingual(f"step {letter}"),
            "feedback": bilingual(f"{CANARY} feedback {letter}"),
        }
        for letter in "abcd"
    ]
    return {**common(), "steps": steps, **changes}


def hotspots(**changes: Any) -> dict[str, Any]:
    """Return four spots of a picture, of which `a` and `b` are right."""
    figure = {"image_id": 1, "alts": bilingual("a room"), "is_decorative": False}
    spots = [
        {
            "id": letter,
            "texts": bilingual(f"spot {letter}"),
            "feedback": bilingual(f"{CANARY} feedback {letter}"),
            "is_right": letter in "ab",
            "x": str(10 * number),
            "y": "12.5",
            "width": "9.25",
            "height": "20",
        }
        for number, letter in enumerate("abcd")
    ]
    return {**common(figure=figure), "spots": spots, "is_multiple": True, **changes}


def unrevealed_views(kind: QuestionType[Any], data: dict[str, Any], given: Any) -> list[str]:
    """Return what a learner's page gets before its time, in both languages."""
    content = kind.read(data)
    return [
        json.dumps(
            kind.learner_view(
                content,
                language=code,
                order=kind.option_ids(content),
                given=given,
                is_revealed=False,
            )
        )
        for code in LANGUAGES
    ]


def as_the_caller_does(exchanged: ExchangedQuestion, kind: QuestionType[Any], content: Any) -> Any:
    """Return the content that comes back from files, with the common part put back."""
    written = kind.write(content)
    own = kind.from_exchange(replace(exchanged, name="x"))
    return kind.read({**written, **own})


def check_problems(refused: InvalidContent) -> None:
    """Check that a refusal says something, and where."""
    assert all(problem.message for problem in refused.problems)
    assert refused.problems


words = st.text(min_size=1, max_size=20).filter(lambda text: text.strip())
texts = st.fixed_dictionaries({"es": words, "en": words})
json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda below: (
        st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=8), below, max_size=4)
    ),
    max_leaves=12,
)
posts = st.dictionaries(
    st.sampled_from(["", "p1", "p2", "a", "b", "../x"]) | st.text(max_size=80),
    st.lists(st.sampled_from(["", "1", "2", "a", "0", "-1", "1e9"]) | st.text(max_size=300)),
    max_size=8,
)
