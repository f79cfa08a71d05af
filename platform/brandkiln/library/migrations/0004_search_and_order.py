import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('artifacts', '0003_removal'),
        ('jobs', '0010_blind_comparison'),
        ('library', '0003_revision'),
        ('projects', '0002_guide'),
        ('workspaces', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AssetVector',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('space', models.CharField(choices=[('meaning', 'Meaning'), ('looks', 'Looks')], max_length=8)),
                ('numbers', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('action', models.CharField(choices=[('tag', 'Tag'), ('untag', 'Take a tag off'), ('move', 'Move'), ('rate', 'Rate'), ('trash', 'Move to the trash'), ('restore', 'Restore')], max_length=8)),
                ('value', models.CharField(blank=True, max_length=80)),
                ('before', models.JSONField(default=list)),
                ('count', models.PositiveIntegerField(default=0)),
                ('undone_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Folder',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=80)),
            ],
            options={
                'verbose_name': 'folder',
                'ordering': ['name', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=80)),
                ('filters', models.JSONField(default=dict)),
                ('is_shared', models.BooleanField(default=False)),
                ('is_pinned', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['-is_pinned', 'name', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('terms', models.TextField()),
                ('said', models.TextField()),
                ('waits', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=40)),
            ],
            options={
                'ordering': ['name'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Tagging',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Thumbnail',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('size', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.RemoveIndex(
            model_name='asset',
            name='asset_of_workspace',
        ),
        migrations.AddField(
            model_name='asset',
            name='kind',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(media_type__startswith='image/', then=models.Value('image')), models.When(media_type__startswith='text/plain', then=models.Value('text')), models.When(models.Q(('media_type__startswith', 'application/'), ('media_type', 'text/html'), _connector='OR'), then=models.Value('document')), default=models.Value('other')), output_field=models.CharField(choices=[('image', 'Images'), ('text', 'Texts'), ('document', 'Documents'), ('other', 'Others')], max_length=8)),
        ),
        migrations.AddField(
            model_name='asset',
            name='made_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assets', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='asset',
            name='trashed_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='assetvector',
            name='asset',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vectors', to='library.asset'),
        ),
        migrations.AddField(
            model_name='assetvector',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AddField(
            model_name='change',
            name='actor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='change',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='asset_changes', to='workspaces.workspace'),
        ),
        migrations.AddField(
            model_name='folder',
            name='parent',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='folders', to='library.folder'),
        ),
        migrations.AddField(
            model_name='folder',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='folders', to='workspaces.workspace'),
        ),
        migrations.AddField(
            model_name='asset',
            name='folder',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assets', to='library.folder'),
        ),
        migrations.AddIndex(
            model_name='asset',
            index=models.Index(condition=models.Q(('trashed_at', None)), fields=['workspace', '-created_at', '-id'], name='asset_newest'),
        ),
        migrations.AddIndex(
            model_name='asset',
            index=models.Index(condition=models.Q(('trashed_at', None)), fields=['workspace', '-rating', '-created_at', '-id'], name='asset_best_rated'),
        ),
        migrations.AddIndex(
            model_name='asset',
            index=models.Index(fields=['workspace', '-trashed_at'], name='asset_in_trash'),
        ),
        migrations.AddIndex(
            model_name='asset',
            index=models.Index(condition=models.Q(('trashed_at', None)), fields=['workspace', 'kind', 'generator', 'project', 'rating', 'folder', 'made_by', 'label', 'created_at'], name='asset_facets'),
        ),
        migrations.AddField(
            model_name='savedview',
            name='owner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='savedview',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to='workspaces.workspace'),
        ),
        migrations.AddField(
            model_name='searchentry',
            name='asset',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='entry', to='library.asset'),
        ),
        migrations.AddField(
            model_name='searchentry',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AddField(
            model_name='tag',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tags', to='workspaces.workspace'),
        ),
        migrations.AddField(
            model_name='tagging',
            name='asset',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taggings', to='library.asset'),
        ),
        migrations.AddField(
            model_name='tagging',
            name='tag',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='taggings', to='library.tag'),
        ),
        migrations.AddField(
            model_name='thumbnail',
            name='artifact',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='artifacts.artifact'),
        ),
        migrations.AddField(
            model_name='thumbnail',
            name='asset',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='thumbnails', to='library.asset'),
        ),
        migrations.AddField(
            model_name='thumbnail',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AddIndex(
            model_name='assetvector',
            index=models.Index(fields=['workspace', 'space', '-id'], name='vector_of_workspace'),
        ),
        migrations.AddConstraint(
            model_name='assetvector',
            constraint=models.UniqueConstraint(fields=('asset', 'space'), name='one_vector_per_space'),
        ),
        migrations.AddConstraint(
            model_name='folder',
            constraint=models.UniqueConstraint(fields=('workspace', 'parent', 'name'), name='one_folder_per_name'),
        ),
        migrations.AddConstraint(
            model_name='folder',
            constraint=models.UniqueConstraint(condition=models.Q(('parent', None)), fields=('workspace', 'name'), name='one_upper_folder_per_name'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('workspace', 'owner', 'name'), name='one_view_per_name'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=models.Index(condition=models.Q(('waits', True)), fields=['workspace', 'id'], name='words_waiting'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=models.Index(fields=['workspace'], name='words_of_workspace'),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.UniqueConstraint(fields=('workspace', 'name'), name='one_tag_per_name'),
        ),
        migrations.AddConstraint(
            model_name='tagging',
            constraint=models.UniqueConstraint(fields=('tag', 'asset'), name='one_tagging_each'),
        ),
        migrations.AddConstraint(
            model_name='thumbnail',
            constraint=models.UniqueConstraint(fields=('asset', 'size'), name='one_thumbnail_per_size'),
        ),
    ]
