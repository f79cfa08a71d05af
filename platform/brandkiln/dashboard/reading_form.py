"""The form that corrects how a file with rows is read; what is left as found is found out again for each file."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brandkiln.datasets.models import Kind
from brandkiln.datasets.readers.options import DELIMITERS, ENCODINGS

NONE = "::none"
"""The choice that no column holds labels, which is another answer than "as found"."""
SEPARATORS = {
    ",": gettext_lazy("comma ,"),
    ";": gettext_lazy("semicolon ;"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("bar |"),
}

NUMBERS = {
    "point": gettext_lazy("point: 1,234.56"),
    "comma": gettext_lazy("comma: 1.234,56"),
}

SPOKEN = {
    "utf-8": "UTF-8",
    "utf-8-sig": gettext_lazy("UTF-8 with a mark"),
    "utf-16": "UTF-16",
    "gb18030": gettext_lazy("GB 18030, Chinese"),
    "big5": gettext_lazy("Big5, Chinese"),
    "shift_jis": gettext_lazy("Shift JIS, Japanese"),
    "euc_kr": gettext_lazy("EUC-KR, Korean"),
    "cp1252": gettext_lazy("Windows-1252, western"),
    "cp1250": gettext_lazy("Windows-1250, central European"),
    "cp1251": gettext_lazy("Windows-1251, Cyrillic"),
    "mac_roman": "Mac Roman",
}
"""Encodings that people know by another name than programs do."""


class AnyChoice(forms.ChoiceField):
    """A choice among what a look found; whether a file can be read so is checked where it is read."""

    def valid_value(self, value: str) -> bool:
        return True


class ReadingForm(forms.Form):
    use_required_attribute = False
    encoding = AnyChoice(label=gettext_lazy("Encoding"), required=False)
    delimiter = AnyChoice(label=gettext_lazy("Separator"), required=False)
    has_header = AnyChoice(label=gettext_lazy("First row"), required=False)
    numbers = AnyChoice(label=gettext_lazy("Decimals follow a"), required=False)
    sheet = AnyChoice(label=gettext_lazy("Sheet"), required=False)
    text_column = AnyChoice(label=gettext_lazy("Column of the text"), required=False)
    label_column = AnyChoice(label=gettext_lazy("Column of the label"), required=False)
    image_column = AnyChoice(label=gettext_lazy("Column of the image files"), required=False)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        begun = dict(initial or {})
        if "has_header" in begun:
            begun["has_header"] = "yes" if begun["has_header"] else "no"
        if begun.get("label_column") == "":
            begun["label_column"] = NONE
        super().__init__(data, initial=begun)

    def options(self) -> dict[str, Any]:
        """Return what was corrected."""
        self.is_valid()
        chosen: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if value}
        if "has_header" in chosen:
            chosen["has_header"] = chosen["has_header"] == "yes"
        if chosen.get("label_column") == NONE:
            chosen["label_column"] = ""
        return chosen

    def offer(self, look: dict[str, Any], kind: str) -> None:
        """Fill the choices with what a look found, and leave out what the file does not have."""
        columns = [column["name"] for column in look.get("columns", [])]
        named = list(zip(columns, columns, strict=True))
        header = {"yes": _("names the columns"), "no": _("is data already")}
        found = look.get("has_header")
        self._offer("encoding", ((one, SPOKEN.get(one, one)) for one in ENCODINGS), look.get("encoding"))
        self._offer("delimiter", ((one, SEPARATORS[one]) for one in DELIMITERS), look.get("delimiter"))
        self._offer("has_header", header.items(), None if found is None else ("yes" if found else "no"))
        self._offer(
            "numbers", NUMBERS.items(), look.get("numbers") or "", wanted=bool(columns) and kind != Kind.TEXT
        )
        sheets = look.get("sheets") or []
        self._offer("sheet", zip(sheets, sheets, strict=True), look.get("sheet") or (sheets or [None])[0])
        self._offer("text_column", named, look.get("text_column") or "", wanted=kind == Kind.TEXT)
        no_label = (NONE, _("none of them"))
        self._offer(
            "label_column", [*named, no_label], look.get("label_column") or NONE, wanted=bool(columns)
        )
        self._offer("image_column", named, look.get("image_column") or "", wanted=kind == Kind.IMAGE)

    def _offer(
        self, name: str, choices: Iterable[tuple[str, Any]], found: str | None, *, wanted: bool = True
    ) -> None:
        """Offer the choices below the one to leave it as found; without a finding the field is dropped."""
        if found is None or not wanted:
            del self.fields[name]
            return
        offered = list(choices)
        chosen = self[name].value()
        said = dict(offered).get(found, found)
        as_found = _("As found") if chosen or not found else _("As found: %(what)s") % {"what": said}
        self.fields[name].choices = [("", as_found), *offered]  # type: ignore[attr-defined]
        self.fields[name].required = True  # as found is an answer too, so nothing is said to be optional
