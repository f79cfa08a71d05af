"""Indexes of texts: passages, their vectors, and which words stand in which of them."""

from django.db import models

from brandkiln.core.models import BaseModel
from brandkiln.datasets.models import DatasetVersion
from brandkiln.workspaces.models import Workspace


class SearchIndex(BaseModel):
    """The passages of one version of a data set of texts, made ready to be searched."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="search_indexes")
    version = models.OneToOneField(DatasetVersion, models.CASCADE, related_name="search_index")
    extractor = models.CharField(max_length=120)
    """By which the vectors were made; a question has to be embedded by the same."""
    chunk_count = models.PositiveIntegerField(default=0)
    mean_length = models.FloatField(default=0)
    """Words of a passage on average, for BM25."""
    ready_at = models.DateTimeField(null=True)
    """When it was whole; before that nobody searches it."""

    class Meta(BaseModel.Meta):
        pass

    def __str__(self) -> str:
        return str(self.version)


class Chunk(models.Model):
    """A passage of a record's text. On PostgreSQL with pgvector the table has a column ``embedding`` besides."""

    id = models.BigAutoField(primary_key=True)
    index = models.ForeignKey(SearchIndex, models.CASCADE, related_name="chunks", db_index=False)
    number = models.PositiveIntegerField()
    """Its place in the index, counted from 0."""
    position = models.PositiveIntegerField()
    """The position of its record in the version."""
    content = models.CharField(max_length=64)
    """The hash of the record's content, by which it is traced and erased."""
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    """Where it stands in the record's text, in characters."""
    text = models.TextField()
    vector = models.BinaryField()
    """Numbers of a vector of length 1, float32."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["index", "number"], name="one_chunk_number")]
        indexes = [models.Index(fields=["index", "content"], name="chunk_content")]


class Posting(models.Model):
    """The passages of an index in which a word stands."""

    id = models.BigAutoField(primary_key=True)
    index = models.ForeignKey(SearchIndex, models.CASCADE, related_name="postings", db_index=False)
    term = models.CharField(max_length=64)
    places = models.BinaryField()
    """For each passage three numbers (uint32): its number, how often the word stands there, and its length in words."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["index", "term"], name="one_posting_per_term")]
