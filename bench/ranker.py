"""How well the order that learns from a team's decisions puts what is approved before what is refused.

`make bench NAME=ranker`. Nobody's real decisions are at hand. The decisions here are those of a stated rule on texts
that a reader labelled: a team approves a piece in which the reader found no broken brand rule, and refuses every other
(brand_pieces.tsv to learn from, brand_unseen.tsv, written apart from it, to be tested on). The reader's labels are none
of the ranker's features; the brand score is near to them, and the brand rules were improved on these very pieces, so
that the ranker is measured without it too. A pair is one approved and one refused piece of the second file, ranked
right where the approved one stands first, ties counting half: chance is 0.5.
"""

import os
import random
from pathlib import Path
from statistics import fmean
from typing import Any

import django

from bench.brand import BANNED, GUIDE, TODAY
from bench.record import record

HERE = Path(__file__).parent
LEARNED = (20, 50, 100, 205)
"""Decisions to learn from."""
ORDERS, RESAMPLES = 10, 500


def main() -> None:
    """Measure, print and keep."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brandkiln.settings")
    os.environ.setdefault("BRANDKILN_INSECURE_KEY", "1")
    django.setup()
    known, unseen = _decisions("brand_pieces.tsv"), _decisions("brand_unseen.tsv")
    labels = [one.label for one in unseen]
    ours: dict[str, Any] = {"pairs": sum(labels) * (len(labels) - sum(labels))}
    for name, keep in (
        ("words only", lambda key: key != "brand"),
        ("with the brand score", lambda key: True),
    ):
        rows, tests = _only(known, keep), _only(unseen, keep)
        ours[name] = {str(count): _measured(_scores(rows, tests, count), labels) for count in LEARNED}
    peers = {
        name: _measured([[direction * one.features[name] for one in unseen]], labels)
        for name, direction in (("length", -1), ("brand", 1))
    }
    best = ours["words only"][str(LEARNED[-1])]["right"]
    ratios = {"words only, more than chance": round(best - 0.5, 3)}
    about = {"orders": ORDERS, "learned from": len(known), "tested on": len(unseen), "approved": sum(labels)}
    record(
        "ranker",
        ours=ours,
        peers={"shorter first": peers["length"], "brand score alone": peers["brand"]},
        ratios=ratios,
        about=about,
    )


def _decisions(name: str) -> list[Any]:
    from brandkiln.brand.rules.rule import Known
    from brandkiln.brand.verdict import judge_text
    from brandkiln.projects.guide import Guide
    from brandkiln.review.features import of_words
    from brandkiln.review.ranking import Example

    found = []
    for number, line in enumerate((HERE / name).read_text("utf-8").splitlines()[1:]):
        channel, broken, text = line.split("\t")
        known = Known(guide=Guide.model_validate(GUIDE), banned=BANNED, channel=channel, today=TODAY)
        judged = judge_text(text, known)
        kept = sum(not one.findings for one in judged) / max(len(judged), 1)
        found.append(Example(of_words(text) | {"brand": kept}, int(not broken), str(number)))
    return found


def _only(examples: list[Any], keep: Any) -> list[Any]:
    kept = [{name: value for name, value in one.features.items() if keep(name)} for one in examples]
    return [type(one)(features, one.label, one.group) for one, features in zip(examples, kept, strict=True)]


def _scores(examples: list[Any], tests: list[Any], count: int) -> list[list[float]]:
    """Return the scores of the tested pieces after some decisions, once for each order in which they came."""
    from brandkiln.review.ranking import log_odds, trained

    found = []
    for seed in range(1 if count >= len(examples) else ORDERS):
        drawn = random.Random(seed).sample(examples, count)
        if len({one.label for one in drawn}) == 2:
            learned = trained(drawn)
            found.append([log_odds(learned, one.features) for one in tests])
    return found


def _measured(scores: list[list[float]], labels: list[int]) -> dict[str, float]:
    """Return the share of pairs ranked right, a mean over orders, with 95 % of what other pieces would give."""
    from brandkiln.review.logistic import auc

    def right(places: list[int]) -> float | None:
        found = [auc([row[place] for place in places], [labels[place] for place in places]) for row in scores]
        known = [one for one in found if one is not None]
        return fmean(known) if known else None

    draw, every = random.Random(7), range(len(labels))
    drawn = sorted(filter(None, (right(draw.choices(every, k=len(labels))) for _ in range(RESAMPLES))))
    return {
        "right": round(right(list(every)) or 0.0, 3),
        "from": round(drawn[int(0.025 * len(drawn))], 3),
        "to": round(drawn[int(0.975 * len(drawn))], 3),
    }


if __name__ == "__main__":
    main()
