"""Slots give what the network alone gives, to the bit, whatever shares them."""

import random
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from transformers import GPT2Config, GPT2LMHeadModel

from generators.builtin.text_lm import packing
from generators.builtin.text_lm.decoding import passes
from generators.builtin.text_lm.decoding.blocks import BLOCK
from generators.builtin.text_lm.decoding.clients import Client
from generators.builtin.text_lm.decoding.decoder import SLOTS, Decoder
from generators.builtin.text_lm.decoding.lane import Lane
from generators.builtin.text_lm.decoding.lean import kernels_of, shape_of
from generators.builtin.text_lm.decoding.networks import rows_stand_alone
from generators.builtin.text_lm.decoding.passes import Alternating, BuiltIn, built_in
from generators.builtin.text_lm.decoding.planning import Planned
from generators.builtin.text_lm.decoding.prefixes import MANY, Prefixes
from generators.builtin.text_lm.decoding.requests import Completion, Request
from generators.builtin.text_lm.decoding.threads import openmp
from generators.builtin.text_lm.decoding.writing import write, write_each
from generators.builtin.text_lm.language_model import LanguageModel, load_anew
from generators.builtin.text_lm.packing import LEAST_ROWS, STEP_ROWS, packed
from generators.errors import GeneratorError


@pytest.fixture(scope="module")
def requests() -> list[Request]:
    """Return ragged requests, two thirds of which begin alike, greedy and drawn ones."""
    numbers = random.Random(1)
    common = [numbers.randrange(3, 400) for _ in range(150)]
    return [
        Request(
            prompt=(common if index % 3 else [])
            + [numbers.randrange(3, 400) for _ in range(numbers.randrange(1, 140))],
            max_tokens=numbers.randrange(4, 24),
            stop_ids=frozenset(),
            seed=str(index),
            temperature=index % 2,
        )
        for index in range(16)
    ]


def greedy(network: GPT2LMHeadModel, request: Request) -> tuple[int, ...]:
    """Return what transformers writes for one request alone."""
    answer = network.generate(
        torch.tensor([request.prompt]),
        do_sample=False,
        max_new_tokens=request.max_tokens,
        min_new_tokens=request.max_tokens,
        eos_token_id=None,
        pad_token_id=0,
    )
    return tuple(answer[0, len(request.prompt) :].tolist())


def test_greedy_text_is_that_of_transformers(language_model: LanguageModel, requests: list[Request]) -> None:
    wanted = [request for request in requests if request.temperature == 0]
    found = write(language_model, wanted)
    assert [text.ids for text in found] == [greedy(language_model.network, request) for request in wanted]


