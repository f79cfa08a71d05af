"""Where pieces stand in review, what was decided and said of them, and what was learned from it."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from brandkiln.core.models import BaseModel
from brandkiln.library.models import Asset
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace


class State(models.TextChoices):
    """Where a piece stands."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    CHANGES = "changes", _("Changes wanted")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


class Review(BaseModel):
    """Where an asset stands in review. A piece that has no such row is a draft.

        draft -> in_review -> approved | changes | rejected     in_review -> draft  (withdrawn)
        draft -> approved | changes | rejected                  (decided without being asked)
        approved | changes | rejected -> in_review              (asked again)
        approved | changes | rejected -> each other, draft      (decided anew, undone, ended by an edit)

    What was decided holds for one version of the asset, the artifact with this `sha256`. As soon as the asset has
    another one, the piece is a draft again, whoever changed it by whatever way: `queries.py` never reads the state
    without the version. The state is worked out from the steps (`standing.py`) and moved in one place (`moves.py`).
    """

    MOVES: dict[State, frozenset[State]] = {
        State.DRAFT: frozenset({State.IN_REVIEW, State.APPROVED, State.CHANGES, State.REJECTED}),
        State.IN_REVIEW: frozenset({State.DRAFT, State.APPROVED, State.CHANGES, State.REJECTED}),
        State.APPROVED: frozenset({State.DRAFT, State.IN_REVIEW, State.CHANGES, State.REJECTED}),
        State.CHANGES: frozenset({State.DRAFT, State.IN_REVIEW, State.APPROVED, State.REJECTED}),
        State.REJECTED: frozenset({State.DRAFT, State.IN_REVIEW, State.APPROVED, State.CHANGES}),
    }

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="reviews")
    asset = models.OneToOneField(Asset, models.CASCADE, related_name="review")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    sha256 = models.CharField(max_length=64)
    """The content that the state was worked out for."""
    version = models.PositiveIntegerField(default=1)
    """The number of that version, from 1."""
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)
    """What reviewers are to look at."""
    told_due_at = models.DateTimeField(null=True)
    """When those who are asked were reminded that it is due."""
    decided_at = models.DateTimeField(null=True)
    score = models.FloatField(null=True)
    """How probable its approval is, as the ranker learned; null where it says nothing."""
    used_as = _("reviews")

    class Meta(BaseModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "state", "due_at"], name="review_by_state"),
            models.Index(fields=["workspace", "state", "-score"], name="review_by_score"),
        ]

    def use_link(self) -> tuple[str, str]:
        """Return the piece's name and the page of its review."""
        return str(self.asset), reverse("dashboard:review_piece", args=[self.workspace.slug, self.asset_id])


class Assignment(BaseModel):
    """That a person is asked about a piece. A piece in review without one waits for any reviewer."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="assignments")
    review = models.ForeignKey(Review, models.CASCADE, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments")

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["review", "person"], name="one_assignment_each")]


class Step(BaseModel):
    """What somebody did in the review of a piece. Rows are only added, and marked where they were undone."""

    class Kind(models.TextChoices):
        ASKED = "asked", _("asked for a review")
        WITHDRAWN = "withdrawn", _("withdrew the request")
        APPROVED = "approved", _("approved")
        CHANGES = "changes", _("wants changes")
        REJECTED = "rejected", _("rejected")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="review_steps")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="review_steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    guest = models.CharField(max_length=80, blank=True)
    """The name that somebody from outside gave; what they say is shown."""
    counts = models.BooleanField(default=False)
    """Whether an approval from outside is a second pair of eyes beside those of the makers; else it moves nothing."""
    sha256 = models.CharField(max_length=64)
    """The content that they had before them."""
    version = models.PositiveIntegerField(default=1)
    reasons = models.JSONField(default=list)
    """Why it was rejected or is to be changed, by the reasons' names."""
    note = models.CharField(max_length=1000, blank=True)
    undone_at = models.DateTimeField(null=True)
    features = models.JSONField(default=dict)
    """What a program could tell of the piece as it was then; the ranker learns from it. Of decisions only."""
    is_learned = models.BooleanField(default=True)
    """False for a decision, or one that was undone, that the ranker has not looked at yet."""
    used_as = ""  # of its review

    class Meta(BaseModel.Meta):
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["asset", "created_at"], name="steps_of_asset"),
            models.Index(
                fields=["workspace"], condition=models.Q(is_learned=False), name="steps_to_learn_from"
            ),
        ]


class Comment(BaseModel):
    """What somebody says of a piece, of a passage of its text or a region of its picture; or an answer to that."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="asset_comments")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="answers")
    """The comment that this answers; null for the first of a thread."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    guest = models.CharField(max_length=80, blank=True)
    """The name that somebody from outside gave; empty for members."""
    text = models.TextField(max_length=4000)
    mentioned = models.JSONField(default=list)
    """The e-mail addresses of the members that it names."""
    is_private = models.BooleanField(default=False)
    """Whether only reviewers and those above them read it."""
    place = models.JSONField(default=dict)
    """Where it is pinned: a passage or a region, see `anchors.py`; empty for the whole piece."""
    sha256 = models.CharField(max_length=64)
    """The content that it was said of."""
    version = models.PositiveIntegerField(default=1)
    used_as = _("comments")
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    """When its author took it back; it keeps its place where it was answered."""
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(BaseModel.Meta):
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["asset", "created_at"], name="comments_of_asset")]


class ReviewRules(BaseModel):
    """How a project's pieces are approved; without a project, how those of all others of the workspace are."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="review_rules")
    project = models.OneToOneField(
        Project, models.CASCADE, null=True, blank=True, related_name="review_rules"
    )
    four_eyes = models.BooleanField(default=True)
    """Whether who made or edited a piece cannot be the only one who approves it."""
    approvals = models.PositiveSmallIntegerField(default=1)
    """How many people have to approve a piece."""
    days = models.PositiveSmallIntegerField(default=3)
    """How long reviewers have where nobody says until when; 0 for no date."""

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"], condition=models.Q(project=None), name="one_review_rule_for_all"
            )
        ]


class Ranker(BaseModel):
    """What was learned from a workspace's decisions about texts, or about pictures."""

    class About(models.TextChoices):
        TEXT = "text", _("Texts")
        IMAGE = "image", _("Images")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="rankers")
    about = models.CharField(max_length=10, choices=About.choices)
    learned = models.JSONField(default=dict)
    """Weights, means and spreads of the features; empty as long as there is too little to learn from."""
    approved = models.PositiveIntegerField(default=0)
    """Of how many approvals it learned."""
    refused = models.PositiveIntegerField(default=0)
    """Of how many rejections and wishes for changes."""
    auc = models.FloatField(null=True)
    """How often it puts an approved piece before a refused one, among pieces it had not learned from; 0.5 is chance."""
    learned_at = models.DateTimeField(null=True)

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "about"], name="one_ranker_each")]
