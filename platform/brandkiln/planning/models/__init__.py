"""The rows of planning."""

from brandkiln.planning.models.calendar import CalendarZone, Entry, Feed, Spread
from brandkiln.planning.models.campaigns import Campaign, CampaignBulk, CampaignJob, Piece
from brandkiln.planning.models.packs import Pack, PackFile
from brandkiln.planning.models.shares import Share, SharedPiece, ShareView

__all__ = [
    "CalendarZone",
    "Campaign",
    "CampaignBulk",
    "CampaignJob",
    "Entry",
    "Feed",
    "Pack",
    "PackFile",
    "Piece",
    "Share",
    "ShareView",
    "SharedPiece",
    "Spread",
]
