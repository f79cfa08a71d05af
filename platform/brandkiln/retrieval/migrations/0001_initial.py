import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('datasets', '0001_squashed_0009_lighter_records'),
        ('workspaces', '0001_squashed_0003_membership_by_sign_in'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchIndex',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('extractor', models.CharField(max_length=120)),
                ('chunk_count', models.PositiveIntegerField(default=0)),
                ('mean_length', models.FloatField(default=0)),
                ('ready_at', models.DateTimeField(null=True)),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='search_index', to='datasets.datasetversion')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='search_indexes', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('term', models.CharField(max_length=64)),
                ('places', models.BinaryField()),
                ('index', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='postings', to='retrieval.searchindex')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('index', 'term'), name='one_posting_per_term')],
            },
        ),
        migrations.CreateModel(
            name='Chunk',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('position', models.PositiveIntegerField()),
                ('content', models.CharField(max_length=64)),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('vector', models.BinaryField()),
                ('index', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='chunks', to='retrieval.searchindex')),
            ],
            options={
                'indexes': [models.Index(fields=['index', 'content'], name='chunk_content')],
                'constraints': [models.UniqueConstraint(fields=('index', 'number'), name='one_chunk_number')],
            },
        ),
    ]
