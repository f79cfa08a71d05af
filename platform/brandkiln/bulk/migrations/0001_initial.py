import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('datasets', '0001_squashed_0009_lighter_records'),
        ('jobs', '0001_squashed_0012_worker'),
        ('projects', '0001_squashed_0002_guide'),
        ('workspaces', '0001_squashed_0003_membership_by_sign_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bulk',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=120)),
                ('filename', models.CharField(blank=True, max_length=255)),
                ('columns', models.JSONField(default=list)),
                ('refused', models.JSONField(default=list)),
                ('row_count', models.PositiveIntegerField(default=0)),
                ('mapping', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('draft', 'Being set up'), ('trial', 'Dry run'), ('running', 'Running'), ('paused', 'Paused'), ('finished', 'Finished'), ('cancelled', 'Cancelled')], default='draft', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=400)),
                ('trial', models.JSONField(default=list)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dataset_version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='bulks', to='datasets.datasetversion')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bulks', to='projects.project')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bulks', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=80)),
                ('summary', models.CharField(blank=True, max_length=300)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bulk_templates', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TemplateVersion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.PositiveIntegerField()),
                ('generator', models.CharField(max_length=80)),
                ('params', models.JSONField(default=dict)),
                ('variables', models.JSONField(default=list)),
                ('uses_production', models.BooleanField(default=False)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('checkpoint', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.checkpoint')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='bulk.template')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('template', 'number'), name='one_bulk_template_version_number')],
            },
        ),
        migrations.CreateModel(
            name='Row',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('part', models.PositiveSmallIntegerField(default=0)),
                ('cells', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('ready', 'Waiting'), ('faulty', 'Does not fit'), ('working', 'Under way'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='ready', max_length=10)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('message', models.TextField(blank=True)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('bulk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='bulk.bulk')),
                ('job', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='bulk_row', to='jobs.job')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='bulk.templateversion')),
            ],
            options={
                'ordering': ['position', 'part'],
                'indexes': [models.Index(fields=['bulk', 'state', 'position', 'part'], name='bulk_row_state'), models.Index(fields=['bulk', 'changed_at'], name='bulk_row_news')],
                'constraints': [models.UniqueConstraint(fields=('bulk', 'position', 'part'), name='one_row_for_each_template')],
            },
        ),
        migrations.AddField(
            model_name='bulk',
            name='versions',
            field=models.ManyToManyField(related_name='bulks', to='bulk.templateversion'),
        ),
    ]
