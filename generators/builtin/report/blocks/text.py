"""A text of the team's own. Numbers in it are facts of the report, as {placeholders}."""

from generators.builtin.report.blocks.params import Text
from generators.builtin.report.part import Part
from generators.builtin.report.subject import Subject
from generators.builtin.report.template import text_of


def build(block: Text, subject: Subject) -> Part:
    """Return the text, a sentence for each of its lines."""
    lines = text_of(block.text, subject.params.language).splitlines()
    return Part(sentences=tuple(line.strip() for line in lines if line.strip()))
