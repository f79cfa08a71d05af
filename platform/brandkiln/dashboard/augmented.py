"""What a set of generated pictures did to a classifier, as the page of its job shows it."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WIDE, EDGE = 320.0, 12.0
NAMES: dict[str, str | Promise] = {
    "real": gettext_lazy("Real"),
    "real_and_generated": gettext_lazy("Real and generated"),
    "generated": gettext_lazy("Generated alone"),
}


@dataclass(frozen=True)
class Row:
    """The classifiers that learned from one mix.

    Attributes:
        gain: What they gained beside those of real pictures, in points; None for those themselves.
        low: Where its interval begins and `high` where it ends, in the units of the drawing, as `at` and `dots`.
    """

    name: str | Promise
    learned_from: int
    accuracy: float
    recall: float
    gain: dict[str, Any] | None
    recall_gain: dict[str, Any] | None
    low: str
    high: str
    at: str
    dots: list[str]


@dataclass(frozen=True)
class Label:
    """One label: how many pictures there were, and how many of those tested were recognised, in per cent."""

    name: str
    real: int
    generated: int
    tested: int
    before: float
    after: float

    @property
    def change(self) -> float:
        return self.after - self.before


def rows(result: dict[str, Any]) -> list[Row]:
    """Return a row for each mix; their drawings share a scale."""
    mixes = result["mixes"]
    ends = [
        value for mix in mixes for value in (mix["accuracy"]["low"], mix["accuracy"]["high"], *mix["by_seed"])
    ]
    low, high = min(ends), max(ends)

    def place(value: float) -> str:
        share = (value - low) / (high - low) if high > low else 0.5
        return f"{EDGE + (WIDE - 2 * EDGE) * share:.1f}"

    return [
        Row(
            name=NAMES[mix["name"]],
            learned_from=mix["learned_from"],
            accuracy=100 * mix["accuracy"]["value"],
            recall=100 * mix["recall"]["value"],
            gain=_points(mix.get("accuracy_gain")),
            recall_gain=_points(mix.get("recall_gain")),
            low=place(mix["accuracy"]["low"]),
            high=place(mix["accuracy"]["high"]),
            at=place(mix["accuracy"]["value"]),
            dots=[place(value) for value in mix["by_seed"]],
        )
        for mix in mixes
    ]


def labels(result: dict[str, Any]) -> list[Label]:
    """Return the labels, those that gained most first."""
    before, after = result["mixes"][0]["by_label"], result["mixes"][1]["by_label"]
    found = [
        Label(name, real, generated, tested, 100 * one, 100 * other)
        for name, real, generated, tested, one, other in zip(
            result["labels"],
            result["real"],
            result["generated"],
            result["tested"],
            before,
            after,
            strict=True,
        )
    ]
    return sorted(found, key=lambda label: -label.change)


def confusion(result: dict[str, Any]) -> list[tuple[str, list[tuple[str, float, str]]]]:
    """Return for each label what its test pictures were taken for, by those that learned from both: a name, the share
    in per cent, and how dark its cell is."""
    names = result["labels"]
    return [
        (name, [(other, 100 * share, f"{share:.2f}") for other, share in zip(names, line, strict=True)])
        for name, line in zip(names, result["mixes"][1]["confusion"], strict=True)
    ]


def verdict(result: dict[str, Any]) -> str:
    """Return "helps", "hurts" or "unclear", by all pictures or, where those tell nothing, by labels."""
    both = result["mixes"][1]
    found = str(both["accuracy_gain"]["verdict"])
    return str(both["recall_gain"]["verdict"]) if found == "unclear" else found


def reading(result: dict[str, Any]) -> str:
    """Return in a sentence whether the set helps."""
    gain, recall = result["mixes"][1]["accuracy_gain"], result["mixes"][1]["recall_gain"]
    best = recall if recall["verdict"] == "helps" and gain["verdict"] != "helps" else gain
    facts = {
        "gain": f"{100 * best['value']:+.1f}",
        "low": f"{100 * best['low']:+.1f}",
        "high": f"{100 * best['high']:+.1f}",
    }
    if best is recall and best["verdict"] == "helps":
        text = _(
            "Rare labels gain: on average over labels %(gain)s points more pictures are recognised (95 %% interval "
            "%(low)s to %(high)s). Over all pictures no difference can be told."
        )
        return text % facts
    texts = {
        "helps": _(
            "Adding them helps: %(gain)s points more test pictures are recognised (95 %% interval %(low)s to %(high)s)."
        ),
        "hurts": _(
            "Adding them hurts: %(gain)s points (95 %% interval %(low)s to %(high)s). Leave them out, or train the "
            "generator longer and try again."
        ),
        "unclear": _(
            "No difference can be told: %(gain)s points (95 %% interval %(low)s to %(high)s). Either these pictures "
            "add nothing that this classifier needs, or more seeds, test pictures or training would be needed to tell."
        ),
    }
    return texts[best["verdict"]] % facts


def _points(gain: dict[str, Any] | None) -> dict[str, Any] | None:
    if gain is None:
        return None
    return {name: value if name == "verdict" else 100 * value for name, value in gain.items()}
