"""A small folder and a way to ask one rule about it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from courses.curriculum.quality.checking import scope_of
from courses.curriculum.quality.scope import Scope

Ask = Callable[[Callable[[Scope], None]], list[str]]


@pytest.fixture
def ask(folder: Path) -> Ask:
    """Return what a rule finds in the folder as it is when called."""

    def run(rule: Callable[[Scope], None]) -> list[str]:
        scope = scope_of(folder)
        rule(scope)
        return [str(problem) for problem in scope.problems.sorted()]

    return run
