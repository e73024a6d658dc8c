"""What a question of any type carries beside its answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from courses.enums import ThinkingLevel
from courses.question_types.base import Problem
from courses.texts import Texts, in_language, languages, read_texts


@dataclass(frozen=True)
class Source:
    """Where the answer is grounded: a record by its key with the place in it, or words.

    `date` is a day, a month or a year as text. What is written here stands before what the record
    says.
    """

    label: str = ""
    date: str = ""
    url: str = ""
    mark: str = ""
    record: str = ""
    place: str = ""

    @property
    def is_named(self) -> bool:
        """Whether it says at all what it is."""
        return bool(self.label.strip() or self.record)


@dataclass(frozen=True)
class Figure:
    """A picture of the library with its text alternative; empty alternatives mean decorative."""

    image_id: int
    alts: Texts
    is_decorative: bool = False


@dataclass(frozen=True)
class Common:
    """Stem, explanation, figure and sources; `lesson` names the lesson that grounds the answer.

    `safety_rules` makes the question critical: whoever errs in it fails the quiz, and is told this
    rule. An `is_opinion` question has no right answer and stands in surveys only. `languages` are
    those in which the author means it to be complete.
    """

    stems: Texts
    explanations: Texts
    sources: tuple[Source, ...] = ()
    figure: Figure | None = None
    level: ThinkingLevel = ThinkingLevel.UNDERSTAND
    lesson: str = ""
    needs_legal_review: bool = False
    hints: Texts = field(default_factory=dict)
    feedback_right: Texts = field(default_factory=dict)
    feedback_partly: Texts = field(default_factory=dict)
    feedback_wrong: Texts = field(default_factory=dict)
    safety_rules: Texts = field(default_factory=dict)
    is_opinion: bool = False
    languages: tuple[str, ...] = ()

    @property
    def is_critical(self) -> bool:
        """Whether an error in it fails the whole quiz."""
        return any(text.strip() for text in self.safety_rules.values())

    def outcome_text(self, earned: Decimal, language: str) -> str:
        """Return what the author says to whoever was right, partly right or wrong."""
        texts = self.feedback_partly if 0 < earned < 1 else self.feedback_wrong
        return in_language(self.feedback_right if earned == 1 else texts, language)

    def publication_problems(self, *, is_asking: bool = True) -> list[Problem]:
        """Return what must be mended before a learner may meet the question.

        What asks nothing (`is_asking` is false) needs neither explanation nor source; nor does a
        question without a right answer.
        """
        needs_grounds = is_asking and not self.is_opinion
        problems = []
        for code in self.languages:
            if not self.stems.get(code, "").strip():
                message = _("The question has no text in “%(language)s”.") % {"language": code}
                problems.append(Problem(f"stems.{code}", message))
            if needs_grounds and not self.explanations.get(code, "").strip():
                message = _("The explanation is missing in “%(language)s”.") % {"language": code}
                problems.append(Problem(f"explanations.{code}", message))
            for place in ("hints", "safety_rules", *FEEDBACKS):
                problems += self._half_problems(place, code)
            figure = self.figure
            if figure and not figure.is_decorative and not figure.alts.get(code, "").strip():
                message = _("The figure has no alternative text in “%(language)s”.")
                problems.append(Problem(f"figure.alts.{code}", message % {"language": code}))
        if needs_grounds and not self.sources:
            problems.append(Problem("sources", _("A question names at least one source.")))
        return problems

    def _half_problems(self, place: str, code: str) -> list[Problem]:
        texts: Texts = getattr(self, place)
        if texts.get(code, "").strip() or not any(text.strip() for text in texts.values()):
            return []
        message = _("This text is missing in “%(language)s”.") % {"language": code}
        return [Problem(f"{place}.{code}", message)]

    def learner_view(
        self, language: str, is_revealed: bool, earned: Decimal | None = None
    ) -> dict[str, Any]:
        """Return what the learner sees; explanation, sources and outcome only if revealed.

        `earned` is the fraction of the mark; without it, as before a person has marked, nothing is
        said about how right the answer was.
        """
        view: dict[str, Any] = {
            "stem": in_language(self.stems, language),
            "hint": in_language(self.hints, language),
            "figure": None,
        }
        if self.figure:
            alt = "" if self.figure.is_decorative else in_language(self.figure.alts, language)
            view["figure"] = {"image_id": self.figure.image_id, "alt": alt}
        if is_revealed:
            view["explanation"] = in_language(self.explanations, language)
            view["sources"] = self.sources
            view["outcome"] = ""
            if earned is not None and not self.is_opinion:
                view["outcome"] = self.outcome_text(earned, language)
        return view


FEEDBACKS = ("feedback_right", "feedback_partly", "feedback_wrong")
"""What the author says by how much was earned."""


def read_common(data: Mapping[str, Any], problems: list[Problem]) -> Common:
    """Check and type the common part, adding every problem to the list."""
    level = data.get("level") or ThinkingLevel.UNDERSTAND
    if not isinstance(level, str) or level not in ThinkingLevel.values:
        problems.append(Problem("level", _("This level does not exist.")))
        level = ThinkingLevel.UNDERSTAND
    return Common(
        stems=read_texts(data.get("stems")),
        explanations=read_texts(data.get("explanations")),
        sources=tuple(read_source(item) for item in records_of(data.get("sources"))),
        figure=_read_figure(data.get("figure"), problems),
        level=ThinkingLevel(level),
        lesson=str(data.get("lesson") or ""),
        needs_legal_review=data.get("needs_legal_review") is True,
        hints=_read_optional(data.get("hints")),
        safety_rules=_read_optional(data.get("safety_rules")),
        is_opinion=data.get("is_opinion") is True,
        languages=_read_languages(data.get("languages"), problems),
        **{name: _read_optional(data.get(name)) for name in FEEDBACKS},
    )


SOURCE_WORDS = ("label", "date", "url", "mark")
SOURCE_NAMES = (*SOURCE_WORDS, "record", "place")


def read_source(data: Mapping[str, Any]) -> Source:
    """Return a source as it was stored; older ones name no record."""
    return Source(**{name: str(data.get(name) or "") for name in SOURCE_NAMES})


def write_source(source: Source) -> dict[str, str]:
    """Return a source as plain values; without a record they are those of before there were any."""
    found = {name: getattr(source, name) for name in SOURCE_WORDS}
    if source.record:
        found |= {"record": source.record, "place": source.place}
    return found


def source_from_form(value: Mapping[str, Any]) -> dict[str, str]:
    """Return the cleaned value of a `SourceBlock` as it is stored in questions and cases."""
    words = {name: str(value.get(name) or "") for name in (*SOURCE_WORDS, "place")}
    key = str(getattr(value.get("record"), "key", ""))
    return write_source(Source(**words, record=key))


def _read_optional(data: Any) -> dict[str, str]:
    """Return a text, without its languages if it is empty in all: not written is not changed."""
    texts = read_texts(data)
    return texts if any(text.strip() for text in texts.values()) else {}


def _read_languages(data: Any, problems: list[Problem]) -> tuple[str, ...]:
    """Return the chosen languages in the product's order; all of them if none was chosen."""
    wanted = data if data and isinstance(data, Sequence) else languages()
    chosen = tuple(code for code in languages() if code in wanted)
    if languages()[0] not in chosen:
        problems.append(Problem("languages", _("A question is written in Spanish at least.")))
    return chosen


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
        "sources": [write_source(source) for source in common.sources],
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
        "hints": dict(common.hints),
        "safety_rules": dict(common.safety_rules),
        "is_opinion": common.is_opinion,
        "languages": list(common.languages),
        **{name: dict(getattr(common, name)) for name in FEEDBACKS},
    }


