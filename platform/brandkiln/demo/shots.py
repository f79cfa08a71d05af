"""The demo's product shots, and how they are laid out on the brand's colours for channels."""

from pathlib import Path
from typing import Any

from brandkiln.datasets.models import DatasetVersion

ARCHIVE = Path(__file__).parent / "data" / "product-shots.zip"
FACTS = {
    "description": "Colour renders of products before a plain ground: 3D pictures of Microsoft's Fluent Emoji.",
    "licence": "MIT",
    "source": "Fluent Emoji, Microsoft Corporation, https://github.com/microsoft/fluentui-emoji",
}
LAYOUTS: tuple[tuple[str, tuple[str, ...], dict[str, Any]], ...] = (
    ("forest", ("straw-hat", "chore-coat", "canvas-tote"), {"background": "colour", "colour": "#2f4a3c"}),
    ("sand", ("compass", "wool-socks", "trail-boot"), {"background": "colour", "colour": "#e9dcc6"}),
    (
        "launch",
        ("trail-boot",),
        {
            "background": "colour",
            "colour": "#e9dcc6",
            "channels": ["landscape"],
            "headline": "Made to be mended",
            "text_area": "left",
        },
    ),
)
"""Key of the job, the shots that it works on, and its params."""


def layout_params(shots: DatasetVersion) -> dict[str, dict[str, Any]]:
    """Return the params of each job by its key, with the shots named by their artifacts."""
    named = {Path(record.name).stem: str(record.artifact_id) for record in shots.records.all()}
    return {key: {"pictures": [named[name] for name in names], **params} for key, names, params in LAYOUTS}
