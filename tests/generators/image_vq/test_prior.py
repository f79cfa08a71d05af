import math

import pytest
import torch

from generators.builtin.image_vq.prior import CodePrior


def prior(labels: int = 2) -> CodePrior:
    torch.manual_seed(0)
    made = CodePrior(codebook_size=6, length=9, labels=labels, width=32, layers=2)
    torch.nn.init.normal_(made.predict.weight)
    return made.eval()


def test_a_code_depends_on_those_before_it_and_on_nothing_after() -> None:
    network, codes, label = prior(), torch.randint(6, (2, 9)), torch.tensor([0, 1])
    changed = codes.clone()
    changed[:, 5] = (changed[:, 5] + 1) % 6
    difference = (network(codes, label) - network(changed, label)).abs().amax((0, 2))
    assert difference[:6].max() < 1e-6
    assert difference[6:].min() > 1e-6


def test_drawing_with_kept_keys_and_values_follows_the_same_probabilities() -> None:
    network, label = prior(), torch.tensor([0, 1, 1])
    codes = network.draw(3, label, torch.Generator().manual_seed(4))
    again, random = torch.zeros(3, 0, dtype=torch.long), torch.Generator().manual_seed(4)
    for _ in range(9):
        padded = torch.cat([again, torch.zeros(3, 1, dtype=torch.long)], 1)
        shares = torch.softmax(network(padded, label)[:, -1], 1)
        again = torch.cat([again, torch.multinomial(shares, 1, generator=random)], 1)
    assert torch.equal(codes, again)


def test_a_prior_that_knows_nothing_costs_as_much_as_choosing_alike() -> None:
    network = prior()
    torch.nn.init.zeros_(network.predict.weight), torch.nn.init.zeros_(network.predict.bias)
    nats = network.nats(torch.randint(6, (4, 9)), None)
    assert nats.tolist() == pytest.approx([9 * math.log(6)] * 4)


def test_a_low_temperature_chooses_what_is_likely() -> None:
    network = prior()
    cold = [network.draw(1, None, torch.Generator().manual_seed(s), temperature=0.01) for s in range(3)]
    hot = [network.draw(1, None, torch.Generator().manual_seed(s), temperature=2.0) for s in range(3)]
    assert torch.equal(cold[0], cold[1])
    assert torch.equal(cold[1], cold[2])
    assert not torch.equal(hot[0], hot[1])
