"""What is checked before a job begins."""

from dataclasses import replace
from pathlib import Path

import pytest

from generators import registry
from generators.checkpoint import Checkpoint
from generators.errors import BadCheckpoint
from generators.execution import check_checkpoint


def of(version: str) -> Checkpoint:
    return Checkpoint(Path("c"), "image-gan", version, {}, {}, (), {}, "", 0, "0" * 64)


@pytest.mark.parametrize("version", ["1.4.2", "1.4.9", "1.3.9", "1", "1.0.0"])
def test_what_an_earlier_version_wrote_is_used(version: str) -> None:
    check_checkpoint(replace(registry.get("image-gan"), version="1.4.2"), "sample", of(version))


@pytest.mark.parametrize("version", ["1.5.0", "2.0.0", "0.9.0", "9.0", "newest"])
def test_what_a_later_or_another_major_version_wrote_is_refused(version: str) -> None:
    with pytest.raises(
        BadCheckpoint, match=rf"image-gan {version}, which image-gan 1\.4\.2 .* Update the studio"
    ):
        check_checkpoint(replace(registry.get("image-gan"), version="1.4.2"), "sample", of(version))
