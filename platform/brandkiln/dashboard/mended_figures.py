"""What a restorer measured, task by task, beside the usual filter on the same pictures."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

MENDED = re.compile(
    r"(denoise|enlarge_2x|enlarge_4x|inpaint)_(?:(baseline)_)?(psnr|ssim|gain)(_se|_low|_high)?"
)
TASKS = {
    "denoise": (gettext_noop("Noise taken out"), gettext_noop("a Gaussian blur of the best width")),
    "enlarge_2x": (gettext_noop("Enlarged 2x"), gettext_noop("bicubic interpolation")),
    "enlarge_4x": (gettext_noop("Enlarged 4x"), gettext_noop("bicubic interpolation")),
    "inpaint": (gettext_noop("Filled in"), gettext_noop("the surroundings stretched over the hole")),
}
"""What a restorer does and what the usual filter for it is, by the beginning of its figures' names."""
SEEN = 0.05
"""Decibels: nobody sees less, however surely it was measured."""
GAINS = tuple(f"{task}_gain" for task in TASKS)


@dataclass(frozen=True)
class Row:
    """One task: PSNR in decibels and SSIM, of the network and of the usual filter.

    Attributes:
        gain: By how many decibels the network is better, with its 95 % interval where that was measured.
        verdict: "better" or "worse" where the interval holds nothing nearer to 0 than SEEN, else "alike".
    """

    title: str
    filter: str
    psnr: float
    plain_psnr: float
    ssim: float | None
    plain_ssim: float | None
    gain: float
    low: float | None
    high: float | None

    @property
    def verdict(self) -> str:
        low, high = (self.gain if one is None else one for one in (self.low, self.high))
        return "better" if low > SEEN else "worse" if high < -SEEN else "alike"


def rows(metrics: Mapping[str, float]) -> list[Row]:
    """Return a row for each task that was measured beside its filter; none for what is no restorer."""
    return [
        Row(
            title=_(title),
            filter=_(plain),
            psnr=metrics[f"{task}_psnr"],
            plain_psnr=metrics[f"{task}_baseline_psnr"],
            ssim=metrics.get(f"{task}_ssim"),
            plain_ssim=metrics.get(f"{task}_baseline_ssim"),
            gain=metrics.get(f"{task}_gain", metrics[f"{task}_psnr"] - metrics[f"{task}_baseline_psnr"]),
            low=metrics.get(f"{task}_gain_low"),
            high=metrics.get(f"{task}_gain_high"),
        )
        for task, (title, plain) in TASKS.items()
        if f"{task}_psnr" in metrics and f"{task}_baseline_psnr" in metrics
    ]


def reading(measured: list[Row]) -> str:
    """Return in a sentence what the figures mean for whoever wants a picture mended."""
    worse = [row.title for row in measured if row.verdict != "better"]
    if not measured:
        return ""
    if not worse:
        return _("It mends better than the usual filter in every task.")
    return _(
        "No better than the usual filter: %(tasks)s. Train it for longer, or on more pictures, before you use it "
        "for that."
    ) % {"tasks": ", ".join(worse)}


def figure_title(name: str) -> str | None:
    """Return what people call a figure of a restorer; None for any other."""
    found = MENDED.fullmatch(name)
    if not found:
        return None
    task, baseline, kind, _part = found.groups()
    if kind == "gain":
        return _("%(task)s · better than the usual filter by (dB)") % {"task": _(TASKS[task][0])}
    figure_of = f"{_(TASKS[task][0])} · {'PSNR (dB)' if kind == 'psnr' else 'SSIM'}"
    usual = _("usual filter")
    return f"{figure_of} · {usual}" if baseline else figure_of
