"""A database in a process of its own, brought to any state of the migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.support.databases import collector_off


@contextmanager
def database(name: str) -> Iterator[None]:
    """Point the connection at an empty database, which is there only for as long as this."""
    is_server = connection.vendor == "postgresql"
    quoted = connection.ops.quote_name(name)
    if is_server:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {quoted}")
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        if is_server:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE {quoted}")


def migrate(targets: list[tuple[str, str]] | None = None) -> None:
    """Bring the database to these migrations, else to the newest."""
    executor = MigrationExecutor(connection)
    wanted: Any = targets or executor.loader.graph.leaf_nodes()
    with collector_off():
        executor.migrate(wanted)


def models_as_of(targets: list[tuple[str, str]]) -> Any:
    """Return the models as they were after these migrations."""
    return MigrationExecutor(connection).loader.project_state(targets).apps
