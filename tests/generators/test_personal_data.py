"""What is taken for personal data, what is not, and that nothing of it leaves the inspection unmasked."""

import json
from pathlib import Path
from typing import Any

import pytest

from generators.data import TrainingData
from generators.errors import Cancelled
from generators.inspection import load
from generators.inspection.masking import masked
from generators.inspection.personal_data import Finder, Piece
from generators.inspection.personal_patterns import is_chinese_id, passes_luhn
from generators.run import LocalRun


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder()


def kinds(finder: Finder, text: str, column: str = "") -> list[tuple[str, str]]:
    (found,) = finder.find([Piece(0, column, text)])
    return [(hit.kind, text[hit.start : hit.end]) for hit in found]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Write to jane.doe+shop@mail.example.co.uk today.", "email", "jane.doe+shop@mail.example.co.uk"),
        ("Call 13812345678 or the shop.", "cn_mobile", "13812345678"),
        ("电话：+86 138-1234-5678。", "cn_mobile", "+86 138-1234-5678"),
        ("身份证11010519491231002X号", "cn_id", "11010519491231002X"),
        ("卡号 6222 0200 0000 0000 000", "bank_card", None),
        ("Card 4111 1111 1111 1111, thanks", "credit_card", "4111 1111 1111 1111"),
        ("IBAN DE89370400440532013000 please", "iban", "DE89370400440532013000"),
        ("Host 192.168.17.200 answered", "ip", "192.168.17.200"),
        ("Ring +44 20 7946 0958 after six", "phone", "+44 20 7946 0958"),
        ("Yesterday John Smith bought two lamps.", "person", "John Smith"),
        ("收件人：李小龙，上海", "person", "李小龙"),
        ("王芳女士订了两双鞋", "person", "王芳"),
    ],
)
def test_personal_data_is_found_where_it_stands(
    finder: Finder, text: str, kind: str, value: str | None
) -> None:
    if value is None:
        digits = "622202000000000000"
        check = next(str(n) for n in range(10) if passes_luhn(digits + str(n)))
        text, value = f"卡号 {digits}{check}", digits + check
    assert (kind, value) in kinds(finder, text)


@pytest.mark.parametrize(
    "text",
    [
        "The boots weigh 1250 g and cost 129.90.",
        "Order 20240131 shipped on 2024-01-31 at 12:30:05.",
        "11010519491231002Y and 110105194902310020 are no identity cards.",
        "6222020000000000001 has no valid check digit? 4111 1111 1111 1112 neither.",
        "Version 1.2.3 of the tent",
        "这双鞋很舒服，推荐购买。",
        "",
    ],
)
def test_what_only_looks_like_it_is_left_alone(finder: Finder, text: str) -> None:
    if "6222020000000000001" in text and passes_luhn("6222020000000000001"):
        text = text.replace("6222020000000000001", "6222020000000000002")
    assert [kind for kind, _ in kinds(finder, text) if kind not in {"phone", "person"}] == []


def test_a_column_of_names_is_one_whatever_the_names(finder: Finder) -> None:
    assert kinds(finder, "Xqz", "first_name") == [("person", "Xqz")]
    assert kinds(finder, "Xqz", "product") == []


def test_of_two_that_overlap_the_more_certain_wins(finder: Finder) -> None:
    assert kinds(finder, "身份证 11010519491231002X") == [("cn_id", "11010519491231002X")]


def test_check_digits_follow_their_standards() -> None:
    assert passes_luhn("4539 1488 0343 6467")
    assert not passes_luhn("4539 1488 0343 6468")
    assert is_chinese_id("11010519491231002X")
    assert not is_chinese_id("110105194912310021")
    assert not is_chinese_id("11010519491331002X")


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("jane@example.com", "email", "j•••@e••••••.com"),
        ("13812345678", "cn_mobile", "•••••••••78"),
        ("John Smith", "person", "J••• S••••"),
        ("192.168.1.10", "ip", "•••.•••.•.10"),
        ("12", "phone", "••"),
    ],
)
def test_an_example_is_masked(text: str, kind: str, shown: str) -> None:
    assert masked(text, kind) == shown


def make_data(
    folder: Path, rows: list[dict[str, Any]], kind: str = "table", columns: Any = ()
) -> TrainingData:
    header = {"format": 1, "kind": kind, "name": "Customers", "sha256": "0" * 64, "columns": list(columns)}
    (folder / "dataset.json").write_text(json.dumps(header))
    (folder / "records.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return TrainingData.open(folder)


def test_a_scan_counts_by_column_and_kind_and_keeps_places_not_values(tmp_path: Path) -> None:
    rows = [
        {
            "id": "1",
            "split": "train",
            "fields": {"email": "ann@example.com", "tel": 13812345678, "price": 9.5},
        },
        {"id": "2", "split": "test", "fields": {"email": "bob@example.com", "tel": None, "price": 8.5}},
        {"id": "3", "split": "train", "fields": {"email": "", "tel": None, "price": 1.5}},
    ]
    columns = [
        {"name": "email", "type": "text"},
        {"name": "tel", "type": "whole"},
        {"name": "price", "type": "decimal"},
    ]
    run = LocalRun(scratch=tmp_path)
    result = load("personal_data")(make_data(tmp_path, rows, columns=columns), {"total": 3}, run)
    assert (result.summary["records"], result.summary["records_with"]) == (3, 2)
    assert [(one["column"], one["kind"], one["count"]) for one in result.summary["found"]] == [
        ("email", "email", 2),
        ("tel", "cn_mobile", 1),
    ]
    spans = [json.loads(line) for line in result.files["spans"].read_text().splitlines()]
    assert spans[0] == {
        "position": 0,
        "column": "email",
        "length": 15,
        "start": 0,
        "end": 15,
        "kind": "email",
    }
    told = json.dumps(result.summary) + result.files["spans"].read_text()
    for secret in ("ann@", "bob@", "13812345678", "1381"):
        assert secret not in told


def test_captions_and_file_names_are_looked_at(tmp_path: Path) -> None:
    row = {
        "id": "1",
        "split": "train",
        "path": "/a.png",
        "name": "scans/13812345678.png",
        "caption": "To a@b.example",
    }
    result = load("personal_data")(make_data(tmp_path, [row], kind="image"), {}, LocalRun(scratch=tmp_path))
    assert {(one["column"], one["kind"]) for one in result.summary["found"]} == {
        ("", "email"),
        ("/name", "cn_mobile"),
    }


def test_a_scan_can_be_cancelled(tmp_path: Path) -> None:
    rows = [{"id": str(n), "split": "train", "text": f"Number {n}"} for n in range(600)]
    data = make_data(tmp_path, rows, kind="text")
    with pytest.raises(Cancelled):
        load("personal_data")(data, {"total": 600}, LocalRun(scratch=tmp_path, cancel_after=1))
