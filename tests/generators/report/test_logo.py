"""The brand's logo stands at the head of a report, in each format that people read."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from generators.builtin.report.colours import dark, light
from generators.builtin.report.logo import read_logo
from generators.builtin.report.look import Look
from generators.builtin.report.page import page
from generators.builtin.report.paper import pdf
from generators.builtin.report.slides import slides
from generators.builtin.report.word import word
from generators.errors import BadParams
from tests.generators.report.test_office import document_of

PALETTE = light("#1d5c63")


@pytest.fixture
def logo_file(tmp_path: Path) -> Path:
    path = tmp_path / "logo.png"
    Image.new("RGBA", (1200, 600), "#b4532a").save(path)
    return path


def test_a_logo_keeps_its_shape_and_is_no_larger_than_needed(logo_file: Path) -> None:
    logo = read_logo(logo_file, 0.5)
    assert (logo.ratio, Image.open(BytesIO(logo.png)).size) == (2, (800, 400))
    assert 'viewBox="0 0 250 200"' in logo.svg, "half its height is free above, below and at its right"


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"<svg>")
    with pytest.raises(BadParams, match="Set it again"):
        read_logo(tmp_path / "logo.png", 0.25)


def test_each_format_has_it(logo_file: Path, make_table, shop_rows) -> None:
    document, look = document_of(make_table(shop_rows)), Look(read_logo(logo_file, 0.25), "Georgia")
    assert look.logo
    assert f'<img class="logo" src="{look.logo.uri}"' in page(document, PALETTE, dark("#1d5c63"), look)
    assert len(pdf(document, PALETTE, look)) > len(pdf(document, PALETTE)) + 200
    assert 'font: 16px/1.55 "Georgia", "Source' in page(document, PALETTE, dark("#1d5c63"), look)
    for make, folder in ((word, "word/media/"), (slides, "ppt/media/")):
        with zipfile.ZipFile(BytesIO(make(document, PALETTE, look))) as package:
            assert any(name.startswith(folder) for name in package.namelist())
