"""The documentation's links are followed."""

from pathlib import Path

import pytest

from scripts import check_docs


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(check_docs, "ROOT", tmp_path)
    (tmp_path / "other.md").write_text("# Other page\n\n## What's in it, and why\n")
    return tmp_path / "README.md"


@pytest.mark.parametrize(
    ("link", "complaint"),
    [
        ("[a](other.md)", []),
        ("[a](other.md#whats-in-it-and-why)", []),
        ("[a](https://example.com/missing.md)", []),
        ("```\n[a](missing.md)\n```", []),
        ("[a](missing.md)", ["README.md: missing.md leads to no file"]),
        ("![a](shot.png)", ["README.md: shot.png leads to no file"]),
        ("[a](other.md#else)", ["README.md: other.md#else leads to no heading"]),
    ],
)
def test_a_link_is_followed(page: Path, link: str, complaint: list[str]) -> None:
    page.write_text(f"# Read me\n\n{link}\n")
    assert list(check_docs.broken_links(page)) == complaint
