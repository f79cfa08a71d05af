"""Income by line, with its ratios."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

Line = Literal["revenue", "goods", "operating", "interest", "tax"]
Result = Literal["revenue", "goods", "gross", "operating", "operating_result", "interest", "tax", "net"]
RESULTS: Final[tuple[Result, ...]] = (
    "revenue", "goods", "gross", "operating", "operating_result", "interest", "tax", "net",
)  # fmt: skip
LINES: Final[dict[Line, str]] = {
    "goods": r"cogs|cost of (?:goods|sales|revenue)|materials?|purchases? of goods"
    r"|^(?:(?:total|product|item) )?costs?$|营业成本|销售成本|原材料|^(?:商品|产品|进货|采购)?成本$",
    "tax": r"tax(?:es|ation)?|所得税|税金|税费|税",
    "interest": r"interest|financ(?:e|ing) costs?|利息|财务费用",
    "operating": r"expenses?|opex|overheads?|marketing|advertising|salar(?:y|ies)|wages|personnel|payroll|rent"
    r"|depreciation|administrat\w*|selling|r&d|research|insurance|utilities|travel|software"
    "|费用|工资|薪酬|房租|租金|折旧|广告|研发|管理|行政",
    "revenue": r"revenues?|sales|turnover|income|fees|subscriptions?|services?|收入|营业额|销售额",
}
"""Words that tell what an account is; the first that fits."""


@dataclass(frozen=True, slots=True)
class Income:
    """An income statement of one period.

    Attributes:
        lines: Each of `RESULTS` that is known. Costs are below 0, so that a result is the sum of the lines above it.
        accounts: The accounts of the data and their sums, costs below 0, in the order of the lines.
        unplaced: Accounts that no word tells the line of, and their sums; they are in no line.
        rows: How many rows they were computed from.
    """

    lines: Mapping[Result, float]
    accounts: tuple[tuple[str, Line, float], ...]
    unplaced: tuple[tuple[str, float], ...]
    rows: int

    def margin(self, result: Result) -> float | None:
        """Return a result as a share of revenue; None where there is no revenue."""
        revenue = self.lines.get("revenue", 0.0)
        return self.lines[result] / revenue if revenue > 0 and result in self.lines else None


def line_of(account: str) -> Line | None:
    """Return the line of an income statement that an account belongs to by its name, or None."""
    plain = account.strip().lower().replace("_", " ")
    return next((line for line, words in LINES.items() if re.search(_whole(words), plain)), None)


def income_of_accounts(frame: pl.DataFrame, *, account: str, amount: str) -> Income | None:
    """Return the income statement of rows that each name an account, or None where none is revenue.

    Args:
        frame: The rows of one period.
        account: The column of the accounts' names.
        amount: The column of the amounts. Costs may be written above or below 0: a cost account counts by its size.
    """
    rows = frame.select(pl.col(account).cast(pl.String).alias("a"), pl.col(amount).alias("v")).drop_nulls()
    sums = rows.group_by("a", maintain_order=True).agg(pl.col("v").sum())
    return _income([(name, float(value)) for name, value in sums.iter_rows()], rows.height)


def income_of_columns(sums: Mapping[str, float], rows: int) -> Income | None:
    """Return the income statement of columns and their sums, or None where none is revenue."""
    return _income(list(sums.items()), rows)


def _income(sums: list[tuple[str, float]], rows: int) -> Income | None:
    placed: list[tuple[str, Line, float]] = []
    unplaced: list[tuple[str, float]] = []
    for name, value in sums:
        line = line_of(name)
        if line is None:
            unplaced.append((name, value))
        else:
            placed.append((name, line, value if line == "revenue" else -abs(value)))
    order: list[Line] = ["revenue", "goods", "operating", "interest", "tax"]
    placed.sort(key=lambda account: (order.index(account[1]), -abs(account[2]), account[0]))
    totals = {line: sum(v for _, at, v in placed if at == line) for line in {at for _, at, _ in placed}}
    if "revenue" not in totals or len(totals) < 2:
        return None
    lines: dict[Result, float] = {}
    running = 0.0
    results: dict[Line, Result] = {"goods": "gross", "operating": "operating_result"}
    for line in order:
        if line in totals:
            running += totals[line]
            lines[line] = totals[line]
            if line in results:
                lines[results[line]] = running
    if totals.keys() - {"revenue", "goods"}:  # what is left of sales after goods alone is no net result
        lines["net"] = running
    return Income(lines, tuple(placed), tuple(unplaced), rows)


def _whole(words: str) -> str:
    """Return a pattern that finds words as such; Chinese is written without gaps."""
    return rf"(?<![a-z])(?:{words})(?![a-z])"
