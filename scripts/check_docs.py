"""Check that every relative link and picture of the documentation leads to a file: `check_docs.py [--list]`."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    """Return every page of the documentation, README first."""
    readmes = sorted(path for part in ("generators", "bench") for path in (ROOT / part).rglob("README.md"))
    return [*sorted(ROOT.glob("*.md"), reverse=True), *sorted((ROOT / "docs").rglob("*.md")), *readmes]


def broken_links(page: Path) -> Iterator[str]:
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        goal = (page.parent / unquote(path)).resolve() if path else page
        if not goal.exists():
            yield f"{page.relative_to(ROOT)}: {target} leads to no file"
        elif anchor and goal.suffix == ".md" and anchor not in anchors(goal):
            yield f"{page.relative_to(ROOT)}: {target} leads to no heading"


def anchors(page: Path) -> set[str]:
    """Return the anchors that a page's headings get on the usual code hosts."""
    headings = re.findall(r"^#+\s+(.+?)\s*$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def title(page: Path) -> str:
    return next((line.lstrip("# ") for line in page.read_text(encoding="utf-8").splitlines() if line), "")


if __name__ == "__main__":
    if "--list" in sys.argv:
        for page in pages():
            print(f"{page.relative_to(ROOT)!s:50} {title(page)}")
    broken = [line for page in pages() for line in broken_links(page)]
    sys.exit("\n".join(broken) or None)
