"""Triggers that keep every version of a question or a case as it was made.

Later changes of these two tables on SQLite make them anew without their triggers: such a migration
must run `add_triggers` again (tests/courses/test_immutable_versions.py tells).
"""

from django.db import migrations

TABLES = {
    'courses_questionversion': ('question_id', 'number', 'kind', 'content', 'created_at'),
    'courses_caseversion': ('case_id', 'number', 'content', 'created_at'),
}
MESSAGE = 'a version never changes after it was made'


def add_triggers(apps, schema_editor):
    """Refuse every change of what a version says, whoever asks."""
    run = schema_editor.execute
    if schema_editor.connection.vendor == 'postgresql':
        run(
            'CREATE OR REPLACE FUNCTION amparo_refuse_change() RETURNS trigger AS $$ '
            f"BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; "
            'END; $$ LANGUAGE plpgsql'
        )
    for table, columns in TABLES.items():
        run(f'DROP TRIGGER IF EXISTS {table}_frozen ' + _on(schema_editor, table))
        if schema_editor.connection.vendor == 'postgresql':
            changed = ' OR '.join(f'OLD.{name} IS DISTINCT FROM NEW.{name}' for name in columns)
            run(
                f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW '
                f'WHEN ({changed}) EXECUTE FUNCTION amparo_refuse_change()'
            )
        else:
            changed = ' OR '.join(f'OLD.{name} IS NOT NEW.{name}' for name in columns)
            run(
                f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW '
                f"WHEN {changed} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )


def drop_triggers(apps, schema_editor):
    """Take the triggers off again."""
    for table in TABLES:
        schema_editor.execute(f'DROP TRIGGER IF EXISTS {table}_frozen ' + _on(schema_editor, table))


def _on(schema_editor, table):
    return f'ON {table}' if schema_editor.connection.vendor == 'postgresql' else ''


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0002_assessment'),
    ]

    operations = [
        migrations.RunPython(add_triggers, drop_triggers),
    ]
