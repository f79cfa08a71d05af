"""The library: samples that were kept."""

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from brandkiln.artifacts.models import Artifact
from brandkiln.core.models import BaseModel
from brandkiln.jobs.models import Job
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace


class Folder(BaseModel):
    """A place in the library that people made; an asset lies in one or in none."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="folders")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="folders")
    """The folder that it lies in, which lies in none itself."""
    name = models.CharField(max_length=80)

    class Meta(BaseModel.Meta):
        ordering = ["name", "id"]
        verbose_name = _("folder")
        constraints = [
            models.UniqueConstraint(fields=["workspace", "parent", "name"], name="one_folder_per_name"),
            models.UniqueConstraint(
                fields=["workspace", "name"], condition=Q(parent=None), name="one_upper_folder_per_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parent.name} / {self.name}" if self.parent else self.name


class Asset(BaseModel):
    """A kept sample, with the receipt that says where it came from."""

    class Kind(models.TextChoices):
        IMAGE = "image", _("Images")
        TEXT = "text", _("Texts")
        DOCUMENT = "document", _("Documents")
        OTHER = "other", _("Others")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="assets")
    project = models.ForeignKey(Project, models.CASCADE, related_name="assets")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="assets")
    attempt = models.PositiveSmallIntegerField(default=0)
    """The attempt of the job that made it; a repeated attempt replaces the pieces of the one before."""
    position = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="assets", db_index=False
    )
    """Who asked for it; known also when the job is gone."""
    folder = models.ForeignKey(Folder, models.SET_NULL, null=True, related_name="assets")
    artifact = models.ForeignKey(Artifact, models.PROTECT, related_name="assets")
    media_type = models.CharField(max_length=100)
    kind = models.GeneratedField(
        expression=Case(
            When(media_type__startswith="image/", then=Value("image")),
            When(media_type__startswith="text/plain", then=Value("text")),
            When(
                Q(media_type__startswith="application/") | Q(media_type="text/html"), then=Value("document")
            ),
            default=Value("other"),
        ),
        output_field=models.CharField(max_length=8, choices=Kind.choices),
        db_persist=True,
    )
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    label = models.CharField(max_length=120, blank=True)
    seed = models.BigIntegerField(null=True)
    generator = models.CharField(max_length=80, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    rating = models.PositiveSmallIntegerField(default=0)
    """Stars from 1 to 5; 0 is not rated."""
    tags = models.JSONField(default=list)
    """The names of its tags, in their order; the rows of Tagging say the same, to be asked by a tag."""
    receipt = models.JSONField()
    trashed_at = models.DateTimeField(null=True, blank=True)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="one_asset_per_position")]
        indexes = [
            models.Index(
                fields=["workspace", "-created_at", "-id"], condition=Q(trashed_at=None), name="asset_newest"
            ),
            models.Index(
                fields=["workspace", "-rating", "-created_at", "-id"],
                condition=Q(trashed_at=None),
                name="asset_best_rated",
            ),
            models.Index(fields=["workspace", "-trashed_at"], name="asset_in_trash"),
            # Holds every column that assets are counted by, so that PostgreSQL counts without reading a row.
            models.Index(
                fields=[
                    "workspace", "kind", "generator", "project", "rating", "folder", "made_by", "label",
                    "created_at",
                ],
                condition=Q(trashed_at=None),
                name="asset_facets",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title or f"{self.generator} {self.id}"

    @property
    def kind_title(self) -> str:
        """What kind of thing it is, as people call many of them."""
        return str(self.Kind(self.kind).label)

    @property
    def is_held(self) -> bool:
        """Whether it is held back now."""
        hold = getattr(self, "hold", None)
        return hold is not None and hold.released_at is None


class Hold(BaseModel):
    """That an asset is too near to what its generator learned from, and who let it go all the same."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="holds")
    asset = models.OneToOneField(Asset, models.CASCADE, related_name="hold")
    facts = models.JSONField(default=dict)
    """What the guard found: distances, limits and the position of the nearest training record."""
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")


