"""A text that Ben asked for, with two parts."""

import pytest
from brandkiln.library.models import Asset
from brandkiln.library.services import keep_sample

from tests.factories import Cast, JobFactory

PARTS = ["Boots that last", "Made of felt, for cold days. They keep your feet warm."]


def text_of(cast: Cast, texts: list[str], position: int = 0) -> Asset:
    """Keep a text of Ben's in parts."""
    job = JobFactory(project=cast.project, requested_by=cast.ben, state="succeeded", generator="text-lm")
    parts = [
        {"name": "headline", "title": "Headline", "text": texts[0], "room": 1, "limit": 60, "findings": []},
        {"name": "body", "title": "Body", "text": texts[1], "room": 1, "limit": 0, "findings": []},
    ]
    return keep_sample(
        job=job, position=position, media_type="text/plain", text="\n\n".join(texts), meta={"parts": parts}
    )


@pytest.fixture
def piece(cast: Cast) -> Asset:
    return text_of(cast, PARTS)
