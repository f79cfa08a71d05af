"""Links at which people outside look at pieces, and what they did there."""

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from brandkiln.core.links import SecretLink
from brandkiln.core.models import BaseModel
from brandkiln.library.models import Asset
from brandkiln.planning.models.campaigns import Campaign
from brandkiln.review.models import Comment
from brandkiln.workspaces.models import Workspace


class Share(SecretLink):
    """A secret address at which a person outside sees pieces, and nothing else of the workspace."""

    class Right(models.TextChoices):
        VIEW = "view", _("Look")
        COMMENT = "comment", _("Look and comment")
        APPROVE = "approve", _("Look, comment and approve")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="shares")
    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True, related_name="shares")
    """Its pieces are shown as they are when somebody looks; null where single assets are shared."""
    title = models.CharField(max_length=120)
    recipient = models.CharField(max_length=80)
    """Who it is for; pictures are marked with it."""
    right = models.CharField(max_length=8, choices=Right.choices, default=Right.VIEW)
    counts = models.BooleanField(default=False)
    """Whether an approval here is the second pair of eyes that a project's rules ask for."""
    watermark = models.BooleanField(default=True)
    originals = models.BooleanField(default=False)
    """Whether the files themselves may be downloaded."""

    class Meta(BaseModel.Meta):
        pass

    @property
    def may_comment(self) -> bool:
        return self.right in {self.Right.COMMENT, self.Right.APPROVE}

    @property
    def may_approve(self) -> bool:
        return self.right == self.Right.APPROVE


class SharedPiece(BaseModel):
    """That an asset is shown at a link."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="shared_pieces")
    share = models.ForeignKey(Share, models.CASCADE, related_name="shown")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="shown_at")
    used_as = _("links for people outside")
    used_where: ClassVar = {"share__revoked_at": None}

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["share", "asset"], name="one_shared_piece_per_asset")]

    def use_link(self) -> tuple[str, str]:
        """Return for whom the link is, and its page."""
        return self.share.recipient, reverse(
            "dashboard:share_page", args=[self.workspace.slug, self.share_id]
        )


class ShareView(BaseModel):
    """That somebody did something at a link; rows are only ever added."""

    class Did(models.TextChoices):
        OPENED = "opened", _("opened it")
        SAW = "saw", _("looked at a piece")
        TOOK = "took", _("downloaded a piece")
        COMMENTED = "commented", _("commented")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("asked for changes")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="share_views")
    share = models.ForeignKey(Share, models.CASCADE, related_name="log")
    did = models.CharField(max_length=10, choices=Did.choices)
    asset = models.ForeignKey(Asset, models.SET_NULL, null=True, related_name="+")
    comment = models.ForeignKey(Comment, models.SET_NULL, null=True, related_name="+")
    """What they said, which they see again at the same link, with the answers to it."""
    visitor = models.CharField(max_length=80, blank=True)
    """The name that they gave."""
    used_as = ""  # a log of what was done
