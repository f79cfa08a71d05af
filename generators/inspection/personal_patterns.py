"""What personal data looks like: patterns with checks, for Chinese and international forms.

The recognizers are presidio's where it has them, and patterns of our own written as presidio's where it has none or
would look something up on the network (its e-mail recognizer downloads a list of domain endings).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    IbanRecognizer,
    IpRecognizer,
    PhoneRecognizer,
    UsSsnRecognizer,
)

PHONE_REGIONS = ("US", "GB", "DE", "FR", "CN")
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
NOTHING_READ: Any = None
"""What a model read in the text; patterns need none."""
MANY_DIGITS = re.compile(r"(?:\d[^\dA-Za-z]{0,3}){7}")
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)


class Found(NamedTuple):
    """Where personal data of one kind stands in a text."""

    start: int
    end: int
    kind: str


class ChineseId(PatternRecognizer):
    """Resident identity card numbers (GB 11643): a real day of birth and the right check character."""

    def __init__(self) -> None:
        pattern = Pattern("cn_id", r"(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])", 0.5)
        super().__init__(supported_entity="CN_ID", patterns=[pattern])

    def validate_result(self, pattern_text: str) -> bool:
        return is_chinese_id(pattern_text)


class ChineseMobile(PatternRecognizer):
    """Mobile numbers of mainland China, with or without +86 and separators."""

    def __init__(self) -> None:
        pattern = Pattern(
            "cn_mobile", r"(?<![0-9A-Za-z.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])", 0.9
        )
        super().__init__(supported_entity="CN_MOBILE", patterns=[pattern])


class BankCard(PatternRecognizer):
    """UnionPay cards: 62 and 16 to 19 digits in all, with the right check digit."""

    def __init__(self) -> None:
        pattern = Pattern("bank_card", r"(?<![0-9A-Za-z])62(?:[ -]?\d){14,17}(?![0-9A-Za-z])", 0.5)
        super().__init__(supported_entity="BANK_CARD", patterns=[pattern])

    def validate_result(self, pattern_text: str) -> bool:
        return passes_luhn(pattern_text)


class Email(PatternRecognizer):
    """E-mail addresses, judged by their form alone."""

    def __init__(self) -> None:
        pattern = Pattern(
            "email", r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])", 0.9
        )
        super().__init__(supported_entity="EMAIL_ADDRESS", patterns=[pattern])


class ChineseName(PatternRecognizer):
    """Chinese names where the words around them say that they are names: a title behind, a word for it in front."""

    def __init__(self) -> None:
        name = rf"[{SURNAMES}][\u4e00-\u9fff]{{1,2}}"
        patterns = [
            Pattern("titled", rf"{name}(?=先生|女士|小姐|老师|医生|经理|同学)", 0.8),
            Pattern("announced", rf"(?<=姓名[:： ]|联系人[:： ]|收件人[:： ]|客户[:： ]){name}", 0.9),
        ]
        super().__init__(supported_entity="PERSON", patterns=patterns)


NAMES = {
    "CN_ID": "cn_id", "BANK_CARD": "bank_card", "CREDIT_CARD": "credit_card", "IBAN_CODE": "iban",
    "CN_MOBILE": "cn_mobile", "EMAIL_ADDRESS": "email", "US_SSN": "us_ssn", "IP_ADDRESS": "ip",
    "PHONE_NUMBER": "phone", "PERSON": "person",
}  # fmt: skip
"""Our word for each of presidio's entities, those first that win where two overlap."""
ORDER = {kind: rank for rank, kind in enumerate(NAMES.values())}
LEAST_SCORE = {"us_ssn": 0.5, "ip": 0.5, "credit_card": 0.9}
"""Of presidio's patterns, below which a hit is only a number that looks like one."""


class Patterns:
    """Finds what follows a pattern."""

    def __init__(self) -> None:
        self._always: list[EntityRecognizer] = [Email(), ChineseName()]
        self._numbers: list[EntityRecognizer] = [
            ChineseId(), BankCard(), ChineseMobile(), CreditCardRecognizer(), IpRecognizer(), UsSsnRecognizer(),
            PhoneRecognizer(supported_regions=PHONE_REGIONS, leniency=1),
        ]  # fmt: skip
        self._iban = IbanRecognizer()

    def find(self, text: str) -> Iterator[Found]:
        """Yield what is found; hits may overlap."""
        for recognizer in self._chosen(text):
            for hit in recognizer.analyze(text, recognizer.supported_entities, NOTHING_READ):
                kind = NAMES.get(hit.entity_type)
                if kind and hit.score >= LEAST_SCORE.get(kind, 0.3):
                    yield Found(hit.start, hit.end, kind)

    def _chosen(self, text: str) -> Iterator[EntityRecognizer]:
        if "@" in text or not text.isascii():
            yield from self._always
        if MANY_DIGITS.search(text) or (text.count(".") >= 3 and any(map(str.isdigit, text))) or "::" in text:
            yield from self._numbers
            yield self._iban


def without_overlaps(found: list[Found]) -> list[Found]:
    """Return the hits in order, of those that overlap the one whose kind is the most certain, then the longest."""
    chosen: list[Found] = []
    for hit in sorted(found, key=lambda one: (ORDER[one.kind], one.start - one.end, one.start)):
        if all(hit.end <= other.start or hit.start >= other.end for other in chosen):
            chosen.append(hit)
    return sorted(chosen)


def passes_luhn(number: str) -> bool:
    """Return whether the last digit is the check digit of the others (ISO/IEC 7812-1)."""
    digits = [int(letter) for letter in reversed(number) if letter.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return bool(digits) and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def is_chinese_id(number: str) -> bool:
    """Return whether this is a resident identity card number: its day of birth exists and its check character fits."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        total = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, number, strict=False))
    except ValueError:
        return False
    return born.year >= 1850 and ID_CHECKS[total % 11] == number[17:].upper()