LONGEST_ID = 60


def records_of(data: Any) -> list[Mapping[str, Any]]:
    """Return the records of a stored list; what is none is left out."""
    is_list = isinstance(data, Sequence) and not isinstance(data, str)
    return [item for item in data if isinstance(item, Mapping)] if is_list else []


def read_parts(
    data: Any, place: str, most: int, problems: list[Problem]
) -> list[Mapping[str, Any]]:
    """Return a stored list of records, each with an id of its own, adding every problem."""
    if not isinstance(data, Sequence) or isinstance(data, str):
        problems.append(Problem(place, _("The list is missing.")))
        return []
    if len(data) > most:
        problems.append(Problem(place, _("This list takes at most %d entries.") % most))
    records = records_of(data[:most])
    ids = [str(item.get("id") or "") for item in records]
    for number, one in enumerate(ids):
        if not one or one in ids[:number] or len(one) > LONGEST_ID:
            problems.append(Problem(f"{place}.{number}.id", _("Each part needs its own id.")))
    return records


def text_problems(texts: Texts, place: str, codes: Iterable[str]) -> list[Problem]:
    """Return a problem for each of these languages in which a text is missing."""
    message = _("This text is missing in “%(language)s”.")
    return [
        Problem(f"{place}.{code}", message % {"language": code})
        for code in codes
        if not texts.get(code, "").strip()
    ]
