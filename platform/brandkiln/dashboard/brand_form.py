"""The form of a brand kit: what people read about the brand, and the rules that a program tests."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brandkiln.dashboard.brand_fields import Colours, Limits, Pairs
from brandkiln.dashboard.forms import Lines
from brandkiln.projects.guide import Guide
from brandkiln.projects.models import BrandKit

SPACES = (("0.25", _("a quarter of its height")), ("0.5", _("half its height")), ("1", _("its height")))


class BrandKitForm(forms.Form):
    voice = forms.CharField(
        label=_("Voice"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("How the brand speaks: three adjectives and one sentence say more than a page."),
    )
    audience = forms.CharField(
        label=_("Audience"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    required_terms = Lines(label=_("Words to use"), required=False, help_text=_("One on a line."))
    banned_terms = Lines(label=_("Words to avoid"), required=False, help_text=_("One on a line."))
    spellings = Pairs(
        label=_("Spelling"),
        required=False,
        help_text=_("What is wrong, an arrow, what is right: email -> e-mail."),
    )
    address = forms.ChoiceField(
        label=_("Form of address"),
        required=False,
        choices=[
            ("", _("either")),
            ("formal", _("formal: Sie, vous, 您")),
            ("informal", _("informal: du, tu, 你")),
        ],
    )
    most_emoji = forms.IntegerField(label=_("Most emoji"), required=False, min_value=0, max_value=20)
    most_exclamation_marks = forms.IntegerField(
        label=_("Most exclamation marks"), required=False, min_value=0, max_value=20
    )
    hardest_grade = forms.FloatField(
        label=_("Hardest reading level"),
        required=False,
        min_value=1,
        max_value=20,
        help_text=_("In years of school, as Flesch and Kincaid count; English texts only."),
    )
    longest_sentence = forms.IntegerField(
        label=_("Longest sentence"), required=False, min_value=5, max_value=80, help_text=_("In words.")
    )
    serial_comma = forms.ChoiceField(
        label=_("Serial comma"),
        required=False,
        choices=[
            ("", _("either")),
            ("always", _("wool, felt, and cork")),
            ("never", _("wool, felt and cork")),
        ],
    )
    quotes = forms.ChoiceField(
        label=_("Quotation marks"),
        required=False,
        choices=[("", _("either")), ("curly", _("“curly”")), ("straight", _('"straight"'))],
    )
    capitals = forms.BooleanField(label=_("No words in capitals"), required=False)
    tidy_punctuation = forms.BooleanField(label=_("No doubled marks or spaces"), required=False)
    claims_only = forms.BooleanField(
        label=_("Claim only what stands here"),
        required=False,
        help_text=_("Words such as organic, waterproof or best then need a claim below that has them."),
    )
    limits = Limits(
        label=_("Room in channels"),
        required=False,
        help_text=_(
            "A format and its most characters, one on a line: social post: 280. "
            "A part of it stands after a slash: email / subject: 45."
        ),
    )
    colours = Colours(
        label=_("Colours"),
        required=False,
        help_text=_(
            "As #rrggbb with a name behind it. The first one is the accent, and the ground of product pictures."
        ),
    )
    fonts = Lines(label=_("Fonts"), required=False, help_text=_("One on a line."))
    background = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$", label=_("Background of pictures"), required=False, help_text=_("As #rrggbb.")
    )
    least_width = forms.IntegerField(
        label=_("Least width"), required=False, min_value=0, max_value=20_000, help_text=_("In pixels.")
    )
    least_height = forms.IntegerField(
        label=_("Least height"), required=False, min_value=0, max_value=20_000, help_text=_("In pixels.")
    )
    least_contrast = forms.FloatField(
        label=_("Least contrast"),
        required=False,
        min_value=0,
        max_value=21,
        help_text=_("Of what is shown with its ground, 1 to 21; 3 can be told apart well."),
    )
    in_palette = forms.BooleanField(label=_("Strong colours are the brand's"), required=False)
    logo_space = forms.ChoiceField(label=_("Room around the logo"), required=False, choices=SPACES)

    @classmethod
    def of(cls, kit: BrandKit | None) -> "BrandKitForm":
        """Return the form with what the kit says."""
        if kit is None:
            return cls()
        rules = kit.rules
        plain = {name: getattr(rules, name) for name in PLAIN}
        return cls(
            initial={name: getattr(kit, name) for name in KIT}
            | plain
            | rules.pictures.model_dump()
            | {
                "colours": [[code, rules.colour_names.get(code.lower(), "")] for code in kit.colours],
                "capitals": rules.capitals == "none",
                "spellings": [[spelling.wrong, spelling.right] for spelling in rules.spellings],
                "limits": [
                    [" / ".join(filter(None, (one.channel, one.part))), one.most] for one in rules.limits
                ],
                "logo_space": f"{rules.logo_space:g}",
            }
        )

    def kit_fields(self, claims: list[dict[str, Any]]) -> dict[str, Any]:
        """Return what is kept: the kit's own fields and its guide."""
        sent = self.cleaned_data
        guide: dict[str, Any] = {name: sent[name] for name in PLAIN if sent[name] not in ("", None)}
        guide["capitals"] = "none" if sent["capitals"] else ""
        guide["spellings"] = [{"wrong": wrong, "right": right} for wrong, right in sent["spellings"]]
        guide["limits"] = [_limit(where, most) for where, most in sent["limits"]]
        guide["pictures"] = {name: sent[name] for name in PICTURES if sent[name] not in ("", None)}
        guide["logo_space"] = float(sent["logo_space"] or Guide().logo_space)
        guide["claims"] = claims
        guide["colour_names"] = {code: name for code, name in sent["colours"] if name}
        return {name: sent[name] for name in KIT} | {
            "colours": [code for code, _name in sent["colours"]],
            "guide": guide,
        }


