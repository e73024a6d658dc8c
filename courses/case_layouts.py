"""Where the scenes and choices of a case lie in its drawing: layers from the first scene down.

Pure: it answers with places in the units of an SVG; a template draws them. A scene lies below every
scene that leads to it, and inside its layer near them; ways back run along the right side.
"""

from dataclasses import dataclass

from courses.case_graph import CaseGraph, Scene
from courses.texts import in_language

WIDTH, HEIGHT = 210, 106
GAP_X, GAP_Y, MARGIN = 36, 78, 24
LETTERS, LINES = 21, 3
BADGE = 11
CORNER = 14


@dataclass(frozen=True)
class DrawnScene:
    """A box: its middle, its outline as the points of a polygon, the lines of its title."""

    scene: Scene
    number: int
    kind: str
    x: int
    y: int
    points: str
    lines: tuple[tuple[int, str], ...]
    word_y: int


@dataclass(frozen=True)
class DrawnChoice:
    """An arrow with its number near its beginning."""

    number: int
    path: str
    badge_x: int
    badge_y: int
    is_back: bool
    is_conditional: bool


@dataclass(frozen=True)
class DrawnCase:
    """The whole drawing, its size in its own units."""

    width: int
    height: int
    scenes: tuple[DrawnScene, ...]
    choices: tuple[DrawnChoice, ...]


