"""Two to four pieces side by side: texts part by part with their words compared, pictures over each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from brandkiln.brand.services import verdicts_of
from brandkiln.dashboard.differences import marked
from brandkiln.library.models import Asset
from brandkiln.library.revisions import parts_of
from brandkiln.review.queries import Place, state_of

MOST = 4
LONGEST = 6_000
LETTERS = "ABCD"


@dataclass(frozen=True)
class Column:
    """A piece among those that are compared; its texts stand by the rows of the parts."""

    letter: str
    asset: Asset
    place: Place
    passed: int
    tested: int
    texts: tuple[list[tuple[str, str]], ...]


@dataclass(frozen=True)
class Compared:
    """Pieces side by side.

    Attributes:
        titles: Of the parts; one without a name where they do not have the same parts.
    """

    columns: tuple[Column, ...]
    titles: tuple[str, ...]

    @property
    def are_pictures(self) -> bool:
        return all(column.asset.media_type.startswith("image/") for column in self.columns)

    @property
    def rows(self) -> list[tuple[str, list[tuple[Column, list[tuple[str, str]]]]]]:
        """Return each part with its text in every piece."""
        return [
            (title, [(column, column.texts[number]) for column in self.columns])
            for number, title in enumerate(self.titles)
        ]


def compared(assets: Sequence[Asset], against: int = 0) -> Compared:
    """Return the pieces beside each other; words are compared with those of one of them.

    Args:
        against: Its number among them.
    """
    parts = [parts_of(asset) for asset in assets]
    names = [[part["title"] for part in those] for those in parts]
    if names[0] and all(one == names[0] for one in names):
        titles, texts = names[0], [[part["text"] for part in those] for those in parts]
    else:
        titles, texts = [""], [[asset.text] for asset in assets]
    verdicts, places = verdicts_of(assets), state_of(assets)
    columns = []
    for number, (asset, own) in enumerate(zip(assets, texts, strict=True)):
        verdict = verdicts.get(asset.pk)
        shown = tuple(
            [("same", text)] if number == against else marked(base, text, most=LONGEST, shows_blanks=False)
            for base, text in zip(texts[against], own, strict=True)
        )
        columns.append(
            Column(
                LETTERS[number],
                asset,
                places[asset.pk],
                verdict.passed if verdict else 0,
                verdict.tested if verdict else 0,
                shown,
            )
        )
    return Compared(tuple(columns), tuple(titles))
