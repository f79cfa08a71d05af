"""What people decided about the personal data that a scan found."""

from typing import Any

from brandkiln.datasets.models import DatasetVersion, PersonalDataScan

ACTIONS = ("allow", "mask", "pseudonymise", "block")


def undecided_findings(version: DatasetVersion) -> list[dict[str, Any]]:
    """Return what the version's scan found and nobody has decided about; nothing where it was not scanned."""
    scan = PersonalDataScan.objects.filter(version=version).first()
    if scan is None:
        return []
    decided = {(one["column"], one["kind"]) for one in scan.decisions}
    return [one for one in scan.summary.get("found", []) if (one["column"], one["kind"]) not in decided]
