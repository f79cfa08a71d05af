"""How well the rules of a brand find what a person finds: precision and recall by rule.

`make bench NAME=brand`. The pieces (brand_pieces.tsv, and brand_unseen.tsv, written without sight of the rules' code)
were labelled with the rules that each breaks as a reader sees it before the rules were run on them; then the rules were
improved on both. docs/brand.md has the figures of the first runs. There is no peer: no other program here takes such a
kit.
"""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import django
from django.conf import settings

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "brand.json"
BANNED = ("cheap", "revolutionary", "game-changing", "best in the world", "must-have", "luxury")
GUIDE: dict[str, Any] = {
    "spellings": [
        {"wrong": "email", "right": "e-mail"}, {"wrong": "emails", "right": "e-mails"},
        {"wrong": "tshirt", "right": "T-shirt"}, {"wrong": "t-shirt", "right": "T-shirt"},
        {"wrong": "web site", "right": "website"}, {"wrong": "hearth and trail", "right": "Hearth & Trail"},
    ],
    "most_emoji": 1, "most_exclamation_marks": 1, "capitals": "none", "serial_comma": "always", "quotes": "curly",
    "tidy_punctuation": True, "hardest_grade": 12, "longest_sentence": 22, "claims_only": True,
    "claims": [
        {"text": "Oeko-Tex certified wool"}, {"text": "waterproof to 10 metres"},
        {"text": "made in Portugal", "expires": "2026-06-30"},
    ],
    "limits": [{"channel": "social_post", "most": 140}],
}  # fmt: skip
TODAY = date(2026, 7, 1)


def main() -> None:
    """Print one JSON object as the last line and keep it beside this file."""
    settings.configure(USE_I18N=False)
    django.setup()
    result = {
        "bench": "brand",
        "machine": {},
        "ours": {"first set": _measure("brand_pieces.tsv"), "second set": _measure("brand_unseen.tsv")},
        "peers": {},
        "ratios": {},
    }
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result))


def _measure(name: str) -> dict[str, Any]:
    from brandkiln.brand.rules.rule import Known
    from brandkiln.brand.verdict import judge_text
    from brandkiln.projects.guide import Guide

    print(f"{name}:")
    guide, right, wrong, missed, pieces = Guide.model_validate(GUIDE), Counter(), Counter(), Counter(), 0
    for line in (HERE / name).read_text("utf-8").splitlines()[1:]:
        channel, labels, text = line.split("\t")
        broken = set(filter(None, labels.split(", ")))
        known = Known(guide=guide, banned=BANNED, channel=channel, today=TODAY)
        found = {one.rule for one in judge_text(text, known) if one.findings}
        pieces += 1
        right.update(broken & found)
        wrong.update(found - broken)
        missed.update(broken - found)
        for kind, rules in (("missed", broken - found), ("wrongly found", found - broken)):
            if rules:
                print(f"{kind}: {', '.join(sorted(rules))}: {text}")
    rules = {
        name: _figures(right[name], wrong[name], missed[name]) for name in sorted({*right, *wrong, *missed})
    }
    return {"pieces": pieces, "rules": rules, "all": _figures(right.total(), wrong.total(), missed.total())}


def _figures(right: int, wrong: int, missed: int) -> dict[str, float]:
    return {
        "broken": right + missed,
        "precision": round(right / (right + wrong), 3) if right + wrong else 0.0,
        "recall": round(right / (right + missed), 3) if right + missed else 0.0,
    }


if __name__ == "__main__":
    main()
