"""The words by which sentences make claims: numbers, units, directions, ranks, denials and comparisons."""

import re
from typing import Final, Literal

Direction = Literal["up", "down", "flat"]
FLAGS: Final = re.IGNORECASE | re.ASCII
"""Chinese is written without gaps: only letters of English words bound an English word."""

UNITS: Final = re.compile(
    r"[%‰€£¥￥$＄×°]|\b(?:per ?cents?|per mille|percentage|pct|basis points?|points?|dollars?|euros?|pounds?|yuan"
    r"|renminbi|usd|eur|gbp|cny|rmb|bn|mn|kilo\w*|tonnes?|tons?)\b|百分|千分|个点|美元|欧元|英镑|元|公斤|吨",
    FLAGS,
)
NUMBER_WORDS: Final = re.compile(
    r"\b(?:zero|nil|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|hundred\w*|thousand\w*|million\w*|billion\w*|trillion\w*|dozens?|half|halved?|halves"
    r"|halving|thirds?|fourths?|quarters? of|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|second|twentieth"
    r"|doubl\w+|tripl\w+|quadrupl\w+|quintupl\w+|twofold|twice|thrice|\w+fold|couple|pair)\b"
    r"|[零〇一二两三四五六七八九十百千万亿几数]+(?:成|倍|个|分之|万|亿|项|行|点|次|位)|[二两三四五六七八九十]十|第[一二三四五六七八九十]"
    r"|[百千万亿]{2,}|一半|过半|半数|翻[了]?[一两]?[番倍]|减半|对半",
    FLAGS,
)
DIRECTIONS: Final[dict[Direction, re.Pattern[str]]] = {
    "up": re.compile(
        r"\b(?:rose|rises?|rising|risen|grew|grows?|growing|grown|growth|gain(?:ed|s|ing)?|increas\w+|climb\w*|up|upward"
        r"|upwards|higher|more|above|add(?:ed|s|ing)|improv\w+|jump\w*|surg\w+|soar\w*|ahead|expand\w*|rocket\w*"
        r"|advanc\w+|exceed\w*|rebound\w*|recover\w*)\b"
        r"|上升|上涨|增长|增加|增量|增幅|提高|提升|高于|多于|超过|改善|攀升|走高|回升|上扬|扩大|涨",
        FLAGS,
    ),
    "down": re.compile(
        r"\b(?:fell|falls?|falling|fallen|declin\w+|decreas\w+|drop\w*|down|downward|downwards|lower(?:ed)?|less"
        r"|fewer|below|shr[aiu]nk\w*|los[et]|losing|loss(?:es)?|took away|worse\w*|reduc\w+|slipp?\w*|plung\w+|behind"
        r"|tumbl\w+|slump\w*|contract(?:ed|s|ing)|div(?:ed|es|ing)|sank|sinks?|sunk|weaken\w*)\b"
        r"|下降|下跌|下滑|减少|减量|降幅|降低|低于|少于|恶化|萎缩|走低|回落|缩小|跌|滑坡",
        FLAGS,
    ),
    "flat": re.compile(
        r"\b(?:level|unchanged|flat|stable|steady|steadily|constant|same|static)\b|持平|不变|稳定|平稳|相同",
        FLAGS,
    ),
}
RANKS: Final[dict[Literal["highest", "lowest"], re.Pattern[str]]] = {
    "highest": re.compile(
        r"\b(?:highest|largest|biggest|greatest|most|best|top|topped|strongest|peak\w*|leading|leads?|leader|led"
        r"|maximum|record)\b|最高|最大|最多|最好|最强|首位|第一|榜首|峰值|领先",
        FLAGS,
    ),
    "lowest": re.compile(
        r"\b(?:lowest|smallest|least|worst|weakest|fewest|bottom|last place|minimum|trail\w*)\b"
        r"|最低|最小|最少|最差|最弱|末位|垫底",
        FLAGS,
    ),
}
DENIALS: Final = re.compile(
    r"\b(?:not|never|neither|nor|hardly|barely|scarcely|failed|fails|instead|rather|far from|denied)\b|n[’']t\b"
    r"|不是|不再|并非|并未|并没有|没有|从未|未能|未曾|绝非|毫无|谈不上",
    FLAGS,
)
"""What turns a claim into its opposite."""
BASES: Final = re.compile(
    r"(?:\b(?:compared (?:with|to)|relative to|than(?: in)?|from|against|versus|vs\.?|with|since)"
    r"|较之|相比于?|相较于?|对比期为|高于|低于|多于|少于|[较与从自比])\s*$",
    FLAGS,
)
"""What stands before the period that another one is compared with."""
CLAUSE_END: Final = re.compile(r"[;；]")
TOUCHING: Final = re.compile(r"[A-Za-z0-9+\-−±~≈<>#]\x00|\x00[A-Za-z0-9]|\x00\.\d")
"""Letters, digits and signs that would become part of a number or a name."""
INTERVALS: Final = re.compile(
    r"(?:\b(?:between|within|expected were)|范围为|在)\s*\{([^}]+)\}\s*(?:\b(?:and|to)\b|[至到和])\s*\{([^}]+)\}",
    FLAGS,
)
"""The two ends of an interval, the lower one first."""
AMOUNTS: Final = re.compile(
    r"\b(?:rose|risen|rises?|grew|grown|fell|fallen|falls?|up|down|increased|decreased|declined|dropped|gained|lost)"
    r"\s+by\s*\{([^}]+)\}|(?:上升|上涨|增加|增长|提高|下降|下跌|下滑|减少|降低)\s*\{([^}]+)\}",
    FLAGS,
)
"""By how much something went up or down."""
