"""Makes what finds assets by their words: tsvector, trigrams and pgvector on PostgreSQL, a full-text table that follows
by triggers on SQLite."""

from django.db import DatabaseError, migrations, transaction

SPACES = {"meaning": 384, "looks": 256}
ON_POSTGRESQL = (
    "ALTER TABLE library_searchentry ADD COLUMN words tsvector"
    " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(terms, ' '))) STORED",
    "CREATE INDEX library_words ON library_searchentry USING gin (words)",
)
ON_SQLITE = (
    "CREATE VIRTUAL TABLE library_words USING fts5(terms, content='library_searchentry', content_rowid='id',"
    ' tokenize="unicode61 remove_diacritics 0")',
    "CREATE TRIGGER library_words_added AFTER INSERT ON library_searchentry BEGIN"
    " INSERT INTO library_words(rowid, terms) VALUES (new.id, new.terms); END",
    "CREATE TRIGGER library_words_gone AFTER DELETE ON library_searchentry BEGIN"
    " INSERT INTO library_words(library_words, rowid, terms) VALUES ('delete', old.id, old.terms); END",
    "CREATE TRIGGER library_words_changed AFTER UPDATE OF terms ON library_searchentry BEGIN"
    " INSERT INTO library_words(library_words, rowid, terms) VALUES ('delete', old.id, old.terms);"
    " INSERT INTO library_words(rowid, terms) VALUES (new.id, new.terms); END",
)
UNDO_POSTGRESQL = (
    "DROP INDEX IF EXISTS library_said",
    "ALTER TABLE library_searchentry DROP COLUMN IF EXISTS words",
    *(f"ALTER TABLE library_assetvector DROP COLUMN IF EXISTS {space}" for space in SPACES),
)
UNDO_SQLITE = (
    *(f"DROP TRIGGER IF EXISTS library_words_{what}" for what in ("added", "gone", "changed")),
    "DROP TABLE IF EXISTS library_words",
)


def begin(apps, editor):
    connection = editor.connection
    if connection.vendor == "sqlite":
        for statement in ON_SQLITE:
            connection.cursor().execute(statement)
    if connection.vendor != "postgresql":
        return
    cursor = connection.cursor()
    for statement in ON_POSTGRESQL:
        cursor.execute(statement)
    if _has(connection, "pg_trgm"):
        cursor.execute("CREATE INDEX library_said ON library_searchentry USING gin (said gin_trgm_ops)")
    if _has(connection, "vector"):
        for space, size in SPACES.items():
            cursor.execute(f"ALTER TABLE library_assetvector ADD COLUMN {space} vector({size})")
            # In the row itself: to read each from a place of its own takes several times as long.
            cursor.execute(f"ALTER TABLE library_assetvector ALTER COLUMN {space} SET STORAGE PLAIN")


def end(apps, editor):
    connection = editor.connection
    for statement in {"sqlite": UNDO_SQLITE, "postgresql": UNDO_POSTGRESQL}.get(connection.vendor, ()):
        connection.cursor().execute(statement)


def _has(connection, extension):
    """Return whether the extension is there or could be added."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = %s", [extension])
        if cursor.fetchone() is None:
            return False
        try:
            with transaction.atomic(using=connection.alias):
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        except DatabaseError:
            return False  # this role may not add extensions
    return True


class Migration(migrations.Migration):
    dependencies = [("library", "0001_squashed_0004_search_and_order"), ("retrieval", "0002_pgvector")]
    operations = [migrations.RunPython(begin, end)]
