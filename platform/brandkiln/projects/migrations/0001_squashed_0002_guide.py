import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('projects', '0001_initial'), ('projects', '0002_guide')]

    initial = True

    dependencies = [
        ('workspaces', '0001_squashed_0003_membership_by_sign_in'),
    ]

    operations = [
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=80)),
                ('slug', models.SlugField()),
                ('summary', models.TextField(blank=True, max_length=2000)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='projects', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('workspace', 'slug'), name='one_slug_per_workspace')],
            },
        ),
        migrations.CreateModel(
            name='BrandKit',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('voice', models.TextField(blank=True, max_length=4000)),
                ('audience', models.TextField(blank=True, max_length=2000)),
                ('required_terms', models.JSONField(blank=True, default=list)),
                ('banned_terms', models.JSONField(blank=True, default=list)),
                ('colours', models.JSONField(blank=True, default=list)),
                ('fonts', models.JSONField(blank=True, default=list)),
                ('guide', models.JSONField(blank=True, default=dict)),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='brand_kit', to='projects.project')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
    ]
