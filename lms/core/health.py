"""What must be able to serve; an app adds its own when it is ready, since core knows no other."""

from collections.abc import Callable

CHECKS: dict[str, Callable[[], None]] = {}
"""Each raises one of `FAILURES` in `lms.core.views` where it cannot serve."""


class NotReadyError(Exception):
    """A part of the site cannot serve; its message is for the log, not for the answer."""


def register(name: str, check: Callable[[], None]) -> None:
    """Let `/readyz` ask this, too."""
    CHECKS[name] = check
