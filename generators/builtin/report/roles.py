"""What each column of a table is for: time, measure, dimension, id or nothing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from generators.builtin.report.spec import ReportParams
from generators.builtin.report.table import TableColumn
from generators.builtin.report.template import RoleName
from generators.errors import BadParams

FEW = 12  # bars that a reader takes in at once
LONGEST_NAME = 80  # longer texts are prose, not names
LEAST_PROSE = 12  # characters; Chinese says much in few
SAMPLED = 2_000
KNOWN = {
    "revenue": r"revenue|sales|turnover|gmv|收入|销售额|营业额|成交额",
    "spend": r"spend|spent|cost|costs|budget|花费|费用|支出|成本|投放",
    "conversions": r"conversions?|orders?|purchases?|signups?|leads?|转化(数|量)?|订单(数|量)?",
    "clicks": r"clicks?|点击(数|量)?",
    "impressions": r"impressions?|views?|展示(数|量)?|曝光(数|量)?",
}
AVERAGED = re.compile(
    r"\b(?:price|rate|ratio|score|rating|age|temp|temperature|percent|percentage|pct|share|average|avg|mean|index|margin"
    r"|duration|speed|wind|humidity|pressure|height|weight|latitude|longitude|balance|year|month|day|hour|minute)s?\b"
    r"|价格|单价|比率|比例|评分|年龄|温度|平均|指数|余额|时长|率$",
    re.IGNORECASE,
)
NAMED = {
    **KNOWN,
    "revenue": KNOWN["revenue"]
    + r"|((order|dollar|total|net|gross)[ _]?)?(value|amount)|total|金额|总额|总价|实付",
    "customer": r"(customer|client|user|buyer|member|visitor|session)(s|[ _]?(id|no|number|name|code|key))?"
    r"|(客户|顾客|用户|会员|买家)(编号|号|名称|名|id)?",
    "order": r"(order|invoice|transaction|receipt|basket)[ _]?(id|no|number|code)|invoice|订单(编号|号)|发票号|小票号",
    "item": r"(item|product|article|sku|stock[ _]?code)s?([ _]?(id|name|code))?|description"
    r"|(商品|产品|货品)(名称|名|编号)?|品名|品类",
    "price": r"(unit[ _]?)?price|close|closing[ _]price|单价|价格|售价|收盘价",
    "quantity": r"quantity|qty|units?([ _]?sold)?|number[ _]of[ _]\w+|数量|销量|件数",
    "step": r"(funnel[ _]?)?(step|stage)s?|event([ _]?(name|type))?|步骤|阶段|环节|事件",
    "group": r"((test|ab|experiment)[ _]?)?(group|variant|arm)|treatment|组别|分组|实验组|版本",
    "rating": r"((star|review|overall)[ _]?)?(rating|stars|score)s?|nps|评分|星级|打分|满意度",
    "account": r"account([ _]?name)?|line[ _]?item|科目(名称)?|会计科目|项目",
    "outcome": r"y|outcome|target|converted|subscribed|succe(ss|eded)|respon(se|ded)|churn(ed)?|purchased|bought"
    r"|clicked|opened|accepted|won|renewed|cancell?ed|结果|是否\w+|已?(转化|成交|流失|购买|响应|续约)",
    "text": r"((review|comment|feedback|answer)[ _]?)?(text|body)|reviews?|comments?|feedback|opinions?|verbatims?"
    r"|评论(内容)?|评价(内容)?|反馈|意见|留言",
}
YES = ("yes", "true", "1", "y", "success", "converted", "won", "是", "有", "成功")
NO = ("no", "false", "0", "n", "failure", "lost", "否", "无", "失败")
NAMING = ("customer", "order", "item", "step", "group", "account")
"""Roles whose columns hold names, even where they are written as numbers."""
NUMBERS = frozenset((*KNOWN, "price", "quantity", "rating"))
"""Roles that only a column of numbers can have."""
IDENTIFIES = re.compile(r"(^|[_\s-])(id|uuid|guid|sku|key|code|no|number)$|编号$|号码$|代码$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns that a report uses, by name, most important first."""

    time: str | None
    measures: tuple[str, ...]
    dimensions: tuple[str, ...]
    ids: tuple[str, ...]
    named: Mapping[str, str] = field(default_factory=dict)
    """The column of each role that a name or a person gives, such as "price" or "customer"."""


