"""The generator SDK and the built-in generators. Knows nothing of Django, Celery or the database."""
