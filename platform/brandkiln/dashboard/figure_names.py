"""Figures by the names and in the units that people read, for lists that hold more than evaluations."""

from collections.abc import Iterable, Mapping

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from brandkiln.dashboard import mended_figures
from brandkiln.dashboard.figures import KINDS
from brandkiln.dashboard.templatetags.studio import figure, said, spoken
from brandkiln.jobs.model_card import figures_of

SIZES = ("bytes", "parameters", "ms_per_picture")
TITLES = {
    "bytes": gettext_noop("Size of the weights"),
    "parameters": gettext_noop("Parameters"),
    "ms_per_picture": gettext_noop("Milliseconds for a picture"),
    "validation_kid": gettext_noop("Distance to real pictures (KID)"),
    "diversity": gettext_noop("Variety (1 is that of real pictures)"),
    "generator_loss": gettext_noop("Loss of the half that draws"),
    "discriminator_loss": gettext_noop("Loss of the half that judges"),
    "discriminator_accuracy": gettext_noop("Share that the judge gets right"),
    "augmentation_strength": gettext_noop("Changes that the judge sees (0 to 1)"),
    "denoising_loss": gettext_noop("Error in taking noise out"),
    "reconstruction_loss": gettext_noop("Error in giving pictures back"),
    "absolute_error": gettext_noop("Error in mending"),
    "feature_error": gettext_noop("Error in what pictures look like"),
    "decoder_sigma": gettext_noop("Blur that is left (decoder sigma)"),
    "bits_per_dim": gettext_noop("Bits per dimension"),
    "kl_nats": gettext_noop("KL divergence (nats)"),
    "validation_perplexity": gettext_noop("Perplexity of held-out texts"),
    "perplexity_before": gettext_noop("Perplexity before training"),
    "validation_preference_loss": gettext_noop("Preference loss of held-out pairs"),
    "preference_accuracy": gettext_noop("Pairs ordered as people do"),
    "tokens": gettext_noop("Tokens read in training (a token is about four letters)"),
}


def figure_title(name: str) -> str:
    """Return what people call a figure."""
    if name in KINDS:
        return str(KINDS[name].title)
    if mended := mended_figures.figure_title(name):
        return mended
    return _(TITLES[name]) if name in TITLES else said(spoken(name))


def leading_first(names: Iterable[str]) -> list[str]:
    """Return names of figures in the order in which they count: KID first, what has no rank last."""
    order = [*SIZES, *KINDS, *TITLES]
    return sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))


def changes(before: Mapping[str, float], after: Mapping[str, float]) -> list[tuple[str, str, str]]:
    """Return the figures that both have, each with its title and what it was and is."""
    both = {one.name for one in figures_of(dict(before))} & set(after)
    return [
        (figure_title(name), _shown(name, before[name]), _shown(name, after[name]))
        for name in leading_first(both)
    ]


def _shown(name: str, value: float) -> str:
    return filesizeformat(value) if name == "bytes" else figure(value)
