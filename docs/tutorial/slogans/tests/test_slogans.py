"""The generator keeps every promise, and learns."""

import math
import random
from pathlib import Path

from brandkiln_slogans.chain import Chain
from brandkiln_slogans.spec import SPEC

from generators.testing import check


def test_the_generator_keeps_every_promise(tmp_path: Path) -> None:
    check(SPEC, tmp_path, quick={"train": {"save_every": 20}})


def test_a_chain_writes_only_what_it_has_read() -> None:
    chain = Chain(order=1)
    chain.learn("calm blue vase")
    words = chain.write([], 8, 1.0, random.Random(0))  # noqa: S311
    assert words == ["calm", "blue", "vase"]


def test_the_surprise_of_one_text_is_that_of_add_one_smoothing() -> None:
    chain = Chain(order=1)
    chain.learn("vase")
    bits, words = chain.surprise("vase")
    # Two words (vase, the end) and one unknown: each step has probability (1 + 1) / (1 + 3).
    assert (bits, words) == (-2 * math.log2(2 / 4), 2)
