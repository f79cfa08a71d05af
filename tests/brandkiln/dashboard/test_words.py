"""How times and numbers are said."""

from datetime import UTC, datetime, timedelta

import pytest
from brandkiln.dashboard.templatetags import studio
from brandkiln.jobs import notices
from django.utils import translation
from django.utils.safestring import mark_safe


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "–"), (0.2, "under 1 s"), (42, "42 s"), (90, "2 min"), (3600, "1 h"), (7800, "2 h 10 min")],
)
def test_a_length_of_time_is_said_as_people_say_it(seconds: float | None, said: str) -> None:
    assert studio.duration(seconds) == said


def test_long_times_are_said_in_days() -> None:
    assert studio.duration(timedelta(days=3, hours=2)) == "3 days"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1234567, "1,234,567"),
        (0.000213, "0.000213"),
        (2.101e-06, "0.0000021"),
        (-3e-05, "-0.00003"),
        (0.0, "0"),
        (41.6789, "41.68"),
        (True, "True"),
    ],
)
def test_a_figure_has_the_digits_that_can_be_read(value: object, said: str) -> None:
    assert studio.figure(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "–"), (120.0, "120"), (True, "yes"), (["pdf", "html"], "pdf, html"), (1249993176, "1249993176")],
)
def test_a_param_is_shown_as_people_write_it(value: object, said: str) -> None:
    assert studio.shown(value) == said


def test_a_moment_is_written_in_the_readers_language() -> None:
    when = datetime(2026, 3, 5, 14, 2, tzinfo=UTC)
    assert studio.moment(when) == "5 Mar 2026, 14:02"
    with translation.override("zh-hans"):
        assert studio.moment(when) == "2026年3月5日 14:02"


def test_names_of_code_are_said_as_words() -> None:
    assert studio.spoken("learning_rate") == "Learning rate"
    assert studio.spoken("product_description_short-2") == "Short description 2"
    assert studio.spoken("kimg") == "Duration (thousands of pictures)"
    assert studio.initials("ben.lindqvist@example.com") == "bl"


def test_markup_of_a_help_text_stays_markup_and_other_text_does_not_become_it() -> None:
    assert hasattr(studio.said(mark_safe("<a>Forgot?</a>")), "__html__")
    assert not hasattr(studio.said("<b>Seed</b>"), "__html__")


def test_a_notice_names_languages_in_the_readers_language() -> None:
    row = {"code": "weak_language", "text": "", "remedy": "", "values": {"language": "German"}}
    with translation.override("zh-hans"):
        assert "德语" in notices.said(row)["text"]
    assert "in German its texts" in notices.said(row)["text"]