class Revision(BaseModel):
    """A text as it was before a person changed it; the asset itself holds the newest wording."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="revisions")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    """0 is what the generator wrote."""
    text = models.TextField()
    parts = models.JSONField(default=list)
    artifact = models.ForeignKey(Artifact, models.PROTECT, related_name="revisions")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    """Who changed it into the next one."""
    note = models.CharField(max_length=200, blank=True)
    """What the change was for."""

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["asset", "number"], name="one_revision_per_number")]


class Tag(BaseModel):
    """A word by which people find assets."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)

    class Meta(BaseModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="one_tag_per_name")]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """That an asset has a tag."""

    id = models.BigAutoField(primary_key=True)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings", db_index=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="taggings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "asset"], name="one_tagging_each")]


class SavedView(BaseModel):
    """Filters of the library under a name, for one person or for everybody in the workspace."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=80)
    filters = models.JSONField(default=dict)
    """As an address has them: names and values."""
    is_shared = models.BooleanField(default=False)
    is_pinned = models.BooleanField(default=False)

    class Meta(BaseModel.Meta):
        ordering = ["-is_pinned", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "owner", "name"], name="one_view_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class Change(BaseModel):
    """What somebody did to many assets at once, with what is needed to take it back."""

    class Action(models.TextChoices):
        TAG = "tag", _("Tag")
        UNTAG = "untag", _("Take a tag off")
        MOVE = "move", _("Move")
        RATE = "rate", _("Rate")
        TRASH = "trash", _("Move to the trash")
        RESTORE = "restore", _("Restore")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="asset_changes")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=8, choices=Action.choices)
    value = models.CharField(max_length=80, blank=True)
    """The tag, the folder's id or the stars."""
    before = models.JSONField(default=list)
    """Pairs of what stood there before and the ids of the assets that it stood at."""
    count = models.PositiveIntegerField(default=0)
    undone_at = models.DateTimeField(null=True)

    class Meta(BaseModel.Meta):
        pass


class SearchEntry(models.Model):
    """The words by which an asset is found.

    On PostgreSQL the table has a column ``words`` besides (tsvector), on SQLite a full-text table ``library_words``
    follows it by triggers; a migration that makes this table anew on SQLite has to make the triggers anew, too.
    """

    id = models.BigAutoField(primary_key=True)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    asset = models.OneToOneField(Asset, models.CASCADE, related_name="entry")
    terms = models.TextField()
    """Its words as they are looked up, each once, with a space between."""
    said = models.TextField()
    """The beginning of what it says, folded, to find parts of words in."""
    waits = models.BooleanField(default=False)
    """Whether its vectors are still to be made."""

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "id"], condition=Q(waits=True), name="words_waiting"),
            models.Index(fields=["workspace"], name="words_of_workspace"),
        ]


class AssetVector(models.Model):
    """What an asset is near to: by the meaning of its text, or by how its picture looks.

    On PostgreSQL with pgvector the table has a column for each space besides.
    """

    class Space(models.TextChoices):
        MEANING = "meaning", _("Meaning")
        LOOKS = "looks", _("Looks")

    id = models.BigAutoField(primary_key=True)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="vectors")
    space = models.CharField(max_length=8, choices=Space.choices)
    numbers = models.BinaryField()
    """Of a vector of length 1, float32."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "space"], name="one_vector_per_space")]
        indexes = [models.Index(fields=["workspace", "space", "-id"], name="vector_of_workspace")]


class Thumbnail(BaseModel):
    """A small WebP of an asset's picture, made once."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="thumbnails")
    size = models.PositiveSmallIntegerField()
    """The longer side in pixels."""
    artifact = models.ForeignKey(Artifact, models.PROTECT, related_name="+")

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["asset", "size"], name="one_thumbnail_per_size")]
