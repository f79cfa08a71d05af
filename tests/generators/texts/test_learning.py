"""What the generators that learn from texts alone share, and their networks."""

import errno
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.optim import SGD

from generators.builtin.text_gpt.model import Gpt
from generators.builtin.text_gpt.spec import TrainParams
from generators.builtin.text_gpt.train import train
from generators.builtin.text_lstm.model import Lstm
from generators.builtin.text_vae.bound import (
    active_units,
    beyond_free,
    kl_to_prior,
    kl_weight,
    rows_of,
    without_words,
    words_missed,
)
from generators.builtin.text_vae.model import SentenceVae
from generators.builtin.text_vae.pieces import pieces
from generators.builtin.text_vae.sample import between
from generators.checkpoint import Checkpoint, write
from generators.errors import GeneratorError
from generators.run import LocalRun
from generators.testing import tiny_data
from generators.texts.likelihood import surprises, windows
from generators.texts.loop import fit
from generators.texts.schedule import rate
from generators.texts.tokens import Tokens
from generators.texts.writing import Reading, choose
from generators.training.state import State

TEXTS = ["The red mug. 你好 🙂 <|end|>", "The red lamp, the red mug."] * 3
GPT = {"vocabulary_size": 40, "width": 16, "layers": 2, "heads": 2, "context_length": 8}
LSTM = {"vocabulary_size": 40, "width": 8, "layers": 1, "context_length": 8}


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return Tokens.learn(TEXTS, size=270)


def test_tokens_give_every_text_back_whole(tokens: Tokens) -> None:
    (ids,) = tokens.encode([TEXTS[0]])
    assert tokens.end not in ids
    assert tokens.text(ids) == TEXTS[0]
    assert len(ids) < len(TEXTS[0].encode())
    streamed = list(tokens.pieces(tokens.encode(["🙂"])[0]))
    assert streamed == ["🙂"]
    assert Tokens.of(tokens.tensor()).encode(TEXTS) == tokens.encode(TEXTS)


def test_windows_predict_each_token_once_from_half_a_window_at_least() -> None:
    texts = [list(range(1, 24)), [1], list(range(1, 9))]
    found = list(windows(texts, end=0, length=8))
    for number, text in enumerate(texts):
        mine = [window for window in found if window.text == number]
        assert [token for window in mine for token in window.ids[window.first :]] == text
        assert all(len(window.ids) <= 9 for window in mine)
        assert all(window.first >= 4 for window in mine[1:])


@pytest.mark.parametrize("build", [lambda: Gpt(**GPT), lambda: Lstm(**LSTM)], ids=["gpt", "lstm"])
def test_a_network_reads_on_from_its_memory_as_if_it_had_read_all(build) -> None:
    torch.manual_seed(0)
    network, ids = build().eval(), torch.arange(1, 8)[None]
    with torch.inference_mode():
        whole, _ = network(ids)
        first, memory = network(ids[:, :3])
        rest, memory = network(ids[:, 3:6], memory)
        last, _ = network(ids[:, 6:], memory)
    assert torch.allclose(torch.cat([first, rest, last], 1), whole, atol=1e-5)


def test_the_gpt_sees_nothing_that_comes_later() -> None:
    torch.manual_seed(0)
    network = Gpt(**GPT).eval()
    a, b = torch.tensor([[1, 2, 3, 4]]), torch.tensor([[1, 2, 9, 9]])
    assert torch.allclose(network(a)[0][:, :2], network(b)[0][:, :2], atol=1e-6)


class Uniform(nn.Module):
    """Finds all of 4 tokens equally probable."""

    context_length = 3

    def forward(self, ids: Tensor, memory: object = None) -> tuple[Tensor, object]:
        return torch.zeros(*ids.shape, 4), memory


def test_a_network_that_guesses_is_surprised_by_the_logarithm_of_its_vocabulary() -> None:
    found = surprises(Uniform(), [[1, 2, 1, 2, 1], [3]], end=0, device="cpu")
    assert found.tolist() == pytest.approx([5 * math.log(4), math.log(4)])


def test_reading_goes_on_beyond_the_window() -> None:
    reading = Reading(Gpt(**GPT).eval(), "cpu")
    with torch.inference_mode():
        for token in range(20):
            assert reading.next_logits([token % 5]).shape == (40,)


