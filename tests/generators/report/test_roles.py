import pytest

from generators.builtin.report.roles import Roles, infer_roles, meaning
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.table import read_table
from generators.errors import BadParams

ROWS = [
    {"order_id": f"A{i:04}", "day": f"2026-01-{i % 28 + 1:02}", "amount": i * 1.5, "unit_price": 9.5 + i % 3,
     "region": "NS"[i % 2], "remark": f"a long remark about order {i}, written by hand", "flag": i % 2}
    for i in range(40)
]  # fmt: skip


def roles(make_table, rows=ROWS, **params) -> Roles:
    return infer_roles(read_table(make_table(rows), lambda rows: None), ReportParams(**params))


def test_roles_follow_from_the_values(make_table):
    found = roles(make_table)
    assert found.time == "day"
    assert found.measures == ("amount", "flag", "unit_price")
    assert found.dimensions == ("region",)
    assert "order_id" in found.ids


def test_params_overrule_what_was_inferred(make_table):
    found = roles(make_table, measure="unit_price", dimensions=("flag", "region"))
    assert found.measures[0] == "unit_price"
    assert found.dimensions == ("flag", "region")


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"measure": "turnover"}, "no column 'turnover' for the measure. The columns are: order_id, day"),
        ({"measure": "region"}, "'region' holds no numbers. Columns of that kind: amount"),
        ({"time": "amount"}, "'amount' holds no dates such as 2026-01-31. Columns of that kind: day"),
    ],
)
def test_a_wrong_column_is_refused_with_the_right_ones(make_table, params, words):
    with pytest.raises(BadParams, match=words):
        roles(make_table, **params)


@pytest.mark.parametrize(
    ("name", "known"),
    [("Revenue", "revenue"), ("total_sales", "revenue"), ("销售额", "revenue"), ("ad spend", ""),
     ("Cost (USD)", "spend"), ("点击量", "clicks"), ("clickers", "")],
)  # fmt: skip
def test_columns_that_every_marketer_knows_are_recognised(name: str, known: str):
    assert meaning(name) == known
