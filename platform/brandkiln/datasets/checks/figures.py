"""The figures of a check: how the records of a version are spread, and which of them stand apart by what was measured.

Pictures are judged beside the others of their version: a soft set of drawings is not blurred, and 28 pixels are not
tiny among 28. What is true of all is told by the histograms and by the advice.
"""

from array import array
from collections import Counter
from collections.abc import Iterator
from statistics import median_low
from typing import Any

from brandkiln.datasets.checks.histogram import Histogram
from brandkiln.datasets.checks.languages import language_of
from brandkiln.datasets.models import Kind

BLURRED = 100.0
"""Variance of the Laplacian below which a picture is blurred: the usual start for photographs,
https://pyimagesearch.com/2015/09/07/blur-detection-with-opencv/ after Pech-Pacheco and others, 2000."""
BLURRED_SHARE = 0.25
"""... and below this share of the median of the version, so that soft pictures among soft ones pass."""
BLANK = 4.0
"""Standard deviation of the grey values, of 255, below which a picture shows nothing: noise of a sensor or of JPEG."""
SILENT = 0.001
"""Root mean square, of full scale, below which a sound is silence: -60 dB."""
TINY = 64
"""Pixels of the shorter side below which a picture may be tiny: the largest side that image generators train at."""
TINY_SHARE = 0.5
"""... and below this share of the median of the version."""
NUMBERS = 24
"""Number columns whose histogram is drawn."""
MOST_FREQUENT = 40
"""Formats, modes and languages that are named."""

Found = tuple[str, int, int, float | None]
"""Code, position, group and score of a finding."""


class PictureFigures:
    """What pictures are like."""

    def __init__(self) -> None:
        self.histograms = {
            "width": Histogram(whole=True),
            "height": Histogram(whole=True),
            "brightness": Histogram(),
            "saturation": Histogram(),
            "sharpness": Histogram(logarithmic=True),
            "bytes": Histogram(logarithmic=True),
        }
        self._formats: Counter[str] = Counter()
        self._modes: Counter[str] = Counter()
        self._positions = array("L")
        self._sharpness = array("f")
        self._contrast = array("f")
        self._sides = array("L")

    def see(self, position: int, text: str, facts: dict[str, Any], fields: dict[str, Any]) -> None:
        for name, histogram in self.histograms.items():
            if isinstance(value := facts.get(name), int | float):
                histogram.see(value)
        self._formats[str(facts.get("format", ""))] += 1
        self._modes[str(facts.get("mode", ""))] += 1
        if {"sharpness", "contrast", "width", "height"} <= facts.keys():
            self._positions.append(position)
            self._sharpness.append(facts["sharpness"])
            self._contrast.append(facts["contrast"])
            self._sides.append(min(facts["width"], facts["height"]))

    def findings(self) -> Iterator[Found]:
        """Yield the pictures that stand apart: a blank one is not also blurred."""
        if not self._positions:
            return
        blurred, tiny = self._limits()
        measured = zip(self._positions, self._sharpness, self._contrast, self._sides, strict=True)
        for position, sharpness, contrast, side in measured:
            if contrast < BLANK:
                yield "blank", position, 0, round(contrast, 2)
            elif sharpness < blurred:
                yield "blurred", position, 0, round(sharpness, 2)
            if side < tiny:
                yield "tiny", position, 0, float(side)

    def summary(self) -> dict[str, Any]:
        blurred, tiny = self._limits() if self._positions else (BLURRED, float(TINY))
        return {
            "formats": _frequent(self._formats),
            "modes": _frequent(self._modes),
            "side": median_low(self._sides) if self._sides else None,
            "limits": {"blurred": round(blurred, 1), "tiny": round(tiny, 1), "blank": BLANK},
        }

    def _limits(self) -> tuple[float, float]:
        blurred = min(BLURRED, BLURRED_SHARE * median_low(self._sharpness))
        return blurred, min(float(TINY), TINY_SHARE * median_low(self._sides))


class TextFigures:
    """How long texts are, and in which languages."""

    def __init__(self) -> None:
        self.histograms = {"characters": Histogram(logarithmic=True), "words": Histogram(logarithmic=True)}
        self._languages: Counter[str] = Counter()
        self._codes: list[str] = [""]
        self._of = array("H")
        self._positions = array("L")

    def see(self, position: int, text: str, facts: dict[str, Any], fields: dict[str, Any]) -> None:
        self.histograms["characters"].see(len(text))
        self.histograms["words"].see(len(text.split()))
        language = language_of(text)
        if language not in self._codes:
            self._codes.append(language)
        self._languages[language] += 1
        self._positions.append(position)
        self._of.append(self._codes.index(language))

    def findings(self) -> Iterator[Found]:
        """Yield the texts that are not in the commonest language, each under the code of its own."""
        known = [language for language, _ in self._languages.most_common() if language]
        for position, number in zip(self._positions, self._of, strict=True):
            language = self._codes[number]
            if language and language != known[0]:
                yield f"language:{language}", position, 0, None

    def summary(self) -> dict[str, Any]:
        return {"languages": _frequent(self._languages)}


class TableFigures:
    """How the numbers of a table are spread; what else is known of its columns the reader has reported."""

    def __init__(self, columns: list[dict[str, Any]]) -> None:
        numbers = [one for one in columns if one["type"] in ("whole", "decimal")][:NUMBERS]
        self.histograms = {one["name"]: Histogram(whole=one["type"] == "whole") for one in numbers}

    def see(self, position: int, text: str, facts: dict[str, Any], fields: dict[str, Any]) -> None:
        for name, histogram in self.histograms.items():
            value = fields.get(name)
            if isinstance(value, int | float):
                histogram.see(value)

    def findings(self) -> Iterator[Found]:
        return iter(())

    def summary(self) -> dict[str, Any]:
        return {}


class SoundFigures:
    """How long and how loud sounds are."""

    def __init__(self) -> None:
        self.histograms = {"seconds": Histogram(), "rms": Histogram(), "sample_rate": Histogram(whole=True)}
        self._silent: list[Found] = []

    def see(self, position: int, text: str, facts: dict[str, Any], fields: dict[str, Any]) -> None:
        for name, histogram in self.histograms.items():
            if isinstance(value := facts.get(name), int | float):
                histogram.see(value)
        if isinstance(rms := facts.get("rms"), int | float) and rms < SILENT:
            self._silent.append(("blank", position, 0, float(rms)))

    def findings(self) -> Iterator[Found]:
        return iter(self._silent)

    def summary(self) -> dict[str, Any]:
        return {}


Figures = PictureFigures | TextFigures | TableFigures | SoundFigures


def figures_for(kind: str, columns: list[dict[str, Any]]) -> Figures:
    """Return what takes the figures of this kind of data."""
    match kind:
        case Kind.IMAGE:
            return PictureFigures()
        case Kind.TEXT:
            return TextFigures()
        case Kind.AUDIO:
            return SoundFigures()
        case _:
            return TableFigures(columns)


def _frequent(counts: Counter[str]) -> dict[str, int]:
    return dict(counts.most_common(MOST_FREQUENT))
