"""What two versions of a template say differently: blocks and sections that came, went, moved or changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from brandkiln.reports.drafts import Draft, blocks_of

How = Literal["added", "removed", "moved", "changed"]
WHOLE = ("title", "summary", "heading", "needs")


@dataclass(frozen=True)
class Difference:
    """One block, section or the template's own texts, and what happened to it.

    Attributes:
        what: "template", "section" or "block".
        id: Which one; "" for the template.
        kind: The kind of a block.
        fields: For what changed: each field with its value before and after.
    """

    what: Literal["template", "section", "block"]
    how: How
    id: str = ""
    kind: str = ""
    fields: list[tuple[str, Any, Any]] = field(default_factory=list)


def compare_documents(before: Draft, after: Draft) -> list[Difference]:
    """Return what is different, the template itself first, then sections, then blocks in the order of ``after``."""
    found = []
    if fields := _fields(
        {name: before.get(name) for name in WHOLE}, {name: after.get(name) for name in WHOLE}
    ):
        found.append(Difference("template", "changed", fields=fields))
    old, new = ({s["id"]: _bare(s) for s in document["sections"]} for document in (before, after))
    found += _rows("section", old, new)
    old, new = ({b["id"]: b for _, b in blocks_of(document)} for document in (before, after))
    found += _rows("block", old, new)
    homes = [{b["id"]: s["id"] for s, b in blocks_of(document)} for document in (before, after)]
    moved = _out_of_order([*old], [*new]) | {
        id for id in old.keys() & new.keys() if homes[0][id] != homes[1][id]
    }
    return found + [Difference("block", "moved", id, new[id]["kind"]) for id in new if id in moved]


def _rows(
    what: Literal["section", "block"], old: dict[str, Draft], new: dict[str, Draft]
) -> Iterator[Difference]:
    for id, row in new.items():
        if id not in old:
            yield Difference(what, "added", id, row.get("kind", ""))
        elif fields := _fields(old[id], row):
            yield Difference(what, "changed", id, row.get("kind", ""), fields)
    for id, row in old.items():
        if id not in new:
            yield Difference(what, "removed", id, row.get("kind", ""))


def _fields(before: Draft, after: Draft) -> list[tuple[str, Any, Any]]:
    names = dict.fromkeys((*before, *after))
    return [(n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n)]


def _bare(section: Draft) -> Draft:
    return {name: value for name, value in section.items() if name != "blocks"}


def _out_of_order(before: list[str], after: list[str]) -> set[str]:
    """Return the fewest ids that have to move to make one order of the other: all but a longest common part."""
    rows = [id for id in before if id in set(after)]
    place = {id: n for n, id in enumerate(id for id in after if id in set(before))}
    best: list[list[str]] = []
    for n, id in enumerate(rows):
        chains: list[list[str]] = [best[m] for m in range(n) if place[rows[m]] < place[id]]
        best.append([*max(chains, key=len, default=[]), id])
    longest: list[str] = max(best, key=len, default=[])
    return set(rows) - set(longest)
