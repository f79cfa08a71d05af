"""Figures of texts, against published libraries and closed forms.

The reference values were computed with nltk 3.10.4 (sentence_bleu, smoothing 1), rouge-score 0.1.2 and textstat 0.7.7,
which are not needed here.
"""

import math
import random

import pytest
import torch

from generators.metrics.copied_span import longest_copies
from generators.metrics.distinct import distinct
from generators.metrics.fact_support import fact_support, unsupported
from generators.metrics.jackknife import jackknife
from generators.metrics.nearest_text import nearest_texts
from generators.metrics.readability import Counts, counts_of, grade, reading_ease, syllables
from generators.metrics.repetition import repetition
from generators.metrics.rouge import rouge_l, rouge_n
from generators.metrics.self_bleu import bleu, self_bleu
from generators.metrics.text_likelihood import bits_per, perplexity
from generators.metrics.text_words import words
from generators.metrics.violations import Limits, violations
from generators.metrics.win_rate import win_rate

TEXTS = [
    "The red mug keeps coffee warm for hours.",
    "The blue mug keeps tea warm for an hour, and it is easy to clean.",
    "A lamp for quiet evenings, made of paper and oak.",
    "The red mug keeps tea warm for hours and hours and hours.",
    "Nothing here is like the others at all!",
]
BLEU = [0.5, 0.27668736912821895, 0.025098621243978974, 0.5558391766749284, 0.03303164318013808]
ROUGE_OF_FIRST = [
    (0.43478260869565216, 0.19047619047619047, 0.43478260869565216),
    (0.11111111111111112, 0.0, 0.11111111111111112),
    (0.7000000000000001, 0.5555555555555556, 0.7000000000000001),
    (0.125, 0.0, 0.125),
]


def chance() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_bleu_against_all_others_is_that_of_nltk() -> None:
    read = [words(text) for text in TEXTS]
    found = [bleu(one, [*read[:at], *read[at + 1 :]]) for at, one in enumerate(read)]
    assert found == pytest.approx(BLEU)
    assert self_bleu(TEXTS, chance()).value == pytest.approx(sum(BLEU) / 5)
    assert bleu(["a"], [["b"]]) == 0
    assert self_bleu(["a b c d", "a b c d"], chance()).value == pytest.approx(1)
    assert self_bleu(["a b c d"], chance()) == (0, 0, 0, 0)


def test_a_short_text_is_charged_for_its_brevity_against_the_closest_length() -> None:
    text = ["a", "b", "c", "d", "e"]
    longer, longest = [*text, "f"], [*text, *"fghij"]
    assert bleu(text, [longest, longer]) == pytest.approx(math.exp(1 - 6 / 5))
    assert bleu(text, [longest, text[:4]]) == pytest.approx(1.0), (
        "the closest is shorter, so nothing is charged"
    )


def test_rouge_is_that_of_rouge_score() -> None:
    for text, expected in zip(TEXTS[1:], ROUGE_OF_FIRST, strict=True):
        found = (rouge_n(text, TEXTS[0], 1), rouge_n(text, TEXTS[0], 2), rouge_l(text, TEXTS[0]))
        assert found == pytest.approx(expected)


def test_readability_is_that_of_textstat() -> None:
    counts = counts_of(
        "Our river bottle keeps water cold all day. It is made of steel. Carry it anywhere you like, and fill it "
        "again at home!"
    )
    assert counts is not None
    assert counts[:2] == (24, 3)
    assert abs(counts.syllables - 32) <= 1  # theirs look words up in a dictionary of 130,000
    assert reading_ease(Counts(24, 3, 32)) == pytest.approx(85.915)
    assert grade(Counts(24, 3, 32)) == pytest.approx(3.26333333)
    assert counts_of("这件外套很好看。") is None
    assert [syllables(word) for word in ("table", "people", "walked", "wanted", "home")] == [2, 2, 1, 2, 1]


