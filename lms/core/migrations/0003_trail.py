"""The audit trail that nobody changes: words under keys, marks of origin, seals, triggers.

What stands in the trail already is carried over before the triggers come: each row learns whom it
concerns, as far as its record still tells; what somebody had typed goes under that person's key,
or under a key of the installation where no person is found. Backwards, the words are in clear
again, but for those of people who were erased meanwhile.

A later change of one of these two tables on SQLite makes it anew without its triggers: such a
migration must run `add_triggers` again (tests/core/test_trail_triggers.py tells).
"""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

from lms.core.canonical import CONTENT_FIELDS, new_origin
from lms.core.crypto import new_wrapped_key, opened, sealed, unwrapped

TABLES = ('core_auditevent', 'core_auditseal')
MESSAGE = 'a row of the audit trail never changes after it was written'
BATCH = 500

PEOPLE = {
    'accounts.user': 'pk',
    'accounts.membership': 'user_id',
    'accounts.accesscode': 'user_id',
    'accounts.invitation': 'membership__user_id',
    'courses.coursestaff': 'user_id',
    'learning.enrolment': 'learner_id',
    'learning.cohortplace': 'learner_id',
    'learning.importedsitting': 'learner_id',
    'learning.remindersetting': 'learner_id',
    'learning.attempt': 'enrolment__learner_id',
    'learning.attemptitem': 'attempt__enrolment__learner_id',
    'learning.appeal': 'attempt__enrolment__learner_id',
    'learning.allowance': 'enrolment__learner_id',
    'learning.approval': 'enrolment__learner_id',
    'learning.attendance': 'enrolment__learner_id',
    'learning.caserun': 'enrolment__learner_id',
    'learning.learnerquestion': 'enrolment__learner_id',
    'learning.lessonprogress': 'enrolment__learner_id',
    'learning.practiceobservation': 'enrolment__learner_id',
    'certificates.certificate': 'enrolment__learner_id',
    'certificates.certificatemail': 'certificate__enrolment__learner_id',
    'certificates.certificateproposal': 'certificate__enrolment__learner_id',
    'certificates.certificateshare': 'certificate__enrolment__learner_id',
    'certificates.issuance': 'certificate__enrolment__learner_id',
}
"""How a record leads to the person whom an event about it concerns.

Wishes to be contacted are left out on purpose: the trail would keep for ever that somebody asked.
"""

OWN_WORDS = (
    'cohort_progress_downloaded',
    'question_saved',
    'questions_exported',
    'quiz_imported',
    'response_refused',
    'results_downloaded',
    'units_created',
    'unknown_codes_burst',
    'user_updated',
)
"""Actions whose reason the system itself wrote, and which names nobody: it stays in clear."""


class Keys:
    """The keys of people and of the installation, made where they are missing."""

    def __init__(self, apps, now):
        self.person_keys = apps.get_model('core', 'PersonKey')
        self.site_keys = apps.get_model('core', 'SiteKey')
        self.now, self.known = now, {}

    def of(self, person_id):
        if person_id not in self.known:
            defaults = {'wrapped': new_wrapped_key(), 'created_at': self.now}
            if person_id is None:
                row, _is_new = self.site_keys.objects.get_or_create(
                    purpose='reasons', defaults=defaults
                )
            else:
                row, _is_new = self.person_keys.objects.get_or_create(
                    person_id=person_id, defaults=defaults
                )
            self.known[person_id] = unwrapped(row.wrapped)
        return self.known[person_id]


def in_batches(rows):
    """Yield the rows in lists, by their numbers."""
    after = 0
    while batch := list(rows.filter(pk__gt=after).order_by('pk')[:BATCH]):
        yield batch
        after = batch[-1].pk


def people_of(apps, batch):
    """Return the person whom each row concerns by the row's number; None where nobody is found."""
    wanted = {}
    for row in batch:
        if row.target_type in PEOPLE and row.target_id.isdigit():
            wanted.setdefault(row.target_type, set()).add(int(row.target_id))
    found = {}
    for label, pks in wanted.items():
        rows = apps.get_model(label)._base_manager.filter(pk__in=pks)
        found[label] = {str(pk): one for pk, one in rows.values_list('pk', PEOPLE[label])}
        if label == 'accounts.user':  # who is gone is still the one whom it concerned
            found[label] = {str(pk): pk for pk in pks}
    return {row.pk: found.get(row.target_type, {}).get(row.target_id) for row in batch}


