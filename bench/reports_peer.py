"""The peer of bench/reports.py: the same six charts, key figures and ranking with matplotlib and reportlab."""

import io
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Image, Paragraph, SimpleDocTemplate, Spacer, Table

MEASURES = ("impressions", "clicks", "conversions", "spend", "revenue")
Row = dict[str, object]
Sums = dict[str, dict[str, float]]


def main() -> None:
    """Read records.jsonl and write a PDF: `reports_peer.py RECORDS PDF`."""
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line)["fields"] for line in lines]
    styles = getSampleStyleSheet()
    months = sums(rows, lambda row: str(row["date"])[:7])
    channels = sums(rows, lambda row: str(row["channel"]))
    regions = sums(rows, lambda row: str(row["region"]))
    campaigns = sums(rows, lambda row: str(row["campaign"]))
    first, last = list(months)[-2:]
    total = {measure: f"{sum(month[measure] for month in months.values()):,.0f}" for measure in MEASURES}
    story = [Paragraph("Revenue", styles["Title"]), Table([list(total), list(total.values())]), Spacer(1, 12)]
    story += [
        line({month: cells["revenue"] for month, cells in months.items()}),
        bars({name: cells["revenue"] for name, cells in channels.items()}),
        bars(differences(rows, first, last)),
        stack(rows, list(months), list(channels)),
        bars({name: cells["revenue"] / cells["spend"] for name, cells in channels.items()}),
        bars({name: cells["revenue"] for name, cells in regions.items()}),
    ]
    top = sorted(campaigns.items(), key=lambda pair: -pair[1]["revenue"])[:10]
    story.append(
        Table([["Campaign", *MEASURES], *([n, *(f"{c[m]:,.0f}" for m in MEASURES)] for n, c in top)])
    )
    SimpleDocTemplate(sys.argv[2], pagesize=A4).build(story)


def sums(rows: list[Row], key: Callable[[Row], str]) -> Sums:
    """Return the sum of each measure by group."""
    groups: Sums = defaultdict(lambda: dict.fromkeys(MEASURES, 0.0))
    for row in rows:
        group = groups[key(row)]
        for measure in MEASURES:
            group[measure] += float(str(row[measure]))
    return dict(groups)


def differences(rows: list[Row], first: str, last: str) -> dict[str, float]:
    """Return what each channel added from one month to another."""
    months = ([row for row in rows if str(row["date"])[:7] == month] for month in (first, last))
    before, after = (sums(month, lambda row: str(row["channel"])) for month in months)
    return {name: after[name]["revenue"] - before.get(name, {"revenue": 0.0})["revenue"] for name in after}


def line(values: dict[str, float]) -> Image:
    figure, axes = plt.subplots(figsize=(7, 2.5))
    axes.plot(list(values), list(values.values()))
    axes.tick_params(axis="x", rotation=90)
    return picture(figure)


def bars(values: dict[str, float]) -> Image:
    figure, axes = plt.subplots(figsize=(7, 2))
    axes.bar_label(axes.barh(list(values), list(values.values())), fmt="{:,.0f}")
    return picture(figure)


def stack(rows: list[Row], months: list[str], channels: list[str]) -> Image:
    cells = sums(rows, lambda row: f"{str(row['date'])[:7]} {row['channel']}")
    figure, axes = plt.subplots(figsize=(7, 2.5))
    bottom = [0.0] * len(months)
    for channel in channels:
        heights = [cells.get(f"{month} {channel}", {"revenue": 0.0})["revenue"] for month in months]
        axes.bar(months, heights, bottom=bottom, label=channel)
        bottom = [low + height for low, height in zip(bottom, heights, strict=True)]
    axes.legend()
    return picture(figure)


def picture(figure: plt.Figure) -> Image:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=150, bbox_inches="tight")
    plt.close(figure)
    return Image(file, width=460, height=460 * figure.get_figheight() / figure.get_figwidth())


if __name__ == "__main__":
    main()
