"""What the report generator says of itself."""

from typing import Annotated, Literal

from pydantic import Field

from generators.builtin.report.blocks.params import Id
from generators.builtin.report.template import ReportTemplate, RoleName
from generators.params import Params, hint
from generators.spec import Needs, Spec

ColumnName = Annotated[str, Field(min_length=1, max_length=200)]


class ReportParams(Params):
    """What a report is about and how it looks. Each empty choice is made from the data."""

    title: Annotated[str, Field(max_length=120)] = ""
    """The title of the report. Empty: the measure and the name of the dataset."""
    measure: ColumnName | None = None
    """The column of numbers that the report is about. Empty: the most telling one."""
    time: ColumnName | None = None
    """The column of dates. Empty: the first column that holds dates."""
    dimensions: Annotated[tuple[ColumnName, ...], Field(max_length=6)] = ()
    """The columns to break the measure down by, most important first. Empty: the columns with few values."""
    period: Literal["auto", "day", "week", "month", "quarter", "year"] = "auto"
    """The length of the periods that are compared. Auto: chosen from the time that the data covers."""
    template: ReportTemplate | None = None
    """What the report shows, and in which order. Empty: an overview."""
    roles: Annotated[dict[ColumnName, RoleName], Field(max_length=200)] = {}
    """What columns are for, by their names, where it is to be another role than the inferred one."""
    numbers: Annotated[Literal["auto", "point", "comma"], Field(json_schema_extra=hint(group="Advanced"))] = (
        "auto"
    )
    """What stands before decimals in the data. Auto: each column tells; where it does not, a point."""
    dates: Annotated[
        Literal["auto", "day_first", "month_first"], Field(json_schema_extra=hint(group="Advanced"))
    ] = "auto"
    """How dates such as 01/02/2026 begin. Auto: each column tells; where it does not, it is not read."""
    time_zone: Annotated[
        str, Field(max_length=60, pattern=r"^[A-Za-z0-9_+/-]*$", json_schema_extra=hint(group="Advanced"))
    ] = ""
    """The time zone that moments with an offset are dated in, such as Europe/Berlin. Empty: as they are written."""
    fiscal_start: Annotated[int, Field(ge=1, le=12, json_schema_extra=hint(group="Advanced"))] = 1
    """The month that years and quarters begin in, 1 for January."""
    language: Literal["en", "zh"] = "en"
    """The language of headings and sentences. Names from the data stay as they are."""
    formats: Annotated[
        tuple[Literal["pdf", "html", "docx", "pptx", "xlsx"], ...], Field(min_length=1, max_length=5)
    ] = ("pdf", "html")
    """The files to make. Documents, slides and workbooks have tables and charts that can be edited."""
    accent: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$", json_schema_extra=hint(group="Advanced"))] = (
        "#1d5c63"
    )
    """The colour of headings and charts, as #rrggbb. It is darkened where it could not be read on white."""
    font: Annotated[
        str, Field(max_length=60, pattern=r"^[\w .'-]*$", json_schema_extra=hint(group="Advanced"))
    ] = ""
    """The brand's typeface, by its name. The PDF needs it installed for the worker. Empty: the report's own."""
    logo: Annotated[str, Field(max_length=400, json_schema_extra=hint(widget="document"))] = ""
    """The brand's logo, by the id of its artifact. Empty: none."""
    logo_space: Annotated[float, Field(ge=0, le=3, json_schema_extra=hint(widget="hidden"))] = 0.25
    """The room that is kept free around the logo, as a part of its height."""
    top_n: Annotated[int, Field(ge=3, le=25, json_schema_extra=hint(group="Advanced"))] = 10
    """How many rows the ranking holds, and how many bars a chart at most."""
    writer: Annotated[
        str, Field(max_length=40, pattern=r"^([a-z][a-z0-9-]*)?$", json_schema_extra=hint(group="Advanced"))
    ] = ""
    """The text generator that says sentences in its own words; what contradicts the facts is refused. Empty: plain."""
    earlier: Annotated[str, Field(max_length=400, json_schema_extra=hint(widget="document"))] = ""
    """The document of an earlier issue, by the id of its artifact: everything stays as it was there. Empty: none."""
    redo: Annotated[tuple[Id, ...], Field(max_length=30, json_schema_extra=hint(widget="hidden"))] = ()
    """The blocks of the earlier issue that are built anew."""
    edits: Annotated[
        dict[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=1_000)]],
        Field(max_length=300),
    ] = {}
    """Sentences of the earlier issue said otherwise, with facts as {placeholders}, by their place; "" takes one out."""


SPEC = Spec(
    name="report",
    version="1.2.0",
    sdk=">=1,<2",
    title="Report",
    summary="A PDF, web page, document, slides or workbook from a table: charts and sentences bound to the data.",
    modality="document",
    output="application/pdf",
    train=None,
    sample=None,
    report=ReportParams,
    evaluates=False,
    package="generators.builtin.report",
    needs=Needs(data=frozenset({"table"}), memory_mb=2048),
    licence="Apache-2.0",
    source="https://vega.github.io/vega-lite/",
)
