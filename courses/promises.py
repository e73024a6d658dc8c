"""What a course release promises: typed, frozen, and read back in the same place."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from courses.enums import SHORT_MODES, UNCOUNTED_MODES, AttemptCounting, ItemKind, QuizMode, Scale
from courses.texts import Texts, in_language, read_texts

ACADEMIC_MINUTES = 45
"""Minutes of one academic hour, as certificates in Peru must say (fact D6)."""


def academic_hours(minutes: int) -> Decimal:
    """Return minutes as academic hours of 45 minutes, to one decimal, half up."""
    return (Decimal(minutes) / ACADEMIC_MINUTES).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class PromisedCriterion:
    """One line of the checklist of an observed practice; an essential one must be met."""

    key: UUID
    texts: Texts
    is_essential: bool = False

    @property
    def text(self) -> str:
        """The line in the active language."""
        return in_language(self.texts)


@dataclass(frozen=True)
class PromisedItem:
    """One lesson, quiz, case or practice that must be done; times in minutes, marks in per cent.

    A voluntary one, such as an anonymous survey, need not be done, and its minutes count for
    nothing.

    `criteria` belong to practices: whoever met every essential one, and `needed` of them all, has
    passed. What stands between `requires` and them belongs to quizzes. `pass_mark` is None where nothing counts (diagnosis
    and survey); `weight` is the part in the mark of the course.
    """

    key: UUID
    kind: ItemKind
    titles: Texts
    minutes: int
    requires: tuple[UUID, ...] = ()
    pass_mark: Decimal | None = None
    attempts: int | None = None
    mode: QuizMode = QuizMode.GRADED
    counting: AttemptCounting = AttemptCounting.BEST
    weight: Decimal = Decimal(1)
    criteria: tuple[PromisedCriterion, ...] = ()
    needed: int = 0
    is_voluntary: bool = False

    def is_practice_passed(self, met: Collection[UUID]) -> bool:
        """Say whether a practice is passed in which these criteria were met."""
        keys = {criterion.key for criterion in self.criteria}
        essential = {criterion.key for criterion in self.criteria if criterion.is_essential}
        return bool(keys) and essential <= set(met) and len(keys & set(met)) >= self.needed

    @property
    def is_counted(self) -> bool:
        """Whether it is a quiz whose marks count for something."""
        return self.kind == ItemKind.QUIZ and self.mode not in UNCOUNTED_MODES

    @property
    def short_mode(self) -> str:
        """What kind of quiz it is, in one word."""
        return str(SHORT_MODES[self.mode])

    @property
    def kind_word(self) -> str:
        """What it is, in one word: a quiz may be an exam, a diagnosis or a survey."""
        return self.short_mode if self.kind == ItemKind.QUIZ else str(self.kind.label)

    @property
    def title(self) -> str:
        """The title in the active language."""
        return in_language(self.titles)


@dataclass(frozen=True)
class PromisedModule:
    """A module with its items in order, and the items that it asks for first."""

    key: UUID
    titles: Texts
    items: tuple[PromisedItem, ...]
    requires: tuple[UUID, ...] = ()

    @property
    def title(self) -> str:
        """The title in the active language."""
        return in_language(self.titles)

    @property
    def minutes(self) -> int:
        """The sum of the minutes of the items that must be done."""
        return sum(item.minutes for item in self.items if not item.is_voluntary)


@dataclass(frozen=True)
class CoursePromise:
    """All that a certificate will certify, as it stood when the course was released."""

    course_key: UUID
    titles: Texts
    certificate_texts: Texts
    modules: tuple[PromisedModule, ...]
    validity_months: int
    languages: tuple[str, ...]
    scale: Scale
    is_pilot: bool
    renews: UUID | None = None
    """The course whose certificates are renewed by this one, if any."""
    attendance_percent: int | None = None
    """How many per cent of the sessions of her cohort a learner must attend; None if it is open."""
    needs_approval: bool = False
    """Whether a trainer must approve each learner before the course is completed."""
    asks_for_document: bool = False
    """Whether the certificate shows the end of the learner's identity document, if she gave one."""

    @property
    def title(self) -> str:
        """The title in the active language."""
        return in_language(self.titles)

    @property
    def minutes(self) -> int:
        """The honest sum of the minutes of every item."""
        return sum(module.minutes for module in self.modules)

    @property
    def hours(self) -> Decimal:
        """The same sum in academic hours of 45 minutes."""
        return academic_hours(self.minutes)

    def items(self) -> Iterator[PromisedItem]:
        """Yield every item in the order of the course."""
        for module in self.modules:
            yield from module.items

    def asked_items(self) -> Iterator[PromisedItem]:
        """Yield the items that must be done for the course to be completed."""
        return (item for item in self.items() if not item.is_voluntary)

    def asked_modules(self) -> Iterator[PromisedModule]:
        """Yield the modules in which anything must be done: a certificate attests no others."""
        asked = {item.key for item in self.asked_items()}
        return (
            module for module in self.modules if any(item.key in asked for item in module.items)
        )

    def item(self, key: UUID) -> PromisedItem | None:
        """Return the item with this key, or None if the release never promised it."""
        return next((item for item in self.items() if item.key == key), None)

    def module_of(self, key: UUID) -> PromisedModule | None:
        """Return the module that is this key or holds the item with this key."""
        for module in self.modules:
            if module.key == key or any(item.key == key for item in module.items):
                return module
        return None

    def required_before(self, key: UUID) -> tuple[UUID, ...]:
        """Return the keys of the items to be done before this item or module opens."""
        module = self.module_of(key)
        if module is None:
            return ()
        item = self.item(key)
        return (*module.requires, *(item.requires if item else ()))

    def to_json(self) -> dict[str, Any]:
        """Return the promise as plain JSON values."""
        return {
            "course_key": str(self.course_key),
            "titles": dict(self.titles),
            "certificate_texts": dict(self.certificate_texts),
            "validity_months": self.validity_months,
            "languages": list(self.languages),
            "scale": str(self.scale),
            "is_pilot": self.is_pilot,
            "renews": None if self.renews is None else str(self.renews),
            "attendance_percent": self.attendance_percent,
            "needs_approval": self.needs_approval,
            "asks_for_document": self.asks_for_document,
            "modules": [_module_to_json(module) for module in self.modules],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "CoursePromise":
        """Read a stored promise; raise KeyError or ValueError if it is not one."""
        return cls(
            course_key=UUID(data["course_key"]),
            titles=read_texts(data["titles"]),
            certificate_texts=read_texts(data["certificate_texts"]),
            modules=tuple(_module_from_json(module) for module in data["modules"]),
            validity_months=int(data["validity_months"]),
            languages=tuple(data["languages"]),
            scale=Scale(data["scale"]),
            is_pilot=bool(data["is_pilot"]),
            renews=UUID(data["renews"]) if data.get("renews") else None,  # older releases: none
            attendance_percent=data.get("attendance_percent"),
            needs_approval=bool(data.get("needs_approval", False)),
            asks_for_document=bool(data.get("asks_for_document", False)),
        )


def _module_to_json(module: PromisedModule) -> dict[str, Any]:
    return {
        "key": str(module.key),
        "titles": dict(module.titles),
        "requires": [str(key) for key in module.requires],
        "items": [
            {
                "key": str(item.key),
                "kind": str(item.kind),
                "titles": dict(item.titles),
                "minutes": item.minutes,
                "requires": [str(key) for key in item.requires],
                "pass_mark": None if item.pass_mark is None else str(item.pass_mark),
                "attempts": item.attempts,
                "mode": str(item.mode),
                "counting": str(item.counting),
                "weight": str(item.weight),
                **_criteria_to_json(item),
                **({"is_voluntary": True} if item.is_voluntary else {}),
            }
            for item in module.items
        ],
    }


def _criteria_to_json(item: PromisedItem) -> dict[str, Any]:
    """Return what only a practice promises; nothing for other items, as in older releases."""
    if not item.criteria:
        return {}
    criteria = [
        {
            "key": str(criterion.key),
            "texts": dict(criterion.texts),
            "is_essential": criterion.is_essential,
        }
        for criterion in item.criteria
    ]
    return {"criteria": criteria, "needed": item.needed}


def _module_from_json(data: Mapping[str, Any]) -> PromisedModule:
    return PromisedModule(
        key=UUID(data["key"]),
        titles=read_texts(data["titles"]),
        requires=tuple(UUID(key) for key in data["requires"]),
        items=tuple(
            PromisedItem(
                key=UUID(item["key"]),
                kind=ItemKind(item["kind"]),
                titles=read_texts(item["titles"]),
                minutes=int(item["minutes"]),
                requires=tuple(UUID(key) for key in item["requires"]),
                pass_mark=None if item["pass_mark"] is None else Decimal(item["pass_mark"]),
                attempts=item["attempts"],
                mode=QuizMode(item.get("mode", QuizMode.GRADED)),  # older releases name none
                counting=AttemptCounting(item.get("counting", AttemptCounting.BEST)),
                weight=Decimal(item.get("weight", 1)),
                criteria=tuple(
                    PromisedCriterion(
                        key=UUID(criterion["key"]),
                        texts=read_texts(criterion["texts"]),
                        is_essential=bool(criterion["is_essential"]),
                    )
                    for criterion in item.get("criteria", [])  # releases before practices: none
                ),
                needed=int(item.get("needed", 0)),
                is_voluntary=bool(item.get("is_voluntary", False)),  # older releases: none is
            )
            for item in data["items"]
        ),
    )
