"""Sentences and reasons of the blocks that analyse, in English and Chinese; as in `wording.py`."""

from typing import Final

from generators.builtin.report.formats import Language

SENTENCES: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "season": "Beside its trend, {m} is highest in {high}, at {x}; it is lowest in {low}, at {y}.",
        "season_strength": "For {m}, {k} is {x} on a scale that ends at {whole}.",
        "forecast": "For {p}, {m} is forecast at {x}; {level} of such forecasts should lie between {low} and {high}.",
        "forecast_method": "The method is {method}. In a backtest with {origins} starts "
        "it missed by {e} in the mean; repeating the last value missed by {n}.",
        "forecast_plain": "The method is {method}. In a backtest with {origins} starts it missed by {e} in the mean, "
        "and none of the others came closer.",
        "forecast_coverage": "In the backtest, ranges made before each value held {covered} of {tried} values, "
        "which is {share}; meant were {level}.",
        "anomaly": "In {p}, {m} was {x}; to be expected were {low} to {high}.",
        "no_anomaly": "{m} was in the range to be expected in each of {n} periods.",
        "effect_whole_up": "From {against} to {p}, {m} rose by {d}",
        "effect_whole_down": "From {against} to {p}, {m} fell by {d}",
        "effect_whole_flat": "From {against} to {p}, {m} stayed level, a change of {d}",
        "effect_up": "; {k} added {d}",
        "effect_down": "; {k} took away {d}",
        "effect_flat": "; {k} left it level at {d}",
        "effect_end": ".",
        "funnel": "Of {n} at {first}, {x} came to {last}: {share}.",
        "funnel_weakest": "{k} is lowest at {low}: {x}.",
        "funnel_interval": "For {low}, the true share lies within {a} to {b} at a confidence of {level}.",
        "retention": "In the {grain} after the first order, {k} over all cohorts is {x}.",
        "repeats": "Of {n} customers, {again} ordered again, so {k} is {x}.",
        "repeats_gap": "From an order of a customer to the next, the median is {g} days.",
        "groups": "{k} is highest in {high}: {x}.",
        "group_value": "Of {m}, {high} bring in {share}.",
        "concentration": "Of {m}, {top} of {n} bring in {x}; {most} are enough for {part}.",
        "basket": "{a} and {b} are bought together at {l} the rate of chance, in {n} orders.",
        "basket_note": "Tested pairs: {n}. Shown are pairs beyond chance; among those "
        "found, as many as {f} may still be chance.",
        "basket_large": "Orders with too many items, left out of the pairs: {n}.",
        "uplift_apart": "In {b}, {k} differs from {a} by {d}; the true difference lies within {low} "
        "to {high} at a confidence of {level}.",
        "uplift_same": "In {b} and in {a}, {k} cannot be told apart: the difference is {d}, "
        "and may as well be {low} or {high}.",
        "uplift_needed": "To show a difference of {d}, each group would need {n} rows.",
        "uplift_many": "With several groups held against {a}, each interval is widened so "
        "that all hold together at {level}.",
        "margin": "In {p}, {k} was {x}.",
        "margin_all": "{k} is {x}.",
        "income_unplaced": "Accounts that no line is known for, and that are left out: {n}.",
        "returns": "{k} is highest for {high}: {x}; it is lowest for {low}: {y}.",
        "return": "{k} is {x}.",
        "drawdown": "{k} of {s} is {x}, from {from_} to {to}.",
        "tones": "Of {n} texts read, {good} speak well and {bad} ill.",
        "topic": "{k} is highest for {high}: {x}.",
        "quote": "{high}: “{q}”",
        "quote_good": "Speaks well: “{q}”",
        "quote_bad": "Speaks ill: “{q}”",
        "sampled": "Texts in the table: {all}; read were {n}, evenly spread over the rows.",
        "by_words": "Whether a text speaks well is told by its words, which is "
        "often wrong for irony and long texts.",
        "by_rating": "Whether a text speaks well is told by the rating beside it.",
    },
    "zh": {
        "season": "相对趋势，{m}最高的是{high}，为{x}；最低的是{low}，为{y}。",
        "season_strength": "{m}的{k}为{x}，满值为{whole}。",
        "forecast": "{p}，{m}的预测值为{x}，范围为{low}至{high}，此类预测中有{level}会落在范围内。",
        "forecast_method": "方法为{method}。从 {origins} 个较早时点回测，平均误差为{e}；重复上期值的误差为{n}。",
        "forecast_plain": "方法为{method}。从 {origins} 个较早时点回测，平均误差为{e}，其他方法均未更接近。",
        "forecast_coverage": "回测中，事先给出的范围包含了 {tried} 个值中的 {covered} 个，即{share}；目标为{level}。",
        "anomaly": "{p}，{m}为{x}；预期范围为{low}至{high}。",
        "no_anomaly": "在 {n} 个周期中，{m}都在预期范围内。",
        "effect_whole_up": "从{against}到{p}，{m}上升{d}",
        "effect_whole_down": "从{against}到{p}，{m}下降{d}",
        "effect_whole_flat": "从{against}到{p}，{m}持平，变化为{d}",
        "effect_up": "；{k}增加{d}",
        "effect_down": "；{k}减少{d}",
        "effect_flat": "；{k}持平，变化为{d}",
        "effect_end": "。",
        "funnel": "{first}有 {n}，到达{last}的有 {x}，即{share}。",
        "funnel_weakest": "{k}最低的是{low}：{x}。",
        "funnel_interval": "在{level}的置信水平下，{low}的真实比例在{a}至{b}之间。",
        "retention": "首次下单后的下一{grain}，全部客户的{k}为{x}。",
        "repeats": "{n} 位客户中有 {again} 位再次下单，{k}为{x}。",
        "repeats_gap": "同一客户相邻订单的间隔中位数为 {g} 天。",
        "groups": "{k}最多的是{high}：{x}。",
        "group_value": "在{m}中，{high}占{share}。",
        "concentration": "{m}的{x}来自{n}中的{top}；要达到{part}，只需{most}。",
        "basket": "{a}与{b}一起购买的频率是偶然情况的{l}，共 {n} 张订单。",
        "basket_note": "检验的组合：{n}。所示组合的出现并非偶然；其中至多{f}仍可能出于偶然。",
        "basket_large": "商品过多而未计入组合的订单：{n}。",
        "uplift_apart": "{b}的{k}与{a}相差{d}；在{level}的置信水平下，真实差异在{low}至{high}之间。",
        "uplift_same": "{b}与{a}的{k}无法区分：差异为{d}，也可能是{low}或{high}。",
        "uplift_needed": "要证实{d}的差异，每组需要 {n} 行。",
        "uplift_many": "有多组与{a}对照，因此加宽了区间，使全部区间同时成立的把握为{level}。",
        "margin": "{p}，{k}为{x}。",
        "margin_all": "{k}为{x}。",
        "income_unplaced": "无法归类而未计入的科目：{n}。",
        "returns": "{k}最高的是{high}：{x}；最低的是{low}：{y}。",
        "return": "{k}为{x}。",
        "drawdown": "{s}的{k}为{x}，从{from_}到{to}。",
        "tones": "读取的 {n} 条文本中，{good}为正面，{bad}为负面。",
        "topic": "{k}最多的是{high}：{x}。",
        "quote": "{high}：“{q}”",
        "quote_good": "正面：“{q}”",
        "quote_bad": "负面：“{q}”",
        "sampled": "表中的文本：{all}；读取了 {n}，均匀分布在各行。",
        "by_words": "正面与否由用词判断，对反语与长文本常有误判。",
        "by_rating": "正面与否由旁边的评分得知。",
    },
}

