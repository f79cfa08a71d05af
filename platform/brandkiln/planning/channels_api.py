"""/api/v1/channels: where pieces go out, and what each takes."""

from django.http import HttpRequest
from ninja import Router, Schema

from brandkiln.core.api import ERRORS
from brandkiln.planning.channels import CHANNELS
from brandkiln.workspaces.tokens import require_scope
from generators.frames import FRAMES

router = Router(tags=["campaigns"])


class ChannelOut(Schema):
    """A channel and what it takes."""

    name: str
    title: str
    sizes: dict[str, tuple[int, int]]
    """Of its pictures, by name; none where it takes any."""
    pictures: list[str]
    picture_bytes: int
    texts: list[str]
    room: int
    """The most room of a whole text; 0 sets no limit."""
    hashtags: int
    """The most hashtags of a text; 0 sets no limit."""


class ChannelList(Schema):
    """All channels."""

    items: list[ChannelOut]


@router.get("/channels", response={200: ChannelList, **ERRORS}, summary="List channels")
def list_channels(request: HttpRequest) -> dict[str, object]:
    """Return what each channel takes: sizes and kinds of files, and room for words."""
    require_scope(request, "read")
    items = [
        {
            "name": one.name,
            "title": str(one.title),
            "sizes": {name: (FRAMES[name].width, FRAMES[name].height) for name in one.frames},
            "pictures": list(one.pictures),
            "picture_bytes": one.picture_bytes,
            "texts": sorted(one.texts),
            "room": one.room,
            "hashtags": one.hashtags,
        }
        for one in CHANNELS.values()
    ]
    return {"items": items}
