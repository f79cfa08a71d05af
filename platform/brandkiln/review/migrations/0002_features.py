from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0001_initial'),
    ]

    operations = [
        migrations.RemoveField(model_name='assignment', name='told_due_at'),
        migrations.AddField(model_name='review', name='told_due_at', field=models.DateTimeField(null=True)),
        migrations.AddField(model_name='step', name='features', field=models.JSONField(default=dict)),
        migrations.AddField(model_name='step', name='is_learned', field=models.BooleanField(default=True)),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(
                condition=models.Q(('is_learned', False)), fields=['workspace'], name='steps_to_learn_from'
            ),
        ),
    ]
