"""A template while it is edited: sections and blocks that are added, moved, copied and removed, and what does not fit.

A draft is the JSON of a ``ReportTemplate`` that need not fit yet. Every change returns a new one.
"""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import ValidationError

from brandkiln.core.problems import in_words
from generators.builtin.report.blocks.params import Block
from generators.builtin.report.template import AnyBlock, ReportTemplate

Draft = dict[str, Any]

KINDS: dict[str, type[Block]] = {
    kind.model_fields["kind"].default: kind for kind in get_args(get_args(AnyBlock)[0])
}
"""Every kind of block, by its name."""


@dataclass(frozen=True)
class Problem:
    """What does not fit, and where: "" for a section or a block means the whole, "" for a field all of the block."""

    section: str
    block: str
    field: str
    text: str


def blocks_of(draft: Draft) -> Iterator[tuple[Draft, Draft]]:
    """Yield each block behind its section, in reading order."""
    for section in draft.get("sections", []):
        for block in section.get("blocks", []):
            yield section, block


def find_block(draft: Draft, id: str) -> Draft | None:
    """Return the block of this id, or None."""
    return next((block for _, block in blocks_of(draft) if block.get("id") == id), None)


def find_section(draft: Draft, id: str) -> Draft | None:
    """Return the section of this id, or None."""
    return next((section for section in draft.get("sections", []) if section.get("id") == id), None)


def add_section(draft: Draft, *, after: str = "") -> tuple[Draft, str]:
    """Return the draft with an empty section behind another one, or at the end, and its id."""
    draft = copy.deepcopy(draft)
    sections = draft.setdefault("sections", [])
    id = _free(draft, "section")
    places = [place for place, section in enumerate(sections) if section.get("id") == after]
    sections.insert(places[0] + 1 if places else len(sections), {"id": id, "heading": {}, "blocks": []})
    return draft, id


def add_block(draft: Draft, kind: str, *, section: str, after: str = "") -> tuple[Draft, str]:
    """Return the draft with a new block of a kind, in a section at its end or behind another block, and its id.

    Raises:
        KeyError: If there is no such kind or section.
    """
    made = {"id": _free(draft, kind), "kind": KINDS[kind].model_fields["kind"].default}
    return _insert(draft, made, section=section, after=after), made["id"]


def copy_block(draft: Draft, id: str) -> tuple[Draft, str]:
    """Return the draft with a copy of a block behind it, and the copy's id."""
    for section, block in blocks_of(draft):
        if block["id"] == id:
            made = {**copy.deepcopy(block), "id": _free(draft, id)}
            return _insert(draft, made, section=section["id"], after=id), made["id"]
    return draft, id


def remove_section(draft: Draft, id: str) -> Draft:
    """Return the draft without a section and its blocks."""
    for block in (find_section(draft, id) or {}).get("blocks", []):
        draft = remove_block(draft, block["id"])
    return {**draft, "sections": [one for one in draft.get("sections", []) if one.get("id") != id]}


def remove_block(draft: Draft, id: str) -> Draft:
    """Return the draft without a block, which no other block names any more."""
    draft = copy.deepcopy(draft)
    for section in draft.get("sections", []):
        section["blocks"] = [block for block in section.get("blocks", []) if block.get("id") != id]
    for _, block in blocks_of(draft):
        if isinstance(named := block.get("blocks"), list) and id in named:
            block["blocks"] = [one for one in named if one != id]
    return draft


def move_section(draft: Draft, id: str, way: Literal["up", "down"]) -> Draft:
    """Return the draft with a section one place earlier or later."""
    draft = copy.deepcopy(draft)
    _step(draft.get("sections", []), id, way)
    return draft


def move_block(draft: Draft, id: str, way: Literal["up", "down"]) -> Draft:
    """Return the draft with a block one place earlier or later; at the edge of its section it goes to the next one."""
    draft = copy.deepcopy(draft)
    sections = draft.get("sections", [])
    for place, section in enumerate(sections):
        if not any(block["id"] == id for block in section.get("blocks", [])):
            continue
        if not _step(section["blocks"], id, way):
            other = place + (-1 if way == "up" else 1)
            if 0 <= other < len(sections):
                block = section["blocks"].pop(0 if way == "up" else -1)
                target = sections[other].setdefault("blocks", [])
                target.insert(len(target) if way == "up" else 0, block)
        break
    return draft


def drop_block(draft: Draft, id: str, *, section: str, before: str = "") -> Draft:
    """Return the draft with a block moved into a section, before another block or to its end."""
    moved = find_block(draft, id)
    if moved is None or find_section(draft, section) is None or before == id:
        return draft
    draft = copy.deepcopy(draft)
    for one in draft["sections"]:
        one["blocks"] = [block for block in one.get("blocks", []) if block.get("id") != id]
    target = (find_section(draft, section) or {})["blocks"]
    places = [place for place, block in enumerate(target) if block.get("id") == before]
    target.insert(places[0] if places else len(target), copy.deepcopy(moved))
    return draft


def problems_of(draft: Draft) -> list[Problem]:
    """Return what does not fit, in reading order; nothing where the draft can be saved."""
    try:
        template = ReportTemplate.model_validate(draft)
    except ValidationError as error:
        items = error.errors(include_url=False, include_input=False)
        return [_problem(draft, item["loc"], in_words(item)) for item in items]
    known = {block["id"] for _, block in blocks_of(draft)}
    found = []
    for section in template.sections:
        for block in section.blocks:
            for named in getattr(block, "blocks", ()):
                if named not in known:
                    text = f"There is no block {named!r} in this template. Take it out, or add that block."
                    found.append(Problem(section.id, block.id, "blocks", text))
    return found


def _problem(draft: Draft, loc: tuple[int | str, ...], text: str) -> Problem:
    match loc:
        case ("sections", int(place), "blocks", int(within), *rest):
            section = draft["sections"][place]
            block = section["blocks"][within]
            fields = [str(part) for part in rest if part != block.get("kind")]
            return Problem(str(section.get("id", "")), str(block.get("id", "")), ".".join(fields), text)
        case ("sections", int(place), *rest):
            id = str(draft["sections"][place].get("id", ""))
            return Problem(id, "", ".".join(map(str, rest)), text)
    return Problem("", "", ".".join(map(str, loc)), text)


def _insert(draft: Draft, block: Draft, *, section: str, after: str) -> Draft:
    draft = copy.deepcopy(draft)
    target = find_section(draft, section)
    if target is None:
        raise KeyError(section)
    blocks = target.setdefault("blocks", [])
    places = [place for place, one in enumerate(blocks) if one.get("id") == after]
    blocks.insert(places[0] + 1 if places else len(blocks), block)
    return draft


def _step(rows: list[Draft], id: str, way: Literal["up", "down"]) -> bool:
    """Swap a row with its neighbour and return whether there was one."""
    place = next((n for n, row in enumerate(rows) if row.get("id") == id), -1)
    other = place + (-1 if way == "up" else 1)
    if place < 0 or not 0 <= other < len(rows):
        return False
    rows[place], rows[other] = rows[other], rows[place]
    return True


def _free(draft: Draft, wanted: str) -> str:
    """Return an id that nothing in the draft has: the wanted one, or with a number behind it."""
    taken = {block.get("id") for _, block in blocks_of(draft)}
    taken |= {section.get("id") for section in draft.get("sections", [])}
    base = re.sub(r"-\d+$", "", wanted)[:34]
    number, id = 1, base
    while id in taken:
        number += 1
        id = f"{base}-{number}"
    return id
