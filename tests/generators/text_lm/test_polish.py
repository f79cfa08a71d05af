import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.builtin.text_lm.polish import polish, polish_headline

PROSE = st.text(st.sampled_from("ab cd.,!?\n\"'“”A 19"), max_size=60)


@pytest.mark.parametrize(
    ("text", "polished"),
    [
        (' "Meet the lamp." ', "Meet the lamp."),
        ("meet  the lamp. \n\n it shines.", "Meet the lamp.\n\nIt shines."),
        ("“Light for all”", "Light for all"),
        ("It's light", "It's light"),
        ("", ""),
    ],
)
def test_quotes_and_spaces_go_and_lines_start_with_a_capital(text: str, polished: str) -> None:
    assert polish(text) == polished


@given(PROSE)
def test_polishing_twice_changes_nothing_more_of_a_text_without_quotes(text: str) -> None:
    plain = "".join(character for character in text if character not in "\"'“”")
    assert polish(polish(plain)) == polish(plain)


@given(PROSE)
def test_polishing_adds_nothing_but_capitals(text: str) -> None:
    rest = iter(text.lower())
    assert all(character in rest for character in polish(text).lower())


@given(PROSE)
def test_a_polished_text_has_no_stray_spaces(text: str) -> None:
    polished = polish(text)
    assert "  " not in polished
    assert all(line == line.strip() for line in polished.splitlines())


@given(PROSE)
def test_a_headline_loses_words_at_its_end_only(text: str) -> None:
    plain = "".join(character for character in text if character not in "\"'“”")
    kept = [word.rstrip(",:") for word in polish_headline(plain).lower().split()]
    assert kept == [word.rstrip(",:") for word in plain.lower().split()[: len(kept)]]


@pytest.mark.parametrize("text", ["Warm Light for the", "Warm Light that keeps", "Warm Light &"])
def test_a_headline_does_not_end_in_a_word_that_waits_for_another(text: str) -> None:
    assert polish_headline(text) == "Warm Light"


def test_a_headline_has_capitals_but_for_small_words() -> None:
    assert polish_headline("soft light for the home with USB-C -") == "Soft Light for the Home with USB-C"
    assert polish_headline("weighs 2.6 kg, 90 x 70 cm") == "Weighs 2.6 kg, 90 x 70 cm"


@pytest.mark.parametrize("text", ["ßtrand ŉa ﬁne", "ǰ"])
def test_capitals_take_no_more_room_than_small_letters(text: str) -> None:
    assert len(polish_headline(text)) == len(polish(text)) == len(text)
