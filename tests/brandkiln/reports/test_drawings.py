"""Charts as the page of an issue draws them."""

from typing import Any

from brandkiln.dashboard.report_plots import drawing_of
from brandkiln.reports.document_parts import Grid
from brandkiln.reports.fitting import fit

from generators.builtin.report.template import ready_template


def grid(**plot: Any) -> Grid:
    names, values = ["May", "Price", "Volume", "June"], [100.0, -20.0, 40.0, 120.0]
    drawn = {"categories": names, "series": [{"name": "sales", "values": values}], **plot}
    return Grid(
        key="g",
        title="",
        takeaway=None,
        head=[],
        rows=[[name, "x"] for name in names],
        wheres=[],
        query="",
        plot=drawn,
    )


def test_a_step_of_a_waterfall_begins_where_the_one_before_ends() -> None:
    drawing = drawing_of(grid(kind="waterfall", totals=[0, 3]))
    assert drawing is not None
    places = [(round(bar.start * 1.2, 1), round(bar.length * 1.2, 1), bar.is_loss) for bar in drawing.bars]
    assert places == [(0, 100, False), (80, 20, True), (80, 40, False), (0, 120, False)]


def test_bars_begin_at_zero() -> None:
    drawing = drawing_of(grid(kind="bars"))
    assert drawing is not None
    assert [bar.start for bar in drawing.bars] == [14.29, 0, 14.29, 14.29]


def test_an_outcome_is_a_measure_to_templates() -> None:
    assert fit(ready_template("campaign-performance"), ["outcome", "dimension"]).fits