def test_likelihood_figures_of_equal_texts_are_closed_forms() -> None:
    nats, units = torch.full((6,), 8 * math.log(2)), torch.full((6,), 4)
    assert bits_per(nats, units, chance()) == pytest.approx((2, 0, 2, 2))
    assert perplexity(nats, units, chance())[0] == pytest.approx(4)


def test_distinct_is_the_share_of_different_ngrams_with_a_jackknife_interval() -> None:
    assert distinct(["a b a b", "a b"], 1).value == pytest.approx(2 / 6)
    assert distinct(["a b a b", "a b"], 2).value == pytest.approx(2 / 4)
    value, error, low, high = jackknife(2.0, [1.5, 2.0, 2.5])  # of a mean of 1, 2, 3: s / sqrt(n)
    assert error == pytest.approx(1 / math.sqrt(3))
    assert (low + high) / 2 == value


def test_intervals_of_distinct_ngrams_lie_within_a_share_and_hold_what_leaving_out_each_text_gives() -> None:
    texts = ["a b c", "a", "d"]  # without each: 2 of 2, 4 of 4, 3 of 4
    value, error, low, high = distinct(texts, 1)
    without = [1, 1, 3 / 4]
    mean = sum(without) / 3
    by_hand = math.sqrt(2 / 3 * sum((one - mean) ** 2 for one in without))
    assert (value, error, low) == pytest.approx((4 / 5, by_hand, 4 / 5 - 1.959964 * by_hand))
    assert high == 1, "a share is never above 1"
    assert distinct([], 1)[:2] == (0, 0)


def test_a_jackknife_of_one_text_has_no_interval_and_of_two_has() -> None:
    assert jackknife(2.0, [2.0]) == (2, 0, 2, 2)
    value, error, low, high = jackknife(2.0, [1.0, 3.0])
    assert (value, error, high - value, value - low) == pytest.approx((2, 1, 1.959964, 1.959964))


def test_likelihood_figures_of_texts_that_differ_hold_sums_and_their_interval() -> None:
    chances = torch.Generator().manual_seed(5)
    units = torch.randint(20, 60, (400,), generator=chances)
    nats = units * (2 + 0.5 * torch.randn(400, generator=chances))
    found = bits_per(nats, units, chance())
    assert found.value == pytest.approx(float(nats.sum() / units.sum()) / math.log(2))
    by_formula = 0.5 / math.sqrt(400) / math.log(2)  # of a mean over 400 texts
    assert found.standard_error == pytest.approx(by_formula, rel=0.25)
    assert found.high - found.low == pytest.approx(2 * 1.96 * by_formula, rel=0.25)
    tokens = perplexity(nats, units, chance())
    assert tokens.value == pytest.approx(math.exp(float(nats.sum() / units.sum())))
    assert tokens.standard_error == pytest.approx(tokens.value * found.standard_error * math.log(2))


def test_repetition_counts_ngrams_that_were_there_before() -> None:
    assert repetition("on and on and on and on", 2) == pytest.approx(4 / 6)
    assert repetition("a b", 4) == 0
    assert repetition("a b c d a b c d") == pytest.approx(1 / 5), "runs of four, where nothing is said"


def test_the_longest_copy_is_what_a_search_of_all_stretches_finds() -> None:
    chances = random.Random(3)
    rows = [" ".join(chances.choices("abc", k=chances.randint(1, 14))) for _ in range(30)]
    learned, texts = rows[:15], rows[15:]

    def longest(text: str) -> int:
        row = text.split()
        stretches = (row[a:b] for a in range(len(row)) for b in range(a + 1, len(row) + 1))
        found = [len(one) for one in stretches if any(f" {' '.join(one)} " in f" {t} " for t in learned)]
        return max(found, default=0)

    spans = longest_copies(texts, learned)
    assert [span.length for span in spans] == [longest(text) for text in texts]
    for span in spans:
        assert span.text in learned[span.source]
    assert longest_copies(["new"], learned)[0] == (0, "", -1)


