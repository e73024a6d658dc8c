"""Timing two things in turn, so that a slow minute of the machine slows both."""

import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the table; times are medians in milliseconds."""

    name: str
    measured: float
    baseline_name: str
    baseline: float
    queries: int | None = None
    size: int | None = None

    @property
    def ratio(self) -> float:
        """How many times the baseline."""
        return self.measured / self.baseline


def medians(
    subject: Callable[[], object], baseline: Callable[[], object], *, rounds: int
) -> tuple[float, float]:
    """Return both medians in milliseconds, measured alternately after one warm-up of each."""
    subject()
    baseline()
    times: tuple[list[float], list[float]] = ([], [])
    for _round in range(rounds):
        for called, taken in zip((subject, baseline), times, strict=True):
            start = time.perf_counter()
            called()
            taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])


def machine() -> str:
    """Return one line that names the machine."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as lines:
            model = next(line.split(":")[1].strip() for line in lines if "model name" in line)
        with open("/proc/cpuinfo") as lines:
            cores = sum(line.startswith("processor") for line in lines)
    except (OSError, StopIteration):
        cores = 0
    return f"{model}, {cores} cores, Python {platform.python_version()}, {platform.system()}"


def table(figures: list[Figure]) -> str:
    """Return the figures as a Markdown table."""
    lines = [
        "| what | ms | baseline | ms | ratio | queries | bytes |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    for f in figures:
        queries = "" if f.queries is None else str(f.queries)
        size = "" if f.size is None else str(f.size)
        ratio = f"{f.ratio:.1f}" if f.ratio >= 0.1 else f"1/{1 / f.ratio:.0f}"
        lines.append(
            f"| {f.name} | {f.measured:.2f} | {f.baseline_name} | {f.baseline:.2f} "
            f"| {ratio} | {queries} | {size} |"
        )
    return "\n".join(lines)
