"""What does not fit, in words: pydantic's findings as the forms say them, in the reader's language."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core import validators
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import ValidationError

Said = str | Promise
Context = Mapping[str, Any]


def _of(field: type[forms.Field], code: str) -> Said:
    """Return the sentence of a kind of form field, which Django knows in every language."""
    for kind in field.__mro__:
        if code in (messages := getattr(kind, "default_error_messages", {})):
            sentence: Said = messages[code]
            return sentence
    raise KeyError(code)


REQUIRED = _of(forms.CharField, "required")
WHOLE, NUMBER = _of(forms.IntegerField, "invalid"), _of(forms.FloatField, "invalid")
DATE, TIME, DATE_TIME = (
    _of(kind, "invalid") for kind in (forms.DateField, forms.TimeField, forms.DateTimeField)
)
LIST, UUID = _of(forms.MultipleChoiceField, "invalid_list"), _of(forms.UUIDField, "invalid")
TEXT, FLAG = gettext_lazy("Give a text."), gettext_lazy("Give true or false.")
OBJECT = gettext_lazy("Give an object with names and values.")
_PLAIN: dict[str, Said] = {
    "missing": REQUIRED,
    "extra_forbidden": gettext_lazy("There is no input of this name. Leave it out."),
    "string_type": TEXT,
    "bool_type": FLAG,
    "bool_parsing": FLAG,
    "list_type": LIST,
    "tuple_type": LIST,
    "set_type": LIST,
    "dict_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "uuid_type": UUID,
    "uuid_parsing": UUID,
}
_BEGINNINGS: dict[str, Said] = {
    "int_": WHOLE,
    "float_": NUMBER,
    "decimal_": NUMBER,
    "finite_number": NUMBER,
    "datetime_": DATE_TIME,
    "timezone_": DATE_TIME,
    "date_": DATE,
    "time_": TIME,
}
"""What kinds of findings begin with."""


def _at_least(context: Context) -> Said:
    return validators.MinValueValidator.message % {"limit_value": context["ge"]}


def _at_most(context: Context) -> Said:
    return validators.MaxValueValidator.message % {"limit_value": context["le"]}


def _short_text(context: Context) -> Said:
    least = context["min_length"]
    if least == 1:
        return REQUIRED
    return ngettext("Give at least %(least)d character.", "Give at least %(least)d characters.", least) % {
        "least": least
    }


def _long_text(context: Context) -> Said:
    most = context["max_length"]
    return ngettext("Give at most %(most)d character.", "Give at most %(most)d characters.", most) % {
        "most": most
    }


def _few(context: Context) -> Said:
    least = context["min_length"]
    return ngettext("Give at least %(least)d of them.", "Give at least %(least)d of them.", least) % {
        "least": least
    }


def _many(context: Context) -> Said:
    most = context["max_length"]
    return ngettext("Give at most %(most)d of them.", "Give at most %(most)d of them.", most) % {"most": most}


def _choice(context: Context) -> Said:
    return _("Choose one of: %(choices)s.") % {"choices": context["expected"].replace("'", "")}


_COUNTED: dict[str, Callable[[Context], Said]] = {
    "greater_than_equal": _at_least,
    "less_than_equal": _at_most,
    "greater_than": lambda context: (
        _("Ensure this value is greater than %(limit)s.") % {"limit": context["gt"]}
    ),
    "less_than": lambda context: _("Ensure this value is less than %(limit)s.") % {"limit": context["lt"]},
    "string_too_short": _short_text,
    "string_too_long": _long_text,
    "too_short": _few,
    "too_long": _many,
    "literal_error": _choice,
    "enum": _choice,
}


def in_words(problem: Mapping[str, Any]) -> str:
    """Return what is wrong with a value, and what would be right.

    Args:
        problem: One of `ValidationError.errors()`, with its context; what a validator of ours says stays as it is.
    """
    kind = str(problem["type"])
    if kind in _PLAIN:
        return str(_PLAIN[kind])
    if kind in _COUNTED and "ctx" in problem:
        return str(_COUNTED[kind](problem["ctx"]))
    for beginning, sentence in _BEGINNINGS.items():
        if kind.startswith(beginning):
            return str(sentence)
    words = str(problem["msg"]).removeprefix("Value error, ")
    return words if words.endswith((".", "。", "?")) else f"{words}."


def by_place(error: ValidationError, *, at: str = "") -> dict[str, str]:
    """Return what is wrong by the place of each value, such as "params.texts.0".

    Args:
        at: Where the values stand in the request.
    """
    found = error.errors(include_url=False, include_input=False)
    return {".".join([*filter(None, [at]), *map(str, one["loc"])]): in_words(one) for one in found}
