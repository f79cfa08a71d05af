import re
from itertools import pairwise

import pytest

from generators.builtin.report.charts import Bar, Point, bars, line, shares, spark, svg
from generators.builtin.report.charts_frame import round_steps
from generators.builtin.report.colours import contrast, dark, light, mix
from generators.builtin.report.vision import APART, distance

PALETTE = light("#1d5c63")
HOSTILE = "</text><script>alert(1)</script>\"'\\ {datum.value} =1+1"


def domain(spec, channel: str) -> list[float]:
    return spec["layer"][0]["encoding"][channel]["scale"]["domain"]


@pytest.mark.parametrize("values", [(3.0, 5.0), (-2.0, 4.0), (-5.0, -1.0), (0.0, 0.0)])
def test_bars_start_at_zero(values):
    low, high = domain(bars([Bar("a", v, "x") for v in values], PALETTE, 400), "x")
    assert low <= 0 <= high
    assert (low == 0) == (min(values) >= 0)


def test_a_line_far_above_zero_may_leave_zero_out_and_one_near_it_may_not():
    def ticks(*values: float):
        return domain(line([Point("t", v) for v in values], PALETTE, 600, 200, str), "y")

    assert ticks(1.0, 10.0)[0] == 0
    assert ticks(95.0, 100.0)[0] > 0


def test_axis_labels_come_from_our_formats():
    drawn = svg(line([Point("Jan", 0.0), Point("Feb", 40_000.0)], PALETTE, 600, 200, lambda v: f"<{v:g}>"))
    assert "&lt;40000&gt;" in drawn
    assert "Jan" in drawn


@pytest.mark.parametrize(
    "spec",
    [
        bars([Bar(HOSTILE, 1.0, HOSTILE)], PALETTE, 600),
        line(
            [Point(HOSTILE, 1.0, HOSTILE), Point("b", None), Point("c", 2.0)],
            PALETTE,
            600,
            200,
            lambda v: HOSTILE,
        ),
        shares([HOSTILE, "b"], [HOSTILE, "t"], [(0.5, 0.5), (0.1, 0.9)], [HOSTILE, "90%"], PALETTE, 600),
        spark([1.0, None, 3.0], PALETTE),
    ],
)
def test_charts_hold_no_script_no_style_and_no_address(spec):
    drawn = svg(spec)
    assert "<script" not in drawn
    assert "style=" not in drawn
    assert not re.search(r"(href|url\(|@import|\son\w+=)", drawn)


def test_labels_of_small_shares_do_not_overlap():
    table = [(0.94, 0.02, 0.02, 0.02)]
    chart = shares(list("abcd"), ["t"], table, ["x"] * 4, PALETTE, 600)
    places = [end["middle"] for end in chart["layer"][1]["data"]["values"]]
    assert all(b - a >= 17 / 240 - 1e-9 for a, b in pairwise(places))
    assert max(places) < 1


def test_black_on_white_has_the_contrast_that_the_standard_names():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert mix("#000000", "#ffffff", 0.5) == "#808080"


@pytest.mark.parametrize("accent", ["#ffff00", "#ffffff", "#000000", "#1d5c63", "#FF0080"])
def test_any_accent_becomes_readable(accent):
    for palette in (light(accent), dark(accent)):
        assert contrast(palette.accent, palette.ground) >= 4.5
        assert contrast(palette.muted, palette.ground) >= 4.5
        assert contrast(palette.fall, palette.ground) >= 4.5


@pytest.mark.parametrize("accent", ["#1d5c63", "#2e7d32", "#c62828", "#b4532a", "#8a6100", "#ffd400"])
def test_losses_are_told_from_the_accent_by_colour_blind_readers(accent):
    for palette in (light(accent), dark(accent)):
        assert distance(palette.accent, palette.fall) >= APART
        assert contrast(palette.fall, palette.ground) >= 4.5


def test_red_and_green_are_near_each_other_without_one_kind_of_cone():
    assert distance("#6e8f1a", "#b07a1a") < APART < distance("#1d5c63", "#b4532a")
    assert distance("#123456", "#123456") == 0


@pytest.mark.parametrize(
    ("low", "high", "end"),
    [(0, 1, 1), (0, 100, 100), (0, 42_000, 50_000), (-1, 0, 0), (0, 0, 1), (50, 60, 60)],
)
def test_an_axis_ends_close_to_the_highest_value(low, high, end):
    step, first, last = round_steps(low, high)
    assert first * step <= low
    assert last * step == pytest.approx(end)