def test_tokens_are_drawn_from_the_smallest_set_that_holds_top_p() -> None:
    logits = torch.tensor([0.5, 0.3, 0.15, 0.05]).log()
    random = torch.Generator().manual_seed(0)
    drawn = [choose(logits, random, temperature=1, top_p=0.7) for _ in range(400)]
    assert set(drawn) == {0, 1}
    assert sum(token == 0 for token in drawn) / 400 == pytest.approx(0.5 / 0.8, abs=0.06)
    assert choose(logits, random, temperature=0, top_p=1) == 0


def test_the_divergence_and_its_weight_are_closed_forms() -> None:
    mean, log_var = torch.tensor([[0.0, 0.0], [1.0, 2.0]]), torch.tensor([[0.0, 0.0], [0.0, math.log(2)]])
    rates = kl_to_prior(mean, log_var)
    assert rates.sum(1).tolist() == pytest.approx([0, 0.5 * (1 + 4 + 1 - math.log(2))])
    assert beyond_free(rates, 0).item() == pytest.approx(rates.sum(1).mean().item())
    assert beyond_free(rates, 1).item() == pytest.approx(
        0.5 + (4 + 1 - math.log(2)) / 4
    )  # a half of it free each
    assert [kl_weight(share, delay=0.2, warmup=0.5) for share in (0.1, 0.45, 0.8)] == [0, 0.5, 1]
    assert kl_weight(0, delay=0, warmup=0) == 1


def test_codes_that_are_alike_for_all_texts_are_not_active() -> None:
    means = torch.stack([torch.tensor([1.0, -1.0, 0.1]), torch.tensor([1.0, 1.0, 0.05])])
    assert active_units(means) == 1


def test_words_are_missed_in_whatever_order_and_the_end_counts() -> None:
    rows = rows_of([[1, 2, 1], [0]], end=3, device="cpu")
    logits = torch.tensor([[0.1, 0.5, 0.2, 0.2], [0.25, 0.25, 0.25, 0.25]]).log()
    found = words_missed(logits, rows).tolist()
    assert found == pytest.approx([-math.log(0.5 * 0.2 * 0.5 * 0.2), 2 * math.log(4)])


def test_words_are_left_out_by_their_share_and_never_the_first() -> None:
    read = torch.ones(40, 50, dtype=torch.long)
    dropped = without_words(read, 0.3, 9, torch.Generator().manual_seed(0)) == 9
    assert not dropped[:, 0].any()
    assert dropped[:, 1:].float().mean() == pytest.approx(0.3, abs=0.03)


def test_codes_lie_evenly_between_two_sentences() -> None:
    path = between(torch.tensor([[0.0, 2.0]]), torch.tensor([[4.0, 0.0]]), 5)
    assert path[:, 0].tolist() == [0, 1, 2, 3, 4]
    assert path[-1].tolist() == [4, 0]


def test_rows_hold_what_is_read_and_what_is_predicted() -> None:
    network = SentenceVae(vocabulary_size=6, width=4, latent_dim=2, context_length=8)
    rows = rows_of([[1, 2, 3], [4]], end=5, device="cpu")
    assert rows.read.tolist() == [[5, 1, 2, 3], [5, 4, 5, 5]]
    assert rows.targets.tolist() == [[1, 2, 3, 5], [4, 5, -100, -100]]
    mean, log_var = network.encode(rows.ids, rows.lengths)
    alone = network.encode(torch.tensor([[4]]), torch.tensor([1]))[0]
    assert torch.allclose(mean[1:], alone, atol=1e-6)
    assert mean.shape == log_var.shape == (2, 2)


def test_texts_are_split_into_sentences() -> None:
    assert pieces(['One. "Two!" Three?\n\nFour', "一。二！"], "sentences") == [
        "One.", '"Two!', "Three?", "Four", "一。", "二！",
    ]  # fmt: skip
    assert pieces([" One. Two. ", "  "], "texts") == ["One. Two."]


