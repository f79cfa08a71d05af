import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('jobs', '0001_initial'), ('jobs', '0002_override_reason'), ('jobs', '0003_preview_kind'), ('jobs', '0004_registry'), ('jobs', '0005_guard_role'), ('jobs', '0006_pace_kind'), ('jobs', '0007_search_and_trials'), ('jobs', '0008_served_kinds'), ('jobs', '0009_augment_and_directions'), ('jobs', '0010_blind_comparison'), ('jobs', '0011_pack_kind'), ('jobs', '0012_worker')]

    initial = True

    dependencies = [
        ('artifacts', '0001_squashed_0004_arrival'),
        ('datasets', '0001_squashed_0009_lighter_records'),
        ('projects', '0001_squashed_0002_guide'),
        ('workspaces', '0001_squashed_0003_membership_by_sign_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Worker',
            fields=[
                ('name', models.CharField(max_length=120, primary_key=True, serialize=False)),
                ('host', models.CharField(max_length=120)),
                ('queues', models.JSONField(default=list)),
                ('devices', models.JSONField(default=list)),
                ('load', models.JSONField(default=dict)),
                ('started_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('generator', models.CharField(max_length=80)),
                ('generator_version', models.CharField(max_length=40)),
                ('number', models.PositiveIntegerField()),
                ('card', models.JSONField()),
                ('metrics', models.JSONField(default=dict)),
                ('is_production', models.BooleanField(default=False)),
                ('compression', models.JSONField(default=dict)),
                ('trashed_at', models.DateTimeField(null=True)),
                ('note', models.TextField(blank=True, max_length=2000)),
                ('direction_names', models.JSONField(default=dict)),
                ('retrain_reason', models.CharField(blank=True, max_length=200)),
                ('dataset_version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='checkpoints', to='datasets.datasetversion')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='children', to='jobs.checkpoint')),
                ('preview', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='artifacts.artifact')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checkpoints', to='projects.project')),
                ('weights', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='artifacts.artifact')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checkpoints', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BlindComparison',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('generator', models.CharField(max_length=80)),
                ('prompts', models.JSONField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blind_comparisons', to='projects.project')),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blind_comparisons', to='workspaces.workspace')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blind_comparisons', to='jobs.checkpoint')),
                ('second', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.checkpoint')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('kind', models.CharField(choices=[('train', 'Train'), ('sample', 'Generate'), ('evaluate', 'Evaluate'), ('report', 'Report'), ('compress', 'Compress'), ('export', 'Export'), ('compare', 'Draw to compare'), ('augment', 'Add generated pictures'), ('ingest', 'Read data'), ('import', 'Fetch files'), ('check', 'Check data'), ('features', 'Compare records'), ('preview', 'Preview'), ('pace', 'Time forecast'), ('search', 'Search settings'), ('scan', 'Look for personal data'), ('derive', 'Make a version'), ('erase', 'Erase a record'), ('chat', 'Answer a chat'), ('embed', 'Embed texts'), ('index', 'Index for questions'), ('ask', 'Answer from sources'), ('pack', 'Pack for channels')], max_length=10)),
                ('queue', models.CharField(choices=[('sample', 'Generating'), ('train', 'Training'), ('platform', 'Data work')], max_length=10)),
                ('priority', models.SmallIntegerField(default=0)),
                ('generator', models.CharField(blank=True, max_length=80)),
                ('generator_version', models.CharField(blank=True, max_length=40)),
                ('params', models.JSONField(default=dict)),
                ('seed', models.BigIntegerField(default=0)),
                ('idempotency_key', models.CharField(blank=True, max_length=120, null=True)),
                ('request_digest', models.CharField(blank=True, max_length=64)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('note', models.TextField(blank=True, max_length=2000)),
                ('override_reason', models.CharField(blank=True, max_length=400)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('succeeded', 'Succeeded'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', max_length=10)),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('max_attempts', models.PositiveSmallIntegerField(default=3)),
                ('worker', models.CharField(blank=True, max_length=120)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('cancel_requested_at', models.DateTimeField(blank=True, null=True)),
                ('keep_on_cancel', models.BooleanField(default=False)),
                ('rung_at', models.DateTimeField(blank=True, null=True)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('done', models.PositiveBigIntegerField(default=0)),
                ('total', models.PositiveBigIntegerField(default=0)),
                ('message', models.CharField(blank=True, max_length=300)),
                ('metrics', models.JSONField(default=dict)),
                ('error_code', models.CharField(blank=True, max_length=40)),
                ('error_message', models.TextField(blank=True)),
                ('error_detail', models.TextField(blank=True)),
                ('result', models.JSONField(default=dict)),
                ('checkpoint', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='used_by_jobs', to='jobs.checkpoint')),
                ('dataset_version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='jobs', to='datasets.datasetversion')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='jobs', to='projects.project')),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='jobs', to=settings.AUTH_USER_MODEL)),
                ('retry_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='retries', to='jobs.job')),
                ('upload', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='jobs', to='datasets.upload')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='jobs', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'indexes': [models.Index(fields=['state', 'queue', 'workspace', 'due_at'], name='job_next'), models.Index(fields=['workspace', 'queue', '-started_at'], name='job_last_start'), models.Index(fields=['state', 'lease_until'], name='job_lease'), models.Index(fields=['workspace', '-created_at'], name='job_of_workspace'), models.Index(fields=['generator', 'kind', 'state', 'finished_at'], name='job_estimate')],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'idempotency_key'), name='one_job_per_idempotency_key'), models.CheckConstraint(condition=models.Q(('priority__gte', -10), ('priority__lte', 10)), name='priority_within_bounds')],
            },
        ),
        migrations.CreateModel(
            name='CheckpointFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('role', models.CharField(choices=[('onnx', 'ONNX'), ('compared', 'Drawn to compare'), ('guard', 'Guard against copies')], max_length=10)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('facts', models.JSONField(default=dict)),
                ('artifact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='artifacts.artifact')),
                ('checkpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='jobs.checkpoint')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checkpoint_files', to='workspaces.workspace')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checkpoint_files', to='jobs.job')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('job', 'position'), name='one_checkpoint_file_each')],
            },
        ),
        migrations.AddField(
            model_name='checkpoint',
            name='job',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='trained_checkpoint', to='jobs.job'),
        ),
        migrations.CreateModel(
            name='JobEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('type', models.CharField(max_length=16)),
                ('data', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='jobs.job')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['job', 'id'], name='jobs_jobeve_job_id_95f7be_idx')],
            },
        ),
        migrations.CreateModel(
            name='Promotion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('generator', models.CharField(max_length=80)),
                ('number', models.PositiveIntegerField()),
                ('is_rollback', models.BooleanField(default=False)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checkpoint', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='promotions', to='jobs.checkpoint')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promotions', to='projects.project')),
                ('replaced', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.checkpoint')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promotions', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'indexes': [models.Index(fields=['project', 'generator', '-created_at'], name='promotion_history')],
            },
        ),
        migrations.CreateModel(
            name='Trial',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.PositiveIntegerField()),
                ('repeat', models.PositiveSmallIntegerField(default=0)),
                ('settings', models.JSONField(default=dict)),
                ('pruned_at', models.DateTimeField(blank=True, null=True)),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='trial', to='jobs.job')),
                ('search', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='trials', to='jobs.job')),
            ],
            options={
                'ordering': ['number', 'repeat'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('search', 'number', 'repeat'), name='one_trial_each')],
            },
        ),
        migrations.CreateModel(
            name='Verdict',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('position', models.PositiveSmallIntegerField()),
                ('better', models.CharField(choices=[('first', "The first network's"), ('second', "The second network's"), ('neither', 'Neither')], max_length=8)),
                ('comparison', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verdicts', to='jobs.blindcomparison')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('comparison', 'position', 'person'), name='one_verdict_each')],
            },
        ),
        migrations.AddConstraint(
            model_name='checkpoint',
            constraint=models.UniqueConstraint(fields=('project', 'generator', 'number'), name='one_checkpoint_number'),
        ),
        migrations.AddConstraint(
            model_name='checkpoint',
            constraint=models.UniqueConstraint(condition=models.Q(('is_production', True)), fields=('project', 'generator'), name='one_production_checkpoint'),
        ),
    ]
