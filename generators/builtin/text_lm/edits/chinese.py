"""Pieces in Chinese that product facts say: clauses in a row, as shops in China list them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from generators.builtin.text_lm.clauses import turned
from generators.builtin.text_lm.edits.listings import Parts
from generators.builtin.text_lm.facts import hashtag
from generators.formats import room_used

_FIELD = re.compile(r"^\s*([^\s：:，,]{1,8})\s*[：:]\s*(\S.*)$")
_NAMES = frozenset(
    ["名称", "品名", "商品", "产品", "商品名", "产品名", "产品名称", "商品名称", "标题", "name"]
)
_LISTED = frozenset(["特点", "卖点", "详情", "描述", "功能", "细节", "亮点", "介绍", "简介", "特色"])
_PRICES = frozenset(["价格", "售价", "定价", "单价"])
_SAID_AT_ONCE = frozenset(["产地", "规格", "材质", "尺寸", "容量", "重量", "净含量", "颜色"])
"""Fields whose name goes on into what they hold: 产地云南."""
_DIVIDER = re.compile(r"[，,；;。]\s*")
_TURNS = 6


@dataclass(frozen=True, slots=True)
class _Said:
    """What the facts say.

    Attributes:
        points: What is listed about it, as it stands.
        fields: Everything else, such as "产地：云南".
        price: What it costs; "" where they do not say.
    """

    name: str
    points: list[str]
    fields: list[str]
    price: str

    @property
    def all(self) -> list[str]:
        """Points first, then fields."""
        return [*self.points, *self.fields]


def laid_out(form: str, facts: str) -> list[Parts]:
    """Return the parts of a format's pieces, one for each variant; none where the facts say too little."""
    said = _said(facts)
    if not said.name or len(said.all) < 2:
        return []
    found: list[Parts] = []
    for turn in range(min(_TURNS, len(said.all))):
        parts = _parts(form, said, turned(said.all, turn))
        if parts and all(part and part[0] for part in parts) and parts not in found:
            found.append(parts)
    return found


def _parts(form: str, said: _Said, told: Sequence[str]) -> Parts:
    name, price = said.name, f"售价{said.price}。" if said.price else ""
    tag = hashtag(name)
    half = (len(told) + 1) // 2
    whole = f"{name}：{'，'.join(told[:half])}。{'，'.join(told[half:])}。"
    short = [one for one in told if room_used(one, "wide") <= 30]
    if form == "product_description_short":
        return [[_filled(f"{name}：", told, 160)]]
    if form == "product_description":
        return [[whole + price]]
    if form == "product_bullets":
        return [[one] for one in told[:4]] if len(told) > 3 else []
    if form in {"ad_headline", "slogan"}:
        room = 30 if form == "ad_headline" else 45
        return [[one for one in (f"{name}，{told[0]}", told[0]) if room_used(one, "wide") <= room][:1]]
    if form == "search_ad":
        titles = [one for one in (name, *short) if room_used(one, "wide") <= 30][:3]
        texts = [_filled(f"{name}：", told[:half], 90, wide=True), _filled("", told[half:], 90, wide=True)]
        return [[one] for one in (*titles, *texts)] if len(titles) == 3 else []
    if form == "seo":
        titles = [one for one in (f"{name}，{told[0]}", name) if room_used(one, "wide") <= 60]
        return [titles[:1], [_filled(f"{name}：", told, 155, wide=True)]]
    if form in {"social_post", "post_x"}:
        return [[f"{whole} {tag}"]] if room_used(whole + tag, "weighted") < 280 else []
    if form in {"post_instagram", "post_linkedin"}:
        return [[f"{whole}{price}\n\n{tag}"]]
    if form == "post_facebook":
        return [[whole + price]]
    if form == "post_xiaohongshu":
        titles = [one for one in (f"{name}，{told[0]}", name, told[0]) if len(one) <= 20]
        return [titles[:1], [f"{whole}{price}\n\n{tag}"]]
    return []


def _filled(begun: str, points: Sequence[str], room: int, *, wide: bool = False) -> str:
    """Return a sentence of as many points as there is room for; "" where none fits."""
    taken: list[str] = []
    for one in points:
        text = f"{begun}{'，'.join([*taken, one])}。"
        if room_used(text, "wide" if wide else "characters") <= room:
            taken.append(one)
    return f"{begun}{'，'.join(taken)}。" if taken else ""


def _said(facts: str) -> _Said:
    matches = [_FIELD.match(line) for line in facts.splitlines() if line.strip()]
    pairs = [(match.group(1).lower(), match.group(2).strip()) for match in matches if match]
    if not pairs:
        name, *points = [one for one in _DIVIDER.split(" ".join(facts.split())) if one] or [""]
        return _Said(name if len(name) <= 20 else "", points, [], "")
    name = next((value for field, value in pairs if field in _NAMES), "")
    points = [one for field, value in pairs if field in _LISTED for one in _DIVIDER.split(value) if one]
    fields = [
        f"{field}{'' if value[0].isdigit() or field in _SAID_AT_ONCE else '：'}{value}"
        for field, value in pairs
        if field not in _NAMES | _LISTED | _PRICES
    ]
    price = next((value for field, value in pairs if field in _PRICES), "")
    return _Said(
        name if len(name) <= 30 else "", points, [one.rstrip("。") for one in fields], price.rstrip("。")
    )
