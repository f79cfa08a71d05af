from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce


def copy_labels(apps, schema_editor):
    """Copy the label of each annotated record beside the annotation."""
    Annotation, Record = (apps.get_model("datasets", name) for name in ("Annotation", "Record"))
    same = Record.objects.filter(version=OuterRef("version_id"), position=OuterRef("position"))
    Annotation.objects.update(own=Coalesce(Subquery(same.values("label")[:1]), models.Value("")))


class Migration(migrations.Migration):

    dependencies = [
        ('datasets', '0005_feature_vectors'),
    ]

    operations = [
        migrations.AddField(
            model_name='annotation',
            name='own',
            field=models.CharField(blank=True, default='', max_length=120),
        ),
        migrations.RunPython(copy_labels, migrations.RunPython.noop),
    ]
