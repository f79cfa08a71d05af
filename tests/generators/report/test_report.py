import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from generators.builtin.report import fonts
from generators.builtin.report.report import report
from generators.builtin.report.spec import SPEC, ReportParams
from generators.errors import BadData, Cancelled
from generators.registry import load
from generators.run import LocalRun

HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=cmd|' /C calc'!A0", "#let x = 1; #pagebreak()",
    "$ x^2 $ *b* _i_ @ref <label>", "{n.rows} {", "${alert}", "\u202eevil\x07\n2", "@SUM(1+1)*cmd", "\\u0022",
)  # fmt: skip


def make(data, folder: Path, **params) -> dict[str, bytes]:
    samples = report(data, ReportParams(**params), LocalRun(folder))
    return {sample.media_type: sample.path.read_bytes() for sample in samples}


class Page(HTMLParser):
    """What a browser would see: elements, links, anchors and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        return [value or "" for key, value in self.attributes if key == name]


def test_a_table_becomes_a_pdf_and_a_page(make_table, shop_rows, tmp_path):
    run = LocalRun(tmp_path / "run")
    samples = list(report(make_table(shop_rows), ReportParams(title="Shop"), run))
    assert [(s.name, s.media_type) for s in samples] == [
        ("Shop.pdf", "application/pdf"),
        ("Shop.html", "text/html"),
        ("Shop.json", "application/vnd.brandkiln.report+json"),
    ]
    assert samples[0].path.read_bytes().startswith(b"%PDF-1.7")
    assert samples[0].meta["measure"] == "revenue"
    assert [r.message for r in run.reports][-1] == "Done"
    assert len({r.message for r in run.reports}) == 7


def test_the_same_table_gives_the_same_bytes(make_table, shop_rows, tmp_path):
    data = make_table(shop_rows)
    assert make(data, tmp_path / "a") == make(data, tmp_path / "b")


def test_the_page_asks_for_nothing_and_runs_its_own_script_alone(make_table, shop_rows, tmp_path):
    page = Page(make(make_table(shop_rows), tmp_path, formats=("html",))["text/html"].decode())
    assert page.tags.count("script") == 1
    assert not {"link", "iframe", "img", "object", "form"} & set(page.tags)
    assert not [
        name for name, _ in page.attributes if name.startswith("on") or name in ("src", "style", "action")
    ]
    assert all(href.startswith("#") for href in page.values("href"))


def test_each_link_of_the_page_leads_to_an_entry_of_the_appendix(make_table, shop_rows, tmp_path):
    page = Page(make(make_table(shop_rows), tmp_path, formats=("html",))["text/html"].decode())
    links, anchors = {href[1:] for href in page.values("href")}, set(page.values("id"))
    assert len([link for link in links if link.startswith("n")]) > 10
    assert links <= anchors


def test_every_number_of_a_sentence_is_a_link(make_table, shop_rows, tmp_path):
    html = make(make_table(shop_rows), tmp_path, formats=("html",), period="month")["text/html"].decode()
    sentences = re.findall(r'<p class="lead">(.*?)</p>|<li>(.*?)</li>', html)
    texts = [re.sub(r'<a class="number".*?</a>', "", lead or point) for lead, point in sentences]
    without_months = [re.sub(r"(January|February|March|April) 2026", "", text) for text in texts]
    assert len(texts) > 5
    assert not [text for text in without_months if re.search(r"\d", text)]


def test_charts_have_a_text_for_readers_who_do_not_see_them(make_table, shop_rows, tmp_path):
    html = make(make_table(shop_rows), tmp_path, formats=("html",), period="month")["text/html"].decode()
    labels = re.findall(r'role="img" aria-label="([^"]+)"', html)
    assert len(labels) >= 10
    assert (
        "Revenue by month. Revenue was highest in April 2026 at 1,200; it was lowest in February 2026 at 420."
        in labels
    )


def test_the_label_says_who_made_it_from_what(make_table, shop_rows, tmp_path):
    html = make(make_table(shop_rows, name="Shop & Co"), tmp_path, formats=("html",))["text/html"].decode()
    assert "Made by Brandkiln from Shop &amp; Co · c0ffeec0ffee" in html


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="reads the PDF back with poppler's tools")
def test_the_pdf_is_tagged_and_prints_the_same_numbers(make_table, shop_rows, tmp_path):
    make(make_table(shop_rows), tmp_path, formats=("pdf",), period="month", title="Shop")
    info = subprocess.run(
        ["pdfinfo", tmp_path / "report.pdf"], capture_output=True, text=True, check=True
    ).stdout
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "report.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert re.search(r"Title:\s+Shop\n", info)
    assert re.search(r"Tagged:\s+yes", info)
    assert "In April 2026, revenue rose by 54.8% to 1,200, compared with March 2026." in text
    assert "Made by Brandkiln from Sales" in text
    assert "Where the numbers come from" in text


def test_hostile_text_stays_text(make_table, tmp_path):
    rows = [
        {"date": f"2026-0{i % 4 + 1}-01", "na*me #$<b>": HOSTILE[i % len(HOSTILE)], "re_venue": i}
        for i in range(200)
    ]
    made = make(make_table(rows, name=HOSTILE[0]), tmp_path, title=HOSTILE[1], top_n=12)
    page = Page(made["text/html"].decode())
    assert page.tags.count("script") == 1
    assert not {"img", "b"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    texts = "".join(page.texts)
    assert all(text in texts for text in (HOSTILE[0], HOSTILE[1], HOSTILE[3][:18], "{n.rows} {"))
    assert "\u202e" not in texts
    assert made["application/pdf"].startswith(b"%PDF")


def test_an_emoji_that_no_font_has_does_not_stop_the_pdf(make_table, tmp_path):
    rows = [{"mood": "😀" if i % 2 else "fine", "sales": i} for i in range(20)]
    assert make(make_table(rows), tmp_path)["application/pdf"].startswith(b"%PDF")


@pytest.mark.parametrize(
    "rows",
    [
        [{"date": "2026-01-01", "sales": 1, "shop": "a"}],
        [{"sales": i} for i in range(30)],
        [{"sales": 5, "shop": "a", "date": f"2026-01-{i:02}"} for i in range(1, 31)],
        [{"sales": -i, "shop": "ab"[i % 2], "date": f"2026-01-{i:02}"} for i in range(1, 31)],
        [
            {"sales": None if i % 2 else i, "shop": "ab"[i % 2] if i % 3 else None, "date": None}
            for i in range(30)
        ],
        [{"sales": 0, "shop": "ab"[i % 2], "date": f"2026-0{i % 9 + 1}-01"} for i in range(30)],
        [{"shop": f"shop {i}", "sales": i, "date": "2026-01-01"} for i in range(15)],
        [{"date": f"2026-01-{i % 5 + 1:02}"} for i in range(15)],
        [{"sales": 10.0**i if i < 15 else 1e308, "shop": "ab"[i % 2]} for i in range(20)],
    ],
    ids=[
        "one row",
        "numbers only",
        "constant",
        "negative",
        "gaps",
        "zeros",
        "one date",
        "dates only",
        "huge",
    ],
)
def test_a_poor_table_still_becomes_a_report(make_table, tmp_path, rows):
    run = LocalRun(tmp_path)
    samples = list(report(make_table(rows), ReportParams(), run))
    assert len(samples) == 3
    assert run.lines == []


def test_an_empty_table_is_refused_in_a_sentence(make_table, tmp_path):
    with pytest.raises(BadData, match="nothing to report"):
        make(make_table([{"a": "", "b": None}] * 5), tmp_path)


@pytest.mark.parametrize("step", [1, 3, 5, 6])
def test_a_person_can_stop_it_at_each_phase(make_table, shop_rows, tmp_path, step):
    with pytest.raises(Cancelled):
        list(report(make_table(shop_rows), ReportParams(), LocalRun(tmp_path, cancel_after=step)))


def test_chinese_works_as_a_page_without_any_font(make_table, shop_rows, tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "chinese", lambda: None)
    html = make(make_table(shop_rows), tmp_path, formats=("html",), language="zh", period="month")[
        "text/html"
    ].decode()
    assert '<html lang="zh-CN">' in html
    assert "摘要" in html
    assert "2026年4月，revenue上升" in html


def test_a_chinese_pdf_without_a_font_is_refused_with_the_next_step(
    make_table, shop_rows, tmp_path, monkeypatch
):
    monkeypatch.setattr(fonts, "chinese", lambda: None)
    with pytest.raises(Exception, match=r"fonts-noto-cjk.*html only") as refusal:
        make(make_table(shop_rows), tmp_path, formats=("pdf",), language="zh")
    assert refusal.value.code == "no_font"


@pytest.mark.skipif(fonts.chinese() is None, reason="no font with Chinese letters is installed")
def test_a_chinese_pdf_embeds_the_letters(make_table, shop_rows, tmp_path):
    made = make(make_table(shop_rows, name="销售"), tmp_path, formats=("pdf",), language="zh")
    assert made["application/pdf"].startswith(b"%PDF")


def test_the_spec_is_found_and_light():
    assert SPEC.kinds == ("report",)
    assert load(SPEC, "report") is report
    assert ReportParams().formats == ("pdf", "html")
