"""Figures of generators that write, as people read them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """What a figure says."""

    title: str | Promise
    meaning: str | Promise


TEXT_KINDS = {
    "bits_per_character": Kind(
        _("Bits per character"),
        _("How badly held-out texts are predicted, whatever the tokens. Lower is better."),
    ),
    "bits_per_byte": Kind(
        _("Bits per byte"), _("The same for each byte, in which languages and networks can be compared.")
    ),
    "perplexity": Kind(
        _("Perplexity"),
        _("Among how many tokens it hesitates, in the mean. Lower is better, for equal tokens."),
    ),
    "reply_perplexity": Kind(
        _("Perplexity of replies"), _("The same for texts alone, each read after its record's facts.")
    ),
    "nats": Kind(_("Bound (nats)"), _("How many nats a sentence costs at most: its code and its words.")),
    "rate_nats": Kind(
        _("Cost of a code (nats)"), _("How much a sentence's code says. Near 0, the codes are not used.")
    ),
    "distinct_1": Kind(_("Different words"), _("Share of words that are different: variety over all texts.")),
    "distinct_2": Kind(_("Different word pairs"), _("Share of pairs of words that are different.")),
    "self_bleu": Kind(
        _("Alike among themselves"), _("BLEU of each text against all others. 1 is all alike.")
    ),
    "repetition": Kind(
        _("Repeats itself"), _("Share of runs of four words that stood before in the same text.")
    ),
    "reading_ease": Kind(
        _("Reading ease"), _("Flesch: 60 is plain English, 100 very easy, below 30 very hard.")
    ),
    "words": Kind(_("Words"), _("Words of a written text, in the mean.")),
    "copied_words": Kind(
        _("Longest copy (words)"), _("Longest run of words from a training text, in the mean over texts.")
    ),
    "nearest_resemblance": Kind(
        _("Like a training text"), _("Share of word triples in common with the nearest training text.")
    ),
    "rouge_l": Kind(
        "ROUGE-L", _("Words in common, in order, with what people wrote from the same facts. 1 is the same.")
    ),
    "unsupported": Kind(
        _("With unsupported quantities"),
        _("Share of texts with a number or unit that the facts do not hold."),
    ),
    "violations": Kind(_("Break a rule"), _("Share of texts that break a limit of their format.")),
}