def infer_roles(columns: Mapping[str, TableColumn], params: ReportParams) -> Roles:
    """Return the roles of the columns; what the params name comes first.

    Raises:
        BadParams: If the params name a column that is not there or cannot have the role.
    """
    asked = [
        ("time", params.time),
        ("measure", params.measure),
        *((role, name) for name, role in params.roles.items()),
        *(("dimension", d) for d in params.dimensions),
    ]
    for role, name in asked:
        _check(columns, role, name)
    rows = next((column.values.len() for column in columns.values()), 0)
    given = params.roles
    ids = tuple(
        c.name for c in columns.values()
        if given.get(c.name) == "id" or (_is_id(c, rows) and c.name not in {n for _, n in asked})
    )  # fmt: skip
    unused = {*ids, *(name for name, role in given.items() if role in ("ignore", "text"))}
    free = [c for c in columns.values() if c.name not in unused and c.distinct > 0]
    dated = [c.name for c in free if c.kind == "date"]
    times = [params.time] if params.time else sorted(dated, key=lambda name: given.get(name) != "time")
    by_name = _named(columns, given)
    if wished := next((n for r, n in asked if r == "measure" and n and columns[n].kind == "text"), None):
        by_name["outcome"] = wished
    told_apart = {by_name[role] for role in NAMING if role in by_name}
    outcome = by_name.get("outcome")
    numbers = [
        c
        for c in free
        if c.kind == "number"
        and given.get(c.name) != "dimension"
        and c.name != outcome
        and c.name not in told_apart
    ]
    wanted = tuple(name for name, role in given.items() if role == "measure")
    earned = (by_name["revenue"],) if by_name.get("revenue") in {c.name for c in numbers} else ()
    measures = _first(params.measure, tuple(dict.fromkeys((*wanted, *earned, *_by_meaning(numbers)))))
    grouped = tuple(name for name, role in given.items() if role == "dimension")
    whose = {by_name.get("customer"), by_name.get("order"), outcome}  # blocks ask for them by their roles
    texts = (
        c
        for c in free
        if c.kind == "text" and c.name not in {*times, *whose} and given.get(c.name) != "measure"
    )
    named = params.dimensions or (*grouped, *_by_readability(c for c in texts if _names(c, rows)))
    measures = tuple(name for name in measures if name != outcome)
    return Roles(times[0] if times else None, measures, tuple(dict.fromkeys(named)), ids, by_name)


def _named(columns: Mapping[str, TableColumn], given: Mapping[str, RoleName]) -> dict[str, str]:
    """Return the column of each named role: what a person gave it to, else the first whose name says so."""
    found: dict[str, str] = {role: name for name, role in reversed(list(given.items())) if role in NAMED}
    free = [c for c in columns.values() if c.distinct and c.name not in given]
    for role, pattern in NAMED.items():
        for column in free:
            if re.fullmatch(pattern, plain_name(column.name)) and _fits(column, role):
                found.setdefault(role, column.name)
    if written := next((c.name for c in free if is_prose(c)), None):
        found.setdefault("text", written)
    return found


def _fits(column: TableColumn, role: str) -> bool:
    """Return whether a column holds what a role of its name needs."""
    if role == "outcome":
        return is_yes_or_no(column)
    return column.kind == "number" if role in NUMBERS else column.kind == "text" or role != "text"


def is_prose(column: TableColumn) -> bool:
    """Return whether a column holds texts that people wrote: mostly different ones, of several words."""
    if column.kind != "text" or column.distinct < 0.5 * (column.values.len() - column.values.null_count()):
        return False
    lengths = column.values.drop_nulls().head(SAMPLED).str.len_chars()
    spaced = column.values.drop_nulls().head(SAMPLED).str.contains(r"\S\s+\S+\s+\S|[\u4e00-\u9fff]{6}")
    usual, share = lengths.median(), spaced.mean()
    if not isinstance(usual, int | float) or not isinstance(share, int | float):
        return False
    return usual >= LEAST_PROSE and share > 0.5


