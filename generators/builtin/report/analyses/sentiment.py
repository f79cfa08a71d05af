"""Whether a text speaks well or ill: by a list of words, or by the rating that stands beside it."""

import re
from functools import cache
from typing import Any, Final, Literal

import polars as pl

Tone = Literal["good", "mixed", "bad"]
TURNING: Final = 0.05
"""From which score on a text is good or bad, as VADER's authors advise."""
LONGEST = 400
"""Characters of a text that are looked at."""
HAN = re.compile(r"[\u4e00-\u9fff]")
NOT = re.compile(
    r"(?:[不没未无别]|没有|不够|不怎么|没有[^，。！？；,.!?;]{1,3}|不像[^，。！？；,.!?;]{1,3})$"
)
GOOD_HAN: Final = """
好 很好 不错 满意 喜欢 推荐 值得 优秀 优质 完美 漂亮 好看 好用 好吃 舒服 舒适 方便
快捷 实惠 便宜 划算 物美价廉 耐心 热情 周到 专业 贴心 惊喜 开心 高兴 愉快 感谢 赞
给力 超值 清晰 流畅 结实 耐用 精致 新鲜 干净 正品 靠谱 放心 信赖 及时 迅速 准时 细心
友好 爱 棒 牢固 稳定 合适 合身 柔软 美观 大方 安全 有用 实用 支持 回购 五星 好评
"""
BAD_HAN: Final = """
差 很差 坏 烂 糟 糟糕 失望 后悔 难用 难看 难吃 难受 垃圾 骗 骗人 欺骗 假 假货 劣质
粗糙 破 破损 损坏 坏了 裂 漏 脏 臭 异味 慢 太慢 卡 卡顿 贵 太贵 不值 退货 退款
投诉 差评 问题 故障 毛病 缺陷 瑕疵 麻烦 敷衍 冷漠 恶劣 态度差 推诿 不理 没人 生气
气人 恶心 讨厌 坑 上当 浪费 掉色 褪色 开裂 松动 噪音 发热 延迟 错发 漏发 缺货 少发
模糊 失灵 无效 刺鼻 太小 太大
"""


def scores(texts: pl.Series) -> pl.Series:
    """Return how well each text speaks, -1 to 1; 0 where no word of the lists is in it.

    English is scored by VADER (MIT licence), with its rules for negation and emphasis; Chinese by the share of good
    words among the good and bad ones of a small list of our own, turned round after a negation.

    Source: Hutto and Gilbert, VADER: A Parsimonious Rule-based Model for Sentiment Analysis (2014).
    """
    return pl.Series([_score(text[:LONGEST]) if text else 0.0 for text in texts], dtype=pl.Float64)


def tone(score: float) -> Tone:
    """Return what a score says."""
    return "good" if score >= TURNING else "bad" if score <= -TURNING else "mixed"


def scores_of_ratings(ratings: pl.Series) -> pl.Series | None:
    """Return ratings as scores from -1 to 1, or None where they are not on a scale of 1 to 5, 1 to 10 or 0 to 100.

    The middle of the scale is 0: with five stars, four and five are good, one and two are bad.
    """
    low, high = ratings.min(), ratings.max()
    if not isinstance(low, int | float) or not isinstance(high, int | float) or low < 0:
        return None
    for first, last in ((1, 5), (0, 5), (1, 10), (0, 10), (0, 100)):
        if first <= low and high <= last:
            scaled = 2 * (ratings.cast(pl.Float64) - first) / (last - first) - 1
            return scaled
    return None


def _score(text: str) -> float:
    if HAN.search(text):
        return _han_score(text)
    score: float = _vader().polarity_scores(text)["compound"]
    return score


@cache
def _vader() -> Any:
    """Return VADER's scorer; it reads its list of words when it is made."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


@cache
def _han_words() -> re.Pattern[str]:
    words = sorted({*GOOD_HAN.split(), *BAD_HAN.split()}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


def _han_score(text: str) -> float:
    good = bad = 0
    known = frozenset(GOOD_HAN.split())
    for found in _han_words().finditer(text):
        turned = bool(NOT.search(text[max(0, found.start() - 6) : found.start()]))
        if (found.group() in known) != turned:
            good += 1
        else:
            bad += 1
    return (good - bad) / (good + bad) if good + bad else 0.0
