"""The triggers of the audit trail, which no test may leave off, and no flush could pass."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.db import connection

from lms.core.models import AuditEvent
from lms.core.queries import read_reasons

migration = import_module("lms.core.migrations.0003_trail")


def let_flushes_pass() -> None:
    """Have Django's flush, by which tests empty the database, take the triggers off and on again."""
    operations = type(connection.ops)
    flush = operations.sql_flush

    def sql_flush(self: Any, *args: Any, **kwargs: Any) -> list[str]:
        statements: list[str] = flush(self, *args, **kwargs)
        vendor = self.connection.vendor
        if not statements:
            return statements
        return [*migration.drop_sql(vendor), *statements, *migration.add_sql(vendor)]

    operations.sql_flush = sql_flush


@contextmanager
def triggers_off() -> Iterator[None]:
    """Do what somebody with the database in her hands would do first."""
    with connection.cursor() as cursor:
        for statement in migration.drop_sql(connection.vendor):
            cursor.execute(statement)
        yield
        for statement in migration.add_sql(connection.vendor):
            cursor.execute(statement)


def events_with(reason: str) -> list[AuditEvent]:
    """Return the rows for which somebody gave this reason, in their order."""
    rows = list(AuditEvent.objects.order_by("pk"))
    reasons = read_reasons(rows)
    return [row for row in rows if reasons[row.pk] == reason]
