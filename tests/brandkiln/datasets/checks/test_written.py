"""How numbers were written: a form is told only where it gives back every one of them."""

import pytest
from brandkiln.datasets.checks.numbers import Style, decimal_reading
from brandkiln.datasets.checks.written import Writing, number_format, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def form_of(*cells: str, style: Style | None = None) -> dict[str, object] | None:
    writing = Writing(style)
    for cell in cells:
        writing.see_all([cell])
    return writing.form()


@pytest.mark.parametrize(
    ("cells", "style", "number", "text", "code"),
    [
        (("14.50", "9.00"), None, 9.0, "9.00", "0.00"),
        (("189", "14.50"), None, 189.0, "189", "0"),
        (("189", "14.50"), None, 14.5, "14.50", "0.00"),
        (("1,299.00", "3.50"), "point", 12345.5, "12,345.50", "#,##0.00"),
        (("1.299,00", "-3,50"), "comma", -1299.0, "-1.299,00", "#,##0.00"),
        (("1'299.00",), "point", 1299.0, "1'299.00", "#,##0.00"),
        (("1,299", "45"), "point", 1299.0, "1,299", "#,##0"),
        (("0,5", "3,0"), "comma", 3.0, "3,0", "0.0"),
    ],
)
def test_a_number_is_written_again_as_it_stood(
    cells: tuple[str, ...], style: Style | None, number: float, text: str, code: str
) -> None:
    form = form_of(*cells, style=style)
    assert form
    assert (written(number, form), number_format(number, form)) == (text, code)


@pytest.mark.parametrize(
    "cells",
    [("1.5", "2.25"), ("189", "14.50", "9.00"), ("1.5",), ("1e3", "2.50"), ("1299.00", "1,299.00"), ("",)],
)
def test_what_has_no_one_form_or_needs_none_has_none(cells: tuple[str, ...]) -> None:
    assert form_of(*cells, style="point") is None


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws slowly
@given(
    st.lists(st.tuples(st.integers(-99_999, 99_999), st.integers(0, 99)), min_size=1, max_size=30),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["point", "comma"]),
)
def test_whatever_has_a_form_comes_back_from_it(
    numbers: list[tuple[int, int]], marked: bool, bare: bool, style: Style
) -> None:
    texts = []
    for whole, part in numbers:
        text = f"{whole:,}" if marked else str(whole)
        text += "" if bare and not part else f".{part:02}"
        texts.append(text if style == "point" else text.translate({44: ".", 46: ","}))
    writing = Writing(style)
    writing.see_all(texts[: len(texts) // 2])
    writing.see_all(texts[len(texts) // 2 :])
    read = decimal_reading(style)
    if form := writing.form():
        assert [written(read(text) or 0.0, form) for text in texts if not text.startswith("-0")] == [
            text for text in texts if not text.startswith("-0")
        ]
