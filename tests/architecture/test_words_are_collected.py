"""Every text that the source marks for translation stands in the catalogue, so that none is forgotten.

The catalogue is made by ``manage.py makemessages``, which needs GNU gettext; this reads the source without it.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "platform/brandkiln/locale/zh_Hans/LC_MESSAGES/django.po"
MARKS = {
    "_": (0,), "gettext": (0,), "gettext_lazy": (0,), "gettext_noop": (0,), "ngettext": (0,),
    "ngettext_lazy": (0,), "pgettext": (1,), "pgettext_lazy": (1,), "npgettext": (1,),
}  # fmt: skip
"""Functions that translate, with the place of the text among their arguments."""
ENTRY = re.compile(r'^msgid ((?:".*"\n)+)', re.MULTILINE)


def calls(source: str, name: str) -> Iterator[str]:
    """Yield the texts that Python code has translated."""
    for node in ast.walk(ast.parse(source, name)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        for place in MARKS.get(called, ()):
            if len(node.args) > place and isinstance(node.args[place], ast.Constant):
                value = node.args[place].value
                if isinstance(value, str) and value:
                    yield value


def templated(source: str, name: str) -> Iterator[str]:
    """Yield the texts that a template has translated."""
    # What templatize returns is what xgettext reads: calls among X's, with quotes that Python reads too.
    for match in re.finditer(r"\b(?:_|n?gettext|n?pgettext)\((.*)", templatize(source, origin=name)):
        found = re.match(
            r"""\s*(u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")(\s*,\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))?""",
            match[1],
        )
        if found:
            is_context = match[0].startswith(("pgettext", "npgettext"))
            yield ast.literal_eval((found[3] if is_context else found[1]).lstrip("u"))


def test_no_text_of_the_source_is_missing_in_the_catalogue() -> None:
    written = CATALOGUE.read_text(encoding="utf-8")
    known = {"".join(map(ast.literal_eval, match[1].splitlines())) for match in ENTRY.finditer(written)}
    missing: dict[str, str] = {}
    for path in sorted((ROOT / "platform/brandkiln").rglob("*.py")):
        if "migrations" not in path.parts:
            for text in calls(path.read_text(encoding="utf-8"), path.name):
                missing.setdefault(text, path.name)
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for text in templated(path.read_text(encoding="utf-8"), path.name):
            missing.setdefault(text, path.name)
    assert {text: name for text, name in missing.items() if text not in known} == {}
