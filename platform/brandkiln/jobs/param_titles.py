"""What people call params that are named as in the papers; the others are called as they are named."""

from django.utils.translation import gettext_lazy as _

PARAM_TITLES = {
    "kimg": _("Duration (thousands of pictures)"),
    "ktokens": _("Duration (thousands of tokens)"),
    "patience_kimg": _("Patience (thousands of pictures)"),
    "save_every_kimg": _("Save after (thousands of pictures)"),
    "ema_halflife_kimg": _("Averaging (thousands of pictures)"),
    "latent_dim": _("Numbers behind a picture"),
    "mask": _("What to fill"),
    "code_dim": _("Numbers behind a code"),
}
CHOICE_TITLES = {
    "denoise": _("Take out noise"),
    "enlarge-2x": _("Enlarge to twice the size"),
    "enlarge-4x": _("Enlarge to four times the size"),
    "inpaint": _("Fill what is painted over"),
    "int8": _("8 bits: a quarter of the size"),
    "int8_dynamic": _("8 bits, computed in 8 bits too"),
    "float16": _("16 bits: half the size"),
    "prune": _("Remove parts, then learn again"),
    "distil": _("Teach a narrower network"),
}
"""What people call choices that are named as in the papers, by their values."""
