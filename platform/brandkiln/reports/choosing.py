"""Which template a report is made by now."""

from dataclasses import dataclass
from typing import Any

from brandkiln.reports.models import Report
from brandkiln.reports.templates import find_offered


@dataclass(frozen=True, slots=True)
class Chosen:
    """A template as the next issue uses it.

    Attributes:
        param: The whole template, as the generator takes it: an issue stays what it is when the template changes.
        name, version: What people call it.
    """

    param: dict[str, Any]
    name: str
    version: str


def choose(report: Report) -> Chosen:
    """Return the newest version of the report's template.

    Raises:
        NotFound: If there is no such template any more.
    """
    key = str(report.template_id) if report.template_id else report.ready or "overview"
    offered = find_offered(report.workspace, key)
    document = offered.document
    return Chosen(document.model_dump(mode="json"), offered.title, str(document.version))
