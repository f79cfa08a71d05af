"""Reports as documents, slides and workbooks: numbers as numbers, charts that can be edited, names as data."""

import io
import re
import zipfile

import docx
import pptx
import pytest
from lxml import etree

from generators.builtin.report.colours import light
from generators.builtin.report.document import compose
from generators.builtin.report.measures import Measure
from generators.builtin.report.plots import code_of
from generators.builtin.report.prepare import subject_of
from generators.builtin.report.report import MEDIA_TYPES, written
from generators.builtin.report.roles import infer_roles
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.table import read_table
from tests.generators.report.test_report import HOSTILE

OFFICE = ("docx", "pptx", "xlsx")


def document_of(data, **params):
    chosen = ReportParams(**params)
    columns = read_table(data, lambda rows: None)
    return compose(subject_of(columns, infer_roles(columns, chosen), chosen), data, chosen)


def texts_of(package: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        parts = [files.read(name) for name in files.namelist() if name.endswith(".xml")]
    return "\n".join("".join(etree.fromstring(part).itertext()) for part in parts)


@pytest.fixture
def shop(make_table, shop_rows):
    return document_of(make_table(shop_rows), title="Shop")


def test_a_slide_says_one_thing_with_a_chart_of_the_same_numbers(shop):
    deck = pptx.Presentation(io.BytesIO(written("pptx", shop, "#1d5c63")))
    with_chart = [slide for slide in deck.slides if any(s.has_chart for s in slide.shapes)]
    courses, *with_chart = with_chart
    assert len([s for s in courses.shapes if s.has_chart]) == len(shop.passages[1].key_figures)
    charts = [s.chart for slide in with_chart for s in slide.shapes if s.has_chart]
    assert len(charts) == len(shop.figures)
    for chart, figure in zip(charts, shop.figures, strict=True):
        assert [tuple(series.values) for series in chart.series] == [s.values for s in figure.plot.series]
    notes = with_chart[0].notes_slide.notes_text_frame.text
    assert shop.figures[0].query in notes
    alts = [s._element.nvGraphicFramePr.cNvPr.get("descr") for s in with_chart[0].shapes if s.has_chart]
    assert alts == [shop.figures[0].alt]


def test_each_number_of_the_document_leads_to_the_appendix(shop):
    paper = docx.Document(io.BytesIO(written("docx", shop, "#1d5c63")))
    xml = etree.tostring(paper.element).decode()
    links, marks = set(re.findall(r'w:anchor="(\w+)"', xml)), set(re.findall(r'w:name="([\w-]+)"', xml))
    assert len(links) > 5
    assert links <= marks
    assert xml.count("<c:chart ") == len(shop.figures)
    assert shop.label in paper.sections[0].footer.paragraphs[0].text


def test_cells_of_the_workbook_are_the_numbers_of_the_figure(shop):
    with zipfile.ZipFile(io.BytesIO(written("xlsx", shop, "#1d5c63"))) as files:
        sheet = files.read("xl/worksheets/sheet2.xml").decode()
        assert len([name for name in files.namelist() if name.startswith("xl/charts/chart")]) == len(
            shop.figures
        )
    cells = [float(value) for value in re.findall(r'<c r="B\d+" s="\d+"><v>([^<]+)</v>', sheet)]
    assert cells == list(shop.figures[0].plot.series[0].values)


@pytest.mark.parametrize("kind", OFFICE)
def test_the_same_report_gives_the_same_bytes(shop, kind):
    assert written(kind, shop, "#1d5c63") == written(kind, shop, "#1d5c63")


@pytest.mark.parametrize("kind", OFFICE)
def test_names_of_the_data_are_texts_and_nothing_else(make_table, kind):
    rows = [{"name": name, "amount": str(place + 1)} for place, name in enumerate(HOSTILE) for _ in range(3)]
    package = written(kind, document_of(make_table(rows), dimensions=("name",)), "#1d5c63")
    said = texts_of(package)
    assert "<script>" in said
    assert "<f>=cmd" not in said
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        names = files.namelist()
        relations = b"".join(files.read(name) for name in names if name.endswith(".rels"))
    assert b'TargetMode="External"' not in relations
    assert not [name for name in names if "vba" in name.lower()]


@pytest.mark.parametrize(
    ("unit", "sign", "values", "code"),
    [
        ("percent", "", [0.5], "0.0%"),
        ("times", "", [2.5], "0.00\\×"),
        ("count", "", [3, None], "#,##0"),
        ("number", "€", [999.0, None], "[$€]#,##0.00"),
        ("number", "$", [-1_000.0], "[$$]#,##0"),
        ("number", "", [], "#,##0.00"),
    ],
)
def test_a_cell_prints_a_value_with_its_unit(unit, sign, values, code):
    assert code_of(Measure("m", "m", "sum", unit=unit, sign=sign), values) == code


def test_every_format_has_a_media_type():
    formats = ReportParams.model_json_schema()["properties"]["formats"]["items"]["enum"]
    assert set(formats) == set(MEDIA_TYPES)
    assert light("#ffffff").accent != "#ffffff"
