"""A small picture of what a template shows: a page with a shape for each block."""

from collections.abc import Iterator
from dataclasses import dataclass

from generators.builtin.report.template import ReportTemplate

WIDTH, HEIGHT, MARGIN, GAP = 80, 112, 7, 3
INNER = WIDTH - 2 * MARGIN
LINES = ("trend", "forecast", "season", "market", "series", "retention", "drawdown", "anomal", "growth")
TABLES = ("ranking", "table", "cohort", "rfm", "basket", "income", "digest")
TEXTS = ("summary", "text", "notes", "quotes")
FIGURES = ("key_figures", "ratios")


@dataclass(frozen=True)
class Mark:
    """A rectangle, or a line through points where ``points`` is given."""

    css: str
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0
    points: str = ""


def outline(template: ReportTemplate) -> list[Mark]:
    """Return the marks of a template's picture, from the top of the page to its bottom."""
    marks = [Mark("ink", MARGIN, MARGIN, 38, 4), Mark("pale", MARGIN, MARGIN + 6, 26, 2)]
    y: float = MARGIN + 13
    shapes = [_shape(block.kind) for section in template.sections for block in section.blocks]
    column = 0
    for place, shape in enumerate(shapes):
        is_half = shape in ("bars", "line")
        follows = place + 1 < len(shapes) and shapes[place + 1] in ("bars", "line")
        width = (INNER - GAP) / 2 if is_half and (column or follows) else float(INNER)
        height = {"text": 9, "figures": 9, "table": 17}.get(shape, 18)
        if y + height > HEIGHT - 4:
            break
        marks += _drawn(shape, MARGIN + column * (INNER + GAP) / 2, y, width, height)
        column = 1 if width < INNER and not column else 0
        y += 0 if column else height + GAP
    return marks


def _shape(kind: str) -> str:
    for shape, names in (("text", TEXTS), ("figures", FIGURES), ("table", TABLES), ("line", LINES)):
        if any(name in kind for name in names):
            return shape
    return "bars"


def _drawn(shape: str, x: float, y: float, width: float, height: float) -> Iterator[Mark]:
    if shape == "text":
        yield from (Mark("pale", x, y + 3 * n, width * (1, 0.92, 0.7)[n], 1.4) for n in range(3))
    elif shape == "figures":
        for n in range(4):
            left = x + n * (width + 2) / 4
            yield Mark("accent" if n == 0 else "ink", left, y, width / 7, 3)
            yield Mark("pale", left, y + 4.5, width / 5, 1.4)
    elif shape == "table":
        for n in range(5):
            yield Mark("ink" if n == 0 else "pale", x, y + 3.4 * n, width * 0.4, 1.4)
            yield Mark("ink" if n == 0 else "pale", x + width * 0.62, y + 3.4 * n, width * 0.14, 1.4)
            yield Mark("ink" if n == 0 else "pale", x + width * 0.86, y + 3.4 * n, width * 0.14, 1.4)
    elif shape == "line":
        course = (0.72, 0.6, 0.66, 0.4, 0.5, 0.24, 0.3, 0.1)
        points = (f"{x + width * n / 7:.1f},{y + height * part:.1f}" for n, part in enumerate(course))
        yield Mark("line", points=" ".join(points))
        yield Mark("pale", x, y + height - 1, width, 0.8)
    else:
        for n, part in enumerate((1, 0.78, 0.6, 0.44, 0.3)):
            yield Mark("accent" if n == 0 else "pale", x, y + n * height / 5, width * part, height / 5 - 1.4)