def carry_over(apps, schema_editor):
    """Put typed words under keys, note whom each row concerns, and mark each row as written here."""
    events = apps.get_model('core', 'AuditEvent')
    keys = Keys(apps, timezone.now())
    for batch in in_batches(events.objects.all()):
        people = people_of(apps, batch)
        for row in batch:
            row.subject_id = row.subject_id or people[row.pk]
            if row.reason and row.action not in OWN_WORDS:
                row.sealed_reason = sealed(row.reason, keys.of(row.subject_id)[0])
                row.reason = ''
            row.origin = new_origin([getattr(row, name) for name in CONTENT_FIELDS])
        events.objects.bulk_update(batch, ['subject_id', 'reason', 'sealed_reason', 'origin'], 100)


def carry_back(apps, schema_editor):
    """Write the words in clear again, as far as their keys are there."""
    events = apps.get_model('core', 'AuditEvent')
    keys = Keys(apps, timezone.now())
    for batch in in_batches(events.objects.exclude(sealed_reason='')):
        for row in batch:
            words = opened(row.sealed_reason, keys.of(row.subject_id)) or ''
            row.reason = ': '.join(filter(None, [row.reason, words]))
        events.objects.bulk_update(batch, ['reason'], 100)


def add_sql(vendor):
    """Return the statements that have the database refuse every change of the trail."""
    if vendor == 'postgresql':
        return [
            'CREATE OR REPLACE FUNCTION amparo_keep_trail() RETURNS trigger AS $$ '
            f"BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; "
            'END; $$ LANGUAGE plpgsql',
            *[
                statement
                for table in TABLES
                for statement in (
                    f'CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} '
                    'FOR EACH ROW EXECUTE FUNCTION amparo_keep_trail()',
                    f'CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} '
                    'FOR EACH STATEMENT EXECUTE FUNCTION amparo_keep_trail()',
                )
            ],
        ]
    return [
        f'CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} '
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for table in TABLES
        for change in ('UPDATE', 'DELETE')
    ]


def drop_sql(vendor):
    """Return the statements that take the triggers off."""
    if vendor == 'postgresql':
        return [
            f'DROP TRIGGER IF EXISTS {table}_{name} ON {table}'
            for table in TABLES
            for name in ('kept', 'whole')
        ]
    return [
        f'DROP TRIGGER IF EXISTS {table}_no_{change}'
        for table in TABLES
        for change in ('update', 'delete')
    ]


def add_triggers(apps, schema_editor):
    """Refuse every change of what stands in the trail, whoever asks."""
    vendor = schema_editor.connection.vendor
    for statement in [*drop_sql(vendor), *add_sql(vendor)]:
        schema_editor.execute(statement)


def drop_triggers(apps, schema_editor):
    """Take the triggers off again."""
    for statement in drop_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_audit_subject'),
        ('accounts', '0002_agencies_and_invitations'),
        ('courses', '0007_practice'),
        ('learning', '0010_programme'),
        ('certificates', '0003_designs'),
    ]

    operations = [
        migrations.AddField(
            model_name='auditevent',
            name='sealed_reason',
            field=models.TextField(blank=True, default='', verbose_name='sealed reason'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='auditevent',
            name='origin',
            field=models.CharField(max_length=80, null=True, verbose_name='mark of origin'),
        ),
        migrations.CreateModel(
            name='PersonKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person_id', models.BigIntegerField(unique=True, verbose_name='person concerned')),
                ('wrapped', models.TextField(blank=True, verbose_name='wrapped key')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('destroyed_at', models.DateTimeField(blank=True, null=True, verbose_name='destroyed at')),
            ],
            options={
                'verbose_name': 'key of a person',
                'verbose_name_plural': 'keys of persons',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('destroyed_at__isnull', False), ('wrapped', '')), models.Q(models.Q(('wrapped', ''), _negated=True), ('destroyed_at', None)), _connector='OR'), name='person_key_is_there_or_destroyed')],
            },
        ),
        migrations.CreateModel(
            name='SiteKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('seals', 'seals of the audit trail'), ('reasons', 'reasons that concern no single person')], max_length=10, unique=True, verbose_name='purpose')),
                ('wrapped', models.TextField(verbose_name='wrapped key')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
            ],
            options={
                'verbose_name': 'key of the installation',
                'verbose_name_plural': 'keys of the installation',
            },
        ),
        migrations.RunPython(carry_over, carry_back),
        migrations.AlterField(
            model_name='auditevent',
            name='origin',
            field=models.CharField(max_length=80, verbose_name='mark of origin'),
        ),
        migrations.AddConstraint(
            model_name='auditevent',
            constraint=models.UniqueConstraint(fields=('origin',), name='audit_origin_once'),
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='number')),
                ('sealed_at', models.DateTimeField(verbose_name='sealed at')),
                ('digest', models.CharField(max_length=64, verbose_name='digest')),
                ('event', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='core.auditevent')),
            ],
            options={
                'verbose_name': 'seal of the audit trail',
                'verbose_name_plural': 'seals of the audit trail',
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='audit_seal_from_one')],
            },
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
