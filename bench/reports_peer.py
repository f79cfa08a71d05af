"""The peers of bench/reports.py: matplotlib's charts of a report that was computed, set by reportlab or in a notebook.

`reports_peer.py pdf RECORDS DOCUMENT PDF` reads the rows, adds them up by month, channel, campaign and region, and sets
all that report.json holds: texts, key figures, charts, tables and the appendix. What takes more than sums (forecasts,
seasons, the narrative and its check) is computed beforehand, in the peers' favour. A notebook calls `show`.
"""

import io
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt

MEASURES = ("impressions", "clicks", "conversions", "spend", "revenue")
LONGEST_APPENDIX = 120
Row = dict[str, Any]


def read(records: str) -> None:
    """Read the rows and add them up, as any report has to."""
    with Path(records).open(encoding="utf-8") as lines:
        rows = [json.loads(line)["fields"] for line in lines]
    keys: list[Callable[[Row], str]] = [
        lambda row: str(row["date"])[:7],
        lambda row: str(row["channel"]),
        lambda row: str(row["campaign"]),
        lambda row: str(row["region"]),
        lambda row: f"{str(row['date'])[:7]} {row['channel']}",
    ]
    for key in keys:
        groups: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(MEASURES, 0.0))
        for row in rows:
            group = groups[key(row)]
            for measure in MEASURES:
                group[measure] += float(row[measure])


def said(sentence: list[Any], facts: dict[str, Row]) -> str:
    return "".join(piece if isinstance(piece, str) else facts[piece["$fact"]]["text"] for piece in sentence)


def drawn(plot: Row) -> plt.Figure:
    """Return a chart of the same numbers."""
    names, series = plot["categories"], plot["series"]
    figure, axes = plt.subplots(figsize=(7, 2.4))
    bottom = [0.0] * len(names)
    for one in series:
        values = [float("nan") if value is None else value for value in one["values"]]
        if plot["kind"] == "line":
            axes.plot(range(len(names)), values, label=one["name"])
        elif plot["kind"] == "bars":
            axes.bar_label(axes.barh(names, values), fmt="{:,.2f}")
        else:
            axes.bar(range(len(names)), values, bottom=bottom, label=one["name"])
            bottom = [low + value for low, value in zip(bottom, values, strict=True)]
    if plot["kind"] != "bars":
        axes.set_xticks(range(0, len(names), max(1, len(names) // 8)), names[:: max(1, len(names) // 8)])
    if len(series) > 1:
        axes.legend(fontsize=7)
    return figure


def passages(document: str) -> tuple[Row, list[Row]]:
    kept = json.loads(Path(document).read_text(encoding="utf-8"))
    return kept, [passage for chapter in kept["document"]["chapters"] for passage in chapter["passages"]]


def pdf(records: str, document: str, target: str) -> None:
    """Set a PDF with reportlab."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Image, Paragraph, SimpleDocTemplate, Spacer, Table

    read(records)
    kept, found = passages(document)
    facts, styles = kept["facts"], getSampleStyleSheet()
    story: list[Any] = [Paragraph(kept["document"]["title"], styles["Title"])]
    for passage in found:
        if passage["key_figures"]:
            keys = passage["key_figures"]
            story.append(
                Table([[k["name"] for k in keys], [facts[k["value"]["$fact"]]["text"] for k in keys]])
            )
        for figure in passage["figures"]:
            story += [Paragraph(figure["title"], styles["Heading3"]),
                      Paragraph(said(figure["takeaway"], facts), styles["Normal"])]  # fmt: skip
            chart, file = drawn(figure["plot"]), io.BytesIO()
            chart.savefig(file, format="png", dpi=150, bbox_inches="tight")
            story.append(Image(file, width=460, height=460 * chart.get_figheight() / chart.get_figwidth()))
            plt.close(chart)
        for table in passage["tables"]:
            story += [Paragraph(table["title"], styles["Heading3"]), Table([table["head"], *table["rows"]])]
        story += [
            Paragraph(said(one, facts), styles["Normal"])
            for one in (*passage["sentences"], *passage["notes"])
        ]
        story.append(Spacer(1, 8))
    story.append(Paragraph("Where the numbers come from", styles["Heading2"]))
    small = styles["Code"]
    origins = [
        [o["printed"][:20], Paragraph(o["about"], styles["Normal"]), Paragraph(o["query"], small), o["rows"]]
        for o in kept["document"]["origins"][:LONGEST_APPENDIX]
    ]
    story.append(Table(origins, colWidths=(60, 130, 230, 40)))
    SimpleDocTemplate(target, pagesize=A4).build(story)


def show(records: str, document: str) -> None:
    """Show the same in a notebook."""
    from IPython.display import Markdown, display

    read(records)
    kept, found = passages(document)
    facts = kept["facts"]
    for passage in found:
        for figure in passage["figures"]:
            chart = drawn(figure["plot"])
            display(Markdown(f"### {figure['title']}\n\n{said(figure['takeaway'], facts)}"), chart)
            plt.close(chart)
        for table in passage["tables"]:
            lines = [table["head"], ["---"] * len(table["head"]), *table["rows"]]
            display(Markdown("\n".join("| " + " | ".join(line) + " |" for line in lines)))
        display(Markdown("\n".join(f"- {said(one, facts)}" for one in passage["sentences"])))


if __name__ == "__main__":
    pdf(*sys.argv[2:])