REASONS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "no_season": "{measure} covers fewer than two seasons, or periods of a year, so a "
        "season cannot be told from a trend.",
        "no_year_before": "The data does not reach back a year from any period, so there "
        "is no year before to compare with.",
        "no_forecast": "{measure} has fewer than {least} periods with a value, or gaps in a "
        "third of them: too few to forecast.",
        "no_range": "{measure} has fewer than {least} periods with a value, or hardly "
        "varies, so nothing can be called unusual.",
        "not_ratio": "{measure} is no ratio of two columns, so its change has no weights. "
        "Choose one such as the conversion rate.",
        "no_shared_items": "No item was sold in both periods, so prices cannot be compared.",
        "no_steps": "There are fewer than two steps, so there is nothing to go on to.",
        "no_customers": "No row has a customer and a date.",
        "few_customers": "There are fewer than {least} customers, too few to form groups.",
        "not_concentrated": "{measure} by {dimension} has fewer than five sums, or sums "
        "below zero, so it has no shares.",
        "no_pairs": "No two items are bought together beyond chance, among those that are in enough orders.",
        "no_groups": "There are fewer than two groups with enough values to compare.",
        "not_two": "Column {column} holds neither numbers nor exactly two names, so "
        "groups cannot be compared by it.",
        "no_income": "No account is known as revenue, or there is no cost beside it, "
        "so there is no income statement.",
        "no_prices": "There are fewer than three prices above zero, so there is no course.",
        "no_texts": "Fewer than {least} rows have a text, too few to find topics.",
    },
    "zh": {
        "no_season": "{measure}不足两个季节，或周期为年，因此无法区分季节与趋势。",
        "no_year_before": "数据没有覆盖到上年同期，因此无法同比。",
        "no_forecast": "{measure}有值的周期少于 {least} 个，或缺口过多，无法预测。",
        "no_range": "{measure}有值的周期少于 {least} 个，或几乎不变，因此无法判断异常。",
        "not_ratio": "{measure}不是两列之比，因此其变化没有权重。请选择转化率之类的比率。",
        "no_shared_items": "没有商品在两个周期都有销售，因此无法比较价格。",
        "no_steps": "步骤少于两个，没有可转化的下一步。",
        "no_customers": "没有同时带客户与日期的行。",
        "few_customers": "客户少于 {least} 位，不足以分组。",
        "not_concentrated": "{measure}按{dimension}的合计少于五个或含有负值，因此没有占比。",
        "no_pairs": "在常见的商品中，没有两件商品一起购买的频率超出偶然。",
        "no_groups": "可比较的分组少于两个。",
        "not_two": "{column} 列既不是数值，也不是恰好两个名称，因此无法用于比较分组。",
        "no_income": "没有识别出收入科目，或没有成本科目，因此没有利润表。",
        "no_prices": "大于零的价格少于三个，因此没有走势。",
        "no_texts": "有文本的行少于 {least} 行，不足以找出主题。",
    },
}
