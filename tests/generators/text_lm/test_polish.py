import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.builtin.text_lm.polish import is_headline, polish, polish_headline

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


@pytest.mark.parametrize(
    ("text", "polished"),
    [
        ("It shines. It is ma", "It shines."),
        ("It holds 0.5 l and is ma", "It holds 0.5 l"),
        ("It holds 0.5 l. It i", "It holds 0.5 l."),
        ("Light for the roo", "Light"),
        ("Subject: Lig", "Subject:"),
    ],
)
def test_a_cut_text_goes_back_to_its_last_full_sentence_or_word(text: str, polished: str) -> None:
    assert polish(text, cuts=[len(text)]) == polished


def test_only_the_line_that_was_cut_is_shortened() -> None:
    subject = "Subject: Lamps for the wh"
    assert (
        polish(f"{subject}\n\nHello,\n\nIt shines", cuts=[len(subject)])
        == "Subject: Lamps\n\nHello,\n\nIt shines"
    )


@given(PROSE)
def test_polishing_twice_changes_nothing_more_of_a_text_without_quotes(text: str) -> None:
    plain = "".join(character for character in text if character not in "\"'“”")
    assert polish(polish(plain)) == polish(plain)


@given(PROSE, st.integers(0, 60))
def test_polishing_adds_nothing_but_capitals(text: str, cut: int) -> None:
    rest = iter(text.lower())
    assert all(character in rest for character in polish(text, cuts=[min(cut, len(text))]).lower())


@given(PROSE)
def test_a_polished_text_has_no_stray_spaces(text: str) -> None:
    polished = polish(text)
    assert "  " not in polished
    assert all(line == line.strip() for line in polished.splitlines())


@given(PROSE)
def test_a_cut_keeps_no_half_word(text: str) -> None:
    plain = "".join(character for character in text if character not in "\"'“”")
    kept = polish(plain, cuts=[len(plain)]).lower().split()
    assert kept == plain.lower().split()[: len(kept)] or (
        kept and plain.lower().split()[len(kept) - 1].startswith(kept[-1])
    )


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Warm Light for Home", True),
        ("Lamp", False),
        ("", False),
        ("Light for the", False),
        ("Luma Luma Lamp", False),
        ("A Lamp That Is Longer Than Thirty", False),
        ("Light for Day and Light", False),
        ("温暖的灯光", True),
        ("Trailhead 28 Backpack", True),
        ("Light That Keeps", False),
    ],
)
def test_a_headline_is_short_complete_and_says_nothing_twice(text: str, is_one: bool) -> None:
    assert is_headline(text, 30) == is_one


@given(PROSE)
def test_a_headline_loses_words_at_its_end_only(text: str) -> None:
    plain = "".join(character for character in text if character not in "\"'“”")
    kept = polish_headline(plain).lower().split()
    assert kept == plain.lower().split()[: len(kept)]


@pytest.mark.parametrize("text", ["Warm Light for the", "Warm Light with 6", "Warm Light &"])
def test_a_headline_does_not_end_in_a_word_that_waits_for_another(text: str) -> None:
    assert polish_headline(text) == "Warm Light"


def test_a_headline_has_capitals_but_for_small_words() -> None:
    assert polish_headline("soft light for the home with USB-C -") == "Soft Light for the Home with USB-C"
