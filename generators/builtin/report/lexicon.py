"""The words that a language model may use between facts: a sentence made of these cannot name a cause, a number, a
unit, a name or a thing that is not in the facts. Words of direction and rank are there only where the facts have them.
"""

from collections.abc import Iterable
from typing import Final

from generators.builtin.report.facts import Fact
from generators.builtin.report.formats import Language

NEUTRAL: Final[dict[Language, tuple[str, ...]]] = {
    "en": (
        "in", "during", "for", "from", "to", "at", "by", "with", "of", "and", "the", "a", "an", "it",
        "its", "was", "were", "is", "are", "came", "reached", "stood", "averaged", "compared",
        "against", "than", "while", "where", "which", "this", "that", "over", "all", "as", "total",
        "share", "there", "seen", "when", "had", "or", "change", "period", "periods",
    ),
    "zh": (
        "在", "从", "到", "至", "为", "是", "的", "达到", "合计", "平均", "其中", "占比",
        "对比期为", "与", "较", "来自", "而", "变化", "期间", "出现在", "数值",
    ),
}  # fmt: skip
DIRECTED: Final[dict[Language, dict[str, tuple[str, ...]]]] = {
    "en": {
        "up": ("rose", "grew", "increased", "climbed", "higher", "added", "gained", "growth", "increase"),
        "down": ("fell", "declined", "decreased", "dropped", "lower", "lost", "decline", "decrease"),
        "flat": ("level", "unchanged", "stable", "stayed", "flat"),
    },
    "zh": {
        "up": ("上升", "增长", "增加", "提高", "高于", "增量"),
        "down": ("下降", "减少", "降低", "低于", "减量"),
        "flat": ("持平", "稳定"),
    },
}
RANKED: Final[dict[Language, dict[str, tuple[str, ...]]]] = {
    "en": {"highest": ("highest", "largest", "most"), "lowest": ("lowest", "smallest", "least")},
    "zh": {"highest": ("最高", "最大", "最多"), "lowest": ("最低", "最小", "最少")},
}


def words_for(facts: Iterable[Fact], language: Language) -> tuple[str, ...]:
    """Return the words that a sentence of some facts may be made of."""
    told = list(facts)
    directions = dict.fromkeys(fact.direction for fact in told if fact.role == "change")
    ranks = dict.fromkeys(fact.rank for fact in told if fact.rank)
    return (
        *NEUTRAL[language],
        *(word for direction in directions for word in DIRECTED[language][direction]),
        *(word for rank in ranks for word in RANKED[language][rank]),
    )
