"""Records are compared by features: neighbours are the nearest, what is far out is named, memory stays bounded."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch.nn.functional import normalize

from generators.data import Record
from generators.errors import BadData, Cancelled, DatasetTooSmall
from generators.inspection import features, load
from generators.inspection.features import FEWEST, NEIGHBOURS, Near, far_out, nearest
from generators.metrics import text_features
from generators.run import LocalRun
from generators.tiny import tiny_data, write_data


def texts(folder: Path, count: int) -> Any:
    records = [
        Record(
            id=str(number),
            split="train",
            text=f"{'cup' if number % 2 else 'sky'} {number}",
            position=3 * number,
        )
        for number in range(count)
    ]
    return write_data(folder, "text", records)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a text's features be its first word, with the last record far from all."""

    def extract(said: list[str], *, device: str) -> torch.Tensor:
        rows = []
        for text in said:
            word, number = text.split()
            noise = 0.01 * torch.randn(8, generator=torch.Generator().manual_seed(int(number)))
            way = 7 if number == "39" else int(word == "cup")
            rows.append(torch.eye(8)[way] + noise)
        return normalize(torch.stack(rows), dim=1)

    monkeypatch.setattr(text_features, "extract", extract)


def test_neighbours_are_those_of_an_exhaustive_search(tmp_path: Path) -> None:
    vectors = normalize(torch.randn(700, 16, generator=torch.Generator().manual_seed(1)), dim=1)
    near = nearest(vectors, LocalRun(tmp_path))
    cosines = vectors @ vectors.T
    cosines.fill_diagonal_(-2)
    best = cosines.topk(NEIGHBOURS, dim=1)
    assert torch.equal(near.places, best.indices)
    torch.testing.assert_close(near.similarity, best.values)


def test_a_record_far_from_its_eighth_neighbour_is_an_outlier() -> None:
    similarity = torch.full((200, NEIGHBOURS), 0.9) + 0.01 * torch.rand(200, 1)
    similarity[7] = 0.2
    found = far_out(Near(torch.zeros(200, NEIGHBOURS, dtype=torch.long), similarity))
    assert list(found) == [7]
    assert found[7] == pytest.approx(0.8 / 0.095, rel=0.02)


def test_records_that_are_alike_spread_have_no_outliers() -> None:
    similarity = torch.linspace(0.4, 0.8, 500).unsqueeze(1).expand(-1, NEIGHBOURS)
    assert far_out(Near(torch.zeros(500, NEIGHBOURS, dtype=torch.long), similarity)) == {}


@pytest.mark.usefixtures("plain")
def test_a_comparison_leaves_neighbours_vectors_and_outliers_by_position(tmp_path: Path) -> None:
    run = LocalRun(tmp_path / "scratch", seed=1)
    found = load("features")(texts(tmp_path / "data", 40), {}, run)
    neighbours = json.loads(found.files["neighbours"].read_text())["neighbours"]
    assert set(neighbours) == {str(number) for number in range(40)}
    for position, near in list(neighbours.items())[:-1]:
        assert len(near) == NEIGHBOURS
        assert all(other % 2 == int(position) % 2 for other, _ in near)
    stored = load_file(found.files["vectors"])
    assert stored["positions"].tolist() == list(range(40))
    assert stored["features"].shape == (40, 8)
    assert [position for position, _ in found.summary["outliers"]] == [39]


@pytest.mark.usefixtures("plain")
def test_more_records_than_are_compared_are_drawn_by_the_seed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "MOST", 30)
    data = texts(tmp_path / "data", 39)
    drawn = [
        load_file(load("features")(data, {}, LocalRun(tmp_path / str(number), seed=seed)).files["vectors"])[
            "positions"
        ]
        for number, seed in enumerate((1, 1, 2))
    ]
    assert len(drawn[0]) == 30
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])


@pytest.mark.usefixtures("plain")
def test_a_comparison_stops_when_asked(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        load("features")(texts(tmp_path / "data", 40), {}, LocalRun(tmp_path / "scratch", cancel_after=2))


def test_too_few_records_and_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetTooSmall, match=f"at least {FEWEST} records"):
        load("features")(texts(tmp_path / "few", 5), {}, LocalRun(tmp_path))
    with pytest.raises(BadData, match="is table"):
        load("features")(tiny_data(tmp_path / "table", "table"), {}, LocalRun(tmp_path))


def test_texts_that_mean_the_same_lie_closer_than_others() -> None:
    try:
        vectors = text_features.extract(
            [
                "A red cup for coffee.",
                "The mug is crimson; drink coffee from it.",
                "Interest rates rose in June.",
            ]
        )
    except Exception as error:  # noqa: BLE001
        pytest.skip(str(error))
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(3))
    assert float(vectors[0] @ vectors[1]) > 0.5 > 0.2 > float(vectors[0] @ vectors[2])
