"""What the labelling page shows, as JSON for its script: records with labels, the counts, who works here."""

from typing import Any

from django.urls import reverse

from brandkiln.core.models import User
from brandkiln.dashboard.lookup import whole
from brandkiln.datasets.label_schemas import as_json
from brandkiln.datasets.label_sets import label_set_of
from brandkiln.datasets.labelling import Filter, Labelled, balance, labelled_at, labelled_page, people_here
from brandkiln.datasets.models import DatasetVersion, LabelSet, Split
from brandkiln.datasets.suggestions import Suggestion, suggest, suggested_positions

SCREEN = 60


def rows_json(version: DatasetVersion, labels: LabelSet, query: dict[str, str]) -> dict[str, Any]:
    """Return the records that the query asks for, and the place to go on behind, or None at the end."""
    show, after = query.get("show", ""), whole(query.get("after", ""), -1)
    if show == "suggested":
        order = suggested_positions(version, labels, doubtful_first=query.get("sort") == "doubt")
        begin = max(0, after)
        rows = labelled_at(version, labels, order[begin : begin + SCREEN])
        following = begin + SCREEN if len(order) > begin + SCREEN else None
    else:
        which = Filter(
            label="" if show == "unlabelled" else query.get("label") or None,
            split=split if (split := query.get("split", "")) in Split.values else "",
            changed=show == "changed",
        )
        page = labelled_page(version, labels, which=which, after=after, limit=SCREEN)
        rows, following = page.rows, page.next
    guesses = suggest(version, labels, [row.record.position for row in rows if not row.label])
    return {
        "rows": [_row_json(version, row, guesses.get(row.record.position)) for row in rows],
        "next": following,
    }


def counts_json(version: DatasetVersion, labels: LabelSet, me: User) -> dict[str, Any]:
    """Return the set with its keys and counts, how much is labelled, and who else is at work."""
    counts = balance(version, labels)
    unlabelled = counts.get("", 0)
    return {
        "labels": [{**one, "count": counts.get(one["name"], 0)} for one in labels.labels],
        "renamed": labels.renamed,
        "labelled": max(0, version.record_count - unlabelled),
        "total": version.record_count,
        "people": [
            {"name": str(here.person), "records": here.records, "me": here.person.pk == me.pk}
            for here in people_here(version)
        ],
    }


def news_json(version: DatasetVersion, positions: list[int], me: User) -> dict[str, Any]:
    """Return how the records on somebody's screen are labelled now, with the counts."""
    labels = label_set_of(version)
    rows = [
        {**as_json(row.said), "now": row.label, "text": row.caption}
        for row in labelled_at(version, labels, positions)
    ]
    return {"rows": rows, **counts_json(version, labels, me)}


def _row_json(version: DatasetVersion, row: Labelled, guess: Suggestion | None) -> dict[str, Any]:
    record, slug = row.record, version.workspace.slug
    picture = record.thumbnail_id or record.artifact_id

    def address(artifact: object) -> str | None:
        return reverse("dashboard:artifact_file", args=[slug, artifact]) if artifact else None

    is_text = version.dataset.kind == "text"
    return {
        **as_json(row.said),
        "name": record.name or f"#{record.position + 1}",
        "split": Split(record.split).label if record.split else "",
        "own": {"label": record.label, "caption": "" if is_text else record.text},
        "now": row.label,
        "text": row.caption,
        "picture": address(picture) if version.dataset.kind == "image" else None,
        "file": address(record.artifact_id),
        "width": record.facts.get("width"),
        "guess": {"label": guess.label, "confidence": round(100 * guess.confidence)} if guess else None,
    }
