"""Words that claim something about a product: a text may say one only where the facts say it.

Claims are divided by semicolons; the words of one, divided by commas, support each other. English words are
stems, matched at the beginning of a word; Chinese ones are matched wherever they stand. A superlative ("best",
第一) needs its ground in the facts, as article 9 of the Chinese advertising law and the EU's Directive
2006/114/EC ask.
"""

import re
from functools import lru_cache

CLAIMS: dict[str, str] = {
    "superlative": """
        best, finest; number one, no. 1, 第一; world's, world-class, 世界级; unbeatable, unrivalled,
        unmatched, unique; award; 最好, 最佳, 最优; 顶级, 极致; 国家级; 唯一; 独家; perfect solution;
        guarantee, 保证; warrant, 质保; proven; certif, 认证; approved; patent, 专利
    """,
    "offer": """
        free shipping, free delivery, 包邮; discount, % off, 折扣, 打折; sale price, on sale; limited
        edition, limited time, 限量, 限时; money back, money-back; gift, 赠品; free trial; coupon,
        voucher; cheap, lowest price, 最低价; in stock; new arrival
    """,
    "material": """
        cotton, 棉; leather, 皮革, 真皮; wool, lambswool, merino, cashmere, 羊毛; silk, 丝绸, 真丝; linen, 亚麻;
        polyester, 涤纶; nylon, 尼龙; bamboo, 竹; oak, walnut, pine, beech, maple, wood, timber, 木;
        steel, 钢; aluminium, aluminum, 铝; titanium, 钛; copper, brass; gold, 金色; silver; glass,
        玻璃; ceramic, porcelain, 陶瓷; plastic, 塑料; rubber, 橡胶; silicone, 硅胶; carbon; graphite;
        bronze; marble; clay; down-filled; microfib; velvet; denim; suede; cork; lavender; aloe;
        vitamin; collagen; caffeine; chocolate; almond; vanilla
    """,
    "feature": """
        waterproof, water-resist, water resist, 防水; windproof, 防风; leakproof, leak-proof,
        spill-proof; dustproof; shockproof, 防摔; scratch-resist; stain-resist; non-stick, nonstick;
        anti-slip, non-slip, 防滑; dishwasher, 可机洗; machine wash; wireless, 无线; bluetooth, 蓝牙;
        wi-fi, wifi; rechargeable, 可充电; battery, batteries, 电池; usb; solar, 太阳能; touchscreen,
        touch screen, 触屏; gps; noise cancel, noise-cancel, 降噪; led; hd, 4k, high
        definition, 高清; voice control; remote control, 遥控; app, 应用程序; fast charg, quick charg,
        快充; foldable, folds, fold, 折叠; adjustable, adjust, 可调; dimmable, dimm; insulated,
        insulation, 保温; breathable, 透气; stretch, elastic; lightweight, light weight, 轻便, weighs only,
        weighs just, weighs less, weighs little, weighs next;
        stackable; portable, 便携; handmade, hand made, by hand, handcrafted, 手工; zoom; stereo;
        surround; hdmi; touch control; memory foam; zipper, zip; pocket, 口袋; hood; handle; lid;
        wheel, 轮; sensor; thermometer; timer; camera; microphone; speaker; screen, display, 屏幕;
        lens; flash; carry bag, carrying case; manual; cable; strap; remote
    """,
    "safety and health": """
        hypoallergenic, 低敏; dermatolog; clinically, clinical; medical, 医用; doctor; heals, healing;
        cures; treats; therap; pain; antibacterial, 抗菌; anti-aging, anti-ageing; wrinkle; weight
        loss; immun; toxic, non-toxic, 无毒; bpa; safe for, child-safe, baby-safe; allerg; gluten;
        sugar-free; sterile
    """,
    "environment": """
        organic, 有机; sustainab, 可持续; eco-friendly, eco friendly, ecolog, 环保; recycled, recycl,
        再生; biodegradable, compostable, 可降解; vegan, 纯素; carbon neutral, climate neutral; fair
        trade, fairtrade; cruelty-free; renewable; plastic free, plastic-free; natural, 天然; energy
        sav, energy-sav
    """,
    "origin": """
        made in, 产自, 制造; germany, german; ital; swiss, switzerland; japan; japanese; france,
        french; american, usa; china, chinese; portug; spain; sweden; family business; since 1; since 2
    """,
}


@lru_cache(maxsize=1)
def _claims() -> list[tuple[str, re.Pattern[str]]]:
    found = []
    for kind, lines in CLAIMS.items():
        for line in lines.replace("\n", " ").split(";"):
            words = [word.strip() for word in line.split(",") if word.strip()]
            if words:
                alternatives = "|".join(
                    rf"\b{re.escape(word)}(?![0-9])[a-z-]*"
                    if word[0].isascii() and word[0].isalnum()
                    else re.escape(word)
                    for word in words
                )
                found.append((kind, re.compile(alternatives, re.IGNORECASE)))
    return found


def claims_in(text: str) -> list[tuple[str, re.Match[str], re.Pattern[str]]]:
    """Return each claim of a text: its kind, where it stands, and the pattern by which facts support it."""
    return [(kind, match, pattern) for kind, pattern in _claims() for match in pattern.finditer(text)]
