"""Names of what only one kind of block measures, in English and Chinese; as in `wording.py`."""

from typing import Final

from generators.builtin.report.formats import Language

METRICS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "strength": "the strength of the season",
        "retention": "retention",
        "repeat_rate": "the repeat rate",
        "price": "price",
        "volume": "volume",
        "mix_part": "mix",
        "new_items": "new items",
        "gone_items": "dropped items",
        "rate_part": "change within segments",
        "mix_shift": "the shift of weights",
        "of_previous": "the share of the step before",
        "customers": "the number of customers",
        "total_return": "the total return",
        "deepest": "the deepest drawdown",
        "gross": "the gross margin",
        "operating_result": "the operating margin",
        "net": "the net margin",
        "texts": "the number of texts",
        "speak_well": "the share that speaks well",
        "success": "the share of {name}",
    },
    "zh": {
        "strength": "季节强度",
        "retention": "留存率",
        "repeat_rate": "复购率",
        "price": "价格",
        "volume": "数量",
        "mix_part": "结构",
        "new_items": "新商品",
        "gone_items": "停售商品",
        "rate_part": "细分内部变化",
        "mix_shift": "权重变化",
        "of_previous": "占上一步的比例",
        "customers": "客户数",
        "total_return": "总回报",
        "deepest": "最深回撤",
        "gross": "毛利率",
        "operating_result": "营业利润率",
        "net": "净利率",
        "texts": "文本数",
        "speak_well": "正面占比",
        "success": "{name}的占比",
    },
}
