"""What is known of walks through a case: for their learner, and counted for trainers."""

from dataclasses import dataclass
from uuid import UUID

from courses.case_graph import CaseGraph, Scene
from courses.enums import EndingKind
from courses.models import CasePage
from courses.texts import in_language
from lms.learning.enums import CaseRunState
from lms.learning.models import CaseRun, Enrolment


@dataclass(frozen=True)
class CaseStanding:
    """Where a learner stands in one case: the walk under way, and those that ended, newest first."""

    case_key: UUID
    under_way: CaseRun | None
    ended: tuple[CaseRun, ...]

    @property
    def is_done(self) -> bool:
        """Whether a safe ending was reached."""
        return any(run.ending == EndingKind.SAFE for run in self.ended)


def case_standing(enrolment: Enrolment, case_key: UUID) -> CaseStanding:
    """Return where the learner stands in a case; one query."""
    runs = list(enrolment.case_runs.filter(case_key=case_key).order_by("-number"))
    return CaseStanding(
        case_key=case_key,
        under_way=next((run for run in runs if run.state == CaseRunState.WALKING), None),
        ended=tuple(run for run in runs if run.state == CaseRunState.ENDED),
    )


BAND = 5
"""Counts are shown in bands of so many, so that no difference between two of them names anybody."""


@dataclass(frozen=True)
class Band:
    """A count as trainers may see it: from `low` to `high`; fewer than five is the first band."""

    low: int

    @property
    def is_few(self) -> bool:
        """Whether it is the band that says no more than "fewer than 5"."""
        return self.low == 0

    @property
    def high(self) -> int:
        """The largest count in this band."""
        return self.low + BAND - 1


def band_of(count: int) -> Band:
    """Return the band in which a count lies."""
    return Band(count // BAND * BAND)


@dataclass(frozen=True)
class ChoicePath:
    """A choice with the scene it leads to, and by how many people it was taken at least once."""

    number: int
    text: str
    target: str
    band: Band


@dataclass(frozen=True)
class ScenePaths:
    """A scene with its choices."""

    number: int
    title: str
    choices: tuple[ChoicePath, ...]


@dataclass(frozen=True)
class CasePaths:
    """How a case was walked: people who began, endings they reached, choices they took."""

    walkers: Band
    endings: tuple[tuple[EndingKind, Band], ...]
    scenes: tuple[ScenePaths, ...]


def case_paths(page: CasePage) -> CasePaths:
    """Return which choices were taken in a case, counted in people and shown in bands; one query.

    Somebody who thought again counts at each choice that she took. Choices that the published
    version has no more are left out.
    """
    takers: dict[tuple[str, str], set[int]] = {}
    enders: dict[str, set[int]] = {}
    walkers: set[int] = set()
    rows = CaseRun.objects.filter(case_key=page.translation_key).values_list(
        "enrolment__learner_id", "steps", "ending"
    )
    for learner, steps, ending in rows.iterator():
        walkers.add(learner)
        enders.setdefault(ending, set()).add(learner)
        for step in steps:
            if "choice" in step:
                takers.setdefault((step["scene"], step["choice"]), set()).add(learner)
    version = page.case.live_version
    graph = version.graph if version is not None else None
    return CasePaths(
        walkers=band_of(len(walkers)),
        endings=tuple((kind, band_of(len(enders.get(kind, ())))) for kind in EndingKind),
        scenes=tuple(
            _scene_paths(graph, number, scene, takers)
            for number, scene in enumerate(graph.scenes, 1)
            if scene.choices
        )
        if graph is not None
        else (),
    )


def _scene_paths(
    graph: CaseGraph, number: int, scene: Scene, takers: dict[tuple[str, str], set[int]]
) -> ScenePaths:
    choices = []
    for order, choice in enumerate(scene.choices, 1):
        target = graph.scene(choice.target)
        choices.append(
            ChoicePath(
                number=order,
                text=in_language(choice.texts),
                target=in_language(target.titles) if target else "",
                band=band_of(len(takers.get((scene.id, choice.id), ()))),
            )
        )
    return ScenePaths(number, in_language(scene.titles), tuple(choices))
