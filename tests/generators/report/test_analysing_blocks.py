"""The blocks that analyse: every kind says true sentences about a small table, in both languages, and draws it."""

import json
from datetime import date, timedelta

import pytest

from generators.builtin.report import charts
from generators.builtin.report.colours import light
from generators.builtin.report.document import compose
from generators.builtin.report.prepare import subject_of
from generators.builtin.report.role_reasons import roles_with_reasons
from generators.builtin.report.roles import infer_roles
from generators.builtin.report.sentence import plain
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.table import TableColumn, read_table

SAID = {
    "year_over_year": "than in December 2025",
    "seasonality": "on a scale that ends at 1",
    "forecast": "For January 2027, revenue is forecast at",
    "anomalies": "In December 2026, revenue was 3,666; to be expected were",
    "price_volume": "price added",
    "rate_mix": "conversion rate",
    "funnel": "Of 400 at view, 100 came to order: 25.00%",
    "cohorts": "In the month after the first order, retention over all cohorts is",
    "customer_groups": "The number of customers is highest in",
    "concentration": "Of revenue, the largest 20% of 31 customers bring in",
    "basket": "at 2.0× the rate of chance",
    "uplift": "true difference lies within",
    "income": "the net margin was 50.0%",
    "market": "The total return is 20.4%",
    "opinions": "The number of texts is highest for",
}


def day(step: int) -> str:
    return (date(2025, 1, 1) + timedelta(days=step)).isoformat()


def shop() -> list[dict[str, object]]:
    rows = []
    for step in range(730):
        month = 1 + (date(2025, 1, 1) + timedelta(days=step)).month
        price = 6 if step >= 699 else 5
        for item in ("tea", "cup") if step % 2 else ("pot",):
            rows.append({"order id": f"O{step}", "date": day(step), "customer id": f"C{step * step % 61}",
                         "product": item, "quantity": month, "price": price, "revenue": month * price})  # fmt: skip
    return rows


TABLES = {
    "shop": shop,
    "visits": lambda: [
        {"user_id": f"u{i}", "event": step, "variant": "AB"[i % 2], "bought": "yes" if i % 2 and i % 4 else "no"}
        for i in range(400) for step in ("view", "cart", "order")
        if step == "view" or (step == "cart" and (i % 2 == 0 or i % 3)) or (step == "order" and i % 4 == 0)
    ],
    "ads": lambda: [
        {"date": day(step), "channel": c, "clicks": 100 + step * (c == "web"), "conversions": 5 if c == "web" else 20}
        for step in range(120) for c in ("web", "shop")
    ],
    "books": lambda: [
        {"month": f"2026-{m:02}-28", "account": a, "amount": v}
        for m in (4, 5, 6) for a, v in (("Sales", 100), ("Rent", -30), ("Income tax", -20))
    ],
    "prices": lambda: [{"date": f"2026-{m:02}-01", "close": 100 + 2 * m + m % 2} for m in range(1, 13)],
    "reviews": lambda: [
        {"review": f"{text} {n}", "date": day(n)}
        for n in range(20) for text in ("slow courier lost my parcel again", "lovely colour and soft fabric there")
    ],
}  # fmt: skip
OF = {
    "funnel": "visits",
    "uplift": "visits",
    "rate_mix": "ads",
    "income": "books",
    "market": "prices",
    "opinions": "reviews",
}
READ: dict[str, dict[str, TableColumn]] = {}
MORE = {
    "uplift": {"measure": "bought"},
    "rate_mix": {"measure": "@conversion_rate", "period": "month"},
    "funnel": {"order": ["view", "cart", "order"]},
}


def built(make_table, kind: str, language: str):
    table = OF.get(kind, "shop")
    data = make_table(TABLES[table](), name=table)
    block = {"id": "b", "kind": kind, "period": "month", **MORE.get(kind, {})}
    template = {"name": "t", "sections": [{"id": "s", "blocks": [block]}]}
    params = ReportParams(template=template, language=language)
    if table not in READ:
        READ[table] = read_table(data, lambda rows: None)
    columns = READ[table]
    roles = infer_roles(columns, params)
    return compose(subject_of(columns, roles, params), data, params)


@pytest.mark.parametrize("kind", SAID)
def test_a_block_says_true_sentences_in_both_languages(make_table, kind: str):
    told = {}
    for language in ("en", "zh"):
        document = built(make_table, kind, language)
        assert not document.refused
        (passage,) = document.passages
        assert not passage.missing, passage.missing
        shown = (*passage.figures, *passage.tables)
        sentences = [*(s.takeaway for s in shown), *passage.sentences]
        told[language] = " ".join(plain(sentence) for sentence in sentences)
        for figure in passage.figures:
            assert all(len(row) == len(figure.head) for row in figure.rows)
            assert all(len(series.values) == len(figure.plot.categories) for series in figure.plot.series)
            json.dumps(figure.draw(light("#1d5c63"), 354), allow_nan=False)
    assert SAID[kind] in told["en"], told["en"]
    assert told["zh"]


def test_falls_are_drawn_of_the_deepest_few_with_their_depths(make_table, monkeypatch):
    rows = [
        {"date": (date(2024, 1, 1) + timedelta(days=step)).isoformat(), "share": name,
         "close": 100 + step / 10 - (20 + 10 * place) * (step == 203)}
        for step in range(500) for place, name in enumerate("ABCDE")
    ]  # fmt: skip
    monkeypatch.setitem(TABLES, "courses", lambda: rows)
    monkeypatch.setitem(OF, "market", "courses")
    _grown, fallen = built(make_table, "market", "en").figures
    assert fallen.title == "Below the highest so far: the 3 that fell deepest"
    assert fallen.head[1:] == ("E", "D", "C")
    assert len(fallen.rows) <= 80
    depths = [min(series.values) for series in fallen.plot.series]
    assert depths == pytest.approx([(0.1 - 20 - 10 * place) / 120.2 for place in (4, 3, 2)], abs=0.001)


@pytest.mark.parametrize("kind", ["forecast", "cohorts", "uplift"])
def test_each_kind_of_chart_is_drawn(make_table, kind: str):
    for figure in built(make_table, kind, "en").figures:
        assert charts.svg(figure.draw(light("#1d5c63"), 680)).startswith("<svg")


def test_each_column_has_a_role_with_its_reason(make_table):
    params = ReportParams(roles={"quantity": "ignore"})
    columns = read_table(make_table(shop()[:60]), lambda rows: None)
    found = {r.column: r for r in roles_with_reasons(columns, infer_roles(columns, params), params)}
    assert {name: role.role for name, role in found.items()} == {
        "order id": "order", "date": "time", "customer id": "customer", "product": "item", "quantity": "ignore",
        "price": "price", "revenue": "revenue",
    }  # fmt: skip
    assert found["quantity"].reason == "You said so."
    assert found["customer id"].reason == "Its name says so."
