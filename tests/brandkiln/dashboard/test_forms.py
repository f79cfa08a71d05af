"""What a field makes of what people type."""

from brandkiln.dashboard.forms import Lines


def test_lines_hold_each_text_once_and_no_character_that_no_database_stores() -> None:
    assert Lines().clean("Inter, Lora\nInter\n\0\na\0b") == ["Inter", "Lora", "ab"]