@pytest.mark.parametrize("kind", ["torch", "float32", "float32 kernels", "bfloat16", "bfloat16 kernels"])
def test_a_text_is_the_same_to_the_bit_alone_and_in_company(
    language_model: LanguageModel,
    wide_folder: Path,
    requests: list[Request],
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if kind.startswith("bfloat16") and not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        pytest.skip("this processor has no bfloat16 kernels")
    if kind == "torch":
        monkeypatch.setattr(packing, "products", lambda: None)
    folder = wide_folder if kind.endswith("kernels") else language_model.folder
    own = load_anew(folder, "cpu", torch.bfloat16 if kind.startswith("bfloat16") else torch.float32)
    if kind.endswith("kernels") and kernels_of(own.network) is None:
        pytest.skip("this machine has no C compiler")
    together = write(own, requests)
    for index in (0, 1, 2, 5):
        (alone,) = write(replace(own), [requests[index]])  # by a decoder that has read nothing yet
        assert (alone.ids, alone.fluency) == (together[index].ids, together[index].fluency)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_lanes_share_the_texts_and_not_their_bits(
    wide_folder: Path, requests: list[Request], dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    if openmp() is None:
        pytest.skip("lanes are for where each thread may say how many its products run in")
    if dtype == torch.bfloat16 and not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        pytest.skip("this processor has no bfloat16 kernels")
    own = load_anew(wide_folder, "cpu", dtype)
    if dtype == torch.float32 and not rows_stand_alone(own.network):
        pytest.skip("this machine has no C compiler")
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    monkeypatch.setattr(passes, "FEW", 4)
    monkeypatch.setattr(passes, "FEW_ALONE", 4)
    two = replace(own)
    held: list[int] = []
    place = Lane._place

    def noted(lane: Lane, client: Client) -> bool:
        held.append(id(lane))
        return place(lane, client)

    monkeypatch.setattr(Lane, "_place", noted)
    together = write(two, requests)
    assert all(held.count(id(lane)) >= 4 for lane in two.decoder.lanes)
    two.decoder.wait()
    held.clear()
    write(two, requests[:4])
    assert set(held) == {id(two.decoder.lanes[0])}, "a few are quicker together"
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    alone = write(replace(own), requests)
    assert [(one.ids, one.fluency) for one in together] == [(one.ids, one.fluency) for one in alone]


def test_a_row_of_a_packed_layer_has_the_same_bits_among_any_number() -> None:
    """Weights that cancel leave the errors of rounding alone, which tell one order of adding up from another."""
    if not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        pytest.skip("this processor has no bfloat16 kernels")
    torch.manual_seed(0)
    layer = torch.nn.Linear(576, 192, bias=False)
    half, row = torch.randn(192, 288), torch.randn(1, 288)
    layer.weight.data = torch.cat([half, -half], 1)
    own = packed(layer.bfloat16())
    x = torch.cat([row, row], 1).bfloat16()
    with torch.inference_mode():
        expected = own(x.expand(LEAST_ROWS, -1).contiguous())[:1]
        for rows in range(LEAST_ROWS, 289, STEP_ROWS):
            found = own(x.expand(rows, -1).contiguous())
            assert torch.equal(found, expected.expand(rows, -1)), rows


def test_other_networks_write_through_transformers_and_one_by_one(
    language_model: LanguageModel, requests: list[Request]
) -> None:
    size = len(language_model.tokenizer)
    config = GPT2Config(
        vocab_size=size, n_embd=8, n_layer=1, n_head=2, n_positions=512, bos_token_id=1, eos_token_id=2
    )
    torch.manual_seed(0)
    network = GPT2LMHeadModel(config).eval().requires_grad_(False)
    wanted = [replace(request, temperature=0.0, max_tokens=6) for request in requests[:4]]
    expected = [greedy(network, request) for request in wanted]
    for forward in (True, False):
        own = replace(language_model, network=network)
        other = own if forward else replace(own, passes=Alternating(own))
        assert isinstance(other.decoder.lanes[0].passes, BuiltIn) == forward
        assert [text.ids for text in write(other, wanted)] == expected


class Broken:
    """A rule that fails at its second token."""

    finished = False

    def __init__(self) -> None:
        self.taken = 0

    def forced(self) -> Sequence[int]:
        return ()

    def allow(self, logits: Tensor) -> None:
        """Allow all."""

    def accept(self, token: int) -> None:
        self.taken += 1
        if self.taken == 2:
            raise ZeroDivisionError


def test_a_rule_that_fails_ends_its_own_call_only(
    language_model: LanguageModel, requests: list[Request]
) -> None:
    found: list[Completion] = []
    other = threading.Thread(target=lambda: found.extend(write(language_model, requests[:3])))
    other.start()
    with pytest.raises(ZeroDivisionError):
        write(language_model, [replace(requests[0], constraint=Broken())])
    other.join()
    assert len(found) == 3


@pytest.mark.parametrize("temperature", [0.0, 0.7])
@pytest.mark.parametrize("damage", [torch.nan, torch.inf])
def test_damaged_weights_are_told_from_a_bad_text(
    language_model: LanguageModel, requests: list[Request], temperature: float, damage: float
) -> None:
    own = load_anew(language_model.folder, "cpu", torch.float32, packed=False)
    own.network.get_input_embeddings().weight.data[:] = damage
    with pytest.raises(GeneratorError, match="its weights are damaged"):
        write(own, [replace(requests[0], temperature=temperature)])


def test_after_memory_ran_out_those_who_wait_are_told_and_others_are_served(
    language_model: LanguageModel, requests: list[Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = replace(language_model)
    step = BuiltIn.step

    def full(*_: object) -> Iterator[object]:
        raise MemoryError

    monkeypatch.setattr(BuiltIn, "step", full)
    with pytest.raises(MemoryError):
        write(own, requests)
    monkeypatch.setattr(BuiltIn, "step", step)
    assert len(write(own, requests[:1])) == 1


def test_an_urgent_request_is_served_before_a_long_queue(
    language_model: LanguageModel, requests: list[Request]
) -> None:
    bulk = write_each(language_model, (replace(requests[1], seed=str(n)) for n in range(3 * SLOTS)))
    next(bulk)
    (text,) = write(language_model, [replace(requests[2], urgent=True, max_tokens=2)])
    assert len(text.ids) == 2
    assert language_model.decoder.clients, "the queue is still there"
    bulk.close()


def test_texts_stand_back_while_the_prompt_of_somebody_who_waits_is_read(
    language_model: LanguageModel, requests: list[Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = load_anew(language_model.folder, "cpu", torch.float32)
    if not rows_stand_alone(own.network):
        pytest.skip("this machine has no C compiler")
    steps: list[list[tuple[bool, int]]] = []
    plan = passes.planned

    def noted(*asked: Any) -> Planned:
        found = plan(*asked)
        steps.append([(text.request.urgent, count) for text, count in found.read])
        return found

    monkeypatch.setattr(passes, "planned", noted)
    bulk = write_each(own, (replace(requests[1], seed=str(n)) for n in range(3 * SLOTS)))
    next(bulk)
    write(own, [replace(requests[3], urgent=True)])
    bulk.close()
    reads_prompt = [step for step in steps if any(urgent and count > 1 for urgent, count in step)]
    assert reads_prompt
    assert all(urgent for step in reads_prompt for urgent, _ in step)


def test_what_never_fits_is_refused_with_its_size(
    language_model: LanguageModel, requests: list[Request]
) -> None:
    with pytest.raises(GeneratorError, match="The prompt has 2000 tokens; the network takes 1948"):
        write(language_model, [replace(requests[0], prompt=[5] * 2000, max_tokens=100)])
    with pytest.raises(GeneratorError, match="empty"):
        write(language_model, [replace(requests[0], prompt=[])])
    small = Decoder(language_model, *built_in(language_model, most_bytes=1000))
    with pytest.raises(GeneratorError, match="MiB are allowed"):
        small.join().ask(0, requests[0])


def test_a_prefix_is_found_when_a_second_prompt_begins_with_it(language_model: LanguageModel) -> None:
    prefixes = Prefixes(shape_of(language_model.network), most_bytes=2**20)
    common = list(range(2 * BLOCK + 10))
    assert prefixes.find([*common, 7], []) == (None, None)
    found, root = prefixes.find([*common, 8], [])
    assert found is not None
    assert root is None
    assert found.ids == tuple(common[: 2 * BLOCK])
    assert prefixes.find([*common, 9], []) == (found, None)
    prefixes.drop_unused([found])
    assert prefixes.find([*common, 9], []) == (found, None)


def test_a_root_is_what_many_prompts_begin_with(language_model: LanguageModel) -> None:
    prefixes = Prefixes(shape_of(language_model.network), most_bytes=2**20)
    common = list(range(BLOCK))
    own = [[*common, *[number] * BLOCK, number] for number in range(MANY)]
    prefix, root = prefixes.find(own[0], [own[0], *own[1:]])
    assert root is not None
    assert root.ids == tuple(common)
    assert prefix is not None
    assert prefix.ids == tuple(own[0][:-1])
    assert prefix.next_to_read() is root
    root.ready = BLOCK
    assert prefix.next_to_read() is prefix
    assert prefix.ready == BLOCK


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    for thread in threading.enumerate():
        if thread.name == "decoder":
            thread.join(20)
            assert not thread.is_alive()