@dataclass
class Falling:
    """A learner whose figure follows a script; its network counts steps."""

    figures: list[float | None]
    figure: str = "perplexity"
    taken: int = 0
    losses: dict[str, float] = field(default_factory=dict)
    loss: float = 1.0
    breaks_at: int = 99

    def __post_init__(self) -> None:
        self.kept = nn.Linear(1, 1, bias=False)
        self.kept.weight.data.zero_()
        self.networks: Mapping[str, nn.Module] = {"network": self.kept}
        self.optimizers = {"network": SGD(self.kept.parameters(), 1.0)}
        self._asked = 0

    def step(self, number: int, progress: float) -> int:
        self.kept.weight.data += 1
        self.losses = {"loss": self.loss if number < self.breaks_at else math.nan}
        return 100

    def measure(self) -> float | None:
        self._asked += 1
        return self.figures[min(self._asked, len(self.figures)) - 1]

    def preview(self, on_token) -> str:
        on_token()
        return "A text"


def fitted(
    learner: Falling, folder: Path, *, patience: int = 0, run: LocalRun | None = None, full_after: int = 99
):
    run = run or LocalRun(folder)

    def save(
        place: Path, tensors: Mapping[str, Tensor], metrics: dict[str, float], state: State | None
    ) -> Checkpoint:
        if len(run.saved) >= full_after:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(
            place, generator="g", generator_version="1", params={}, config={}, labels=(), tensors=dict(tensors),
            metrics=metrics, data_sha256="0" * 64, seed=0, state=state and state.tensors,
            state_json=state and state.document,
        )  # fmt: skip

    return fit(run, learner, save, total=800, patience=patience), run


def test_the_weights_that_predicted_best_are_kept(tmp_path: Path) -> None:
    result, run = fitted(Falling([9, 5, 3, 4, 6, 7, 8, 8, 8]), tmp_path)
    assert result.tensors()["weight"].item() == 2
    assert result.metrics == {
        "loss": 1, "tokens": 800, "perplexity_before": 9, "validation_perplexity": 3,
    }  # fmt: skip
    assert [notice.code for notice in run.notices] == ["text_kept_best"]
    assert [done for done, _ in run.measures] == [0, 100, 200, 300, 400, 500, 600, 700, 800]
    assert len(run.previews) == 4
    assert len(run.saved) == 7


def test_a_training_ends_where_it_gets_no_better_and_when_it_is_asked_to(tmp_path: Path) -> None:
    result, run = fitted(Falling([9, 5, 6, 7]), tmp_path / "a", patience=2)
    assert result.metrics["tokens"] == 300
    assert run.notices[0].code == "text_early_stop"
    result, run = fitted(Falling([None]), tmp_path / "b", run=LocalRun(tmp_path / "b", finish_after=3))
    assert result.metrics["tokens"] < 800
    assert run.notices[0].code == "ended_early"


def test_a_training_that_diverges_keeps_what_it_had(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match="no longer a number"):
        fitted(Falling([None], loss=math.nan), tmp_path / "a")
    result, run = fitted(Falling([9, 5, math.nan]), tmp_path / "b")
    assert result.tensors()["weight"].item() == 1
    assert run.notices[0].code == "text_diverged"
    result, run = fitted(Falling([9, 5, 6, 7], breaks_at=2), tmp_path / "c")
    assert "loss" not in result.metrics
    assert result.metrics["validation_perplexity"] == 5


def test_a_full_disk_is_said_once_and_the_checkpoint_saved_last_is_kept(tmp_path: Path) -> None:
    result, run = fitted(Falling([9, 5, 4]), tmp_path / "a", full_after=2)
    assert [notice.code for notice in run.notices] == ["disk", "text_kept_best", "disk_full"]
    assert result == run.saved[-1]
    assert len(run.saved) == 2
    with pytest.raises(GeneratorError, match="No space left on device"):
        fitted(Falling([9, 5, 4]), tmp_path / "b", full_after=0)


def test_the_learning_rate_rises_and_falls_along_a_cosine() -> None:
    assert rate(0.05, warmup=0.1) == pytest.approx(0.5)
    assert rate(1, warmup=0.1) == pytest.approx(0.1)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="There is no GPU.")
def test_a_gpu_trains_as_a_processor_does(tmp_path: Path) -> None:
    data = tiny_data(tmp_path / "data", "text", records=60)
    params = TrainParams(
        ktokens=2, batch_tokens=128, context_length=16, width=16, layers=1, heads=2, vocabulary_size=300
    )
    run = LocalRun(tmp_path / "run", device="cuda:0")
    result = train(data, params, run)
    assert result.metrics["validation_perplexity"] < result.metrics["perplexity_before"]
