"""How many processes work in the background where nobody says it."""

import pytest

from lms.core.management.commands.serve import default_tasks, memory_of_machine

GB = 1024**3


@pytest.mark.parametrize(
    ("cores", "memory", "tasks"),
    [(1, 8 * GB, 1), (2, GB, 1), (2, 2 * GB, 2), (8, 64 * GB, 2)],
)
def test_second_process_needs_a_second_core_and_room(cores: int, memory: int, tasks: int) -> None:
    assert default_tasks(cores=cores, memory=memory) == tasks


def test_machine_has_memory() -> None:
    assert memory_of_machine() > GB // 8
