"""What is wrong with a curriculum, always with its file and line."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake at its place; lines count from 1."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Problems:
    """Collects every mistake, so that the author sees them all at once."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self.references: list[tuple[str, int, str]] = []

    def refer(self, path: str, line: int, key: str) -> None:
        """Note that a text names a source by its key, to be looked up once the folder is read."""
        self.references.append((path, line, key))

    def add(self, path: str, line: int, message: str) -> None:
        """Note a mistake; the same one at the same place is noted once."""
        problem = Problem(path, max(line, 1), message)
        if problem not in self._found:
            self._found.append(problem)

    def __len__(self) -> int:
        return len(self._found)

    def sorted(self) -> list[Problem]:
        """Return the mistakes by file and line."""
        return sorted(self._found)


class CurriculumError(Exception):
    """The curriculum cannot be loaded; carries every mistake found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