def test_the_nearest_text_is_found_by_its_word_triples() -> None:
    copied, new = nearest_texts([TEXTS[3].upper(), "Something else is said in this one"], TEXTS)
    assert copied == (3, 1.0)
    assert new.resemblance < 0.1


def test_the_resemblance_is_near_the_share_of_word_triples_in_common() -> None:
    """Of 128 minima, the standard error is at most 0.045; all triples are counted beside them."""
    chances = random.Random(4)
    learned = [" ".join(chances.choices("abcdefgh", k=60)) for _ in range(40)]
    texts = [
        f"{learned[number][: 4 * number]} {' '.join(chances.choices('ijklmnop', k=40))}"
        for number in range(4, 28)
    ]

    def triples(text: str) -> set[tuple[str, ...]]:
        found = text.split()
        return {tuple(found[at : at + 3]) for at in range(len(found) - 2)}

    def shared(one: str, other: str) -> float:
        return len(triples(one) & triples(other)) / len(triples(one) | triples(other))

    for text, (source, resemblance) in zip(texts, nearest_texts(texts, learned), strict=True):
        exact = [shared(text, other) for other in learned]
        assert resemblance == pytest.approx(max(exact), abs=0.14)
        assert exact[source] >= max(exact) - 0.14


def test_learned_texts_are_found_behind_the_first_chunk_and_short_ones_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("generators.metrics.nearest_text.CHUNK", 2)
    assert [one.source for one in nearest_texts([TEXTS[4], TEXTS[0]], TEXTS)] == [4, 0]
    assert nearest_texts(["Oak lamp"], ["Paper lamp", "oak, lamp"]) == [(1, 1.0)]
    assert nearest_texts(["Oak lamp"], []) == [(-1, 0.0)]


def test_violations_count_room_as_the_platform_does() -> None:
    limits = Limits(room=7, counting="wide", banned=("best",), required=("Oak",))
    assert violations("标题 ok!", limits) == ["too_long", "missing"]
    assert violations("标题 oak", Limits(room=7, required=("Oak",))) == []
    assert violations("", Limits()) == ["empty"]
    assert violations("Best oak chair", limits) == ["too_long", "banned"]
    assert violations("oak", limits) == []
    assert violations("1234567 oak"[:7], Limits(room=7)) == [], "as much as there is room for"
    assert violations("ab", Limits(room=1)) == ["too_long"]
    assert violations("a" * 10_000, Limits()) == [], "no limit is none"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Holds 0.5 l and costs $49.", []),
        ("Holds 0,50 l, and 1,200 were sold.", []),
        ("Costs €49 and weighs 300 g.", ["€49", "300 g"]),
        ("100% leakproof for 49 days", ["100%"]),
        ("0.500 l, not 500 l", ["500 l"]),
        ("1.200 sold, not 12.00", ["12.00"]),
    ],
)
def test_quantities_that_the_facts_do_not_hold_are_unsupported(text: str, missing: list[str]) -> None:
    facts = "Volume: 0.5 l\nPrice: $49\nSold: 1200"
    assert unsupported(text, facts) == missing
    count = 2
    assert fact_support(text, facts) == pytest.approx(1 - len(missing) / count)
    assert fact_support("Warm and quiet.", facts) == 1, "nothing is said, so nothing wrongly"


def test_the_interval_of_a_win_rate_is_wilsons() -> None:
    rate = win_rate(15, 5)  # statsmodels.stats.proportion.proportion_confint(15, 20, method="wilson")
    assert rate is not None
    assert rate == pytest.approx((0.75, 0.531299, 0.888138, 20), abs=1e-6)
    assert win_rate(0, 0) is None
    assert win_rate(3, 0).high == 1  # type: ignore[union-attr]
    assert win_rate(1, 1, 2)[0] == 0.5  # type: ignore[index]
    with pytest.raises(ValueError, match="not negative"):
        win_rate(-1, 0)
