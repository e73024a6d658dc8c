"""Consents with versioned texts, requests for corrections, files made for people.

What a version of a text says is frozen by a trigger. A later migration that alters its table on
SQLite makes it anew without the trigger and must run `add_trigger` again (a test tells).
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


TABLE = "accounts_consenttext"
COLUMNS = ("purpose", "number", "title_es", "title_en", "words_es", "words_en", "since_date")
MESSAGE = "a text that people agree to never changes after it was made"


def add_trigger(apps, schema_editor):
    """Refuse every change of what a version says, whoever asks."""
    run = schema_editor.execute
    drop_trigger(apps, schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        run(
            "CREATE OR REPLACE FUNCTION amparo_refuse_text_change() RETURNS trigger AS $$ "
            f"BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; "
            "END; $$ LANGUAGE plpgsql"
        )
        changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in COLUMNS)
        run(
            f"CREATE TRIGGER {TABLE}_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW "
            f"WHEN ({changed}) EXECUTE FUNCTION amparo_refuse_text_change()"
        )
    else:
        changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in COLUMNS)
        run(
            f"CREATE TRIGGER {TABLE}_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW "
            f"WHEN {changed} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def drop_trigger(apps, schema_editor):
    """Take the trigger off again."""
    on = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_frozen{on}")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_agencies_and_invitations'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('participation', 'taking part and certificates'), ('document', 'identity document'), ('follow_up', 'questions after a course')], max_length=20, verbose_name='what for')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('title_es', models.CharField(max_length=120, verbose_name='title (Spanish)')),
                ('title_en', models.CharField(max_length=120, verbose_name='title (English)')),
                ('words_es', models.TextField(max_length=6000, verbose_name='text (Spanish)')),
                ('words_en', models.TextField(max_length=6000, verbose_name='text (English)')),
                ('since_date', models.DateField(verbose_name='holds since')),
                ('created_at', models.DateTimeField(verbose_name='written at')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'text of a consent',
                'verbose_name_plural': 'texts of consents',
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_given', models.BooleanField(verbose_name='agreed')),
                ('answered_at', models.DateTimeField(verbose_name='answered at')),
                ('way', models.CharField(choices=[('sign_up', 'when the account was made'), ('invitation', 'with an invitation'), ('paper', 'with a code on paper'), ('page', 'on the page of consents'), ('document', 'when the document was given')], max_length=12, verbose_name='where')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to=settings.AUTH_USER_MODEL)),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='accounts.consenttext')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
            },
        ),
        migrations.CreateModel(
            name='CorrectionRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('certificate', 'a certificate'), ('result', 'a result or an attendance'), ('agency', 'what an agency says of me'), ('other', 'something else')], max_length=12, verbose_name='what it is about')),
                ('text', models.TextField(max_length=2000, verbose_name='what is wrong, and how it should be')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('answer', models.TextField(blank=True, max_length=2000, verbose_name='answer')),
                ('is_corrected', models.BooleanField(blank=True, null=True, verbose_name='corrected')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='correction_requests', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'request for a correction',
                'verbose_name_plural': 'requests for corrections',
            },
        ),
        migrations.CreateModel(
            name='PersonalFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('pending', 'waiting'), ('done', 'done'), ('failed', 'failed')], default='pending', max_length=10, verbose_name='state')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('claimed_until', models.DateTimeField(blank=True, null=True, verbose_name='claimed until')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done at')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('failure', models.TextField(blank=True, verbose_name='reason of the failure')),
                ('public_id', models.UUIDField(default=uuid.uuid4, unique=True, verbose_name='public number')),
                ('kind', models.CharField(choices=[('record_pdf', 'my record (PDF)'), ('data_json', 'my data (JSON)'), ('data_pdf', 'my data (PDF)')], max_length=12, verbose_name='what is in it')),
                ('language', models.CharField(max_length=2, verbose_name='language')),
                ('expires_at', models.DateTimeField(db_index=True, verbose_name='deleted at')),
                ('ciphertext', models.BinaryField(default=b'', verbose_name='file, encrypted')),
                ('byte_count', models.PositiveIntegerField(default=0, verbose_name='size in bytes')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='personal_files', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'file made for a person',
                'verbose_name_plural': 'files made for people',
            },
        ),
        migrations.AddConstraint(
            model_name='consenttext',
            constraint=models.UniqueConstraint(fields=('purpose', 'number'), name='consent_text_number_once'),
        ),
        migrations.AddConstraint(
            model_name='consenttext',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title_es', ''), _negated=True), models.Q(('title_en', ''), _negated=True), models.Q(('words_es', ''), _negated=True), models.Q(('words_en', ''), _negated=True)), name='consent_text_in_both_languages', violation_error_message='The text is needed in both languages.'),
        ),
        migrations.AddIndex(
            model_name='consent',
            index=models.Index(fields=['user', 'answered_at'], name='consent_user_time'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.UniqueConstraint(condition=models.Q(('is_given', True), ('withdrawn_at__isnull', True)), fields=('user', 'text'), name='consent_stands_once'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), models.Q(('is_given', True), ('withdrawn_at__gte', models.F('answered_at'))), _connector='OR'), name='consent_withdrawn_was_given'),
        ),
        migrations.AddConstraint(
            model_name='correctionrequest',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='correction_says_what'),
        ),
        migrations.AddConstraint(
            model_name='correctionrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('is_corrected__isnull', True)), models.Q(('answered_at__isnull', False), ('is_corrected__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='correction_answered_has_answer'),
        ),
        migrations.AddConstraint(
            model_name='personalfile',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'pending')), fields=('user', 'kind', 'language'), name='personal_file_one_in_the_making'),
        ),
        migrations.AddConstraint(
            model_name='personalfile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(('byte_count__gt', 0), ('done_at__isnull', False)), _connector='OR'), name='personal_file_done_has_content'),
        ),
        migrations.RunPython(add_trigger, drop_trigger),
    ]
