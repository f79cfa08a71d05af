"""Adds the column of pgvector where the database is PostgreSQL and has the extension; elsewhere the plain index does."""

from django.db import DatabaseError, migrations, transaction

DIMENSIONS = 384


def add_column(apps, editor):
    connection = editor.connection
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'")
        if cursor.fetchone() is None:
            return
        try:
            with transaction.atomic(using=connection.alias):
                cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
        except DatabaseError:
            return  # this role may not add extensions
        cursor.execute(f"ALTER TABLE retrieval_chunk ADD COLUMN IF NOT EXISTS embedding vector({DIMENSIONS})")


def drop_column(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE retrieval_chunk DROP COLUMN IF EXISTS embedding")


class Migration(migrations.Migration):
    dependencies = [("retrieval", "0001_initial")]
    operations = [migrations.RunPython(add_column, drop_column)]
