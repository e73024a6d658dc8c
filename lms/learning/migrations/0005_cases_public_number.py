import uuid

from django.db import migrations, models


def give_numbers(apps, schema_editor):
    """Give each walk a number of its own."""
    for run in apps.get_model('learning', 'CaseRun').objects.filter(public_id=None).iterator():
        run.public_id = uuid.uuid4()
        run.save(update_fields=['public_id'])


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0004_assessment_constraints'),
    ]

    operations = [
        migrations.AddField(
            model_name='caserun',
            name='public_id',
            field=models.UUIDField(null=True, verbose_name='public number'),
        ),
        migrations.RunPython(give_numbers, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='caserun',
            name='public_id',
            field=models.UUIDField(default=uuid.uuid4, unique=True, verbose_name='public number'),
        ),
    ]
