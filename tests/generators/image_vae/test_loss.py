import torch

from generators.builtin.image_vae.loss import kl_to_standard_normal


def test_the_standard_normal_is_no_nats_away_from_itself() -> None:
    assert kl_to_standard_normal(torch.zeros(3, 4), torch.zeros(3, 4)).tolist() == [0, 0, 0]


def test_the_divergence_is_that_of_torch_distributions() -> None:
    mean, log_var = torch.randn(5, 3), torch.randn(5, 3)
    here = torch.distributions.Normal(mean, (0.5 * log_var).exp())
    expected = torch.distributions.kl_divergence(here, torch.distributions.Normal(0.0, 1.0)).sum(1)
    torch.testing.assert_close(kl_to_standard_normal(mean, log_var), expected)
