"""What goes wrong in a training, told from its figures: each a sentence and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from generators.run import Notice

LOW_DIVERSITY = 0.4
"""Relative to real pictures; chosen on toy data, where networks that draw one picture fall far below it."""
COPYING = 0.5
"""Of the distance to pictures that were held out."""
IN_A_ROW = 2
"""Measurements that have to agree before anything is said."""
UNDECIDED, DECIDED = 0.02, 0.995
"""Share of pairs that a discriminator orders rightly: below, its scores are all alike; above, none is in doubt."""
SATURATED_KIMG = 10
"""For how many thousands of pictures its scores have to be saturated."""
EXPLODED = 1_000.0
"""Times its own early size that a loss may grow to."""


def mode_collapse(diversities: Sequence[float]) -> Notice | None:
    """Return what is wrong where drawn pictures stay alike although real ones differ."""
    last = diversities[-IN_A_ROW:]
    if len(last) < IN_A_ROW or max(last) >= LOW_DIVERSITY:
        return None
    return Notice(
        "mode_collapse",
        f"What is drawn has only {last[-1]:.0%} of the variety of real pictures: the network repeats itself.",
        "End it and train again with half the learning_rate or twice the batch_size; with few pictures, turn on "
        "augmentation.",
        values={"percent": round(100 * last[-1])},
    )


def memorising(copying: Sequence[float]) -> Notice | None:
    """Return what is wrong where drawn pictures lie much closer to training pictures than held-out ones do."""
    last = copying[-IN_A_ROW:]
    if len(last) < IN_A_ROW or max(last) >= COPYING:
        return None
    return Notice(
        "memorising",
        f"What is drawn lies at {last[-1]:.0%} of the distance from training pictures that held-out pictures keep: "
        "the network repeats what it was shown.",
        "Add pictures or augmentation, or train for a shorter time; keep the checkpoint from before, and look at the "
        "nearest training pictures before you publish anything.",
        values={"percent": round(100 * last[-1])},
    )


def dead_discriminator(accuracy: float, kimg: float) -> Notice | None:
    """Return what is wrong where the scores of real and drawn pictures say nothing any more.

    Args:
        accuracy: Share of pairs of a real and a drawn picture in which the real one scores higher, averaged.
        kimg: For how many thousands of pictures it has been out of bounds.
    """
    if kimg < SATURATED_KIMG:
        return None
    if accuracy > DECIDED:
        return Notice(
            "discriminator_certain",
            f"The discriminator tells {accuracy:.1%} of the pairs apart: the generator learns little from it.",
            "Turn on adaptive augmentation, choose the recipe r3gan, which bounds its slope, or add training pictures.",
            values={"percent": round(100 * accuracy, 1)},
        )
    return Notice(
        "discriminator_dead",
        "The discriminator gives real and drawn pictures the same scores: it has stopped learning.",
        "Train again with half the learning_rate.",
    )


def exploding(name: str, value: float, usual: float) -> Notice | None:
    """Return what is wrong where a loss has grown far beyond its early size."""
    if abs(value) < EXPLODED * max(usual, 1.0):
        return None
    return Notice(
        "exploding",
        f"{name} has grown to {value:,.0f}; in the beginning it was about {usual:.3g}.",
        "The training is about to diverge. End it and train again with half the learning_rate.",
        values={"name": name, "value": round(value), "usual": float(f"{usual:.3g}")},
    )


def diverged(name: str, shown: int) -> Notice:
    """Return that a loss is no longer a number."""
    return Notice(
        "diverged",
        f"The training diverged: {name} was no longer a number after {shown:,} pictures.",
        "Train again with half the learning_rate.",
        values={"name": name, "shown": shown},
    )
