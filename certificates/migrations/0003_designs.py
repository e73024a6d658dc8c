"""The default design, and triggers that keep a version as it was once a certificate has used it.

Later changes of the table on SQLite make it anew without its triggers: such a migration must run
`add_triggers` again (tests/certificates/test_design_services.py tells).
"""

from django.db import migrations
from django.utils import timezone

VERSION = 'certificates_certificatedesignversion'
COLUMNS = ('design_id', 'number', 'content')
MESSAGE = 'a version of a design never changes once a certificate has used it'
USED = 'EXISTS (SELECT 1 FROM certificates_certificate WHERE design_version_id = OLD.id)'
PICTURE = 'certificates_designpicture'
PICTURE_MESSAGE = 'a picture never changes'
NAME = 'Amparo'
CONTENT = {
    'layout': 'horizonte-2',
    'main_colour': '#1c2d4f',
    'accent_colour': '#d09a35',
    'headings': {},
    'attests': {},
    'closings': {},
    'logos': [],
    'signatories': [],
}


def add_triggers(apps, schema_editor):
    """Refuse a change of what a used version says, and of every picture, whoever asks."""
    drop_triggers(apps, schema_editor)
    if schema_editor.connection.vendor == 'postgresql':
        changed = ' OR '.join(f'OLD.{name} IS DISTINCT FROM NEW.{name}' for name in COLUMNS)
        _postgresql(schema_editor, VERSION, f'({changed}) AND {USED}', MESSAGE)
        _postgresql(schema_editor, PICTURE, 'OLD.digest <> NEW.digest OR OLD.content <> NEW.content', PICTURE_MESSAGE)
    else:
        changed = ' OR '.join(f'OLD.{name} IS NOT NEW.{name}' for name in COLUMNS)
        _sqlite(schema_editor, VERSION, f'({changed}) AND {USED}', MESSAGE)
        _sqlite(schema_editor, PICTURE, 'OLD.digest IS NOT NEW.digest OR OLD.content IS NOT NEW.content', PICTURE_MESSAGE)


def _postgresql(schema_editor, table, condition, message):
    schema_editor.execute(
        f'CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger AS $$ BEGIN '
        f"IF {condition} THEN RAISE EXCEPTION '{message}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        'RETURN NEW; END; $$ LANGUAGE plpgsql'
    )
    schema_editor.execute(
        f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW '
        f'EXECUTE FUNCTION {table}_refuse()'
    )


def _sqlite(schema_editor, table, condition, message):
    schema_editor.execute(
        f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW '
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def drop_triggers(apps, schema_editor):
    """Take the triggers off again."""
    is_postgresql = schema_editor.connection.vendor == 'postgresql'
    if is_postgresql:  # rows written in this transaction must not wait for their checks
        schema_editor.execute('SET CONSTRAINTS ALL IMMEDIATE')
        schema_editor.execute('SET CONSTRAINTS ALL DEFERRED')
    for table in (VERSION, PICTURE):
        on = f' ON {table}' if is_postgresql else ''
        schema_editor.execute(f'DROP TRIGGER IF EXISTS {table}_frozen{on}')


def make_default(apps, schema_editor):
    """Make the default design, unless there is one."""
    designs = apps.get_model('certificates', 'CertificateDesign')
    versions = apps.get_model('certificates', 'CertificateDesignVersion')
    if designs.objects.filter(is_default=True).exists():
        return
    now = timezone.now()
    design, _is_new = designs.objects.get_or_create(name=NAME, defaults={'created_at': now})
    if design.live_version_id is None:
        design.live_version = versions.objects.create(
            design=design, number=1, content=CONTENT, created_at=now
        )
    design.is_default = True
    design.save()


def forget_default(apps, schema_editor):
    """Take the default design away, where nothing uses it."""
    design, course = 'certificates_certificatedesign', 'certificates_coursedesign'
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id FROM {design} WHERE name = %s '
            f'AND NOT EXISTS (SELECT 1 FROM {course} WHERE design_id = {design}.id) '
            f'AND NOT EXISTS (SELECT 1 FROM {VERSION} JOIN certificates_certificate '
            f'ON design_version_id = {VERSION}.id WHERE design_id = {design}.id)',
            [NAME],
        )
        for (number,) in cursor.fetchall():
            cursor.execute(f'UPDATE {design} SET live_version_id = NULL WHERE id = %s', [number])
            cursor.execute(f'DELETE FROM {VERSION} WHERE design_id = %s', [number])
            cursor.execute(f'DELETE FROM {design} WHERE id = %s', [number])


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0002_trust'),
    ]

    operations = [
        migrations.RunPython(make_default, forget_default),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
