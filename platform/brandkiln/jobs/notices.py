"""What people are told of a job while it runs, in their own language where the platform knows the words."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brandkiln.jobs.models import Job

Words = tuple[str | Promise, str | Promise]

HALF = _("Train again with half the learning rate (under Advanced).")
OTHER_GROUND = _("Change the tolerance, or take a picture with a ground of another colour than the product.")
KNOWN: dict[str, Words] = {
    "weak_language": (
        _("The packaged network writes English; in %(language)s its texts are not usable."),
        _("Ask your admin to set another network (BRANDKILN_TEXT_LM)."),
    ),
    "wrong_language": (
        _("Asked for %(asked)s, written in %(written)s: this network does not write %(asked)s."),
        _(
            "Ask your admin to set another network (BRANDKILN_TEXT_LM), or choose a connection to a remote one."
        ),
    ),
    "unchanged": (
        _("The text came back as it was: no rule makes it what was asked for."),
        _("Change it by hand, or set grounding to numbers to have the network write it."),
    ),
    "order_in_facts": (
        _('The facts hold an order to the writer, which was left out: "%(said)s".'),
        _("Take it out of the facts; if it was meant as one, say it in other words."),
    ),
    "no_answer": (
        _("The product facts do not say what the message asks, so the reply only promises an answer."),
        _("Add the answer to the product facts and write it again, or change the reply by hand."),
    ),
    "mode_collapse": (
        _(
            "What is drawn has only %(percent)s %% of the variety of real pictures: the network repeats itself."
        ),
        _(
            "End it and train again with half the learning rate or twice the batch size (both under "
            "Advanced); with few pictures, turn on augmentation."
        ),
    ),
    "memorising": (
        _(
            "What is drawn lies at %(percent)s %% of the distance from training pictures that "
            "held-out pictures keep: the network repeats what it was shown."
        ),
        _(
            "Add pictures or augmentation, or train for a shorter time; keep the checkpoint from "
            "before, and look at the nearest training pictures before you publish anything."
        ),
    ),
    "discriminator_certain": (
        _(
            "The half that judges (the discriminator) tells drawn from real pictures in %(percent)s %% of the pairs: "
            "the half that draws learns little from it."
        ),
        _("Turn on adaptive augmentation, choose the recipe r3gan, or add training pictures."),
    ),
    "discriminator_dead": (
        _(
            "The half that judges (the discriminator) gives real and drawn pictures the same marks: it has "
            "stopped learning, and what is drawn gets no better."
        ),
        HALF,
    ),
    "exploding": (
        _("A figure that should stay small, %(name)s, has grown to %(value)s from about %(usual)s."),
        _(
            "The training is about to fail. End it and train again with half the learning rate (under Advanced)."
        ),
    ),
    "diverged": (
        _("The training failed: its numbers grew beyond measure (%(name)s) after %(shown)s pictures."),
        HALF,
    ),
    "batch_halved": (
        _("There was not enough memory for batches of %(before)s pictures; it goes on with %(after)s."),
        _("Set the batch size to %(after)s next time (under Advanced)."),
    ),
    "no_product": (
        _("In picture %(picture)s nothing stands out from the ground: %(percent)s %% of it was kept."),
        OTHER_GROUND,
    ),
    "no_ground": (
        _("In picture %(picture)s no ground was found: %(percent)s %% of it was kept."),
        OTHER_GROUND,
    ),
    "thin_parts_only": (
        _("Of picture %(picture)s only thin lines were kept: %(percent)s %% of it."),
        _("If the product is more than that, it has the colour of its ground: take it before another one."),
    ),
    "ground_not_plain": (
        _("The ground of picture %(picture)s is not plain: its colours differ by %(spread)s (Lab)."),
        _("Look at the edge; a picture before one plain colour cuts out better."),
    ),
    "picture_too_small": (
        _(
            "The product of picture %(picture)s is enlarged %(times)s times for the %(channel)s: it looks soft."
        ),
        _("Take a larger picture of it, or enlarge it first with the picture restorer."),
    ),
    "words_hard_to_read": (
        _(
            "The words on picture %(picture)s (%(channel)s) have a contrast of %(contrast)s with what is behind "
            "them; large letters need 3."
        ),
        _("Choose a plain background, or another place for the words."),
    ),
    "early_stop": (
        _(
            "It ended after %(shown)s of %(total)s pictures: since %(best)s it has not come closer "
            "to the validation pictures."
        ),
        "",
    ),
    "no_facts": (
        _("No pieces were written: %(shown)s of the %(total)s held-out records hold facts beside a text."),
        _("Choose data with more columns than the text."),
    ),
    "text_early_stop": (
        _(
            "It ended after %(shown)s of %(total)s tokens: held-out texts were predicted no better %(times)s "
            "times in a row."
        ),
        "",
    ),
    "text_kept_best": (
        _(
            "The weights after %(shown)s tokens are kept: of %(measures)s measured they predicted held-out "
            "texts best, with a %(figure)s of %(value)s."
        ),
        "",
    ),
    "text_diverged": (
        _("The training failed: its numbers grew beyond measure (%(name)s) after %(shown)s tokens."),
        HALF,
    ),
    "kept_best": (
        _(
            "The checkpoint after %(shown)s pictures is kept: of %(measures)s measured it came "
            "closest to the validation pictures, with a KID of %(kid)s (%(extractor)s)."
        ),
        "",
    ),
}
"""The sentence and the remedy by the notice's code; others are shown as the generator says them."""
_LANGUAGES = frozenset(["language", "asked", "written"])
"""Values that are names of languages."""


def notices_of(job: Job) -> list[dict[str, Any]]:
    """Return what people were told of a job, oldest first."""
    rows = job.events.filter(type="notice").order_by("id").values_list("data", flat=True)
    return [said(row) for row in rows]


def said(row: dict[str, Any]) -> dict[str, Any]:
    """Return a notice in the words of its code, in the reader's language."""
    if row["code"] not in KNOWN:
        return row
    values = {name: _plain(value) for name, value in row["values"].items()}
    for name in values.keys() & _LANGUAGES:
        values[name] = gettext(values[name])  # Django knows the names of languages
    try:
        text, remedy = (str(words) % values for words in KNOWN[row["code"]])
    except (KeyError, TypeError, ValueError):
        return row  # a generator of its own uses the code with other values
    return row | {"text": text, "remedy": remedy}


def _plain(value: Any) -> Any:
    """Return a number with its thousands apart, and a name of code as words."""
    return f"{value:,}" if isinstance(value, int) else str(value).replace("_", " ")