class ClaimForm(forms.Form):
    """One claim; an empty line is none."""

    text = forms.CharField(label=_("Claim"), max_length=200, required=False)
    proof = forms.CharField(label=_("Proof"), max_length=400, required=False)
    expires = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a proof without its claim."""
        sent = self.cleaned_data
        if not sent.get("text") and (sent.get("proof") or sent.get("expires")):
            self.add_error("text", _("Say what is claimed, or leave the whole line empty."))
        return sent


KIT = ("voice", "audience", "required_terms", "banned_terms", "colours", "fonts")
PLAIN = (
    "address", "most_emoji", "most_exclamation_marks", "serial_comma", "quotes", "tidy_punctuation", "hardest_grade",
    "longest_sentence", "claims_only",
)  # fmt: skip
PICTURES = ("background", "in_palette", "least_width", "least_height", "least_contrast")
ClaimsForm = forms.formset_factory(ClaimForm, extra=2, max_num=200, validate_max=True)


def speaks(kit: BrandKit | None) -> bool:
    """Return whether anything was said about the brand yet."""
    return kit is not None and any((kit.voice, kit.audience, kit.banned_terms, kit.colours, kit.guide))


def claims_form(kit: BrandKit | None, data: Any = None) -> Any:
    """Return the lines of claims, with empty ones at their end."""
    known = [claim.model_dump() for claim in kit.rules.claims] if kit else []
    return ClaimsForm(data, initial=known, prefix="claims")


def claims_of(formset: Any) -> list[dict[str, Any]]:
    """Return the claims that were sent."""
    return [
        {"text": row["text"], "proof": row["proof"], "expires": row["expires"] and row["expires"].isoformat()}
        for row in formset.cleaned_data
        if row.get("text")
    ]


def _limit(where: str, most: int) -> dict[str, Any]:
    channel, _slash, part = ("_".join(piece.lower().split()) for piece in where.partition("/"))
    return {"channel": channel, "part": part, "most": most}
