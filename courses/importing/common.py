"""Between a bank's content and what files exchange: the part that every question carries."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from courses.formats.django_quiz_app import FIGURE
from courses.models import Question
from courses.question_types import InvalidContent, question_type, question_types
from courses.question_types.common import FEEDBACKS, Common, write_common
from courses.question_types.exchange import (
    Attachment,
    ExchangedAnswer,
    ExchangedQuestion,
    Shape,
)
from courses.texts import Texts, languages

NOTES = ("sources", "level", "lesson", "needs_legal_review", "safety_rules", "is_opinion")
OURS = (*NOTES, "languages")
TEXTS = ("stems", "explanations", "hints", *FEEDBACKS)
THIN = ("hints", *FEEDBACKS, "model_answers")
"""What GIFT and Aiken cannot say; a new version from such a file keeps what the bank has."""


def kind_of_shape(shape: Shape) -> str:
    """Return the name of the type of question with this shape; empty if there is none here."""
    return next((kind.name for kind in question_types() if kind.shape == shape), "")


def exchanged(
    kind: str, data: Mapping[str, Any], *, figure: Attachment | None = None
) -> ExchangedQuestion:
    """Return stored content as files know it, with everything that only we have in `extra`."""
    type_of = question_type(kind)
    content = type_of.read(data)
    own = type_of.to_exchange(content)
    common: Common = content.common
    stored = write_common(common)
    figure_alts = common.figure.alts if common.figure else {}
    extra = {name: _packed(stored[name]) for name in OURS if stored[name]}
    if common.figure and common.figure.is_decorative:
        extra["is_decorative"] = "1"
    return replace(
        own,
        **{name: getattr(common, name) for name in TEXTS},
        figure=figure,
        figure_alts=figure_alts,
        extra={**own.extra, **extra},
    )


def exchanged_question(
    question: Question,
    data: Mapping[str, Any],
    *,
    tags: tuple[str, ...] = (),
    figure: Attachment | None = None,
) -> ExchangedQuestion:
    """Return a question of the bank as files know it, with key, category, tags and difficulty."""
    found = exchanged(question.kind, data, figure=figure)
    extra = {**found.extra}
    if question.difficulty:
        extra["difficulty"] = question.difficulty
    return replace(
        found,
        name=question.key,
        key=question.key,
        category=question.category.path,
        tags=tags,
        extra=extra,
    )


def _packed(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _unpacked(name: str, value: str) -> Any:
    if name in ("level", "lesson"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def content_of(
    question: ExchangedQuestion,
    kind: str,
    *,
    old: Mapping[str, Any] | None = None,
    figure_id: int | None = None,
) -> dict[str, Any]:
    """Return checked content; what files without our notes leave open stays as it was in `old`.

    Raises:
        InvalidContent: the question is none of this type, with every problem.
    """
    type_of = question_type(kind)
    ours = {name: _unpacked(name, question.extra[name]) for name in OURS if name in question.extra}
    if not ours and old is not None:
        ours = {name: old[name] for name in OURS if name in old}
    data = {
        **type_of.from_exchange(question),
        **{name: dict(getattr(question, name)) for name in TEXTS},
        **{name: value for name, value in ours.items() if _is_sound(name, value)},
    }
    if figure_id is not None:
        data["figure"] = {
            "image_id": figure_id,
            "alts": dict(question.figure_alts),
            "is_decorative": question.extra.get("is_decorative") == "1",
        }
    elif old is not None and question.figure is None and old.get("figure"):
        data["figure"] = old["figure"]
    return type_of.write(type_of.read(data))


def _is_sound(name: str, value: Any) -> bool:
    """Say whether a note of a file has the form that contents keep."""
    if name == "sources":
        return isinstance(value, list) and all(isinstance(item, dict) for item in value)
    if name == "languages":
        return isinstance(value, list) and languages()[0] in value
    forms = {"safety_rules": dict, "needs_legal_review": bool, "is_opinion": bool}
    return isinstance(value, forms.get(name, str))


def with_what_stays(
    new: ExchangedQuestion, old: ExchangedQuestion, *, language: str, is_thin: bool
) -> ExchangedQuestion:
    """Return the file's question with what a file in one language could not say.

    A text that did not change keeps its translation; one that changed loses it, for it would be
    wrong. A thin format (GIFT, Aiken) also leaves hints, feedback, rubric and model answer alone.
    """
    known = _texts_by_words(old, language)

    def whole(texts: Texts) -> Texts:
        if set(texts) - {language} or not texts:
            return texts
        return {**known.get(texts.get(language, ""), {}), **texts}

    kept = _with_texts(new, whole)
    if not is_thin:
        return kept
    stays = {name: getattr(kept, name) or getattr(old, name) for name in THIN}
    same: dict[str, Any] = {}
    if new.shape == old.shape == Shape.OPEN:
        same = {"criteria": old.criteria, "most_words": old.most_words}
    same["extra"] = {**old.extra, **new.extra}
    return replace(kept, **stays, **same)


def _texts_by_words(question: ExchangedQuestion, language: str) -> dict[str, Texts]:
    found: dict[str, Texts] = {}

    def note(texts: Texts) -> Texts:
        if texts.get(language):
            found.setdefault(texts[language], texts)
        return texts

    _with_texts(question, note)
    return found


def _with_texts(question: ExchangedQuestion, change: Callable[[Texts], Texts]) -> ExchangedQuestion:
    """Return the question with every text changed; the digits of numbers are no texts."""

    def changed(answers: tuple[ExchangedAnswer, ...], shape: Shape) -> tuple[ExchangedAnswer, ...]:
        is_fixed = shape in (Shape.NUMBER, Shape.TRUE_FALSE)
        return tuple(
            replace(
                answer,
                texts=answer.texts if is_fixed else change(answer.texts),
                feedback=change(answer.feedback),
                match=change(answer.match),
            )
            for answer in answers
        )

    names = (*TEXTS, "model_answers", "figure_alts")
    return replace(
        question,
        **{name: change(getattr(question, name)) for name in names},
        answers=changed(question.answers, question.shape),
        gaps=tuple(replace(gap, answers=changed(gap.answers, gap.shape)) for gap in question.gaps),
    )


def figure_path(question: ExchangedQuestion) -> str:
    """Return where a question's picture lay in the media folder of django-quiz-app."""
    return question.extra.get(FIGURE, "")


def messages_of(error: InvalidContent) -> list[str]:
    """Return what is wrong with a content, each with its place, once."""
    found = [
        f"{problem.message} ({problem.place})" if problem.place else problem.message
        for problem in error.problems
    ]
    return list(dict.fromkeys(found))
