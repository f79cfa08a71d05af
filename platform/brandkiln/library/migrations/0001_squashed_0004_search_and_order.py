import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('library', '0001_initial'), ('library', '0002_hold'), ('library', '0003_revision'), ('library', '0004_search_and_order')]

    initial = True

    dependencies = [
        ('artifacts', '0001_squashed_0004_arrival'),
        ('jobs', '0001_squashed_0012_worker'),
        ('projects', '0001_squashed_0002_guide'),
        ('workspaces', '0001_squashed_0003_membership_by_sign_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='asset_changes', to='workspaces.workspace')),
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
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='folders', to='library.folder')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='folders', to='workspaces.workspace')),
            ],
            options={
                'verbose_name': 'folder',
                'ordering': ['name', 'id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('workspace', 'parent', 'name'), name='one_folder_per_name'), models.UniqueConstraint(condition=models.Q(('parent', None)), fields=('workspace', 'name'), name='one_upper_folder_per_name')],
            },
        ),
        migrations.CreateModel(
            name='Asset',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('position', models.PositiveIntegerField(default=0)),
                ('media_type', models.CharField(max_length=100)),
                ('kind', models.GeneratedField(db_persist=True, expression=models.Case(models.When(media_type__startswith='image/', then=models.Value('image')), models.When(media_type__startswith='text/plain', then=models.Value('text')), models.When(models.Q(('media_type__startswith', 'application/'), ('media_type', 'text/html'), _connector='OR'), then=models.Value('document')), default=models.Value('other')), output_field=models.CharField(choices=[('image', 'Images'), ('text', 'Texts'), ('document', 'Documents'), ('other', 'Others')], max_length=8))),
                ('title', models.CharField(blank=True, max_length=200)),
                ('text', models.TextField(blank=True)),
                ('label', models.CharField(blank=True, max_length=120)),
                ('seed', models.BigIntegerField(null=True)),
                ('generator', models.CharField(blank=True, max_length=80)),
                ('width', models.PositiveIntegerField(null=True)),
                ('height', models.PositiveIntegerField(null=True)),
                ('rating', models.PositiveSmallIntegerField(default=0)),
                ('tags', models.JSONField(default=list)),
                ('receipt', models.JSONField()),
                ('trashed_at', models.DateTimeField(blank=True, null=True)),
                ('artifact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assets', to='artifacts.artifact')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assets', to='jobs.job')),
                ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assets', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assets', to='projects.project')),
                ('trashed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assets', to='workspaces.workspace')),
                ('folder', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assets', to='library.folder')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('trashed_at', None)), fields=['workspace', '-created_at', '-id'], name='asset_newest'), models.Index(condition=models.Q(('trashed_at', None)), fields=['workspace', '-rating', '-created_at', '-id'], name='asset_best_rated'), models.Index(fields=['workspace', '-trashed_at'], name='asset_in_trash'), models.Index(condition=models.Q(('trashed_at', None)), fields=['workspace', 'kind', 'generator', 'project', 'rating', 'folder', 'made_by', 'label', 'created_at'], name='asset_facets')],
                'constraints': [models.UniqueConstraint(fields=('job', 'position'), name='one_asset_per_position')],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('facts', models.JSONField(default=dict)),
                ('released_at', models.DateTimeField(null=True)),
                ('asset', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='hold', to='library.asset')),
                ('released_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('parts', models.JSONField(default=list)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('artifact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='artifacts.artifact')),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='library.asset')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('asset', 'number'), name='one_revision_per_number')],
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
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-is_pinned', 'name', 'id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('workspace', 'owner', 'name'), name='one_view_per_name')],
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('terms', models.TextField()),
                ('said', models.TextField()),
                ('waits', models.BooleanField(default=False)),
                ('asset', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='entry', to='library.asset')),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('waits', True)), fields=['workspace', 'id'], name='words_waiting'), models.Index(fields=['workspace'], name='words_of_workspace')],
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=40)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tags', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['name'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='one_tag_per_name')],
            },
        ),
        migrations.CreateModel(
            name='Tagging',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taggings', to='library.asset')),
                ('tag', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='taggings', to='library.tag')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tag', 'asset'), name='one_tagging_each')],
            },
        ),
        migrations.CreateModel(
            name='Thumbnail',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('size', models.PositiveSmallIntegerField()),
                ('artifact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='artifacts.artifact')),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='thumbnails', to='library.asset')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('asset', 'size'), name='one_thumbnail_per_size')],
            },
        ),
        migrations.CreateModel(
            name='AssetVector',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('space', models.CharField(choices=[('meaning', 'Meaning'), ('looks', 'Looks')], max_length=8)),
                ('numbers', models.BinaryField()),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vectors', to='library.asset')),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'space', '-id'], name='vector_of_workspace')],
                'constraints': [models.UniqueConstraint(fields=('asset', 'space'), name='one_vector_per_space')],
            },
        ),
    ]
