"""Variables of a template: their types, and reading a cell as one of them."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from brandkiln.datasets.checks.written import Form
from generators.blank import says_something

Kind = Literal["text", "number", "choice", "date", "yes_no", "list", "facts"]
KINDS: tuple[Kind, ...] = ("text", "number", "choice", "date", "yes_no", "list", "facts")
NAME = r"[a-z][a-z0-9_]{0,39}"
YES = frozenset({"yes", "y", "true", "t", "1", "x", "on", "ja", "oui", "sí", "si", "是", "✓"})
NO = frozenset({"no", "n", "false", "f", "0", "off", "nein", "non", "否", "-"})
DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%Y%m%d")
"""Day before month where a date is written with slashes; ISO first."""
_BETWEEN = re.compile(r"[;\n|；]")
_SPACES = str.maketrans("", "", " \u00a0\u202f'’")
_CURRENCY = re.compile(r"^[€$£¥₹]\s*|\s*(?:[€$£¥₹%]|EUR|USD|GBP|CNY|JPY|CHF)$", re.IGNORECASE)


class Misfit(ValueError):
    """A cell is none of what its variable takes."""


class Number(float):
    """A number with the text that stood for it."""

    text: str
    form: Form | None
    """How all numbers of its column are written."""

    def __new__(cls, value: float, text: str, form: Form | None = None) -> "Number":
        number = super().__new__(cls, value)
        number.text, number.form = text, form
        return number


class Variable(BaseModel):
    """Something that differs from row to row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, StringConstraints(pattern=rf"^{NAME}$")]
    """What stands between the braces: small letters, digits and underscores."""
    title: str = Field("", max_length=80)
    """What people call it."""
    kind: Kind = "text"
    required: bool = True
    default: str = Field("", max_length=2000)
    """What an empty cell stands for."""
    choices: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = Field((), max_length=100)
    least: float | None = None
    """The smallest number, or the fewest characters of a text or entries of a list."""
    most: float | None = None
    """The largest number, or the most characters or entries."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.kind == "choice" and not self.choices:
            raise ValueError("A choice needs at least one choice.")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"The least, {self.least:g}, is more than the most, {self.most:g}.")
        if self.default and self.kind != "facts":
            try:
                self.read(self.default)
            except Misfit as misfit:
                raise ValueError(f"The default does not fit: {misfit}") from misfit
        return self

    @property
    def label(self) -> str:
        """Its title, or its name as words."""
        return self.title or self.name.replace("_", " ").capitalize()

    def read(self, value: Any) -> Any:
        """Return a cell as the variable's type; None for an empty one that may be empty.

        Raises:
            Misfit: If it is none; the text says why and what would be right.
        """
        if _is_empty(value):
            if self.default and value is not self.default:
                return self.default if self.kind == "facts" else self.read(self.default)
            if self.required:
                raise Misfit(_("%(name)s is empty.") % {"name": self.label})
            return None
        match self.kind:
            case "number":
                return self._within(_number(self.label, value), value)
            case "choice":
                return self._choice(value)
            case "date":
                return _date(self.label, value)
            case "yes_no":
                return _flag(self.label, value)
            case "list":
                return self._list(value)
            case "facts":
                return value if isinstance(value, dict) else str(value)
            case _:
                return self._text(plain(value))

    def _text(self, text: str) -> str:
        self._count(len(text), _("%(name)s has %(n)d characters; at most %(most)g fit."),
                    _("%(name)s has %(n)d characters; at least %(least)g are needed."))  # fmt: skip
        return text

    def _list(self, value: Any) -> list[str]:
        whole = value if isinstance(value, list | tuple) else _split(plain(value))
        entries = [plain(one).strip() for one in whole if not _is_empty(one)]
        self._count(len(entries), _("%(name)s has %(n)d entries; at most %(most)g fit."),
                    _("%(name)s has %(n)d entries; at least %(least)g are needed."))  # fmt: skip
        return entries

    def _count(self, count: int, too_many: str, too_few: str) -> None:
        about = {"name": self.label, "n": count, "most": self.most, "least": self.least}
        if self.most is not None and count > self.most:
            raise Misfit(too_many % about)
        if self.least is not None and count < self.least:
            raise Misfit(too_few % about)

    def _within(self, number: float, value: Any) -> float | int:
        about = {"name": self.label, "value": plain(value)[:40], "most": self.most, "least": self.least}
        if self.most is not None and number > self.most:
            raise Misfit(_("%(name)s is %(value)s; at most %(most)g fits.") % about)
        if self.least is not None and number < self.least:
            raise Misfit(_("%(name)s is %(value)s; at least %(least)g is needed.") % about)
        return int(number) if number.is_integer() and not isinstance(number, Number) else number

    def _choice(self, value: Any) -> str:
        wanted = plain(value).strip().casefold()
        for choice in self.choices:
            if choice.casefold() == wanted:
                return choice
        shown = ", ".join(self.choices[:8])
        raise Misfit(
            _('%(name)s is "%(value)s"; it is one of: %(choices)s.')
            % {"name": self.label, "value": plain(value)[:40], "choices": shown}
        )


def plain(value: Any) -> str:
    """Return a cell as people write it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Number):
        return value.text
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value))
    return str(value)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not says_something(value)) or value in ([], {}, ())


def _split(text: str) -> list[str]:
    return _BETWEEN.split(text) if _BETWEEN.search(text) else re.split(r"[,，、]", text)


def _number(label: str, value: Any) -> float:
    if isinstance(value, Number):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = shown = _CURRENCY.sub("", plain(value).strip()).translate(_SPACES)
    if re.fullmatch(r"[-+]?\d{1,3}(\.\d{3})*,\d+|[-+]?\d+,\d{1,2}", text):
        text = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)", text, re.ASCII):
        raise Misfit(
            _('%(name)s is "%(value)s", which is no number.') % {"name": label, "value": plain(value)[:40]}
        )
    return Number(float(text), shown)


def _date(label: str, value: Any) -> str:
    text = plain(value).strip()
    for form in DATES:
        try:
            return datetime.strptime(text[:10], form).date().isoformat()
        except ValueError:
            continue
    raise Misfit(
        _('%(name)s is "%(value)s", which is no date. Write it like %(example)s.')
        % {"name": label, "value": text[:40], "example": date(2026, 3, 31).isoformat()}
    )


def _flag(label: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = plain(value).strip().casefold()
    if text in YES or text == _("yes"):
        return True
    if text in NO or text == _("no"):
        return False
    raise Misfit(_('%(name)s is "%(value)s"; it is yes or no.') % {"name": label, "value": plain(value)[:40]})
