"""What a field makes of what people type."""

from brandkiln.dashboard.forms import Lines
from brandkiln.jobs.forms import params_form
from django.template import Context, Template

from generators import registry


def test_lines_hold_each_text_once_and_no_character_that_no_database_stores() -> None:
    assert Lines().clean("Inter, Lora\nInter\n\0\na\0b") == ["Inter", "Lora", "ab"]


def test_a_param_that_counts_for_some_values_of_another_says_so_on_the_page() -> None:
    form = params_form(registry.get("picture-edit"), "sample")
    page = Template("{% load studio %}{% field colour %}{% field shadow %}").render(
        Context({"colour": form["colour"], "shadow": form["shadow"]})
    )
    assert page.count("data-only") == 1
    assert 'data-only="background=colour|brand"' in page
    assert 'type="color"' in page
