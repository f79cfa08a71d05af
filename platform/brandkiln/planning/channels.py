"""The channels that pieces go out through, and what each takes: sizes and kinds of files, and room for words.

The limits are those that docs/planning.md names with their sources; a change is one line here and one there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brandkiln.core.errors import Unprocessable
from brandkiln.library.models import Asset
from generators.formats import Counting

MB = 10**6
"""Platforms say MB; the smaller reading of it is never refused."""
POSTS = frozenset({"social_post", "variations", "rewrite", "translation", "summary"})
PAGES = frozenset(
    {"seo", "landing_page", "faq", "blog_outline", "blog_article", "video_script", "rewrite", "translation"}
)
PRODUCTS = frozenset(
    {"product_description", "product_description_short", "product_bullets", "product_description_long"}
)
DOCUMENTS = frozenset({
    "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A place where pieces are published.

    Attributes:
        name: As programs know it.
        title: As people call it.
        icon: The picture beside it.
        frames: Names of the sizes of its pictures, the usual one first; none where it takes any size.
        pictures: Media types of the pictures that it takes, the one that others are turned into first.
        picture_bytes: How large a file of a picture may be.
        texts: Names of the formats that are written for it.
        room: The most room that a whole text takes; 0 sets no limit beside those of a format's parts.
        counting: How that room is counted.
        hashtags: The most hashtags that a text takes; 0 sets no limit.
        documents: Media types of other files that it takes.
    """

    name: str
    title: str | Promise
    icon: str = "send"
    frames: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ("image/jpeg", "image/png")
    picture_bytes: int = 10 * MB
    texts: frozenset[str] = field(default=frozenset())
    room: int = 0
    counting: Counting = "characters"
    hashtags: int = 0
    documents: frozenset[str] = field(default=frozenset())

    def takes(self, asset: Asset) -> bool:
        """Return whether a piece of this kind can go out here at all."""
        if asset.media_type.startswith("image/"):
            return bool(self.pictures) and asset.media_type != "image/svg+xml"
        if asset.media_type.startswith("text/plain"):
            return bool(self.texts)
        return asset.media_type in self.documents

    def is_for(self, asset: Asset) -> bool:
        """Return whether the piece was made for this channel, as its label or format says."""
        return asset.label in self.frames or format_of(asset) in self.texts - POSTS


CHANNELS: dict[str, Channel] = {
    channel.name: channel
    for channel in (
        Channel(
            name="instagram", title="Instagram", frames=("square", "portrait", "story"), pictures=("image/jpeg",),
            picture_bytes=8 * MB, texts=POSTS | {"post_instagram"}, room=2_200, hashtags=30,
        ),
        Channel(
            name="facebook", title="Facebook", frames=("square", "landscape"), picture_bytes=10 * MB,
            texts=POSTS | {"post_facebook"}, room=63_206,
        ),
        Channel(
            name="linkedin", title="LinkedIn", frames=("landscape", "square"), picture_bytes=5 * MB,
            texts=POSTS | {"post_linkedin"}, room=3_000,
        ),
        Channel(
            name="x", title="X", frames=("landscape", "square"), pictures=("image/jpeg", "image/png", "image/webp"),
            picture_bytes=5 * MB, texts=POSTS | {"post_x"}, room=280, counting="weighted",
        ),
        Channel(
            name="xiaohongshu", title="Xiaohongshu", frames=("portrait", "square"), picture_bytes=20 * MB,
            texts=POSTS | {"post_xiaohongshu"}, room=1_020,
        ),
        Channel(
            name="search_ads", title=gettext_lazy("Search and display ads"), icon="search",
            frames=("landscape", "square"), picture_bytes=5_120_000,
            texts=frozenset({"search_ad", "ad_headline", "slogan"}),
        ),
        Channel(
            name="email", title=gettext_lazy("E-mail"), icon="send", frames=("banner",), picture_bytes=MB,
            texts=frozenset({"email", "customer_reply"}), documents=frozenset({"application/pdf"}),
        ),
        Channel(
            name="website", title=gettext_lazy("Website"), icon="file-text", frames=("banner", "landscape"),
            pictures=("image/webp", "image/jpeg", "image/png"), picture_bytes=2 * MB, texts=PAGES | PRODUCTS,
            documents=DOCUMENTS,
        ),
        Channel(
            name="marketplace", title=gettext_lazy("Shop and marketplace"), icon="package", frames=("marketplace",),
            texts=PRODUCTS, room=2_000,
        ),
        Channel(
            name="press", title=gettext_lazy("Press"), icon="file-text", picture_bytes=40 * MB,
            texts=frozenset({"press_release", "summary", "translation"}), documents=DOCUMENTS,
        ),
    )
}  # fmt: skip


def check_channels(names: Iterable[str]) -> list[str]:
    """Return the names of channels, each once.

    Raises:
        Unprocessable: If one of them is unknown.
    """
    wanted = list(dict.fromkeys(names))
    if unknown := [name for name in wanted if name not in CHANNELS]:
        message = _("There is no channel %(name)s. There are: %(names)s.") % {
            "name": unknown[0][:40], "names": ", ".join(CHANNELS),
        }  # fmt: skip
        raise Unprocessable(message, fields={"channels": message})
    return wanted


def title_of(name: str) -> str:
    """Return what people call a channel."""
    return str(CHANNELS[name].title) if name in CHANNELS else name


def format_of(asset: Asset) -> str:
    """Return the name of the format that a text was written in; "" where it has none."""
    return str((asset.receipt.get("details") or {}).get("format", ""))


def channel_for(asset: Asset, names: Iterable[str]) -> str:
    """Return the channel in which a piece most likely goes out.

    Args:
        names: The channels to choose from, the first of equals is taken; none stands for all.
    """
    among = [CHANNELS[name] for name in names if name in CHANNELS] or list(CHANNELS.values())
    fitting = [one for one in among if one.takes(asset)]
    made_for = (one for one in fitting if one.is_for(asset))
    return next(made_for, (fitting or among)[0]).name
