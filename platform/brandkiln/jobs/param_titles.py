"""What people call params that are named as in the papers; the others are called as they are named."""

from django.utils.translation import gettext_lazy as _

PARAM_TITLES = {
    "kimg": _("Duration (thousands of pictures)"),
    "ktokens": _("Duration (thousands of tokens)"),
    "patience_kimg": _("Patience (thousands of pictures)"),
    "save_every_kimg": _("Save after (thousands of pictures)"),
    "ema_halflife_kimg": _("Averaging (thousands of pictures)"),
    "latent_dim": _("Numbers behind a picture"),
    "code_dim": _("Numbers behind a code"),
}
