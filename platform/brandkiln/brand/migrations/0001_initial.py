import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('artifacts', '0001_squashed_0004_arrival'),
        ('library', '0001_squashed_0004_search_and_order'),
        ('projects', '0001_squashed_0002_guide'),
        ('workspaces', '0001_squashed_0003_membership_by_sign_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Logo',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('artifact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='logos', to='artifacts.artifact')),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='logo', to='projects.project')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='logos', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Verdict',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('stamp', models.CharField(max_length=64)),
                ('tested', models.PositiveSmallIntegerField()),
                ('passed', models.PositiveSmallIntegerField()),
                ('findings', models.JSONField(default=list)),
                ('asset', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='verdict', to='library.asset')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verdicts', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Overrule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('rule', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=400)),
                ('undone_at', models.DateTimeField(null=True)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='overrules', to='library.asset')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='overrules', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('asset', 'rule'), name='one_overrule_per_rule')],
            },
        ),
    ]
