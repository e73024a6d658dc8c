"""Results of attempts that were made before marks stood at the question."""

from django.db import migrations


def carry_results_forward(apps, schema_editor):
    """Submitted attempts have their result already: mark them, and let the best of each quiz count.

    One that passed comes before any that did not, whatever they earned: pass marks may have changed
    between them, and what was passed stays passed. Of equal ones the earlier counts, as everywhere.
    """
    Attempt = apps.get_model('learning', 'Attempt')
    AttemptItem = apps.get_model('learning', 'AttemptItem')
    for item in AttemptItem.objects.select_related('attempt', 'response').iterator():
        item.slot = item.position
        if item.attempt.state == 'submitted':
            response = getattr(item, 'response', None)
            item.mark = (response.mark if response else None) or 0
        item.save(update_fields=['slot', 'mark'])
    counted = set()
    done = Attempt.objects.filter(state='submitted').order_by('-is_passed', '-score', 'number')
    for attempt in list(done):
        place = (attempt.enrolment_id, attempt.quiz_key)
        attempt.state, attempt.marked_at = 'marked', attempt.submitted_at
        attempt.counts = place not in counted
        counted.add(place)
        attempt.save(update_fields=['state', 'marked_at', 'counts'])


def carry_results_back(apps, schema_editor):
    """Give responses their marks back; attempts without a result cannot be carried back."""
    Attempt = apps.get_model('learning', 'Attempt')
    Response = apps.get_model('learning', 'Response')
    for response in Response.objects.select_related('item').iterator():
        response.mark = response.item.mark
        response.save(update_fields=['mark'])
    Attempt.objects.filter(state='marked').update(state='submitted')


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0002_assessment'),
    ]

    operations = [
        migrations.RunPython(carry_results_forward, carry_results_back),
    ]
