"""Whatever ends something can be taken back, or asks first and names what it ends."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[3] / "templates"
ENDS = re.compile(
    r"delete|remove|revoke|withdraw|rotate|forget|trash|take_out|erase|empty|clear|merge|give_up|cancel"
)
FORM = re.compile(r"<form\b.*?</form>", re.S)
ROUTE = re.compile(r'action="\{% url "dashboard:(\w+)"')
BUTTON = re.compile(r'name="(?:do|action)" value="(\w+)"|formaction="\{% url "dashboard:(\w+)"')
ASKS = re.compile(r'data-confirm|type="checkbox"[^>]*\brequired\b|name="sure"')
KEEPS = re.compile(r'name="keep"|dataset_label_set.*value="remove"', re.S)
"""A training that ends early and keeps what it has; a label that no record has."""
UNDONE = {
    "asset_trash", "asset_change", "dataset_trash", "dataset_version_trash", "checkpoint_trash",
    "campaign_take_out", "quota_delete", "calendar_act", "review_withdraw",
}  # fmt: skip
"""Routes that answer with an undo, or whose page has the button that does the opposite."""


def test_what_ends_something_is_undone_or_asks_first() -> None:
    bare = []
    for path in TEMPLATES.rglob("*.html"):
        for form in FORM.findall(path.read_text(encoding="utf-8")):
            route = next(iter(ROUTE.findall(form)), "")
            named = {one for pair in BUTTON.findall(form) for one in pair if one}
            ends = {one for one in {route, *named} if ENDS.search(one)}
            if ends and not {route, *ends} & UNDONE and not ASKS.search(form) and not KEEPS.search(form):
                bare.append(f"{path.relative_to(TEMPLATES)}: {route} {sorted(ends)}")
    assert bare == []
