"""The recipe editor: steps as cards that can be added, moved, changed and removed, and what they would do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from pydantic import ValidationError

from brandkiln.core.errors import Unprocessable
from brandkiln.dashboard.lookup import whole
from brandkiln.dashboard.recipe_forms import split_form, step_form
from brandkiln.datasets.models import DatasetVersion, Split
from brandkiln.datasets.recipes.preview import Foreseen, Preview, preview_recipe
from brandkiln.datasets.recipes.registry import BY_NAME, LONGEST, Recipe, params_of
from brandkiln.datasets.recipes.step import Column, Step
from brandkiln.datasets.splits import SplitRule
from brandkiln.jobs.forms import ParamsForm


@dataclass
class Draft:
    """A step on its way to the page: what was sent for it, or what it begins with."""

    step: type[Step]
    sent: dict[str, list[str]] | None = None
    initial: dict[str, Any] = field(default_factory=dict)


@dataclass
class Card:
    """A step as it is drawn."""

    step: type[Step]
    form: ParamsForm
    chosen: Step | None
    """The step with its params, once they fit."""
    foreseen: Foreseen | None = None
    problem: str = ""


class Editor:
    """What one request shows of a recipe."""

    def __init__(self, version: DatasetVersion, drafts: list[Draft], sent: QueryDict | None = None) -> None:
        self.version = version
        self.focus = ""
        """The id of the control that the keyboard stays on."""
        self.cards: list[Card] = []
        columns = version.columns
        for number, draft in enumerate(drafts):
            card = _card(draft, version, columns, f"s{number}")
            self.cards.append(card)
            if card.chosen:
                try:
                    columns = card.chosen.columns_after(columns)
                except Unprocessable as error:
                    card.problem = error.message
        self.split = split_form(version, columns, _split_data(sent))
        self.seed = whole(sent.get("split_seed", "")) if sent else 0
        self.preview = self._look()

    @property
    def recipe(self) -> Recipe | None:
        """The steps, or None while one of them does not fit."""
        chosen = [card.chosen for card in self.cards if card.chosen]
        return tuple(chosen) if len(chosen) == len(self.cards) else None

    @property
    def rule(self) -> SplitRule | None:
        """How records are dealt, or None while it does not fit."""
        if not self.split.is_bound:
            return SplitRule(by="keep")
        return SplitRule(**self.split.cleaned_params) if self.split.is_valid() else None

    @property
    def is_ready(self) -> bool:
        has_work = bool(self.cards) or (self.rule is not None and self.rule.by != "keep")
        problems = any(card.problem for card in self.cards)
        return self.recipe is not None and self.rule is not None and has_work and not problems

    def bar(self) -> list[dict[str, Any]]:
        """Return the parts of the bar of shares: where each begins, how wide it is, and how many records it has."""
        left = self.preview.left
        rule = self.rule or SplitRule()
        if rule.by == "keep":
            counts = [self.version.counts.get("split", {}).get(split.value, 0) for split in Split]
            shares = [count / (sum(counts) or 1) for count in counts]
        else:
            shares = list(rule.shares)
        parts, at = [], 0.0
        for split, share in zip(Split, shares, strict=True):
            part = {
                "name": split.value,
                "text": split.label,
                "x": f"{100 * at:.2f}",
                "count": round(left * share),
            }
            parts.append(part | {"width": f"{100 * share:.2f}", "percent": round(100 * share)})
            at += share
        return parts

    def _look(self) -> Preview:
        ready: list[Step] = []
        for card in self.cards:  # up to the first step that is not filled in
            if card.chosen is None or card.problem:
                break
            ready.append(card.chosen)
        preview = preview_recipe(tuple(ready), self.version)
        for card, foreseen in zip(self.cards, preview.steps, strict=False):
            card.foreseen, card.problem = foreseen, foreseen.problem
        return preview


def drafts_of(recipe: Iterable[dict[str, Any]], kind: str) -> list[Draft]:
    """Return a stored recipe as drafts; what is unknown here, or for other data, is left out."""
    drafts = []
    for given in params_of(list(recipe)):
        step = BY_NAME.get(str(given.get("step")))
        if step and kind in step.kinds:
            drafts.append(Draft(step, initial={name: one for name, one in given.items() if name != "step"}))
    return drafts


def drafts_sent(sent: QueryDict, kind: str) -> list[Draft]:
    """Return the steps of a form that was sent, in their order."""
    drafts = []
    for number in range(whole(str(sent.get("steps", "")), most=LONGEST)):
        prefix = f"s{number}-"
        step = BY_NAME.get(sent.get(f"{prefix}step", ""))
        if step is None or kind not in step.kinds:
            continue
        fields = {name.removeprefix(prefix): sent.getlist(name) for name in sent if name.startswith(prefix)}
        drafts.append(Draft(step, sent=fields))
    return drafts


def edited(drafts: list[Draft], asked: str, kind: str, initial: dict[str, Any]) -> tuple[list[Draft], str]:
    """Return the steps after one edit, such as "add:resize", "up:2" or "remove:0", and what the keyboard goes to."""
    what, _colon, which = asked.partition(":")
    if what == "add":
        step = BY_NAME.get(which)
        if step is None or kind not in step.kinds or len(drafts) >= LONGEST:
            return drafts, ""
        return [*drafts, Draft(step, initial=initial)], f"card-{len(drafts)}"
    place = whole(which, -1)
    if not 0 <= place < len(drafts):
        return drafts, ""
    if what == "remove":
        return drafts[:place] + drafts[place + 1 :], f"card-{min(place, len(drafts) - 2)}"
    target = place + {"up": -1, "down": 1}.get(what, 0)
    if target != place and 0 <= target < len(drafts):
        drafts = list(drafts)
        drafts[place], drafts[target] = drafts[target], drafts[place]
        return drafts, f"{what}-{target}"
    return drafts, ""


def _card(draft: Draft, version: DatasetVersion, columns: list[Column], prefix: str) -> Card:
    data = None
    if draft.sent is not None:
        data = QueryDict(mutable=True)
        for name, values in draft.sent.items():
            data.setlist(f"{prefix}-{name}", values)
    form = step_form(draft.step, version, columns, prefix=prefix, data=data, initial=draft.initial)
    chosen = None
    if form.is_bound:
        chosen = draft.step.model_validate(form.cleaned_params) if form.is_valid() else None
    else:
        try:
            chosen = draft.step.model_validate(_begun(form, draft.initial))
        except ValidationError:
            chosen = None
    problem = "" if chosen or form.is_bound else _("Fill in what it needs.")
    return Card(draft.step, form, chosen, problem=problem)


def _begun(form: ParamsForm, initial: dict[str, Any]) -> dict[str, Any]:
    """Return the params of a fresh form: what it was given, and the first choice where one has to be made."""
    given = dict(initial)
    for name, bound in form.fields.items():
        choices = list(getattr(bound, "choices", ()))
        if bound.required and name not in given and choices and not hasattr(bound, "coerce"):
            if isinstance(form[name].value(), list):
                continue
            if form.params_class.model_fields[name].is_required():
                given[name] = choices[0][0]
    return given


def _split_data(sent: QueryDict | None) -> QueryDict | None:
    """Return what was sent for the split; a split by time follows the date alone, whatever else was set."""
    if sent is None or "split-by" not in sent:
        return None
    data = sent.copy()
    if data["split-by"] == "time":
        data["split-together"] = "content"
    return data
