"""What the database holds about attempts, marks, cases and statistics."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0002_assessment'),
        ('learning', '0003_carry_results'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name='response',
            name='mark',
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('state', 'in_progress')), fields=['due_at'], name='attempt_due'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['quiz_key', 'state'], name='attempt_quiz_state'),
        ),
        migrations.AddIndex(
            model_name='attemptitem',
            index=models.Index(condition=models.Q(('is_waiting', True)), fields=['question_version'], name='attempt_item_waiting'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(condition=models.Q(('counts', True)), fields=('enrolment', 'quiz_key'), name='attempt_counts_once'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(('counts', False), ('state__in', ('marked', 'expired')), _connector='OR'), name='attempt_counts_with_result'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_passed__isnull', True), ('score__isnull', True), ('state', 'in_progress'), ('submitted_at__isnull', True)), models.Q(('is_passed__isnull', True), ('score__isnull', True), ('state', 'submitted'), ('submitted_at__isnull', False)), models.Q(('state__in', ('marked', 'expired')), ('submitted_at__isnull', False), models.Q(models.Q(('score__gte', 0), ('score__lte', 100), ('is_passed__isnull', False)), models.Q(('is_passed__isnull', True), ('mode__in', ('diagnosis', 'survey'))), _connector='OR')), models.Q(('annulled_at__isnull', False), ('state', 'annulled')), _connector='OR'), name='attempt_state_has_result'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'annulled'), models.Q(('annulled_reason', ''), _negated=True)), models.Q(models.Q(('state', 'annulled'), _negated=True), ('annulled_at__isnull', True)), _connector='OR'), name='attempt_annulled_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='attemptitem',
            constraint=models.CheckConstraint(condition=models.Q(('mark__isnull', True), models.Q(('mark__gte', 0), ('mark__lte', models.F('max_mark'))), _connector='OR'), name='attempt_item_mark_within'),
        ),
        migrations.AddField(
            model_name='allowance',
            name='enrolment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='allowances', to='learning.enrolment'),
        ),
        migrations.AddField(
            model_name='allowance',
            name='granted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='answerstatistic',
            name='question_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.questionversion'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appeal',
            name='attempt',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='appeal', to='learning.attempt'),
        ),
        migrations.AddField(
            model_name='caserun',
            name='case_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.caseversion'),
        ),
        migrations.AddField(
            model_name='caserun',
            name='enrolment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='case_runs', to='learning.enrolment'),
        ),
        migrations.AddField(
            model_name='itemmark',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='learning.attemptitem'),
        ),
        migrations.AddField(
            model_name='itemmark',
            name='marker',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='itemstatistic',
            name='question_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.questionversion'),
        ),
        migrations.AddField(
            model_name='regrade',
            name='made_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='regrade',
            name='question_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.questionversion'),
        ),
        migrations.AddConstraint(
            model_name='slotstatistic',
            constraint=models.UniqueConstraint(fields=('quiz_key', 'slot'), name='slot_statistic_unique'),
        ),
        migrations.AddField(
            model_name='surveytally',
            name='question_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.questionversion'),
        ),
        migrations.AddField(
            model_name='surveytext',
            name='question_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.questionversion'),
        ),
        migrations.AddConstraint(
            model_name='allowance',
            constraint=models.CheckConstraint(condition=models.Q(('extra_minutes__gt', 0), ('extra_attempts__gt', 0), _connector='OR'), name='allowance_allows_something', violation_error_message='Give extra minutes, extra attempts or both.'),
        ),
        migrations.AddConstraint(
            model_name='allowance',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='allowance_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='answerstatistic',
            constraint=models.UniqueConstraint(fields=('quiz_key', 'question_version', 'answer_key', 'step'), name='answer_statistic_unique'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='appeal_answered_has_answer'),
        ),
        migrations.AddIndex(
            model_name='caserun',
            index=models.Index(fields=['case_key', 'ending'], name='case_run_case_ending'),
        ),
        migrations.AddConstraint(
            model_name='caserun',
            constraint=models.UniqueConstraint(fields=('enrolment', 'case_key', 'number'), name='case_run_number_unique'),
        ),
        migrations.AddConstraint(
            model_name='caserun',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'walking')), fields=('enrolment', 'case_key'), name='case_run_walking_once'),
        ),
        migrations.AddConstraint(
            model_name='caserun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ending', ''), ('state', 'walking')), models.Q(('ended_at__isnull', False), ('state', 'ended'), models.Q(('ending', ''), _negated=True)), _connector='OR'), name='case_run_ended_has_ending'),
        ),
        migrations.AddConstraint(
            model_name='itemmark',
            constraint=models.UniqueConstraint(condition=models.Q(('is_draft', True)), fields=('item', 'marker'), name='item_mark_draft_once'),
        ),
        migrations.AddConstraint(
            model_name='itemmark',
            constraint=models.CheckConstraint(condition=models.Q(('is_draft', True), ('mark__gte', 0), _connector='OR'), name='item_mark_has_mark'),
        ),
        migrations.AddConstraint(
            model_name='itemmark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('remark', 'settled', 'regrade')), _negated=True), ('is_draft', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='item_mark_change_has_reason', violation_error_message='Say why the mark is changed.'),
        ),
        migrations.AddConstraint(
            model_name='itemstatistic',
            constraint=models.UniqueConstraint(fields=('quiz_key', 'question_version'), name='item_statistic_unique'),
        ),
        migrations.AddConstraint(
            model_name='regrade',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='regrade_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='regrade',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'accept'), _negated=True), models.Q(('accepted', ''), _negated=True), _connector='OR'), name='regrade_accepts_something'),
        ),
        migrations.AddConstraint(
            model_name='surveytally',
            constraint=models.UniqueConstraint(fields=('quiz_key', 'question_version', 'answer_key'), name='survey_tally_unique'),
        ),
        migrations.AddIndex(
            model_name='surveytext',
            index=models.Index(fields=['quiz_key', 'question_version'], name='survey_text_place'),
        ),
    ]
