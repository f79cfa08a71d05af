"""How queries are said to Chinese readers: names from the data and what SQL says stay as they are."""

import re
from typing import Final

from generators.builtin.report.formats import Language

QUOTED = re.compile(r"(\"[^\"]*\"|'[^']*')")
CHINESE: Final = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"change from \[", "变化：从 ["),
        (r"\] to \[", "] 到 ["),
        (r": (?:gross|net|operating_result) divided by revenue", "：利润除以收入"),
        (r"texts of the topic that speak well, divided by all of it", "该主题中正面的文本，除以该主题全部文本"),
        (r", divided by the same of the \w+", "，除以同期合计"),
        (r", divided by the highest so far, less one", "除以此前最高价再减一"),
        (r", divided by the first", "除以起始价格"),
        (r", divided by what chance would give", "，除以偶然情况下的期望"),
        (r", divided by chance", "，除以偶然情况下的期望"),
        (r", divided by all", "，除以全部"),
        (r", divided by count", "，除以总数"),
        (r"divided by revenue", "除以收入"),
        (r"divided by", "除以"),
        (r" of the largest by ", " 最大者，按 "),
        (r", largest first, as a running share", "，从大到小累计占比"),
        (r": price at the later quantities, volume at the earlier mean price, mix the rest of the items sold in both "
         r"periods", "：价格按后期数量计，数量按前期均价计，其余为两期均售商品的结构"),
        (r": change of the ratios at mean weights, and of the weights", "：比率变化按平均权重计，以及权重变化"),
        (r"\b(day|week|month|quarter|year) (\S+) less \1 (\S+)", r"\2 减去 \3"),
        (r"forecast of ", "预测 "),
        (r"forecast by \w+ of ", "预测 "),
        (r": \w+, chosen by a backtest", "，方法由回测选出"),
        (r"mean absolute error of a backtest with rolling origins", "滚动起点回测的平均绝对误差"),
        (r"backtest with rolling origins", "滚动起点回测"),
        (r"expected value and (\S+) robust deviations", r"预期值加减 \1 个稳健偏差"),
        (r", and its robust range", "，及其稳健范围"),
        (r", and the same a year before", "，及上年同期"),
        (r"STL of ", "STL 分解 "),
        (r", season of (\d+)", r"，季节长度 \1"),
        (r"mean season, from STL", "平均季节，来自 STL 分解"),
        (r", from STL", "，来自 STL 分解"),
        (r"the end of the scale", "满值"),
        (r"periods of one \w+", "周期数"),
        (r"count of those who took every step up to it", "走完此前每一步的数量"),
        (r"each step among those who took every step before it", "在走完此前每一步者中的数量"),
        (r"share of the step before", "占上一步的比例"),
        (r"sum of each column", "各列之和"),
        (r"customers with an order in the \w+ after their first, of all whom the data follows so long",
         "首次下单后的下一期再次下单的客户，占数据跟踪到的全部客户"),
        (r"customers with more than one order", "下单超过一次的客户"),
        (r"median days between orders of a customer", "同一客户相邻订单间隔天数的中位数"),
        (r"customers by fifths of recency, and of the mean of frequency and value",
         "按最近一次下单、频次与金额均值各分五等的客户"),
        (r"count of customers", "客户数"),
        (r"customers of the group", "该组客户数"),
        (r"segments shown, the largest", "所示的最大各项"),
        (r" of the group\b", " 该组合计"),
        (r" by (\w+) of the first order, and \w+s since", " 按首次下单的时期及其后经过的期数"),
        (r"last price over first, less one", "末价除以首价再减一"),
        (r"price over the highest before it, less one", "价格除以此前最高价再减一"),
        (r"first and last price; standard deviation of logarithmic steps, a year; price below the highest so far",
         "首末价格；对数变化的年化标准差；距此前最高价的跌幅"),
        (r"texts by the topic that fits best: TF-IDF, non-negative factors",
         "按最贴近的主题归类的文本：TF-IDF 与非负分解"),
        (r"texts of each topic, and the share that speaks well and ill", "各主题的文本数及正负面占比"),
        (r"share of the texts that speak well, neither or both, and ill, by (\w+)", "正面、中性、负面文本的占比"),
        (r"texts of this tone", "该语气的文本"),
        (r"texts that it fits best", "最贴近该主题的文本"),
        (r"texts read", "读取的文本"),
        (r"rows with a text", "有文本的行"),
        (r"orders with both of two ", "同时含两件的订单 "),
        (r"orders with both", "同时含两件的订单"),
        (r"rows of each group, for a power of", "各组所需行数，检验功效"),
        (r"difference of rates \(Newcombe\)", "比率之差（Newcombe）"),
        (r"difference of means \(Welch\)", "均值之差（Welch）"),
        (r": difference", "：差异"),
        (r"Wilson interval", "Wilson 区间"),
        (r"\bchosen\b", "设定值"),
        (r" in both periods", "（两期）"),
        (r"\bprice\b(?!\()", "价格"),
    )
)  # fmt: skip
"""Patterns of what queries say beside SQL, the longer first, and the same in Chinese."""


def in_words(query: str, language: Language) -> str:
    """Return a query as readers of a language are told it."""
    if language == "en":
        return query
    parts = QUOTED.split(query)  # names from the data have odd places
    marked = "".join(f"\x00{place}\x00" if place % 2 else part for place, part in enumerate(parts))
    for pattern, said in CHINESE:
        marked = pattern.sub(said, marked)
    return re.sub(r"\x00(\d+)\x00", lambda found: parts[int(found[1])], marked)