def meaning(name: str) -> str:
    """Return "revenue", "spend", "conversions", "clicks" or "impressions" where a name says so, else ""."""
    plain = plain_name(name)
    for known, pattern in KNOWN.items():
        if re.fullmatch(rf"(total[ _])?({pattern})([ _]?\(?(usd|eur|gbp|cny|rmb|元)\)?)?", plain):
            return known
    return ""


def plain_name(name: str) -> str:
    """Return a name in small letters without a unit in brackets behind it, such as that of 单价（元）."""
    return re.sub(r"[\s_]*[(（\[][^()（）\[\]]*[)）\]]$", "", name.strip().lower())


def is_averaged(name: str, *, cases: bool = False) -> bool:
    """Return whether values of this name are averaged over rows, because their sum says nothing.

    Args:
        name: The name of a column.
        cases: Whether each row is a case with an outcome: then only what is called an amount adds up.
    """
    plain = plain_name(name)
    amount = any(re.fullmatch(NAMED[role], plain) for role in (*KNOWN, "quantity"))
    return bool(AVERAGED.search(name.replace("_", " "))) or (cases and not amount)


def is_yes_or_no(column: TableColumn) -> bool:
    """Return whether a column says yes or no, in any of the ways in which tables do."""
    if column.kind == "date" or column.distinct != 2:
        return False
    names = [name.strip().lower() for name in column.names()]
    return sum(name in YES for name in names) == 1 and sum(name in NO for name in names) == 1


def _check(columns: Mapping[str, TableColumn], role: str, name: str | None) -> None:
    if name is None:
        return
    if name not in columns:
        raise BadParams(f"There is no column {name!r} for the {role}. The columns are: {', '.join(columns)}.")
    column = columns[name]
    if role == "time" and column.kind != "date":
        raise BadParams(f"Column {name!r} holds no dates such as 2026-01-31. {_hint(columns, 'date')}")
    if role == "outcome" and column.distinct != 2:
        raise BadParams(
            f"Column {name!r} holds {column.distinct:,} different values; an outcome has two, such as yes and no. "
            "Choose another column."
        )
    counts = role == "measure" and is_yes_or_no(column)
    if (role == "measure" or role in NUMBERS) and column.kind != "number" and not counts:
        raise BadParams(f"Column {name!r} holds no numbers. {_hint(columns, 'number')}")
    if role == "dimension" and column.distinct == 0:
        raise BadParams(
            f"Column {name!r} is empty, so nothing can be broken down by it. Choose another column."
        )


def _hint(columns: Mapping[str, TableColumn], kind: str) -> str:
    fitting = [c.name for c in columns.values() if c.kind == kind]
    return (
        f"Columns of that kind: {', '.join(fitting)}."
        if fitting
        else "No column of the table is of that kind."
    )


def _is_id(column: TableColumn, rows: int) -> bool:
    if column.kind == "date" or column.distinct < 2:
        return False
    unique = column.distinct > 0.95 * rows
    whole = column.kind == "text" or bool((column.values.drop_nulls() % 1 == 0).all())
    return (
        whole and unique and (bool(IDENTIFIES.search(column.name)) or (column.kind == "text" and rows > 20))
    )


def _names(column: TableColumn, rows: int) -> bool:
    """Return whether a text column holds names that repeat, so that rows can be grouped by them."""
    longest = column.values.str.len_chars().max()
    repeats = column.distinct <= max(FEW, rows // 2)
    return column.distinct >= 2 and repeats and isinstance(longest, int) and longest <= LONGEST_NAME


def _by_meaning(columns: Iterable[TableColumn]) -> tuple[str, ...]:
    order = list(KNOWN)
    varied = sorted(columns, key=lambda c: c.distinct == 1)
    known = sorted((c for c in varied if meaning(c.name)), key=lambda c: order.index(meaning(c.name)))
    summed = [c for c in varied if not meaning(c.name) and not is_averaged(c.name)]
    averaged = [c for c in varied if not meaning(c.name) and is_averaged(c.name)]
    return tuple(c.name for c in (*known, *summed, *averaged))


def _by_readability(columns: Iterable[TableColumn]) -> tuple[str, ...]:
    return tuple(
        c.name
        for c in sorted(columns, key=lambda c: (c.distinct > FEW, c.distinct if c.distinct > FEW else 0))
    )


def _first(name: str | None, names: tuple[str, ...]) -> tuple[str, ...]:
    return names if name is None else (name, *(n for n in names if n != name))
