"""The editor of a template: what was sent, what was done to it, and what the page shows of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.text import is_storable
from brandkiln.dashboard.block_forms import LANGUAGES, BlockForm
from brandkiln.dashboard.report_words import ROLES
from brandkiln.reports import drafts
from brandkiln.reports.drafts import KINDS, Draft, Problem
from brandkiln.reports.templates import reader_language

LARGEST = 400_000  # characters of a draft; the largest that fits a template is smaller
TEMPLATE = "@"
"""What stands for the template itself. A section is named by this and its id, since blocks may have the same ids."""


@dataclass
class Editor:
    """What one request shows of a template.

    Attributes:
        chosen: The block, the section ("@" and its id) or the template ("@") whose form is open; "" for none.
        focus: The id of the control that the keyboard stays on.
        columns: The columns of the data set that it is tried on.
    """

    draft: Draft
    chosen: str = ""
    focus: str = ""
    columns: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The draft as the page carries it."""
        return json.dumps(self.draft, ensure_ascii=False, sort_keys=True)

    @property
    def problems(self) -> list[Problem]:
        return drafts.problems_of(self.draft)

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The sections with their blocks and what does not fit in each."""
        problems = self.problems
        return [
            {
                "id": section["id"],
                "key": TEMPLATE + section["id"],
                "section": section,
                "heading": _said(section.get("heading", {})),
                "problems": [p for p in problems if p.section == section["id"] and not p.block],
                "blocks": [self._block(block, problems) for block in section.get("blocks", [])],
            }
            for section in self.draft["sections"]
        ]

    @property
    def own_problems(self) -> list[Problem]:
        """What does not fit in the template itself."""
        return [p for p in self.problems if not p.section]

    @property
    def needs(self) -> list[tuple[str, Any, bool]]:
        """Roles that a table may have to have: each with its name and whether it does."""
        needed = self.draft.get("needs", [])
        return [
            (name, label, name in needed) for name, label in ROLES.items() if name not in {"ignore", "id"}
        ]

    def _block(self, block: Draft, problems: list[Problem]) -> dict[str, Any]:
        own = [p for p in problems if p.block == block["id"]]
        drawn: dict[str, Any] = {
            "id": block["id"],
            "kind": block["kind"],
            "title": _said(block.get("title", {})),
            "problems": own,
        }
        if block["id"] == self.chosen:
            by_field = {p.field: p.text for p in own}
            drawn["form"] = self._form(block, by_field)
            drawn["whole"] = [p.text for p in own if not p.field]
        return drawn

    def _form(self, block: Draft, problems: dict[str, str] | None = None) -> BlockForm:
        ids = [one["id"] for _, one in drafts.blocks_of(self.draft)]
        return BlockForm(block, columns=self.columns, ids=ids, problems=problems or {})

    def take(self, sent: QueryDict) -> None:
        """Put what was written in the open form into the draft."""
        if self.chosen == TEMPLATE:
            for name in ("title", "summary", "heading"):
                self.draft[name] = _texts(sent, f"t-{name}")
            self.draft["needs"] = [role for role in sent.getlist("t-needs") if role in ROLES]
        elif section := _section(self.draft, self.chosen):
            section["heading"] = _texts(sent, "s-heading")
        elif block := drafts.find_block(self.draft, self.chosen):
            taken = self._form(block).taken(sent)
            block.clear()
            block.update(taken)

    def do(self, asked: str) -> None:
        """Do what a button asks for, such as "up:trend" or "add:trend:figures"; what it does not know is left alone."""
        verb, _, rest = asked.partition(":")
        act = ACTS.get(verb)
        if act is not None:
            try:
                act(self, *rest.split(":"))
            except (KeyError, TypeError):
                return  # a section, a block or a kind that is gone

    def _choose(self, id: str) -> None:
        self.chosen = "" if id == self.chosen else id
        self.focus = f"row-{id}"

    def _add(self, kind: str, section: str) -> None:
        self.draft, self.chosen = drafts.add_block(self.draft, kind, section=section)
        self.focus = f"row-{self.chosen}"

    def _add_section(self, after: str = "") -> None:
        self.draft, id = drafts.add_section(self.draft, after=after)
        self.chosen = TEMPLATE + id
        self.focus = f"row-{self.chosen}"

    def _copy(self, id: str) -> None:
        self.draft, self.chosen = drafts.copy_block(self.draft, id)
        self.focus = f"row-{self.chosen}"

    def _remove(self, id: str) -> None:
        if id.startswith(TEMPLATE):
            self.draft = drafts.remove_section(self.draft, id.removeprefix(TEMPLATE))
        else:
            self.draft = drafts.remove_block(self.draft, id)
        self.chosen = "" if self.chosen == id else self.chosen

    def _up(self, id: str) -> None:
        self.draft, self.focus = _moved(self.draft, id, "up"), f"up-{id}"

    def _down(self, id: str) -> None:
        self.draft, self.focus = _moved(self.draft, id, "down"), f"down-{id}"

    def _drop(self, id: str, section: str, before: str = "") -> None:
        self.draft, self.focus = (
            drafts.drop_block(self.draft, id, section=section, before=before),
            f"row-{id}",
        )


ACTS: dict[str, Callable[..., None]] = {
    "choose": Editor._choose,
    "add": Editor._add,
    "section": Editor._add_section,
    "copy": Editor._copy,
    "remove": Editor._remove,
    "up": Editor._up,
    "down": Editor._down,
    "drop": Editor._drop,
}


def read_draft(text: str) -> Draft:
    """Return the draft that a page carried along.

    Raises:
        Unprocessable: If it is no draft of a template at all; what does not fit in one is a problem of its place.
    """
    try:
        if len(text) > LARGEST:
            raise ValueError
        draft = json.loads(text)
        sections = draft["sections"]
        blocks = [block for section in sections for block in section.get("blocks", [])]
        ids = [row["id"] for row in (*sections, *blocks)]
        fits = all(isinstance(id, str) for id in ids) and all(block["kind"] in KINDS for block in blocks)
        if not (isinstance(draft, dict) and isinstance(sections, list) and fits and is_storable(draft)):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = _("What the page sent is no template. Load the page again.")
        raise Unprocessable(message, fields={"document": message}) from error
    return draft


def _moved(draft: Draft, id: str, way: Any) -> Draft:
    if id.startswith(TEMPLATE):
        return drafts.move_section(draft, id.removeprefix(TEMPLATE), way)
    return drafts.move_block(draft, id, way)


def _section(draft: Draft, key: str) -> Draft | None:
    return drafts.find_section(draft, key.removeprefix(TEMPLATE)) if key.startswith(TEMPLATE) else None


def _texts(sent: QueryDict, name: str) -> dict[str, str]:
    texts = {language: sent.get(f"{name}-{language}", "").strip() for language in LANGUAGES}
    return {language: text for language, text in texts.items() if text}


def _said(texts: Any) -> str:
    """Return a text in the reader's language or any other."""
    known: dict[str, str] = texts if isinstance(texts, dict) else {}
    return known.get(reader_language()) or next(iter(known.values()), "")
