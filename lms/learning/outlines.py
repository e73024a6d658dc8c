"""A course as its reader sees it: modules and items with their states, and what comes next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from courses.enums import ItemKind, QuizMode
from courses.page_links import PageLink
from courses.promises import CoursePromise, PromisedItem, PromisedModule, academic_hours
from lms.learning.progress import Progress

DONE, CURRENT, LOCKED, TODO = "done", "current", "locked", "todo"
"""The states of a step, as templates/components/outline_item.html names them."""


KIND_ICONS = {
    ItemKind.LESSON: "book",
    ItemKind.QUIZ: "question",
    ItemKind.CASE: "situation",
    ItemKind.PRACTICE: "people",
}


@dataclass(frozen=True)
class Step:
    """A lesson, quiz or case; `state` is empty for whoever makes no progress here.

    `kind_word` says what it is: a quiz may be an exam, a diagnosis or a survey.
    """

    key: UUID
    kind: ItemKind
    title: str
    url: str
    language: str
    minutes: int
    pass_mark: Decimal | None
    state: str
    missing: tuple[PageLink, ...] = ()
    mode: QuizMode = QuizMode.GRADED
    kind_word: str = ""
    is_voluntary: bool = False

    @property
    def is_quiz(self) -> bool:
        """Whether it is a quiz."""
        return self.kind == ItemKind.QUIZ

    @property
    def is_case(self) -> bool:
        """Whether it is a case."""
        return self.kind == ItemKind.CASE

    @property
    def kind_icon(self) -> str:
        """The name of the drawing that stands beside the word for its kind."""
        return KIND_ICONS[self.kind]

    @property
    def link(self) -> PageLink:
        """The step as a link."""
        return PageLink(self.title, self.url, self.language)


MOST_UNFOLDED = 4
"""So many modules are shown with all their steps; more would be a page without an end on a phone."""


@dataclass(frozen=True)
class Stage:
    """A module with its steps."""

    key: UUID
    number: int
    title: str
    url: str
    language: str
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> int:
        """The sum of the minutes of the steps that must be done."""
        return sum(step.minutes for step in self._asked)

    @property
    def total(self) -> int:
        """How many steps must be done."""
        return len(self._asked)

    @property
    def done(self) -> int:
        """How many of them are done."""
        return sum(step.state == DONE for step in self._asked)

    @property
    def is_done(self) -> bool:
        """Whether all of them are done."""
        return self.done == self.total

    @property
    def is_voluntary(self) -> bool:
        """Whether nothing in it has to be done."""
        return not self._asked

    @property
    def is_current(self) -> bool:
        """Whether the one thing to do now is in it."""
        return any(step.state == CURRENT for step in self.steps)

    @property
    def _asked(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not step.is_voluntary)


@dataclass(frozen=True)
class Outline:
    """A whole course."""

    stages: tuple[Stage, ...]

    @property
    def is_long(self) -> bool:
        """Whether its modules are better shown folded."""
        return len(self.stages) > MOST_UNFOLDED

    def steps(self) -> Iterator[Step]:
        """Yield every step in the order of the course."""
        for stage in self.stages:
            yield from stage.steps

    @property
    def total(self) -> int:
        """How many steps the course has."""
        return sum(stage.total for stage in self.stages)

    @property
    def done(self) -> int:
        """How many of them are done."""
        return sum(stage.done for stage in self.stages)

    @property
    def minutes(self) -> int:
        """The honest sum of the minutes."""
        return sum(stage.minutes for stage in self.stages)

    @property
    def hours(self) -> Decimal:
        """The same in academic hours of 45 minutes."""
        return academic_hours(self.minutes)

    @property
    def next_step(self) -> Step | None:
        """The one thing to do now; None when all is done or all that is left is locked."""
        return next((step for step in self.steps() if step.state == CURRENT), None)

    def step(self, key: UUID) -> Step | None:
        """Return the step with this key."""
        return next((step for step in self.steps() if step.key == key), None)

    def stage(self, key: UUID) -> Stage | None:
        """Return the module that is this key or holds the step with this key."""
        for stage in self.stages:
            if stage.key == key or any(step.key == key for step in stage.steps):
                return stage
        return None

    def neighbours(self, key: UUID) -> tuple[Step | None, Step | None]:
        """Return the steps before and after this one."""
        steps = list(self.steps())
        place = next((n for n, step in enumerate(steps) if step.key == key), None)
        if place is None:
            return None, None
        before = steps[place - 1] if place else None
        after = steps[place + 1] if place + 1 < len(steps) else None
        return before, after


def next_key(promise: CoursePromise, progress: Progress, stopped_at: UUID | None) -> UUID | None:
    """Return what to do next: where the learner stopped, else the first open item not yet done.

    A practice waits for a trainer: what can be done alone comes before it. What is voluntary comes
    last: first the survey, then cases that somebody may choose.
    """
    opened = [
        item
        for item in promise.items()
        if item.key not in progress.done and not progress.missing_before(promise, item.key)
    ]
    if any(item.key == stopped_at for item in opened):
        return stopped_at
    opened.sort(
        key=lambda item: (
            item.is_voluntary,
            item.is_voluntary and item.kind == ItemKind.CASE,
            item.kind == ItemKind.PRACTICE,
        )
    )
    return opened[0].key if opened else None


def build_outline(
    promise: CoursePromise,
    links: Mapping[UUID, PageLink],
    *,
    progress: Progress | None = None,
    stopped_at: UUID | None = None,
) -> Outline:
    """Return the outline of a promise with today's titles and addresses.

    Args:
        promise: what the course promises.
        links: the live pages by key; what has none keeps the title that was promised.
        progress: the learner's; None for somebody who makes none.
        stopped_at: the item at which the learner stopped.
    """
    coming = next_key(promise, progress, stopped_at) if progress is not None else None

    def step(item: PromisedItem) -> Step:
        link = _link(item, links)
        missing = progress.missing_before(promise, item.key) if progress is not None else ()
        return Step(
            key=item.key,
            kind=item.kind,
            mode=item.mode,
            kind_word=_kind_words(item),
            title=link.title,
            url=link.url,
            language=link.language,
            minutes=item.minutes,
            pass_mark=item.pass_mark,
            is_voluntary=item.is_voluntary,
            state="" if progress is None else _state(item.key, progress, coming, missing),
            missing=tuple(
                _link(needed, links) for key in missing if (needed := promise.item(key)) is not None
            ),
        )

    stages = []
    for number, module in enumerate(promise.modules, start=1):
        link = _link(module, links)
        steps = tuple(step(item) for item in module.items)
        stages.append(Stage(module.key, number, link.title, link.url, link.language, steps))
    return Outline(tuple(stages))


def _kind_words(item: PromisedItem) -> str:
    return f"{item.kind_word}, {_('voluntary')}" if item.is_voluntary else item.kind_word


def _state(key: UUID, progress: Progress, coming: UUID | None, missing: tuple[UUID, ...]) -> str:
    if key in progress.done:
        return DONE
    if missing:
        return LOCKED
    return CURRENT if key == coming else TODO


def _link(part: PromisedItem | PromisedModule, links: Mapping[UUID, PageLink]) -> PageLink:
    """Return the live page's link; a page that is live no more keeps the promised title."""
    link = links.get(part.key)
    if link is None:
        return PageLink(part.title, "")
    return link if link.is_live else PageLink(part.title, link.url)
