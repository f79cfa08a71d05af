import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('review', '0001_initial'), ('review', '0002_features'), ('review', '0003_step_counts')]

    initial = True

    dependencies = [
        ('library', '0001_squashed_0004_search_and_order'),
        ('projects', '0001_squashed_0002_guide'),
        ('workspaces', '0001_squashed_0003_membership_by_sign_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('changes', 'Changes wanted'), ('approved', 'Approved'), ('rejected', 'Rejected')], default='draft', max_length=10)),
                ('sha256', models.CharField(max_length=64)),
                ('version', models.PositiveIntegerField(default=1)),
                ('asked_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=400)),
                ('told_due_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('score', models.FloatField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asset', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='review', to='library.asset')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'indexes': [models.Index(fields=['workspace', 'state', 'due_at'], name='review_by_state'), models.Index(fields=['workspace', 'state', '-score'], name='review_by_score')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='workspaces.workspace')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='review.review')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('review', 'person'), name='one_assignment_each')],
            },
        ),
        migrations.CreateModel(
            name='ReviewRules',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('four_eyes', models.BooleanField(default=True)),
                ('approvals', models.PositiveSmallIntegerField(default=1)),
                ('days', models.PositiveSmallIntegerField(default=3)),
                ('project', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='review_rules', to='projects.project')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='review_rules', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(condition=models.Q(('project', None)), fields=('workspace',), name='one_review_rule_for_all')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('kind', models.CharField(choices=[('asked', 'asked for a review'), ('withdrawn', 'withdrew the request'), ('approved', 'approved'), ('changes', 'wants changes'), ('rejected', 'rejected')], max_length=10)),
                ('guest', models.CharField(blank=True, max_length=80)),
                ('counts', models.BooleanField(default=False)),
                ('sha256', models.CharField(max_length=64)),
                ('version', models.PositiveIntegerField(default=1)),
                ('reasons', models.JSONField(default=list)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('undone_at', models.DateTimeField(null=True)),
                ('features', models.JSONField(default=dict)),
                ('is_learned', models.BooleanField(default=True)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='review_steps', to='library.asset')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='review_steps', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['created_at', 'id'],
                'abstract': False,
                'indexes': [models.Index(fields=['asset', 'created_at'], name='steps_of_asset'), models.Index(condition=models.Q(('is_learned', False)), fields=['workspace'], name='steps_to_learn_from')],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('guest', models.CharField(blank=True, max_length=80)),
                ('text', models.TextField(max_length=4000)),
                ('mentioned', models.JSONField(default=list)),
                ('is_private', models.BooleanField(default=False)),
                ('place', models.JSONField(default=dict)),
                ('sha256', models.CharField(max_length=64)),
                ('version', models.PositiveIntegerField(default=1)),
                ('edited_at', models.DateTimeField(null=True)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='library.asset')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='review.comment')),
                ('resolved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='asset_comments', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['created_at', 'id'],
                'abstract': False,
                'indexes': [models.Index(fields=['asset', 'created_at'], name='comments_of_asset')],
            },
        ),
        migrations.CreateModel(
            name='Ranker',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('about', models.CharField(choices=[('text', 'Texts'), ('image', 'Images')], max_length=10)),
                ('learned', models.JSONField(default=dict)),
                ('approved', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('auc', models.FloatField(null=True)),
                ('learned_at', models.DateTimeField(null=True)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rankers', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('workspace', 'about'), name='one_ranker_each')],
            },
        ),
    ]
