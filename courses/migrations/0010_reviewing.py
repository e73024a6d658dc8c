"""Reviews of contents, and the trigger that keeps every decision as it was made.

A later change of `courses_contentreview` on SQLite makes the table anew without its trigger: such a
migration must run `add_trigger` again (tests/courses/reviewing/test_deciding.py tells).
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


TABLE = 'courses_contentreview'
COLUMNS = (
    'kind', 'item_key', 'number', 'part', 'outcome', 'state_digest', 'version', 'decided_at', 'note',
)
MESSAGE = 'a review never changes after it was made'


def add_trigger(apps, schema_editor):
    """Refuse every change of what a decision says; that its reviewer was erased may be written."""
    run = schema_editor.execute
    if schema_editor.connection.vendor == 'postgresql':
        run(
            'CREATE OR REPLACE FUNCTION amparo_refuse_review_change() RETURNS trigger AS $$ '
            f"BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; "
            'END; $$ LANGUAGE plpgsql'
        )
        changed = ' OR '.join(f'OLD.{name} IS DISTINCT FROM NEW.{name}' for name in COLUMNS)
        run(
            f'CREATE TRIGGER {TABLE}_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW '
            f'WHEN ({changed}) EXECUTE FUNCTION amparo_refuse_review_change()'
        )
    else:
        changed = ' OR '.join(f'OLD.{name} IS NOT NEW.{name}' for name in COLUMNS)
        run(
            f'CREATE TRIGGER {TABLE}_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW '
            f"WHEN {changed} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def drop_trigger(apps, schema_editor):
    """Take the trigger off again."""
    on = f' ON {TABLE}' if schema_editor.connection.vendor == 'postgresql' else ''
    schema_editor.execute(f'DROP TRIGGER IF EXISTS {TABLE}_frozen{on}')


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ("courses", "0009_document"),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReviewTask',
            fields=[
                ('task_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.task')),
                ('part', models.CharField(choices=[('legal', 'legal review'), ('protection', 'protection review')], max_length=10, verbose_name='part')),
                ('groups', models.ManyToManyField(help_text='Pages/snippets at this step in a workflow will be moderated or approved by these groups of users', to='auth.group', verbose_name='groups')),
            ],
            options={
                'verbose_name': 'review of contents',
                'verbose_name_plural': 'reviews of contents',
            },
            bases=('wagtailcore.task',),
        ),
        migrations.CreateModel(
            name='ContentReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('page', 'page'), ('question', 'question'), ('case', 'case')], max_length=10, verbose_name='kind')),
                ('item_key', models.CharField(max_length=60, verbose_name='text')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('part', models.CharField(choices=[('legal', 'legal review'), ('protection', 'protection review')], max_length=10, verbose_name='part')),
                ('outcome', models.CharField(choices=[('approved', 'approved'), ('changes', 'changes asked for')], max_length=10, verbose_name='outcome')),
                ('state_digest', models.CharField(max_length=64, verbose_name='digest of the text')),
                ('version', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='revision or version')),
                ('decided_at', models.DateTimeField(verbose_name='decided at')),
                ('note', models.TextField(blank=True, max_length=4000, verbose_name='comment')),
                ('reviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'review',
                'verbose_name_plural': 'reviews',
                'constraints': [models.UniqueConstraint(fields=('kind', 'item_key', 'number'), name='review_decided_once'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'changes'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='review_changes_say_which', violation_error_message='Say what has to change.')],
            },
        ),
        migrations.CreateModel(
            name='ReviewMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('pending', 'waiting'), ('done', 'done'), ('failed', 'failed')], default='pending', max_length=10, verbose_name='state')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('claimed_until', models.DateTimeField(blank=True, null=True, verbose_name='claimed until')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done at')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('failure', models.TextField(blank=True, verbose_name='reason of the failure')),
                ('kind', models.CharField(choices=[('waiting', 'something waits for a review'), ('decided', 'a review was decided'), ('weekly', 'what waits and what is due, once a week')], max_length=10, verbose_name='kind')),
                ('on_date', models.DateField(verbose_name='day')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mail about reviews',
                'verbose_name_plural': 'mails about reviews',
                'constraints': [models.UniqueConstraint(fields=('user', 'kind', 'on_date'), name='review_mail_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='TranslationCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('page', 'page'), ('question', 'question'), ('case', 'case')], max_length=10, verbose_name='kind')),
                ('item_key', models.CharField(max_length=60, verbose_name='text')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('checked_at', models.DateTimeField(verbose_name='checked at')),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'checked translation',
                'verbose_name_plural': 'checked translations',
                'constraints': [models.UniqueConstraint(fields=('kind', 'item_key', 'version'), name='translation_checked_once')],
            },
        ),
        migrations.RunPython(add_trigger, drop_trigger),
    ]