def draw_case(graph: CaseGraph, language: str | None = None) -> DrawnCase:
    """Return the drawing of a case with the titles in a language (the active one by default)."""
    layers = _ordered(graph, _layers(graph))
    widest = max((len(layer) for layer in layers), default=1)
    backs = _back_choices(graph, layers)
    inner = widest * WIDTH + (widest - 1) * GAP_X
    width = inner + 2 * MARGIN + (28 + 12 * len(backs) if backs else 0)
    height = 2 * MARGIN + len(layers) * HEIGHT + max(len(layers) - 1, 0) * GAP_Y
    places: dict[str, tuple[int, int]] = {}
    for depth, layer in enumerate(layers):
        begin = MARGIN + (inner - len(layer) * WIDTH - (len(layer) - 1) * GAP_X) // 2
        for order, name in enumerate(layer):
            x = begin + order * (WIDTH + GAP_X) + WIDTH // 2
            places[name] = (x, MARGIN + depth * (HEIGHT + GAP_Y) + HEIGHT // 2)
    lanes = {key: MARGIN + inner + 28 + 12 * order for order, key in enumerate(backs)}
    return DrawnCase(
        width=width,
        height=height,
        scenes=tuple(
            _box(scene, number, places[scene.id], language)
            for number, scene in enumerate(graph.scenes, 1)
        ),
        choices=tuple(
            _arrow(scene, order, places, lanes.get((scene.id, order)))
            for scene in graph.scenes
            for order, choice in enumerate(scene.choices, 1)
            if choice.target in places
        ),
    )


def _layers(graph: CaseGraph) -> list[list[str]]:
    """Return the ids of the scenes in layers, each below all that lead to it but for ways back.

    Scenes to which no choice leads stand in a last layer.
    """
    known = {scene.id: scene for scene in graph.scenes}
    onwards: dict[str, list[str]] = {}
    depths: dict[str, int] = {}
    if graph.scenes:
        finished = _finished(graph.start.id, known, onwards)
        for name in reversed(finished):  # whoever leads here comes first
            depths.setdefault(name, 0)
            for target in onwards[name]:
                depths[target] = max(depths.get(target, 0), depths[name] + 1)
    last = max(depths.values(), default=-1) + 1
    layers: list[list[str]] = [[] for _depth in range(last + 1)]
    for name in known:
        layers[depths.get(name, last)].append(name)
    return [layer for layer in layers if layer]


def _finished(start: str, known: dict[str, Scene], onwards: dict[str, list[str]]) -> list[str]:
    """Return the scenes in the order in which a search in depth leaves them.

    Fills `onwards` with where each scene leads, without the ways back to a scene still being walked.
    """
    finished: list[str] = []
    stack: list[tuple[str, bool]] = [(start, False)]
    while stack:
        name, is_left = stack.pop()
        if is_left:
            finished.append(name)
        elif name in known and name not in onwards:
            stack.append((name, True))
            targets = [choice.target for choice in known[name].choices if choice.target in known]
            onwards[name] = targets
            stack += [(target, False) for target in reversed(targets)]
    places = {name: place for place, name in enumerate(finished)}
    for name, targets in onwards.items():
        # A way back leads to a scene that was left later, or to itself.
        onwards[name] = [target for target in targets if places[target] < places[name]]
    return finished


def _ordered(graph: CaseGraph, layers: list[list[str]]) -> list[list[str]]:
    """Put each scene of a layer below the middle of those above that lead to it."""
    sources: dict[str, list[str]] = {}
    for scene in graph.scenes:
        for choice in scene.choices:
            sources.setdefault(choice.target, []).append(scene.id)
    places: dict[str, float] = {}
    ordered = []
    for layer in layers:
        middles: dict[str, float] = {}
        for order, name in enumerate(layer):
            above = [places[one] for one in sources.get(name, ()) if one in places]
            middles[name] = sum(above) / len(above) if above else (order + 0.5) / len(layer)
        placed = sorted(layer, key=middles.__getitem__)
        places |= {name: (order + 0.5) / len(placed) for order, name in enumerate(placed)}
        ordered.append(placed)
    return ordered


def _back_choices(graph: CaseGraph, layers: list[list[str]]) -> list[tuple[str, int]]:
    """Return the choices (scene, number) that lead to the same layer or to one above."""
    depth = {name: number for number, layer in enumerate(layers) for name in layer}
    return [
        (scene.id, order)
        for scene in graph.scenes
        for order, choice in enumerate(scene.choices, 1)
        if choice.target in depth and depth[choice.target] <= depth[scene.id]
    ]


def _box(scene: Scene, number: int, place: tuple[int, int], language: str | None) -> DrawnScene:
    x, y = place
    if scene.ending is not None:
        kind = str(scene.ending.kind)
    else:
        kind = "start" if number == 1 else "scene"
    title = f"{number}. {in_language(scene.titles, language) or scene.id}"
    lines = _wrapped(title)
    top = y - 2 - 9 * (len(lines) - 1)
    placed = tuple((top + 18 * order, line) for order, line in enumerate(lines))
    return DrawnScene(scene, number, kind, x, y, _outline(kind, x, y), placed, y + 42)


def _outline(kind: str, x: int, y: int) -> str:
    """Return the corners: plain for a scene, another shape for the start and each kind of ending."""
    left, right, top, low = x - WIDTH // 2, x + WIDTH // 2, y - HEIGHT // 2, y + HEIGHT // 2
    if kind == "safe":  # a hexagon
        corners = [
            (left + CORNER, top),
            (right - CORNER, top),
            (right, y),
            (right - CORNER, low),
            (left + CORNER, low),
            (left, y),
        ]
    elif kind == "harmful":  # cut corners
        corners = [
            (left + CORNER, top),
            (right - CORNER, top),
            (right, top + CORNER),
            (right, low - CORNER),
            (right - CORNER, low),
            (left + CORNER, low),
            (left, low - CORNER),
            (left, top + CORNER),
        ]
    elif kind == "incomplete":  # one corner missing
        corners = [(left, top), (right - 2 * CORNER, top), (right, top + 2 * CORNER)]
        corners += [(right, low), (left, low)]
    else:
        corners = [(left, top), (right, top), (right, low), (left, low)]
    return " ".join(f"{one},{other}" for one, other in corners)


def _wrapped(title: str) -> list[str]:
    """Return a title in a few lines; what does not fit ends in an ellipsis."""
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > LETTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], f"{lines[LINES - 1]} …"]
    return [line if len(line) <= LETTERS + 4 else f"{line[: LETTERS + 3]}…" for line in lines]


def _arrow(
    scene: Scene, order: int, places: dict[str, tuple[int, int]], lane: int | None
) -> DrawnChoice:
    choice = scene.choices[order - 1]
    x, y = places[scene.id]
    to_x, to_y = places[choice.target]
    begin = x - WIDTH // 2 + WIDTH * order // (len(scene.choices) + 1)
    low = y + HEIGHT // 2
    if lane is None:
        top = to_y - HEIGHT // 2
        bend = max((top - low) // 2, 30)
        path = f"M{begin} {low}C{begin} {low + bend} {to_x} {top - bend} {to_x} {top - 6}"
    else:
        right = to_x + WIDTH // 2
        path = (
            f"M{begin} {low}C{begin} {low + 34} {lane} {low + 34} {lane} {low}"
            f"L{lane} {to_y + 12}C{lane} {to_y} {lane} {to_y} {right + 6} {to_y}"
        )
    condition = choice.condition
    is_conditional = bool(condition.facts or condition.at_least or condition.at_most)
    return DrawnChoice(order, path, begin, low + BADGE + 3, lane is not None, is_conditional)
