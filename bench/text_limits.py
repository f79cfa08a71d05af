"""1,000 search ads of a network that knows nothing: random logits under the rules of the format.

Run it as `python -m bench.text_limits`. Whatever a network would rather say, no part is over its limit and the parts
are whole JSON; the figures are printed and kept in bench/results/text_limits.json.
"""

import json
import sys
import time
from collections import Counter

import torch
from transformers import AutoTokenizer

from bench.record import record
from bench.text_quality import CATALOGUE
from generators.builtin.text_lm.facts import product_name
from generators.builtin.text_lm.formats import FORMATS
from generators.builtin.text_lm.language_model import LanguageModel, model_folder
from generators.builtin.text_lm.lexicon import ENGLISH
from generators.builtin.text_lm.parts import taken_apart
from generators.builtin.text_lm.rules.grammar import grammar
from generators.builtin.text_lm.rules.keeping import Preferences, Rules, matcher_of
from generators.builtin.text_lm.rules.wording import Wording
from generators.builtin.text_lm.vocabulary import Vocabulary
from generators.formats import room_used

AD = FORMATS["search_ad"]
COUNT = 1000


def main() -> None:
    """Write the ads, half of them in words of their facts and half in any words, and count what breaks a rule."""
    torch.set_num_threads(1)
    begun, found = time.perf_counter(), Counter[str]()
    language_model, noise = _without_network(), torch.Generator().manual_seed(0)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    for number in range(count):
        facts = CATALOGUE[number // 2 % len(CATALOGUE)]
        form = AD.about(product_name(facts), number)
        wording = Wording.plain(facts, ENGLISH) if number % 2 else Wording.free(facts, "en", never=form.never)
        matcher = matcher_of(language_model, grammar(form, wording))
        text = _written(Rules(matcher, Preferences(language_model, wording, easy=60)), language_model, noise)
        piece = taken_apart(form, text)
        parts = piece.as_json([[] for _ in piece.parts]) if piece else []
        found["over a limit"] += any(room_used(part["text"], "wide") > part["limit"] for part in parts)
        found["broken JSON"] += len(parts) != len(AD.parts) or json.loads(json.dumps(parts)) != parts
    keep({"ads": count, **found, "seconds": round(time.perf_counter() - begun)})


def keep(ours: dict[str, int]) -> None:
    """Print and keep the figures; nothing else writes under such rules, so there is no peer."""
    shares = {name: round(ours[name] / ours["ads"], 4) for name in ("over a limit", "broken JSON")}
    record("text_limits", ours=ours, peers={}, ratios={"share of ads": shares})


def _written(rules: Rules, language_model: LanguageModel, noise: torch.Generator) -> str:
    ids: list[int] = []
    while not rules.finished and len(ids) < 1000:
        new = list(rules.forced())
        if not new:
            logits = torch.randn(language_model.vocabulary.size, generator=noise)
            rules.allow(logits)
            new = [int(logits.argmax())]
        for token in new:
            rules.accept(token)
        ids += new
    text: str = language_model.tokenizer.decode(ids, skip_special_tokens=True)
    return text


def _without_network() -> LanguageModel:
    """Return the packaged language model's tokenizer and vocabulary."""
    folder = model_folder()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    ends = frozenset({int(tokenizer.eos_token_id)})
    vocabulary = Vocabulary(tokenizer, len(tokenizer), ends)
    return LanguageModel(None, tokenizer, folder, torch.device("cpu"), vocabulary)


if __name__ == "__main__":
    main()
