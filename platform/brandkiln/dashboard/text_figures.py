"""Figures of generators that write, as people read them."""

from dataclasses import dataclass

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """What a figure says."""

    title: str | Promise
    meaning: str | Promise


_WRITTEN_FROM_FACTS = {
    "fact_support": Kind(
        _("Supported quantities"), _("Share of a text's numbers and units that the facts hold. 1 is all.")
    ),
    "unsupported": Kind(
        _("With unsupported quantities"),
        _("Share of texts with a number or unit that the facts do not hold."),
    ),
    "format_violations": Kind(
        _("Out of format"), _("Share of texts that lack a part of their format. Lower is better.")
    ),
    "length_violations": Kind(
        _("Too long"), _("Share of texts of which a part takes more room than its platform gives.")
    ),
    "rouge_1": Kind("ROUGE-1", _("Words in common with what people wrote from the same facts.")),
    "rouge_2": Kind("ROUGE-2", _("Pairs of words in common with what people wrote from the same facts.")),
    "rouge_l": Kind(
        "ROUGE-L", _("Words in common, in order, with what people wrote from the same facts. 1 is the same.")
    ),
}
_CHECKED = {
    "unsupported_claims": Kind(
        _("With an unsupported fact"),
        _("Share of texts that say a number, a name or a claim that the facts do not."),
    ),
    "score": Kind(
        _("Score"), _("What the best of the candidates scored, in the mean: facts, brand, fluency and more.")
    ),
}


def _of_pieces(title: str | Promise) -> str:
    return gettext("Pieces: %(figure)s") % {"figure": title}


bulk_title = lazy(_of_pieces, str)
"""Says that a figure is one of pieces that were written as a job writes them."""

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
    "given_back": Kind(
        _("Given back"),
        _("ROUGE-L of a sentence and what its own code is written out as. 1 is the same, word for word."),
    ),
    "active_units": Kind(
        _("Active units"), _("How many numbers of a code differ from sentence to sentence. 0 is a collapse.")
    ),
    "reconstruction_nats": Kind(
        _("Cost of the words (nats)"), _("What a sentence costs once its code is known. Lower is better.")
    ),
    "grade": Kind(_("School years"), _("Flesch and Kincaid: how many years of school the texts ask for.")),
    **{
        key: one
        for name, kind in _WRITTEN_FROM_FACTS.items()
        for key, one in ((name, kind), (f"bulk_{name}", Kind(bulk_title(kind.title), kind.meaning)))
    },
    **{f"bulk_{name}": Kind(bulk_title(kind.title), kind.meaning) for name, kind in _CHECKED.items()},
    "bulk_grade": Kind(
        bulk_title(_("School years")), _("Flesch and Kincaid: how many years of school the texts ask for.")
    ),
}
