import django.contrib.postgres.indexes
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('datasets', '0001_initial'), ('datasets', '0002_upload_expiry'), ('datasets', '0003_label_set'), ('datasets', '0004_record_split_label'), ('datasets', '0005_feature_vectors'), ('datasets', '0006_annotation_own'), ('datasets', '0007_record_indexes'), ('datasets', '0008_medical_and_generated'), ('datasets', '0009_lighter_records')]

    initial = True

    dependencies = [
        ('artifacts', '0001_squashed_0004_arrival'),
        ('projects', '0001_squashed_0002_guide'),
        ('workspaces', '0001_squashed_0003_membership_by_sign_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Dataset',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('image', 'Images'), ('text', 'Texts'), ('table', 'Table'), ('audio', 'Sounds')], max_length=8)),
                ('description', models.TextField(blank=True, max_length=4000)),
                ('source', models.CharField(blank=True, max_length=400)),
                ('licence', models.CharField(blank=True, max_length=120)),
                ('consent', models.CharField(blank=True, choices=[('', 'Not said yet'), ('not_personal', 'No personal data'), ('consent', 'The people agreed'), ('contract', 'A contract with them'), ('interest', 'Legitimate interest')], default='', max_length=16)),
                ('people', models.CharField(blank=True, choices=[('', 'Not said yet'), ('none', 'Nobody can be recognised'), ('released', 'People who signed a release'), ('others', 'Other people')], default='', max_length=16)),
                ('expires_on', models.DateField(blank=True, null=True)),
                ('do_not_train', models.BooleanField(default=False)),
                ('is_medical', models.BooleanField(default=False)),
                ('keep_days', models.PositiveIntegerField(blank=True, null=True)),
                ('trashed_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='datasets', to='projects.project')),
                ('trashed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='datasets', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('project', 'name'), name='one_dataset_name_per_project')],
            },
        ),
        migrations.CreateModel(
            name='DatasetVersion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('origin', models.CharField(choices=[('upload', 'Files'), ('recipe', 'Cleaning'), ('labels', 'Labelling'), ('erasure', 'Erasure'), ('generated', 'Generated pictures')], default='upload', max_length=12)),
                ('recipe', models.JSONField(default=list)),
                ('split_seed', models.PositiveIntegerField(default=0)),
                ('split_rule', models.JSONField(default=dict)),
                ('record_count', models.PositiveIntegerField()),
                ('counts', models.JSONField(default=dict)),
                ('labels', models.JSONField(default=list)),
                ('columns', models.JSONField(default=list)),
                ('report', models.JSONField(default=dict)),
                ('trashed_at', models.DateTimeField(blank=True, null=True)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='datasets.dataset')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='children', to='datasets.datasetversion')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dataset_versions', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Annotation',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('label', models.CharField(max_length=120, null=True)),
                ('caption', models.TextField(max_length=4000, null=True)),
                ('own', models.CharField(blank=True, default='', max_length=120)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='annotations', to='datasets.datasetversion')),
            ],
            options={
                'indexes': [models.Index(fields=['version', 'at'], name='annotation_news')],
                'constraints': [models.UniqueConstraint(fields=('version', 'position'), name='one_annotation_per_record')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('content_sha256', models.CharField(max_length=64)),
                ('reason', models.CharField(blank=True, max_length=400)),
                ('reached', models.JSONField(default=dict)),
                ('finished_at', models.DateTimeField(null=True)),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='erasures', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'indexes': [models.Index(fields=['workspace', 'content_sha256'], name='erased_content')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=32)),
                ('position', models.PositiveIntegerField()),
                ('group', models.PositiveIntegerField(default=0)),
                ('score', models.FloatField(null=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='datasets.datasetversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'code', 'group', 'position'), name='one_finding')],
            },
        ),
        migrations.CreateModel(
            name='LabelSet',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('labels', models.JSONField(default=list)),
                ('renamed', models.JSONField(default=dict)),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='label_set', to='datasets.datasetversion')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PersonalDataScan',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('summary', models.JSONField(default=dict)),
                ('decisions', models.JSONField(default=list)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('spans', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='artifacts.artifact')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='personal_data', to='datasets.datasetversion')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='QualityReport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('summary', models.JSONField(default=dict)),
                ('comparison', models.JSONField(default=dict)),
                ('features', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='artifacts.artifact')),
                ('vectors', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='artifacts.artifact')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='quality', to='datasets.datasetversion')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Record',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('name', models.CharField(blank=True, max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('split', models.CharField(choices=[('train', 'Training'), ('validation', 'Validation'), ('test', 'Test')], max_length=10)),
                ('label', models.CharField(blank=True, max_length=120)),
                ('text', models.TextField(blank=True)),
                ('fields', models.JSONField(default=dict)),
                ('facts', models.JSONField(default=dict)),
                ('artifact', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='records', to='artifacts.artifact')),
                ('thumbnail', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='artifacts.artifact')),
                ('version', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='records', to='datasets.datasetversion')),
            ],
            options={
                'ordering': ['position'],
                'indexes': [models.Index(fields=['version', 'label', 'position'], name='record_label'), models.Index(fields=['version', 'split', 'position'], name='record_split'), models.Index(condition=models.Q(('label', ''), _negated=True), fields=['version', 'split', 'label', 'position'], name='record_split_label'), django.contrib.postgres.indexes.HashIndex(fields=['sha256'], name='record_content'), models.Index(condition=models.Q(('artifact__isnull', False)), fields=['artifact'], name='record_artifact'), models.Index(condition=models.Q(('thumbnail__isnull', False)), fields=['thumbnail'], name='record_thumbnail')],
                'constraints': [models.UniqueConstraint(fields=('version', 'position'), name='one_record_per_position')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('filename', models.CharField(max_length=255)),
                ('state', models.CharField(choices=[('receiving', 'Arriving'), ('received', 'Received'), ('ingested', 'Ingested'), ('refused', 'Refused')], default='received', max_length=10)),
                ('options', models.JSONField(default=dict)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('report', models.JSONField(default=dict)),
                ('base', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='additions', to='datasets.datasetversion')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='datasets.dataset')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='datasetversion',
            name='upload',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='versions', to='datasets.upload'),
        ),
        migrations.CreateModel(
            name='UploadFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('position', models.PositiveIntegerField(default=0)),
                ('name', models.CharField(max_length=1024)),
                ('size', models.PositiveBigIntegerField()),
                ('received', models.PositiveBigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('artifact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='artifacts.artifact')),
                ('upload', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='datasets.upload')),
            ],
            options={
                'ordering': ['position', 'id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('upload', 'position'), name='one_file_per_position')],
            },
        ),
        migrations.AddConstraint(
            model_name='datasetversion',
            constraint=models.UniqueConstraint(fields=('dataset', 'number'), name='one_version_number'),
        ),
    ]
