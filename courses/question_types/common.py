"""What a question of any type carries beside its answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.enums import ThinkingLevel
from courses.question_types.base import Problem
from courses.texts import Texts, in_language, languages, read_texts


@dataclass(frozen=True)
class Source:
    """Where the answer is grounded; `date` is a day, a month or a year as text."""

    label: str
    date: str = ""
    url: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture of the library with its text alternative; empty alternatives mean decorative."""

    image_id: int
    alts: Texts
    is_decorative: bool = False


@dataclass(frozen=True)
class Common:
    """Stem, explanation, figure and sources; `lesson` names the lesson that grounds the answer."""

    stems: Texts
    explanations: Texts
    sources: tuple[Source, ...] = ()
    figure: Figure | None = None
    level: ThinkingLevel = ThinkingLevel.UNDERSTAND
    lesson: str = ""
    needs_legal_review: bool = False

    def publication_problems(self) -> list[Problem]:
        """Return what must be mended before a learner may meet the question."""
        problems = []
        for code in languages():
            if not self.stems.get(code, "").strip():
                message = _("The question has no text in “%(language)s”.") % {"language": code}
                problems.append(Problem(f"stems.{code}", message))
            if not self.explanations.get(code, "").strip():
                message = _("The explanation is missing in “%(language)s”.") % {"language": code}
                problems.append(Problem(f"explanations.{code}", message))
            figure = self.figure
            if figure and not figure.is_decorative and not figure.alts.get(code, "").strip():
                message = _("The figure has no alternative text in “%(language)s”.")
                problems.append(Problem(f"figure.alts.{code}", message % {"language": code}))
        if not self.sources:
            problems.append(Problem("sources", _("A question names at least one source.")))
        return problems

    def learner_view(self, language: str, is_revealed: bool) -> dict[str, Any]:
        """Return what the learner sees; the explanation and sources only if revealed."""
        view: dict[str, Any] = {"stem": in_language(self.stems, language), "figure": None}
        if self.figure:
            alt = "" if self.figure.is_decorative else in_language(self.figure.alts, language)
            view["figure"] = {"image_id": self.figure.image_id, "alt": alt}
        if is_revealed:
            view["explanation"] = in_language(self.explanations, language)
            view["sources"] = self.sources
        return view


def read_common(data: Mapping[str, Any], problems: list[Problem]) -> Common:
    """Check and type the common part, adding every problem to the list."""
    level = data.get("level") or ThinkingLevel.UNDERSTAND
    if level not in ThinkingLevel.values:
        problems.append(Problem("level", _("This level does not exist.")))
        level = ThinkingLevel.UNDERSTAND
    return Common(
        stems=read_texts(data.get("stems")),
        explanations=read_texts(data.get("explanations")),
        sources=tuple(
            Source(**{name: str(item.get(name) or "") for name in ("label", "date", "url", "mark")})
            for item in data.get("sources") or ()
        ),
        figure=_read_figure(data.get("figure"), problems),
        level=ThinkingLevel(level),
        lesson=str(data.get("lesson") or ""),
        needs_legal_review=data.get("needs_legal_review") is True,
    )


def _read_figure(data: Any, problems: list[Problem]) -> Figure | None:
    if not data:
        return None
    if not isinstance(data, Mapping) or not isinstance(data.get("image_id"), int):
        problems.append(Problem("figure", _("The figure is not a picture of the library.")))
        return None
    return Figure(
        image_id=data["image_id"],
        alts=read_texts(data.get("alts")),
        is_decorative=data.get("is_decorative") is True,
    )


def write_common(common: Common) -> dict[str, Any]:
    """Return the common part as plain JSON values."""
    figure = common.figure
    return {
        "stems": dict(common.stems),
        "explanations": dict(common.explanations),
        "sources": [
            {"label": source.label, "date": source.date, "url": source.url, "mark": source.mark}
            for source in common.sources
        ],
        "figure": None
        if figure is None
        else {
            "image_id": figure.image_id,
            "alts": dict(figure.alts),
            "is_decorative": figure.is_decorative,
        },
        "level": str(common.level),
        "lesson": common.lesson,
        "needs_legal_review": common.needs_legal_review,
    }
