"""Every action that the code records has words for those who read the audit trail."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from certificates.enums import ProposalKind, ProposalState
from courses.enums import ImportState
from lms.desks.following.acts import WORDS as OF_A_LEARNER
from lms.desks.trail.words import WORDS, action_words

CODE = re.compile(r"[a-z]+(_[a-z]+)+")
RECORDS = re.compile(r"record_event|[^_\w]note\(|_ACTION = ")
BUILT = {
    *(f"import_{state}" for state in ImportState if state != ImportState.UPLOADED),
    *(f"certificate_{kind}_asked" for kind in ProposalKind),
    *(
        f"certificate_{kind}_{state}"
        for kind in ProposalKind
        for state in ProposalState
        if state != ProposalState.OPEN
    ),
}
"""Codes that are put together while the program runs."""


def modules() -> list[ast.Module]:
    """Return the modules that record events, or call what records them for several."""
    texts = (
        path.read_text()
        for package in ("lms", "courses", "certificates")
        for path in sorted(Path(settings.BASE_DIR, package).rglob("*.py"))
        if "migrations" not in path.parts
    )
    return [ast.parse(text) for text in texts if RECORDS.search(text)]


def places_of_action(tree: ast.Module) -> dict[str, int | None]:
    """Return the functions of a module that take an action, and at which place."""
    found: dict[str, int | None] = {"record_events": 0, "record_event": None}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args]
            if "action" in names:
                found[node.name] = names.index("action")
            elif any(argument.arg == "action" for argument in node.args.kwonlyargs):
                found[node.name] = None
    return found


def given_actions(tree: ast.Module, places: dict[str, int | None]) -> Iterator[ast.expr]:
    """Yield what a module gives as an action, and what it names one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", "")  # a method of this name notes something else
            if name in places:
                yield from (word.value for word in node.keywords if word.arg == "action")
                place = places[name]
                yield from node.args[place : place + 1] if place is not None else ()
        elif isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if any(name == "action" or name.endswith("_ACTION") for name in names):
                yield node.value
        elif isinstance(node, ast.For) and isinstance(node.target, ast.Tuple):
            first = node.target.elts[0]
            if isinstance(first, ast.Name) and first.id == "action":
                for row in getattr(node.iter, "elts", ()):
                    yield from getattr(row, "elts", ())[:1]


def codes_in(given: ast.expr) -> Iterator[str]:
    """Yield the codes that an expression may be; a condition is none."""
    branches = [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]
    for branch in branches:
        if isinstance(branch, ast.Constant) and CODE.fullmatch(str(branch.value)):
            yield str(branch.value)


def recorded_actions() -> set[str]:
    """Return every code that is written in a call which records an event, or leads to one."""
    trees = modules()
    shared = {
        name: place
        for tree in trees
        for name, place in places_of_action(tree).items()
        if name.startswith(("record_event", "note"))
    }
    return {
        code
        for tree in trees
        for given in given_actions(tree, shared | places_of_action(tree))
        for code in codes_in(given)
    }


def test_every_recorded_action_has_words() -> None:
    recorded = recorded_actions()

    assert {"certificate_revoked", "place_offered", "course_staff_changed"} <= recorded
    assert sorted((recorded | BUILT) - set(WORDS)) == []
    assert sorted(set(OF_A_LEARNER) - set(WORDS)) == []


def test_words_are_different_and_an_unknown_code_is_shown_as_it_is() -> None:
    assert len({str(words) for words in WORDS.values()}) == len(WORDS)
    assert action_words("of_an_earlier_release") == "of_an_earlier_release"
